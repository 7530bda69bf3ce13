"""Noise levels: what a kind of schedule gives, and operators change, before anything else is derived from it.

They are an array of shape (5, T), float64, with a row each for β_t; α_t = 1 − β_t; ln ᾱ_t; log SNR_t, which is
ln(ᾱ_t/(1 − ᾱ_t)), and −∞ where nothing of the picture is left; and the share of the SNR that step t takes,
1 − SNR_t/SNR_{t−1} = β_t/(1 − ᾱ_t), which is all of it at the first, since the SNR of the clean picture is infinite.

No fewer rows would do: 1 − β is 0 where a step leaves less than 1e-16 of ᾱ, ᾱ underflows and 1 − ᾱ cancels, and the
difference of two steps has fewer digits than either. Here each has all of its digits at both ends.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def levels_of_betas(betas: Array) -> Array:
    """The levels of steps with these β, shape (T,).

    >>> betas, alphas, log_alphas_cumprod, log_snr, snr_lost = levels_of_betas(np.array([0.1, 0.2, 0.5]))
    >>> np.exp(log_alphas_cumprod).round(3).tolist()
    [0.9, 0.72, 0.36]
    >>> snr_lost.round(3).tolist()
    [1.0, 0.714, 0.781]
    """
    return levels_of_steps(betas, 1 - betas)


def levels_of_steps(betas: Array, alphas: Array) -> Array:
    """The levels of steps with these β and α, shape (T,), where α has more digits than 1 − β."""
    return _levels_with(betas, alphas, -running_sum(log_falls(betas, alphas)))


def levels_of_log_alphas_cumprod(log_alphas_cumprod: Array, falls: Array | None = None) -> Array:
    """The levels of ln ᾱ_t; `falls` are ln ᾱ_{t−1} − ln ᾱ_t where a formula gives them, and not their difference, which
    has fewer digits.
    """
    if falls is None:
        falls = -np.diff(log_alphas_cumprod, prepend=0.0)
    return _levels_with(-np.expm1(-falls), np.exp(-falls), log_alphas_cumprod)


def _levels_with(betas: Array, alphas: Array, log_alphas_cumprod: Array) -> Array:
    noise = -np.expm1(log_alphas_cumprod)
    log_snr = log_alphas_cumprod - np.log(noise)
    lost = np.minimum(betas / noise, 1.0)
    lost[0] = 1.0
    return np.stack([betas, _whole(betas, alphas), log_alphas_cumprod, log_snr, lost])


def levels_of_log_snr(log_snr: Array, falls: Array) -> Array:
    """The levels of log SNR_t; `falls` are log SNR_{t−1} − log SNR_t, of which the first does not count.

    ᾱ_t is the logistic function of log SNR_t, hence β_t = (1 − ᾱ_t)(1 − SNR_t/SNR_{t−1}), which does not cancel.

    >>> levels_of_log_snr(np.array([0.0, -np.inf]), np.array([np.inf, np.inf]))[0].tolist()
    [0.5, 1.0]
    """
    return levels_at(log_snr, -np.expm1(-falls), np.exp(-falls + log_noise_rises(log_snr)))


def levels_at(log_snr: Array, lost: Array, alphas: Array) -> Array:
    """The levels of log SNR, with the share of the SNR that each step takes and its α, but for the first of both."""
    log_alphas_cumprod = log_sigmoid(log_snr)
    lost[0], alphas[0] = 1.0, np.exp(log_alphas_cumprod[0])
    betas = np.exp(log_noise(log_snr)) * lost
    return np.stack([betas, _whole(betas, alphas), log_alphas_cumprod, log_snr, lost])


def _whole(betas: Array, alphas: Array) -> Array:
    """α, which is 1 − β to the last digit wherever that has any."""
    return np.where(betas < 0.5, 1 - betas, alphas)


def log_falls(betas: Array, alphas: Array) -> Array:
    """−ln α_t from whichever of both has its digits."""
    if betas.max() < 0.5:
        return -np.log1p(-betas)
    with np.errstate(divide="ignore"):
        return np.where(betas < 0.5, -np.log1p(-betas), -np.log(alphas))


def log_sigmoid(x: Array) -> Array:
    """ln(1/(1 + e^−x)), any shape: of log SNR it is ln ᾱ."""
    return -np.logaddexp(0.0, -x)


def log_noise(log_snr: Array) -> Array:
    """ln(1 − ᾱ), any shape; log SNR below 700, far beyond what any schedule starts with."""
    levels: Array = np.log1p(np.exp(log_snr))
    return -levels


def log_noise_rises(log_snr: Array) -> Array:
    """ln((1 − ᾱ_t)/(1 − ᾱ_{t−1})) of shape (T,); 0 at the first."""
    levels = log_noise(log_snr)
    return np.diff(levels, prepend=levels[0])


def running_sum(terms: Array) -> Array:
    """Sums of the first 1 … T terms, none of them negative, as if each sum was rounded but once.

    Terms are split at a power of two: sums of what lies above it are exact, and what lies below it is so small that the
    rounding of its sums does not count. Everything from an infinite term on is infinite.

    >>> float(running_sum(np.full(100_000, 0.1))[-1]) == 10_000.0
    True
    """
    ended = np.cumsum(np.isinf(terms)) > 0
    finite = np.where(ended, 0.0, terms)
    unit = 2.0 ** (np.frexp(finite.sum())[1] - 52)
    above = np.rint(finite / unit) * unit
    return np.where(ended, np.inf, np.cumsum(above) + np.cumsum(finite - above))
