"""What passes between the window and the thread that samples: frozen values that know neither torch nor Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ddpm_studio import checkpoints
from ddpm_studio.checkpoints import Answers
from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.layout import spacing_named
from ddpm_studio.diffusion.options import resolved
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.errors import SolverError, StudioError
from ddpm_studio.run_settings import RunSettings, SamplerSettings, check_whole

if TYPE_CHECKING:
    from ddpm_studio.sampling.eight_bit import EightBit

MAX_SAMPLERS = 4
MOST_SHOWN = 256
"""Pictures that a window has room for."""


@dataclass(frozen=True)
class SamplerSpec(SamplerSettings):
    """One way to sample: a solver with its options, over `steps` noise levels laid out by `spacing`.

    The levels are those of the checkpoint's own schedule, or with `along` those of another one, matched by log SNR.
    SolverError for an unknown solver or option, StepsError for an unknown spacing, SamplingError for steps outside
    1 … 100 000; that there are no more steps than the schedule has, and that an ε-prediction can start where ᾱ = 0,
    is only known with the schedule: `table` raises then. `key` names the line of the setup that the sampler was made
    of, and is not part of what is drawn.
    """

    along: Schedule | None = None
    key: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        resolved(self.solver, solver_named(self.solver).options, dict(self.options), SolverError)
        spacing_named(self.spacing)
        check_whole("steps", self.steps, 1, MAX_T)

    def levels(self, schedule: Schedule) -> Steps:
        """The noise levels for a network that was trained with `schedule`; StepsError where they cannot be had."""
        if self.along is None:
            return Steps.from_spacing(schedule, self.steps, self.spacing)
        return Steps.from_schedule(schedule, self.along, self.steps, self.spacing)

    def table(self, schedule: Schedule) -> SolverTable:
        """The solver's rows for a network that was trained with `schedule`; StepsError, SolverError."""
        return solver_table(self.solver, self.levels(schedule), **dict(self.options))


@dataclass(frozen=True)
class RunSpec(RunSettings):
    """What is to be drawn: `pictures` (1 … 256) from the noise of `seed`, once with each of one to four samplers.

    `checkpoint` is a path or a name. SamplingError for samplers and settings out of bounds.
    """

    checkpoint: str
    samplers: tuple[SamplerSpec, ...] = (SamplerSpec(),)

    def __post_init__(self) -> None:
        check_whole("samplers", len(self.samplers), 1, MAX_SAMPLERS)
        check_whole("pictures", self.pictures, 1, MOST_SHOWN)
        self.check()


@dataclass(frozen=True)
class Said:
    """What a person says about a checkpoint: `answers` go before those said earlier, of which `forget` hold no more."""

    answers: Answers = field(default_factory=Answers)
    forget: frozenset[str] = frozenset()

    def holds(self, answers: Answers) -> bool:
        """Whether that is how a checkpoint was opened for which all these `answers` hold."""
        return self.answers.over(answers) == answers and not self.forget & answers.said.keys()


@dataclass(frozen=True)
class Trial:
    """A few pictures with each reading that a checkpoint leaves open, and what a person now says of it."""

    checkpoint: str
    answers: Answers = field(default_factory=Answers)
    device: str = "auto"


@dataclass(frozen=True, eq=False)
class Tried:
    """A step of a trial: where the reading of this `number` has come to, bytes (B, H, W, C), or what ended it."""

    readings: tuple[Answers, ...]
    number: int
    pictures: NDArray[np.uint8] | None = None
    error: StudioError | None = None


@dataclass(frozen=True)
class CheckpointCard:
    """What an opened checkpoint is, for people to read and for controls to be set by.

    `path` is what was asked for, `rows` all that is known of it and how that came to be known, `answers` what a person
    said about it, now or before; `shape` (C, H, W); `guidable` says whether it has a class that stands for none, so
    that guidance other than 1 is possible; `clip` is the recommended bound of x0, or None; `notes` are the things
    that the files do not say and that were assumed.
    """

    path: str
    name: str
    family: str
    network: str
    parameters: int
    shape: tuple[int, int, int]
    schedule: Schedule
    prediction_type: str
    classes: int = 0
    guidable: bool = False
    clip: float | None = None
    notes: tuple[checkpoints.Assumption, ...] = ()
    rows: tuple[checkpoints.CardItem, ...] = ()
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True)
class Measures:
    """One step of a row in numbers, measured where the tensors lie.

    `index` counts the network's calls from 0 to `total` − 1, `timestep` is what the network was told, and
    `alphas_cumprod` is ᾱ of the x that came out. `mean` and `std` are of x over all pictures, pixels and channels,
    `x0_std` of the network's estimate; `low` and `high` are the extremes of x. `rms_to_first` is the root mean square
    difference of the estimates (of the pictures themselves once both are finished) to those of the first row as far
    as it has come, None for the first row and as long as there is nothing to compare with. `pictures_at_once` is None
    as long as the device holds the whole batch.
    """

    index: int
    total: int
    timestep: float
    alphas_cumprod: float
    mean: float
    std: float
    x0_std: float
    low: float
    high: float
    rms_to_first: float | None = None
    pictures_at_once: int | None = None


@dataclass(frozen=True, eq=False)
class RunFrame:
    """One step of one row of a run, to be looked at: x and the estimate x0, for either display range, in bytes."""

    run: int
    row: int
    measures: Measures
    x: EightBit
    x0: EightBit
