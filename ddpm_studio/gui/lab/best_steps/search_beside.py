"""Search beside the window: what is asked, how far it is, and what it found, for one checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import NamedTuple

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.remembered import naming
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.state.sampling import Sampling
from ddpm_studio.interruption import Interrupted, interruptible
from ddpm_studio.lab.model_place import checkpoint_at, place_of
from ddpm_studio.lab.optimizing.optimization import Optimization, Optimum, Question
from ddpm_studio.lab.optimizing.steps_search import StepsSearch
from ddpm_studio.lab.written_solver import read_solver
from ddpm_studio.run_settings import RunSettings

TOLD_S = 0.1
"""How long at least nothing is told after something was."""


@dataclass(frozen=True)
class SearchAsked:
    """The best `steps` levels for a `solver` with its options, as text, by so many pictures, proved on others."""

    solver: str
    steps: int
    pictures: int
    held_out: int

    def question(self, sampling: Sampling) -> Question:
        """With the seed and what else is set up for runs; SolverError, LabError, SamplingError as these raise."""
        name, options = read_solver(self.solver)
        settings = RunSettings(**sampling.settings | {"pictures": self.pictures, "seeds": "one", "from_picture": False})
        return Question(name, self.steps, options, settings, self.held_out)


class SearchTold(NamedTuple):
    """How far a search is: `runs` of at most `most`, and the best so far; nothing of it before the first run."""

    runs: int = 0
    most: int = 0
    best: float = 0.0
    name: str = ""
    proving: bool = False


@dataclass(frozen=True, eq=False)
class FoundSteps:
    """What was found for a checkpoint, and whether the search came to its end."""

    checkpoint: str
    optimum: Optimum
    complete: bool


Tell = Callable[[SearchTold], object]


def found_steps(question: Question, at: tuple[str, Answers | None], ended: Event, tell: Tell) -> FoundSteps:
    """Search until the end, or until `ended` is set, and prove the best so far.

    Interrupted if it is ended before there is any, or by whoever waits for this; StudioError for what cannot be done.
    """
    checkpoint = checkpoint_at(place_of(*at))
    denoiser = checkpoint.denoiser.conditioned(**question.settings.conditioning)

    def look() -> None:
        if ended.is_set():
            raise Interrupted

    try:
        optimization = Optimization(question, denoiser, lambda search: throttled(_told(search, most)))
        most, throttled = optimization.most_runs, _throttled(tell)
        with interruptible(look):
            complete = optimization.searched()
        tell(_told(optimization.search, most)._replace(proving=True))
        return FoundSteps(at[0], optimization.proved(), complete)
    except StudioError as error:
        raise naming(error, checkpoint.memory, checkpoint.given) from error


def _told(search: StepsSearch, most: int) -> SearchTold:
    return SearchTold(search.runs, most, search.best.distance, search.best.name)


def _throttled(tell: Tell) -> Tell:
    """The same, but for what comes too soon after another."""
    last = -TOLD_S

    def tell_seldom(told: SearchTold) -> None:
        nonlocal last
        if time.monotonic() - last >= TOLD_S:
            last = time.monotonic()
            tell(told)

    return tell_seldom
