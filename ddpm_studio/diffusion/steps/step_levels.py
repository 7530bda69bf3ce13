"""Levels of steps before they are run: what a spec lays out, which may still be changed, listed or turned round."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from ddpm_studio.diffusion.levels import alpha_bar, timestep_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps import layout
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas, log_snr_of_sigmas, sigmas_of_log_snr, taus_of_log_snr


@dataclass(frozen=True, eq=False)
class StepLevels:
    """N steps over `log_snr` (N+1,), of which the last is where they end; `timesteps` (N,) are what a network is told.

    `moved` are those that were brought into the schedule, also if they have been cut off since, `asked` is the number
    that was asked for, and `boundary` the τ from which on the first of two experts is in charge, if there are two.
    """

    schedule: Schedule
    timesteps: Array
    log_snr: Array
    moved: Array = field(default_factory=lambda: layout.NONE)
    asked: int | None = None
    boundary: float | None = None

    @property
    def count(self) -> int:
        """The number of steps, N."""
        return len(self.timesteps)

    @property
    def outside(self) -> int:
        """The number of steps that start at a level which was brought into the schedule."""
        return int(np.isin(self.log_snr[:-1], self.moved).sum())

    @property
    def sigmas(self) -> Array:
        """σ of the levels, (N+1,)."""
        return sigmas_of_log_snr(self.log_snr)

    @property
    def taus(self) -> Array:
        """τ = σ/(1 + σ) of the levels, (N+1,)."""
        return taus_of_log_snr(self.log_snr)

    @property
    def alphas_cumprod(self) -> Array:
        """ᾱ of the levels, (N+1,)."""
        return alpha_bar(self.log_snr)

    @property
    def model_sigmas(self) -> Array:
        """What other programs call sigma, (N+1,): τ of a flow, else σ."""
        return ModelSigmas(self.schedule).of_log_snr(self.log_snr)

    @property
    def all_timesteps(self) -> Array:
        """The timesteps and, after them, that of the end, (N+1,); NaN for the clean picture, which has none."""
        end = timestep_at(self.schedule, self.log_snr[-1:])
        every = np.append(self.timesteps, end)
        return np.where(np.isposinf(self.log_snr), np.nan, every)

    @property
    def experts(self) -> tuple[str, ...]:
        """Which of two experts each step belongs to, "high" or "low" noise; empty if there is one."""
        if self.boundary is None:
            return ()
        return tuple("high" if tau >= self.boundary else "low" for tau in self.taus[:-1].tolist())

    def part(self, start: int, stop: int) -> Self:
        """The steps from one to before another, which end at the level of the latter."""
        return replace(self, timesteps=self.timesteps[start:stop], log_snr=self.log_snr[start : stop + 1])

    def through(self, log_snr: Array) -> Self:
        """Steps through other levels, (N+1,), at the timesteps that these have in the schedule."""
        return replace(self, timesteps=timestep_at(self.schedule, log_snr[:-1]), log_snr=log_snr)


def log_snr_of(sigma: float) -> float:
    """The log SNR of one σ."""
    return float(log_snr_of_sigmas(np.array(sigma)))
