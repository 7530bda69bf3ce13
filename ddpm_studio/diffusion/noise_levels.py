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
    return _levels_with(betas, alphas, -running_sum(_falls(betas, alphas)))


def levels_of_log_alphas_cumprod(log_alphas_cumprod: Array, falls: Array) -> Array:
    """The levels of ln ᾱ_t; `falls` are ln ᾱ_{t−1} − ln ᾱ_t, of which the difference has fewer digits."""
    return _levels_with(-np.expm1(-falls), np.exp(-falls), log_alphas_cumprod)


def _levels_with(betas: Array, alphas: Array, log_alphas_cumprod: Array) -> Array:
    log_snr = log_alphas_cumprod - log1mexp(log_alphas_cumprod)
    lost = np.minimum(betas / -np.expm1(log_alphas_cumprod), 1.0)
    lost[0] = 1.0
    return np.stack([betas, alphas, log_alphas_cumprod, log_snr, lost])


def levels_of_log_snr(log_snr: Array, falls: Array) -> Array:
    """The levels of log SNR_t; `falls` are log SNR_{t−1} − log SNR_t, of which the first does not count.

    ᾱ_t is the logistic function of log SNR_t, hence β_t = (1 − ᾱ_t)(1 − SNR_t/SNR_{t−1}), which does not cancel.

    >>> levels_of_log_snr(np.array([0.0, -np.inf]), np.array([np.inf, np.inf]))[0].tolist()
    [0.5, 1.0]
    """
    return _levels_at(log_snr, -np.expm1(-falls), np.exp(-falls + _log_noise_rises(log_snr)))


def _levels_at(log_snr: Array, lost: Array, alphas: Array) -> Array:
    """The levels of log SNR, with the share of the SNR that each step takes, and its α; all but the first of each."""
    log_alphas_cumprod = -np.logaddexp(0.0, -log_snr)
    lost[0], alphas[0] = 1.0, np.exp(log_alphas_cumprod[0])
    betas = np.exp(-np.logaddexp(0.0, log_snr)) * lost
    return np.stack([betas, alphas, log_alphas_cumprod, log_snr, lost])


def zero_terminal_snr(levels: Array) -> Array:
    """The levels with √ᾱ rescaled so that ᾱ_T = 0 and ᾱ_1 is unchanged (Lin et al. 2023, algorithm 1).

    With r = √ᾱ, r' = (r − r_T)·r_1/(r_1 − r_T). The ratio of neighbours is 1 − δ with
    δ_t = (r_{t−1} − r_t)/(r_{t−1} − r_T) = (1 − √α_t)/(1 − √(α_t…α_T)), hence β'_t = δ(2 − δ).

    >>> levels = zero_terminal_snr(levels_of_betas(np.array([0.1, 0.2, 0.3])))
    >>> np.exp(levels[2]).round(3).tolist()  # was 0.9, 0.72, 0.504
    [0.9, 0.303, 0.0]
    """
    falls = _falls(levels[0], levels[1])
    rest = running_sum(falls[::-1])[::-1]
    gone = np.expm1(-0.5 * rest)
    delta = np.expm1(-0.5 * falls) / gone
    alphas = (np.exp(-0.5 * falls) * np.append(gone[1:], 0.0) / gone) ** 2
    betas = delta * (2 - delta)
    betas[0], alphas[0] = levels[0][0], levels[1][0]
    betas[-1], alphas[-1] = 1.0, 0.0
    return levels_of_steps(betas, alphas)


def shift_snr(levels: Array, factor: float) -> Array:
    """The levels with the SNR of every step divided by `factor` > 0, i.e. ᾱ' = ᾱ/(c + (1−c)ᾱ).

    A picture r times larger needs c = r² (Hoogeboom et al. 2023, section 3.1); scaling the input by b is c = 1/b²
    (Chen 2023). Log SNR moves by −ln c, and each step takes the same share of the SNR as before.

    >>> shift_snr(levels_of_betas(np.array([0.5])), 4.0)[0].round(3).tolist()  # SNR 1 becomes ¼, and ᾱ 0.2
    [0.8]
    """
    log_snr = levels[3] - np.log(factor)
    alphas = levels[1] * np.exp(_log_noise_rises(log_snr) - _log_noise_rises(levels[3]))
    return _levels_at(log_snr, levels[4].copy(), alphas)


def _falls(betas: Array, alphas: Array) -> Array:
    """−ln α_t from whichever of both has its digits."""
    with np.errstate(divide="ignore"):
        return np.where(betas < 0.5, -np.log1p(-betas), -np.log(alphas))


def _log_noise_rises(log_snr: Array) -> Array:
    """ln((1 − ᾱ_t)/(1 − ᾱ_{t−1})) of shape (T,); 0 at the first."""
    log_noise = -np.logaddexp(0.0, log_snr)
    return np.diff(log_noise, prepend=log_noise[0])


def running_sum(terms: Array) -> Array:
    """Sums of the first 1 … T terms, none of them negative, as if each sum was rounded but once.

    Terms are split at a power of two: sums of what lies above it are exact, and what lies below it is so small that the
    rounding of its sums does not count. Everything from an infinite term on is infinite.

    >>> float(running_sum(np.full(100_000, 0.1))[-1]) == 10_000.0
    True
    """
    endless = np.isinf(terms)
    finite = np.where(endless, 0.0, terms)
    unit = 2.0 ** (np.frexp(finite.sum())[1] - 52)
    above = np.round(finite / unit) * unit
    return np.where(np.cumsum(endless) > 0, np.inf, np.cumsum(above) + np.cumsum(finite - above))


def log1mexp(x: Array) -> Array:
    """ln(1 − e^x) for x ≤ 0, any shape, to the last digit (Mächler 2012).

    >>> log1mexp(np.array([-1e-20, -50.0])).tolist()
    [-46.051701859880914, -1.9287498479639178e-22]
    """
    with np.errstate(divide="ignore"):
        return np.where(x > -np.log(2), np.log(-np.expm1(x)), np.log1p(-np.exp(x)))
