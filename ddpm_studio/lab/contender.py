"""Contender: one of those that are compared of drawing with a checkpoint, as four short texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from ddpm_studio.diffusion.schedule import MAX_T, Schedule
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.spec import read_spec
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec, no_files
from ddpm_studio.errors import QT_TRANSLATE_NOOP, LabError
from ddpm_studio.lab.written_solver import read_solver, solver_text
from ddpm_studio.run_settings import check_whole

if TYPE_CHECKING:
    from ddpm_studio.diffusion import SolverTable

LONGEST_STEPS = 10_000
"""Letters of the longest steps: those of 500 numbers in full."""

_KEPT = 256
"""Texts whose reading is kept: a sweep has thousands of ways that are made of few."""

_TOO_LONG = QT_TRANSLATE_NOOP("errors", "These steps have {count} letters; the most in a sweep are {most}.")
_A_FILE = QT_TRANSLATE_NOOP("errors", "“{text}” names a file, which a sweep may not; write the schedule out.")
_NO_NUMBER = QT_TRANSLATE_NOOP("errors", "“{text}” does not say how many steps; add a count.")
_TWO_NUMBERS = QT_TRANSLATE_NOOP("errors", "“{text}” says how many steps itself; leave the count of {count} out.")
_LISTED = QT_TRANSLATE_NOOP(
    "errors", "“{text}” cannot be made twice as fine, as a reference is; name a spacing and a count."
)


@dataclass(frozen=True)
class Contender:
    """A solver with its options, steps as a text, how many of them, and the schedule whose noise levels are visited.

    `count` is None for steps that say it themselves, as a list does, and `along` "" for the checkpoint's own schedule.
    All texts are put in their shortest form, so that the same way is the same value. Raises SolverError, StepsError,
    ScheduleError, SamplingError and LabError for texts and numbers that mean nothing, and for any that names a file.

    >>> Contender("dpm-solver++: order=2", "karras: rho=7", 5).text
    'dpm-solver++ · karras · 5'
    """

    solver: str
    steps: str = "trailing"
    count: int | None = None
    along: str = ""

    def __post_init__(self) -> None:
        spec = checked_steps(self.steps)
        object.__setattr__(self, "solver", checked_solver(self.solver))
        object.__setattr__(self, "steps", str(spec))
        object.__setattr__(self, "along", checked_along(self.along))
        if spec.has_number and self.count is not None:
            raise LabError(_TWO_NUMBERS, text=self.steps, count=self.count)
        if not spec.has_number:
            if self.count is None:
                raise LabError(_NO_NUMBER, text=self.steps)
            check_whole("count", self.count, 1, MAX_T)

    @property
    def text(self) -> str:
        """The whole of it in a line for people."""
        count = () if self.count is None else (str(self.count),)
        along = (f"along {self.along}",) if self.along else ()
        return " · ".join((self.solver, self.steps, *count, *along))

    @property
    def line(self) -> str:
        """What it is but for the number of its steps, by which those are one line over that number."""
        along = (f"along {self.along}",) if self.along else ()
        return " · ".join((self.solver, self.steps, *along))

    @property
    def finer(self) -> Self:
        """The same with twice as many steps; LabError if these are a list, SamplingError if there are too many."""
        if self.count is None:
            raise LabError(_LISTED, text=self.steps)
        check_whole("count", self.count, 1, MAX_T // 2)
        return replace(self, count=2 * self.count)

    def table(self, schedule: Schedule, variance: str | None = None) -> SolverTable:
        """The rows for a network that was trained with `schedule` and recommends a `variance`, where that can be said.

        StepsError and SolverError for steps that the schedule does not have, or along which the solver cannot go.
        """
        from ddpm_studio.diffusion import solver_table

        steps = Steps.of_levels(self._levels(schedule), self.steps, schedule if self.along else None)
        name, options = read_solver(self.solver)
        own = {"variance": variance} if variance and "variance" in options and "variance=" not in self.solver else {}
        return solver_table(name, steps, **{**options, **own})

    def count_along(self, schedule: Schedule) -> int:
        """How many steps there are with a network that was trained with `schedule`; StepsError as `table`.

        A spacing alone has as many as it is told to have, whichever schedule it is over.
        """
        spec = checked_steps(self.steps)
        return self._levels(schedule).count if self.count is None or spec.applied else self.count

    def _levels(self, schedule: Schedule) -> StepLevels:
        over = Schedule.parse(self.along) if self.along else schedule
        return checked_steps(self.steps).levels(over, self.count)


def most_steps(solver: str, calls: int) -> int:
    """As many steps as a solver takes with so many network calls at most; 0 if its fewest take more.

    >>> most_steps("heun", 10), most_steps("pndm", 14), most_steps("pndm", 9), most_steps("ddim", 10)
    (5, 5, 0, 10)
    """
    found = solver_named(read_solver(solver)[0])
    if found.nfe(found.least) > calls:
        return 0
    # No solver takes less than a call for a step.
    return next(steps for steps in range(calls, found.least - 1, -1) if found.nfe(steps) <= calls)


@lru_cache(_KEPT)
def checked_solver(text: str) -> str:
    """A solver in its shortest text; SolverError for one that means nothing."""
    return solver_text(*read_solver(text))


@lru_cache(_KEPT)
def checked_steps(text: str) -> StepsSpec:
    """The steps that a text describes, without options that are the default.

    StepsError for a text that means nothing or names a file, LabError for one that is too long.
    """
    if len(text) > LONGEST_STEPS:
        raise LabError(_TOO_LONG, count=len(text), most=LONGEST_STEPS)
    spec = StepsSpec.parse(text)
    for path in spec.files:
        no_files(path)
    for key, value in spec.given:
        spec = spec.with_option(key, value)
    return spec


@lru_cache(_KEPT)
def checked_along(text: str) -> str:
    """A schedule in its shortest text, "" as it is; ScheduleError for another text, LabError if it names a file."""
    if not text:
        return text
    if read_spec(text)[1]:
        raise LabError(_A_FILE, text=text)
    return str(Schedule.parse(text))
