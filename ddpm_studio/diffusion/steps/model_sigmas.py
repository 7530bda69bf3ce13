"""Noise levels in the unit that ComfyUI and diffusers call sigma: σ for most models, but τ for those of a flow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ddpm_studio.diffusion.levels import log_snr_at, read_only
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule


@dataclass(frozen=True)
class ModelSigmas:
    """The levels of a schedule as other programs have them: τ = σ/(1+σ) where it is a flow, else σ.

    >>> model = ModelSigmas(Schedule("flow", 4, {"shift": 3}))
    >>> model.table.round(3).tolist(), model.shift
    ([0.5, 0.75, 0.9, 1.0], 3.0)
    """

    schedule: Schedule

    @property
    def flow(self) -> bool:
        """True if its levels are τ."""
        return self.schedule.is_flow

    @property
    def shift(self) -> float:
        """s of a flow, of which an snr_shift of s² is a part as well; 1 for any other schedule.

        That of a flow without such a parameter is its σ at u = ½, where s is that of any, or 1 if it is noise there.
        """
        values = self.schedule.values
        if self.flow and "shift" not in values:
            middle = float(sigmas_of_log_snr(log_snr_at(self.schedule, np.array([self.schedule.T / 2 - 1])))[0])
            return middle if math.isfinite(middle) else 1.0
        return values["shift"] * math.sqrt(values["snr_shift"]) if self.flow else 1.0

    @cached_property
    def table(self) -> Array:
        """The level of every t, (T,), rising."""
        return read_only(self.of_log_snr(self.schedule.coefficients.log_snr))

    @property
    def smallest(self) -> float:
        """That of t = 1."""
        return float(self.table[0])

    @cached_property
    def largest(self) -> float:
        """The largest one that is finite, which is that of T unless this is pure noise and no flow."""
        return float(self.table[np.isfinite(self.table)][-1])

    def at(self, timesteps: Array) -> Array:
        """The levels at array indexes, fractional ones too, of their shape."""
        return self.of_log_snr(log_snr_at(self.schedule, timesteps))

    def of_log_snr(self, log_snr: Array) -> Array:
        """Levels with this log SNR, of its shape."""
        return taus_of_log_snr(log_snr) if self.flow else sigmas_of_log_snr(log_snr)

    def log_snr(self, levels: Array) -> Array:
        """The log SNR of levels, of their shape; −∞ for pure noise, +∞ for 0. NaN for what is none, such as τ > 1."""
        return log_snr_of_taus(levels) if self.flow else log_snr_of_sigmas(levels)


def sigmas_of_log_snr(log_snr: Array) -> Array:
    """σ of log SNR, of its shape: infinite for −∞, 0 for +∞.

    >>> sigmas_of_log_snr(np.array([-np.inf, 0.0, np.inf])).tolist()
    [inf, 1.0, 0.0]
    """
    with np.errstate(over="ignore"):
        return np.exp(-0.5 * log_snr)


def taus_of_log_snr(log_snr: Array) -> Array:
    """τ = σ/(1+σ) of log SNR, of its shape: 1 for −∞, 0 for +∞.

    >>> taus_of_log_snr(np.array([-np.inf, 0.0, np.inf])).tolist()
    [1.0, 0.5, 0.0]
    """
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(0.5 * log_snr))


def log_snr_of_sigmas(sigmas: Array) -> Array:
    """Log SNR of σ, of its shape, +∞ for 0; NaN below.

    >>> log_snr_of_sigmas(np.array([np.inf, 1.0, 0.0])).round(3).tolist()
    [-inf, 0.0, inf]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return -2 * np.log(sigmas) + 0.0


def log_snr_of_taus(taus: Array) -> Array:
    """Log SNR of τ, of its shape, −∞ for 1 and +∞ for 0; NaN for what is no τ.

    >>> log_snr_of_taus(np.array([1.0, 0.5, 0.0])).round(3).tolist()
    [-inf, 0.0, inf]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * (np.log1p(-taus) - np.log(taus))


def shifted(time: Array, shift: float) -> Array:
    """τ of the times u in 0 … 1 of a flow with shift s, s·u/(1 + (s−1)·u), of their shape; that of 1 is 1, not rounded.

    >>> shifted(np.array([0.0, 0.5, 1.0]), 3.0).tolist(), shifted(np.array([1.0]), 0.1).tolist()
    ([0.0, 0.75, 1.0], [1.0])
    """
    taus: Array = np.where(time == 1, 1.0, shift * time / (1 + (shift - 1) * time))
    return taus
