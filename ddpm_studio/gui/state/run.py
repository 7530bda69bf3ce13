"""Runs as frozen values, passed between the window and the sampling thread; they know neither torch nor Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from ddpm_studio import checkpoints
from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.trust import TRUST
from ddpm_studio.diffusion import Finding, Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.noising import Weights
from ddpm_studio.diffusion.options import resolved
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.steps.levels_findings import findings_of_the_list
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec, no_files
from ddpm_studio.errors import SolverError, StudioError
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.run_settings import RunSettings, SamplerSettings, check_whole, settings_in

if TYPE_CHECKING:
    from ddpm_studio.sampling.eight_bit import EightBit
    from ddpm_studio.sampling.recorded_frame import LatentPair

MAX_SAMPLERS = 4
MOST_SHOWN = 256
"""The number of pictures that a window has room for."""


@lru_cache(maxsize=64)
def steps_of(text: str) -> StepsSpec:
    """The steps that a sampler's text describes, kept, since every look at a setup asks for them; StepsError."""
    return StepsSpec.parse(text)


def own_number(text: str) -> int | None:
    """How many steps a text lays out by itself; None where somebody else says that. StepsError.

    What is done with them may leave out some. Those of a list count its levels, of which a clean end is no step.
    """
    spec = steps_of(text)
    if not spec.has_number:
        return None
    return spec.steps or len(spec.numbers) - (spec.numbers[-1:] == (0.0,) and spec.source != "timesteps")


@dataclass(frozen=True)
class SamplerSpec(SamplerSettings):
    """One way to sample: a solver with its options, over noise levels that `spacing` lays out.

    `spacing` is the text of a StepsSpec, of `steps` steps unless it has a number of its own. A list in a file is read
    before, so that what was read is what is run. The levels are those of the checkpoint's own schedule, or those of
    `along`, matched by log SNR.

    SolverError for an unknown solver or option, StepsError for a text of no steps, SamplingError for steps outside
    1 … 100 000. Whether the schedule has that many steps, and whether an ε-prediction can start where ᾱ = 0, is only
    known with the schedule: then `table` raises. `key` names the line of the setup that the sampler was made from, and
    has no effect on what is drawn.
    """

    along: Schedule | None = None
    key: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        resolved(self.solver, solver_named(self.solver).options, dict(self.options), SolverError)
        for path in steps_of(self.spacing).files:
            no_files(path)
        check_whole("steps", self.steps, 1, MAX_T)

    def levels(self, schedule: Schedule) -> Steps:
        """The noise levels for a network that was trained with `schedule`; StepsError if it does not have them."""
        return Steps.of_levels(self._laid_out(schedule), self.spacing, None if self.along is None else schedule)

    def findings(self, schedule: Schedule, from_picture: bool = False) -> tuple[Finding, ...]:
        """What there is to say about the steps besides what their table says of itself, where they begin in noise or
        from a picture; StepsError as `levels`.
        """
        return findings_of_the_list(self._laid_out(schedule), from_picture)

    def _laid_out(self, schedule: Schedule) -> StepLevels:
        spec = steps_of(self.spacing)
        return spec.levels(self.along or schedule, None if spec.has_number else self.steps)

    def table(self, schedule: Schedule) -> SolverTable:
        """The solver's table for a network that was trained with `schedule`; StepsError, SolverError."""
        return solver_table(self.solver, self.levels(schedule), **dict(self.options))


@dataclass(frozen=True)
class RunSpec(RunSettings):
    """A run: `pictures` (1 … 256) from the noise of `seed`, once with each of one to four samplers.

    `checkpoint` is a path or a name, and `picture` what is noised to begin with, None for noise alone. SamplingError
    for samplers and settings out of bounds.
    """

    checkpoint: str
    samplers: tuple[SamplerSpec, ...] = (SamplerSpec(),)
    picture: Picture | None = None

    def __post_init__(self) -> None:
        check_whole("samplers", len(self.samplers), 1, MAX_SAMPLERS)
        check_whole("pictures", self.pictures, 1, MOST_SHOWN)
        self.check()

    def fitted(self, card: CheckpointCard) -> Self:
        """The same run with settings that fit its checkpoint, of which nothing may have been known before."""
        picture = self.picture if card.takes_pictures else None
        return replace(self, **card.fitted(settings_in(self)), picture=picture)


@dataclass(frozen=True)
class Said:
    """The user's word on a checkpoint: `answers` take precedence over remembered ones, `forget` drops some of those.

    Answers that are `alone` are all there are: what is remembered stays so, but does not hold. Those that are `proven`
    have drawn pictures in a trial, and are remembered at once.
    """

    answers: Answers = field(default_factory=Answers)
    forget: frozenset[str] = frozenset()
    alone: bool = False
    proven: bool = False

    def holds(self, answers: Answers) -> bool:
        """True if a checkpoint for which all these `answers` hold was opened in this way."""
        if self.alone:
            return answers == self.answers
        return self.answers.over(answers) == answers and not self.forget & answers.said.keys()


