"""Optimisation of a solver's steps for a checkpoint: the reference, the standard spacings, the search, and the proof on
pictures that had no part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.steps.edited_steps import listed
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.errors import QT_TRANSLATE_NOOP, LabError
from ddpm_studio.interruption import Interrupted
from ddpm_studio.lab.measures import PairedDistances, Spread, rms_per_picture
from ddpm_studio.lab.optimizing.paired_runs import PairedRuns
from ddpm_studio.lab.optimizing.standard_spacings import standard_steps
from ddpm_studio.lab.optimizing.steps_search import RUNS_PER_LEVEL, MeasuredLevels, StepsSearch
from ddpm_studio.run_settings import RunSettings

if TYPE_CHECKING:
    from ddpm_studio.sampling.denoiser import Denoiser

FEWEST_STEPS, MOST_STEPS = 2, 32
"""One step has nothing to move, and among many any spacing is good."""

STARTS = 2
"""Standard spacings, the best that differ, from which on levels are searched for."""

ENOUGH = 64
"""Pictures below which a search finds what is good for these alone."""

REFERENCE_SOLVER, REFERENCE_STEPS = "unipc", 100
CHECKED = 16
"""Pictures on which the reference is compared with one of twice the steps."""

COARSE = 0.2
"""The share of a distance that the error of the reference may have."""

FOUND = "found"

Tell = Callable[[StepsSearch], object]


@dataclass(frozen=True)
class Question:
    """What is asked: the best `steps` levels for a solver with its options, by `settings.pictures` pictures of the
    noise of `settings.seed`, proved on the next `held_out`. LabError for numbers out of bounds.
    """

    solver: str
    steps: int
    options: Mapping[str, object] = field(default_factory=dict)
    settings: RunSettings = field(default_factory=lambda: RunSettings(pictures=ENOUGH))
    held_out: int = 2 * ENOUGH

    def __post_init__(self) -> None:
        if not FEWEST_STEPS <= self.steps <= MOST_STEPS:
            raise LabError(
                QT_TRANSLATE_NOOP("errors", "steps is {steps}, but the best are searched for among {low} to {high}."),
                steps=self.steps,
                low=FEWEST_STEPS,
                high=MOST_STEPS,
            )
        self.settings.check()

    def table(self, schedule: Schedule, sigmas: Array) -> SolverTable:
        """The rows of the solver along σ (N + 1,), the end among them. StepsError and SolverError as these raise."""
        return solver_table(self.solver, Steps.of_levels(levels_of(schedule, sigmas), FOUND), **self.options)


@dataclass(frozen=True, eq=False)
class Proved:
    """Levels by name, σ (N + 1,), and the distances of held-out pictures along them."""

    name: str
    sigmas: Array
    distances: Array

    @property
    def spread(self) -> Spread:
        """The median of the distances with its interval."""
        return Spread.of(self.distances)


@dataclass(frozen=True, eq=False)
class Optimum:
    """What was found: `text` says the levels, `found` and the best `standard` spacing are proved on the same pictures.

    `others` are proved as well. `reference_error` is the median distance of the reference from one of twice the steps,
    `calls` what a picture takes, and `runs` counts the levels that were measured.
    """

    question: Question
    levels: StepLevels
    found: Proved
    standard: Proved
    others: tuple[Proved, ...]
    reference_error: float
    calls: int
    runs: int

    @property
    def proven(self) -> tuple[Proved, ...]:
        """What was found, then what it is compared with."""
        return (self.found, self.standard, *self.others)

    @property
    def text(self) -> str:
        """The steps as they are typed anywhere else."""
        return str(listed(self.levels))

    @property
    def paired(self) -> PairedDistances:
        """The found steps beside the best standard spacing, picture by picture."""
        return PairedDistances.of(self.found.distances, self.standard.distances)

    @property
    def coarse(self) -> bool:
        """Whether the reference is so coarse that it counts beside the distances."""
        return self.reference_error > COARSE * self.found.spread.median

    @property
    def better(self) -> bool:
        """Whether the found steps are surely nearer, and their median distance is less too."""
        return self.paired.nearer and self.found.spread.median < self.standard.spread.median


class Optimization:
    """Answer to a question for a denoiser, which is conditioned already; `tell` is called after each measured run.

    SolverError and StepsError at once for what cannot be drawn at all, and LabError for a solver that adds noise.
    """

    def __init__(self, question: Question, denoiser: Denoiser, tell: Tell = lambda search: None) -> None:
        self.question, self._schedule = question, denoiser.schedule
        self._standard = standard_steps(denoiser.schedule, question.steps)
        check_no_noise(question.solver, question.table(denoiser.schedule, next(iter(self._standard.values()))))
        settings, count = question.settings, question.settings.pictures
        fine, finer = (_fine_table(denoiser.schedule, REFERENCE_STEPS * times) for times in (1, 2))
        self._trained = PairedRuns(denoiser, settings, range(count), fine)
        self._held_out = PairedRuns(denoiser, settings, range(count, count + question.held_out), fine)
        self._finer = PairedRuns(denoiser, settings, range(min(CHECKED, count)), finer)
        self.search = StepsSearch(self._distances, float(denoiser.schedule.coefficients.sigmas[0]), tell)
        self._best_standard: MeasuredLevels | None = None

    @property
    def most_runs(self) -> int:
        """As many levels as are measured at most."""
        return len(self._standard) + STARTS * RUNS_PER_LEVEL * (self.question.steps - 1)

    @property
    def started(self) -> bool:
        """Whether there is a best so far that `proved` can be asked for."""
        return bool(self.search.measured)

    def prepare(self) -> None:
        """Draw the references."""
        for runs in (self._trained, self._held_out, self._finer):
            _ = runs.reference

    def run(self) -> None:
        """Compare the standard spacings, and search from the best of them on. LabError if none can be drawn."""
        self._best_standard = self.search.compare(self._standard)
        for start in self.search.starts(STARTS):
            self.search.search(start.sigmas, FOUND)

    def searched(self, prepared: Callable[[], object] = lambda: None) -> bool:
        """Prepare and run; `prepared` is called between them. False if that was interrupted, and the best so far stays.

        Interrupted if there is no best yet.
        """
        try:
            self.prepare()
            prepared()
            self.run()
        except Interrupted:
            if not self.started:
                raise
            return False
        return True

    def proved(self) -> Optimum:
        """The best so far on the held-out pictures; LabError if nothing was measured yet."""
        best, standard = self.search.best, self._best_standard or self.search.best
        named = {one.name: one for one in self.search.measured if one.name != FOUND}
        others = tuple(self._prove(one) for name, one in named.items() if name == "trailing" != standard.name)
        levels = levels_of(self._schedule, best.sigmas)
        finer = self._finer.reference
        return Optimum(
            question=self.question,
            levels=levels,
            found=self._prove(best),
            standard=self._prove(standard),
            others=others,
            reference_error=float(np.median(rms_per_picture(self._trained.reference[: len(finer)], finer))),
            calls=solver_named(self.question.solver).nfe(self.question.steps),
            runs=self.search.runs,
        )

    def _distances(self, sigmas: Array) -> Array:
        return self._trained.distances(self.question.table(self._schedule, sigmas))

    def _prove(self, levels: MeasuredLevels) -> Proved:
        table = self.question.table(self._schedule, levels.sigmas)
        return Proved(levels.name, levels.sigmas, self._held_out.distances(table))


def levels_of(schedule: Schedule, sigmas: Array) -> StepLevels:
    """The steps through σ (N + 1,), the end among them. StepsError if the schedule does not have them."""
    steps = Steps.from_spacing(schedule, sigmas=sigmas)
    return StepLevels(schedule, steps.timesteps, steps.log_snr)


def check_no_noise(solver: str, table: SolverTable) -> None:
    """Raise LabError for a table that adds noise."""
    if table.C.any():
        raise LabError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{solver} adds noise on the way, so that its pictures are near no other run's; "
                "choose a solver that adds none, as dpm-solver++, or eta=0.",
            ),
            solver=solver,
        )


def _fine_table(schedule: Schedule, steps: int) -> SolverTable:
    return solver_table(REFERENCE_SOLVER, Steps.from_spacing(schedule, min(steps, schedule.T)), order=3)
