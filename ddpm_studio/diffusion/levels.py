"""Noise levels as log SNR = ln(ᾱ/(1−ᾱ)): the one number that stays exact at both ends, −∞ for pure noise, +∞ for none.

a = √ᾱ and s = √(1−ᾱ) are the weights of picture and noise; σ = s/a; λ = ½ log SNR = −ln σ.
"""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array, log_sigmoid
from ddpm_studio.diffusion.schedule import Schedule


def read_only(array: Array) -> Array:
    """`array` itself, made read-only."""
    array.flags.writeable = False
    return array


def log_alpha_bar(log_snr: Array) -> Array:
    """ln ᾱ, any shape."""
    return log_sigmoid(log_snr)


def alpha_bar(log_snr: Array) -> Array:
    """ᾱ, any shape.

    >>> alpha_bar(np.array([-np.inf, 0.0, np.inf])).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.exp(log_alpha_bar(log_snr))


def signal(log_snr: Array) -> Array:
    """a = √ᾱ, any shape."""
    return np.exp(0.5 * log_alpha_bar(log_snr))


def noise(log_snr: Array) -> Array:
    """s = √(1−ᾱ), any shape."""
    return np.exp(0.5 * log_alpha_bar(-log_snr))


def log_snr_at(schedule: Schedule, timesteps: Array) -> Array:
    """Log SNR at array indexes 0 … T−1, linear in between, of the shape of `timesteps`.

    Towards a last level of pure noise, where log SNR is −∞, 1/σ is linear instead.

    >>> log_snr_at(Schedule("linear", 1000), np.array([0.0, 499.5, 999.0])).round(3).tolist()
    [9.21, -2.467, -10.118]
    """
    known = _finite(schedule)
    last = len(known) - 1
    inside = np.interp(timesteps, np.arange(len(known)), known)
    with np.errstate(divide="ignore"):
        beyond = known[last] + 2 * np.log1p(-np.clip(timesteps - last, 0.0, 1.0))
    return np.where(timesteps > last, beyond, inside)


def timestep_at(schedule: Schedule, log_snr: Array) -> Array:
    """The array index, possibly fractional, that had this log SNR in training: the inverse of `log_snr_at`.

    Levels outside the schedule get its first or last index.

    >>> timestep_at(Schedule("linear", 1000), np.array([9.21, 0.0, -20.0])).round(1).tolist()
    [0.0, 258.1, 999.0]
    """
    known = _finite(schedule)
    last = len(known) - 1
    inside = np.interp(-log_snr, -known, np.arange(len(known)))
    with np.errstate(invalid="ignore"):
        beyond = last - np.expm1(0.5 * np.minimum(log_snr - known[last], 0.0))
    return np.minimum(np.where(log_snr < known[last], beyond, inside), schedule.T - 1)


def _finite(schedule: Schedule) -> Array:
    """Log SNR without the levels of pure noise; −∞ alone for a schedule of nothing else."""
    log_snr = schedule.coefficients.log_snr
    finite = log_snr[np.isfinite(log_snr)]
    return finite if len(finite) else np.array([-np.inf])
