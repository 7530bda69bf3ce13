"""Compared steps: one of two lists, with what it was made from, and how far apart two of them are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.diffusion.steps.model_sigmas import sigmas_of_log_snr
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import FILE, ListReader, StepsSpec, no_files

Flags = NDArray[np.bool_]

SAME = 2e-5
"""Relative difference of σ that is none: what float32 leaves of one after a few operations."""

COARSEST = 0.005
"""Largest relative difference that is put down to the digits of a list: three of them."""

ENOUGH_DIGITS = 6
"""Digits of a list by which it is told as finely as SAME asks."""

SAME_TIMESTEP = 1e-3
UNTIMED = ("sigmas", "taus")
"""Lists that say nothing of timesteps."""


@dataclass(frozen=True, eq=False)
class ComparedSteps:
    """Steps and their spec, None once they are what no spec says; `timed` if it says which timesteps are told.

    `relative` is the difference of σ, or τ if it was given in that, that is none: from the digits of a list.
    """

    levels: StepLevels
    spec: StepsSpec | None = None
    timed: bool = True
    relative: float = SAME
    in_taus: bool = False

    @classmethod
    def of(
        cls, spec: StepsSpec, schedule: Schedule, steps: int | None = None, read: ListReader = no_files
    ) -> ComparedSteps:
        """The steps of a spec over a schedule. Raises StepsError for those that there are not."""
        if not spec.is_list:
            levels = spec.levels(schedule, steps, read)
            if spec.steps is None:
                spec = replace(spec, steps=levels.asked if levels.asked is not None else steps)
            return cls(levels, spec)
        sort, numbers, _ = found = spec.listed(schedule, read)
        levels = spec.levels(schedule, steps, lambda path: found if path == spec.path else read(path))
        said = None if spec.source == FILE else spec
        if sort not in UNTIMED:
            return cls(levels, said)
        return cls(levels, said, False, relative_of_digits(numbers), sort == "taus")

    def respecified(self, spec: StepsSpec, schedule: Schedule | None = None) -> ComparedSteps:
        """Those of another spec, or over another schedule."""
        made = type(self).of(spec, schedule or self.levels.schedule)
        return replace(made, spec=spec)

    def relaid(self, log_snr: Array, timesteps: Array | None = None) -> Self:
        """The same list with other levels, (N+1,), at their own timesteps or at those given, (N,)."""
        levels = self.levels.through(log_snr)
        if timesteps is not None:
            levels = replace(levels, timesteps=timesteps)
        return replace(self, levels=levels, spec=None, in_taus=False)

    @property
    def spaced(self) -> StepsSpec | None:
        """Its spec if that is a spacing."""
        return self.spec if self.spec is not None and self.spec.source in SPACINGS else None

    @cached_property
    def tolerance(self) -> Array:
        """The difference in log SNR that is none, (N+1,)."""
        if self.in_taus:
            return 2 * self.relative / np.maximum(1 - self.levels.taus, self.relative)
        return np.full(self.levels.count + 1, 2 * self.relative)


def relative_of_digits(numbers: tuple[float, ...]) -> float:
    """The relative difference that is none between numbers that were rounded to as many digits as these have.

    >>> relative_of_digits((14.61, 6.5, 0.0)), relative_of_digits((14.614641, 6.5)), relative_of_digits(())
    (0.00051, 2e-05, 2e-05)
    """
    digits = 0
    for each in numbers:
        digits = max(digits, len(Decimal(shortest(each)).normalize().as_tuple().digits))
        if digits >= ENOUGH_DIGITS:
            break
    return min(max(SAME, 0.51 * 10.0 ** (1 - digits)), COARSEST) if numbers else SAME


@dataclass(frozen=True, eq=False)
class StepDifferences:
    """Differences between two lists at every step, second less first: t (N,), log SNR and the ratio of σ (N+1,).

    Of two that differ in length, those of the steps that both have. NaN where both σ are 0 or infinite has no meaning
    and is 0, or 1 for the ratio.
    """

    timesteps: Array
    log_snr: Array

    @property
    def ratios(self) -> Array:
        """σ of the second over that of the first, (N+1,)."""
        return sigmas_of_log_snr(self.log_snr)

    @property
    def largest(self) -> float:
        """The largest difference in log SNR."""
        return float(np.abs(self.log_snr).max())


def differences(first: StepLevels, second: StepLevels) -> StepDifferences:
    """How two lists differ, step by step."""
    both = min(first.count, second.count)
    return StepDifferences(
        second.timesteps[:both] - first.timesteps[:both],
        apart(first.log_snr[: both + 1], second.log_snr[: both + 1]),
    )


def apart(first: Array, second: Array) -> Array:
    """Second less first of log SNR of one shape, 0 for equal infinities.

    >>> apart(np.array([-np.inf, 1.0, np.inf]), np.array([-np.inf, 1.5, 2.0])).tolist()
    [0.0, 0.5, -inf]
    """
    with np.errstate(invalid="ignore"):
        return np.where(first == second, 0.0, second - first)


def differing(first: ComparedSteps, second: ComparedSteps) -> tuple[Flags, Flags]:
    """Where two lists differ at the steps that both have, by more than their digits say: in t, (N,), and σ, (N+1,)."""
    found = differences(first.levels, second.levels)
    rows = len(found.log_snr)
    allowed = np.maximum(first.tolerance[:rows], second.tolerance[:rows])
    timed = first.timed and second.timed
    return timed & (np.abs(found.timesteps) > SAME_TIMESTEP), ~(np.abs(found.log_snr) <= allowed)


def same(first: ComparedSteps, second: ComparedSteps) -> bool:
    """True if both lists are one, as far as their digits say."""
    return first.levels.count == second.levels.count and not any(each.any() for each in differing(first, second))
