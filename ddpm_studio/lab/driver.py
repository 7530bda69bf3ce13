"""Driver of a sweep: hands points to an executor, and keeps what comes back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from ddpm_studio.errors import StudioError
from ddpm_studio.files.logs import unforeseen
from ddpm_studio.interruption import POLL_S, check
from ddpm_studio.lab.model_place import ModelPlace
from ddpm_studio.lab.outcome import Failed, Outcome
from ddpm_studio.lab.point_drawing import draw_point
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.result_folder import ResultFolder

Told = Callable[[SweepPoint, Outcome], None]
"""What is called with each point that is kept, and with what came of it."""


def left_of(folder: ResultFolder, points: Sequence[SweepPoint]) -> list[SweepPoint]:
    """The points of which there are no pictures yet; those that failed are among them, since the reason may be gone."""
    return [point for point in points if not (point.key in folder.rows and folder.rows[point.key].done)]


def carry_out(
    folder: ResultFolder,
    points: Sequence[SweepPoint],
    place: ModelPlace,
    executor: Executor,
    *,
    device: str = "auto",
    at_once: int = 1,
    told: Told = lambda point, outcome: None,
) -> None:
    """Draw the points that the folder does not have, up to `at_once` at a time, and keep each as it is done.

    The executor is given `draw_point` with what can be pickled, and is not shut down. What is interrupted keeps all
    that was done; a point that fails is kept with its sentence. FileError where the folder cannot be written.
    """
    waiting = iter(left_of(folder, points))
    running: dict[Future[Outcome], SweepPoint] = {}
    try:
        while _submit(running, waiting, place, executor, device, at_once):
            for future in _done(running):
                point = running.pop(future)
                outcome = _outcome(future)
                folder.keep(point, outcome)
                told(point, outcome)
            check()
    finally:
        for future in running:
            future.cancel()


def _submit(
    running: dict[Future[Outcome], SweepPoint],
    waiting: Iterator[SweepPoint],
    place: ModelPlace,
    executor: Executor,
    device: str,
    at_once: int,
) -> bool:
    """Have as many running as there may be; False if there is none, as all is done."""
    for point in itertools.islice(waiting, at_once - len(running)):
        running[executor.submit(draw_point, place, point, device)] = point
    return bool(running)


def _done(running: dict[Future[Outcome], SweepPoint]) -> set[Future[Outcome]]:
    """Those that are done, one at least, for which it is waited."""
    while True:
        done = wait(running, POLL_S, FIRST_COMPLETED).done
        if done:
            return done
        check()


def _outcome(future: Future[Outcome]) -> Outcome:
    """What a future brings; an error of what should not have failed is the failure of its point."""
    try:
        return future.result()
    except StudioError as error:
        return Failed(str(error))
    except Exception as error:
        return Failed(str(unforeseen(error)))
