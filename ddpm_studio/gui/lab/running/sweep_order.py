"""Order of a sweep: what is to be drawn, and the work beside the window that draws what is not there yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from ddpm_studio.checkpoints import Answers, keep_answers
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.lab.running.sweep_progress import SweepPhase, SweepProgress
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.driver import carry_out, left_of
from ddpm_studio.lab.executors.pool import ProcessPool
from ddpm_studio.lab.executors.share import shared_out
from ddpm_studio.lab.outcome import Failed, Outcome
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.result_folder import folder_of_results
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_cost import calls_of


@dataclass(frozen=True)
class SweepOrder:
    """A sweep, what was said about its checkpoint in the window, and the folder of its results."""

    sweep: Sweep
    answers: Answers | None
    folder: Path

    def carry_out(
        self, began: Callable[[AskedPoints], None], moved: Callable[[SweepProgress], None], monitor: TaskMonitor
    ) -> None:
        """Draw what is not there yet, in processes that end with this one.

        `began` is called once the checkpoint is open, and `moved` with every point; both in the thread that works.
        Raises whatever StudioError there is against it.
        """
        from ddpm_studio.lab.model_place import checkpoint_at, opened_at, place_of
        from ddpm_studio.lab.preparation import begin_asking, check_drawable

        place = place_of(self.sweep.checkpoint, self.answers)
        check_drawable(self.sweep, place)
        asked = AskedPoints(self.sweep, place.fingerprint)
        with folder_of_results(self.folder) as folder:
            begin_asking(folder, asked, asked.points, place)
            began(asked)
            pace = Pace(asked.points, left_of(folder, asked.points), opened_at(place).schedule, moved)
            shares = shared_out(device=self.sweep.device)
            with ProcessPool(shares) as pool:
                # One more than there are processes, so that none waits for the next.
                at_once = len(shares) + 1
                carry_out(folder, asked.points, place, pool, device=self.sweep.device, at_once=at_once, told=pace.take)
        keep_answers(checkpoint_at(place))


class Pace:
    """How quickly points are drawn, and so how long the others take: each costs its network calls."""

    def __init__(
        self,
        points: Sequence[SweepPoint],
        left: Sequence[SweepPoint],
        schedule: Schedule,
        moved: Callable[[SweepProgress], None],
    ) -> None:
        self._begun, self._moved, self._schedule = monotonic(), moved, schedule
        self._spent, self._left = 0, sum(map(self._cost, left))
        self._now = SweepProgress(SweepPhase.RUNNING, len(points) - len(left), len(points))
        moved(self._now)

    def take(self, point: SweepPoint, outcome: Outcome) -> None:
        """Count a point."""
        cost, failed = self._cost(point), isinstance(outcome, Failed)
        self._left, self._spent = self._left - cost, self._spent + (0 if failed else cost)
        seconds = monotonic() - self._begun
        self._now = replace(
            self._now,
            done=self._now.done + (not failed),
            failed=self._now.failed + failed,
            failure=self._now.failure or _failure(point, outcome),
            left_s=self._left * seconds / self._spent if self._spent else None,
        )
        self._moved(self._now)

    def _cost(self, point: SweepPoint) -> int:
        return point.pictures * calls_of(point.way, self._schedule)


def _failure(point: SweepPoint, outcome: Outcome) -> str:
    """Which way failed and why, "" for one that did not."""
    return f"{point.way.text}: {outcome.sentence}" if isinstance(outcome, Failed) else ""
