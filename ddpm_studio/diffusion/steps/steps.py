"""Steps: the noise levels that a sampler visits, and the timestep fed to the network at each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.findings import FLOAT32_TINY, Finding
from ddpm_studio.diffusion.levels import alpha_bar, noise, read_only, signal
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps import layout
from ddpm_studio.diffusion.steps.levels_findings import beyond_training, coinciding
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError
from ddpm_studio.notebook import ShownInNotebooks


@dataclass(frozen=True, eq=False)
class Steps(ShownInNotebooks):
    """N steps down N+1 noise levels, for a network trained with `schedule`.

    `timesteps` (N,) are the array indexes 0 … T−1 fed to the network, strictly falling, fractional if a level lies
    between two of training. `log_snr` (N+1,) is ln(ᾱ/(1−ᾱ)) of the levels visited and of the end, strictly rising,
    +∞ if the end is the clean picture. Both are float64 and read-only. `outside` is the number of levels that lie
    beyond those of training, and `along` the schedule that the levels are of, if another. Raises StepsError unless both
    arrays are strictly monotonic.

    >>> steps = Steps.from_spacing(Schedule("linear", 1000), 4)
    >>> steps.timesteps.tolist()
    [999.0, 749.0, 499.0, 249.0]
    >>> steps.sigmas.round(3).tolist()
    [157.407, 17.247, 3.424, 0.953, 0.0]
    """

    schedule: Schedule
    spacing: str
    timesteps: Array
    log_snr: Array
    outside: int = 0
    along: Schedule | None = None

    def __post_init__(self) -> None:
        read_only(self.timesteps)
        read_only(self.log_snr)
        tied = np.flatnonzero((self.timesteps[1:] >= self.timesteps[:-1]) | (self.log_snr[1:-1] <= self.log_snr[:-2]))
        if len(tied):
            raise _tied(float(self.timesteps[tied[0]]), float(self.timesteps[tied[0] + 1]))
        if self.log_snr[-1] <= self.log_snr[-2]:
            raise _nothing_left(float(self.timesteps[-1]))

    @classmethod
    def from_spacing(
        cls,
        schedule: Schedule,
        steps: int | None = None,
        spacing: str = "trailing",
        *,
        timesteps: Iterable[float] | None = None,
        sigmas: Iterable[float] | None = None,
        **options: object,
    ) -> Self:
        """The `steps` steps (1 … T) that a spacing lays out, or those given by `timesteps` or by `sigmas`.

        A spacing that has another program's own number of steps lays out as many as that does.

        Every spacing takes `set_alpha_to_one` (True): end at ᾱ = 1, otherwise at ᾱ_0, the schedule's least noisy level;
        its own options are listed in `SPACINGS`. A list must fall strictly and stay inside the schedule; if its last
        value is the end itself (σ = 0, or index 0 for ᾱ_0), it is not a step. Raises StepsError if any of this does not
        hold.

        >>> schedule = Schedule("linear", 1000)
        >>> Steps.from_spacing(schedule, 3, "karras", set_alpha_to_one=False).sigmas.round(3).tolist()
        [157.407, 21.105, 1.246, 0.01]
        >>> Steps.from_spacing(schedule, sigmas=[10, 1, 0.1, 0]).timesteps.round(1).tolist()
        [673.7, 258.1, 26.4]
        """
        layout.check_schedule(schedule)
        if timesteps is not None and sigmas is not None:
            raise StepsError(QT_TRANSLATE_NOOP("errors", "Both timesteps and sigmas are given; keep one of them."))
        if timesteps is not None:
            made = cls(schedule, "timesteps", *layout.through_timesteps(schedule, timesteps, options))
        elif sigmas is not None:
            made = cls(schedule, "sigmas", *layout.through_sigmas(schedule, sigmas, options))
        else:
            levels, moved = layout.spaced(schedule, steps, spacing, options)
            return cls(schedule, spacing, *levels, len(moved))
        if steps not in (None, made.count):
            raise StepsError(
                QT_TRANSLATE_NOOP("errors", "steps is {steps}, but the list has {count}; leave steps out."),
                steps=steps,
                count=made.count,
            )
        return made

    @classmethod
    def from_schedule(
        cls, schedule: Schedule, other: Schedule, steps: int | None = None, spacing: str = "trailing", **options: object
    ) -> Self:
        """The noise levels of `other`, laid out over it by `spacing`, each at the timestep it had in `schedule`.

        Levels are matched by equal log SNR. Those beyond the ends of `schedule` did not occur in training: they are
        moved to its end and spread towards the next level, and a finding counts them. Without `steps` every level of
        `other` is visited. Raises StepsError as `from_spacing` does.

        >>> steps = Steps.from_schedule(Schedule("linear", 1000), Schedule("cosine", 1000), 4)
        >>> steps.timesteps.round(1).tolist()  # 749, 499 and 249 in the cosine schedule
        [999.0, 434.7, 260.4, 123.6]
        >>> steps.outside, steps.findings[0].code  # the cosine schedule ends in more noise
        (1, 'levels_outside_training')
        """
        layout.check_schedule(schedule)
        layout.check_schedule(other)
        laid_out, _ = layout.spaced(other, other.T if steps is None else steps, spacing, options)
        levels, moved = layout.carried(schedule, laid_out[1])
        return cls(schedule, f"{spacing} along {other}", *levels, len(moved), other)

    @classmethod
    def of_levels(cls, levels: StepLevels, text: str, trained: Schedule | None = None) -> Self:
        """The steps that a text laid out, to be run. Raises StepsError if their noise does not fall strictly.

        A network `trained` with another schedule than they were laid out over is given the timesteps of equal log SNR;
        levels outside of its training are treated as `from_schedule` does.
        """
        if trained is None:
            return cls(levels.schedule, text, levels.timesteps, levels.log_snr, levels.outside)
        carried, moved = layout.carried(trained, levels.log_snr)
        return cls(trained, f"{text} along {levels.schedule}", *carried, len(moved), levels.schedule)

    def respaced(self, spacing: str) -> Self:
        """As many steps over the same schedule and to the same kind of end, laid out by a spacing. Raises StepsError.

        >>> Steps.from_spacing(Schedule("linear", 1000), 4, "leading").respaced("trailing").timesteps.tolist()
        [999.0, 749.0, 499.0, 249.0]
        """
        clean = self.ends_clean
        if self.along is None:
            return type(self).from_spacing(self.schedule, self.count, spacing, set_alpha_to_one=clean)
        return type(self).from_schedule(self.schedule, self.along, self.count, spacing, set_alpha_to_one=clean)

    def after(self, count: int) -> Self:
        """What is left of the steps after the first `count` of them, 0 … N−1."""
        return replace(self, timesteps=self.timesteps[count:], log_snr=self.log_snr[count:])

    @property
    def count(self) -> int:
        """The number of steps, N."""
        return len(self.timesteps)

    @property
    def ends_clean(self) -> bool:
        """True if the last step ends at ᾱ = 1."""
        return bool(np.isposinf(self.log_snr[-1]))

    @cached_property
    def dark(self) -> int:
        """The number of first levels, 0 … N, whose ᾱ is 0 or lost in float32: nothing of the picture is left there."""
        return int(np.count_nonzero(self.alphas_cumprod[:-1] < FLOAT32_TINY))

    @cached_property
    def alphas_cumprod(self) -> Array:
        """ᾱ of the levels, (N+1,)."""
        return read_only(alpha_bar(self.log_snr))

    @cached_property
    def signal(self) -> Array:
        """a = √ᾱ of the levels, (N+1,)."""
        return read_only(signal(self.log_snr))

    @cached_property
    def noise(self) -> Array:
        """s = √(1−ᾱ) of the levels, (N+1,)."""
        return read_only(noise(self.log_snr))

    @cached_property
    def lambdas(self) -> Array:
        """λ = ln(a/s) of the levels, (N+1,); −∞ for pure noise, +∞ for none."""
        return read_only(0.5 * self.log_snr)

    @cached_property
    def sigmas(self) -> Array:
        """σ = s/a of the levels, (N+1,); ∞ for pure noise, 0 for none."""
        with np.errstate(over="ignore"):
            return read_only(np.exp(-0.5 * self.log_snr))

    @cached_property
    def nearest_timesteps(self) -> NDArray[np.int64]:
        """The timesteps for a network that takes only whole ones, (N,); some may coincide."""
        whole = np.round(self.timesteps).astype(np.int64)
        whole.flags.writeable = False
        return whole

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Warnings about these levels."""
        return (*coinciding(self.timesteps), *beyond_training(self.outside, self.count))


def _tied(first: float, second: float) -> StepsError:
    return StepsError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The steps go from timestep {first:g} to {second:g}, which is not less noisy; "
            "levels must fall strictly, so take fewer steps or order the list.",
        ),
        first=first,
        second=second,
    )


def _nothing_left(timestep: float) -> StepsError:
    return StepsError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The steps are to end at ᾱ_0, but the last timestep is {timestep:g}, which is no noisier than that; "
            "end at ᾱ = 1 (set_alpha_to_one), or stop at a higher timestep.",
        ),
        timestep=timestep,
    )