@dataclass(frozen=True)
class Trial:
    """A few pictures with each reading that a checkpoint leaves open, given the user's present `answers` about it.

    Unless those are `alone`, what is remembered holds as well.
    """

    checkpoint: str
    answers: Answers = field(default_factory=Answers)
    device: str = "auto"
    alone: bool = False


@dataclass(frozen=True, eq=False)
class Tried:
    """A step of a trial: the pictures of reading `number` so far, bytes (B, H, W, C), or the error that ended it."""

    readings: tuple[Answers, ...]
    number: int
    pictures: NDArray[np.uint8] | None = None
    error: StudioError | None = None


@dataclass(frozen=True)
class LatentLook:
    """The latents of `picture`, noised by the ε of `seed` at each of some weights (√ᾱ, √(1 − ᾱ)), as previews or, if
    they are `decoded`, as pictures.

    They are encoded on `device` by a checkpoint, named by its path and the `answers` with which it is open.
    """

    checkpoint: str
    answers: Answers
    picture: Picture
    weights: tuple[Weights, ...]
    seed: int = 0
    device: str = "auto"
    decoded: bool = False


@dataclass(frozen=True)
class CheckpointCard:
    """A description of an opened checkpoint, for the user to read and for controls to be set by.

    `path` is what was asked for, `rows` all that is known of it and where it is known from, `answers` what the user
    said about it, now or earlier, and `memory` what is remembered of that; `shape` is (C, H, W); `guidable` is True if
    it has a null class, so that guidance other than 1 is possible, `text` if it takes prompts, `takes_pictures` if a
    run can begin from one, and `latent` if what it draws has to be decoded; `guidance` is the
    recommended one, and `clip` the recommended bound of x0, or None; `notes` are the assumptions made where the files
    say nothing.
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
    text: bool = False
    takes_pictures: bool = False
    latent: bool = False
    guidance: float = 1.0
    clip: float | None = None
    notes: tuple[checkpoints.Assumption, ...] = ()
    rows: tuple[checkpoints.CardItem, ...] = ()
    answers: Answers = field(default_factory=Answers)
    memory: checkpoints.Memory = field(default_factory=checkpoints.Memory)

    def fitted(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Settings as a run with it has them, by name: the guidance that it recommends where none is chosen, no text
        for one that takes none, no class for one that takes text, and noise to begin from for one that cannot begin
        from a picture.
        """
        guidance = self.guidance if settings["guidance"] is None else settings["guidance"]
        no_text = {"prompt": "", "negative_prompt": "", "guidance_rescale": 0.0}
        left_out = {"label": None} if self.text else no_text
        from_picture = settings["from_picture"] and self.takes_pictures
        return {**settings, "guidance": guidance, **left_out, "from_picture": from_picture}

    @property
    def trusted(self) -> str:
        """The SHA-256 of a program that the user trusts, "" for what runs no code."""
        return next((str(row.value) for row in self.rows if row.key == TRUST), "")

    def without_trust(self) -> Self:
        """The same card of a program that the user trusts no more."""
        return replace(self, rows=tuple(row for row in self.rows if row.key != TRUST))


@dataclass(frozen=True)
class Measures:
    """One step of a sampler in numbers, measured on the device that holds the tensors.

    `index` counts the network's calls from 0 to `total` − 1, `timestep` is what the network was given, and
    `alphas_cumprod` is ᾱ of the resulting x. `mean` and `std` are of x over all pictures, pixels and channels,
    `x0_mean` and `x0_std` of the network's estimate; they are those of latents where the network works in these. `low`
    and `high` are the extremes of x. `rms_to_first` is the root mean square difference of the estimates (of the
    pictures themselves once both are finished) from the first sampler's latest, None for the first sampler and as long
    as there is nothing to compare with. `pictures_at_once` is None as long as the device holds the whole batch.
    """

    index: int
    total: int
    timestep: float
    alphas_cumprod: float
    mean: float
    std: float
    x0_mean: float
    x0_std: float
    low: float
    high: float
    rms_to_first: float | None = None
    pictures_at_once: int | None = None


@dataclass(frozen=True, eq=False)
class RunFrame:
    """One step of one sampler of a run, for display: x and the estimate x0, for either display range, in bytes.

    Of a network that works in `latents` these come as well, and x and x0 are `previewed` until they are decoded.
    """

    run: int
    row: int
    measures: Measures
    x: EightBit
    x0: EightBit
    latents: LatentPair | None = None
    previewed: bool = False
