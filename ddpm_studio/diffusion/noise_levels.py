"""Noise levels: what a kind of schedule gives, and operators change, before anything else is derived from it.

They are an array of shape (6, T), float64, with a row each for β_t; ln α_t, where α_t = 1 − β_t; ln ᾱ_t; log SNR_t,
which is ln(ᾱ_t/(1 − ᾱ_t)), and −∞ where nothing of the picture is left; the share of the SNR that step t takes,
1 − SNR_t/SNR_{t−1} = β_t/(1 − ᾱ_t), which is all of it at the first, since the SNR of the clean picture is infinite;
and the density of log SNR, −du/dlog SNR with u = t/T, 0 where log SNR is −∞.

No fewer rows would do: 1 − β is 0 where a step leaves less than 1e-16 of ᾱ, α and ᾱ underflow, 1 − ᾱ cancels, and the
difference of two steps has fewer digits than either. Here each has all of its digits at both ends, but for the density
of what has no closed form (`density_of_falls`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def levels_of_betas(betas: Array) -> Array:
    """The levels of steps with these β, shape (T,).

    >>> betas, log_alphas, log_alphas_cumprod, log_snr, snr_lost, density = levels_of_betas(np.array([0.1, 0.2, 0.5]))
    >>> np.exp(log_alphas_cumprod).round(3).tolist()
    [0.9, 0.72, 0.36]
    >>> snr_lost.round(3).tolist()
    [1.0, 0.714, 0.781]
    """
    with np.errstate(divide="ignore"):
        log_alphas = np.log1p(-betas)
    return _levels_with(betas, log_alphas, -running_sum(-log_alphas))


def log_snr_beyond(betas: Array, log_snr: Array) -> Array:
    """Log SNR, shape (T,), of steps with these β where it is not to the last digit what follows from them, else (0,).

    >>> log_snr_beyond(np.array([0.5]), np.array([0.0])), log_snr_beyond(np.array([1.0]), np.array([-50.0]))
    (array([], dtype=float64), array([-50.]))
    """
    with np.errstate(divide="ignore"):
        return log_snr[:0] if np.array_equal(levels_of_betas(betas)[3], log_snr) else log_snr


def levels_of_steps(betas: Array, log_alphas: Array) -> Array:
    """The levels of steps with these β and ln α, shape (T,), where ln α has more digits than ln(1 − β)."""
    log_alphas = _whole(betas, log_alphas)
    return _levels_with(betas, log_alphas, -running_sum(-log_alphas))


def levels_of_log_alphas_cumprod(log_alphas_cumprod: Array, falls: Array | None = None) -> Array:
    """The levels of ln ᾱ_t; `falls` are ln ᾱ_{t−1} − ln ᾱ_t where a formula gives them, and not their difference, which
    has fewer digits.
    """
    if falls is None:
        falls = -np.diff(log_alphas_cumprod, prepend=0.0)
    return _levels_with(-np.expm1(-falls), -falls, log_alphas_cumprod)


def _levels_with(betas: Array, log_alphas: Array, log_alphas_cumprod: Array) -> Array:
    noise = -np.expm1(log_alphas_cumprod)
    log_snr = log_alphas_cumprod - np.log(noise)
    lost = np.minimum(betas / noise, 1.0)
    lost[0] = 1.0
    density = density_of_falls(-log_alphas, noise)
    return np.stack([betas, log_alphas, log_alphas_cumprod, log_snr, lost, density])


def levels_of_log_snr(log_snr: Array, falls: Array) -> Array:
    """The levels of log SNR_t; `falls` are log SNR_{t−1} − log SNR_t, of which the first does not count.

    ᾱ_t is the logistic function of log SNR_t, hence β_t = (1 − ᾱ_t)(1 − SNR_t/SNR_{t−1}), which does not cancel.

    >>> levels_of_log_snr(np.array([0.0, -np.inf]), np.array([np.inf, np.inf]))[0].tolist()
    [0.5, 1.0]
    """
    return levels_at(log_snr, -np.expm1(-falls), log_noise_rises(log_snr) - falls)


def levels_at(log_snr: Array, lost: Array, log_alphas: Array, density: Array | None = None) -> Array:
    """The levels of log SNR, with the share of the SNR that each step takes and its ln α, but for the first of both,
    and with the density of log SNR where it is known.
    """
    log_alphas_cumprod = log_sigmoid(log_snr)
    lost[0], log_alphas[0] = 1.0, log_alphas_cumprod[0]
    noise = np.exp(log_noise(log_snr))
    betas = noise * lost
    log_alphas = _whole(betas, log_alphas)
    if density is None:
        density = density_of_falls(-log_alphas, noise)
    return np.stack([betas, log_alphas, log_alphas_cumprod, log_snr, lost, density])


def levels_of_table(betas: Array, log_snr: Array) -> Array:
    """The levels of steps with these β and this log SNR, shape (T,), which tells more than β next to 1 can.

    >>> levels_of_table(np.array([0.5, 1.0]), np.array([0.0, -50.0]))[:, 1].round(3).tolist()[2:]
    [-50.0, -50.0, 1.0, 0.001]
    """
    log_alphas_cumprod = log_sigmoid(log_snr)
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.diff(log_alphas_cumprod, prepend=0.0)
        log_alphas = np.where(np.isnan(kept), np.log1p(-betas), kept)
    levels = levels_at(log_snr, np.minimum(betas / np.exp(log_noise(log_snr)), 1.0), log_alphas)
    levels[0] = betas
    return levels


def density_of_falls(falls: Array, noise: Array) -> Array:
    """The density of log SNR, −du/dlog SNR with u = t/T, of steps in which ln ᾱ falls by `falls`, with 1 − ᾱ_t.

    It is (1 − ᾱ_t)/(T·s_t), where s_t is what ln ᾱ, which is smooth at the clean end where log SNR is not, falls per
    step at t: the mean of step t and the next, and at the last that step times the root of its ratio to the one before.
    Where falls f are those of a smooth curve, s_t is too large by f''/6, and at the last by no more than f''/2 + f'²/f:
    of `linear` at T = 1000 that is 7e-7 of it at the first step, 4e-9 at the hundredth and 2e-6 at the last.

    >>> density_of_falls(np.array([0.1, 0.1, np.inf]), np.array([0.1, 0.2, 1.0])).round(3).tolist()
    [0.333, 0.667, 0.0]
    """
    T = len(falls)
    count = T if falls.max() < np.inf else int(np.argmax(falls == np.inf))
    density, finite = np.zeros(T), falls[:count]
    if count:
        last = finite[-1] * np.sqrt(finite[-1] / finite[max(count - 2, 0)])
        density[: count - 1] = noise[: count - 1] / (finite[1:] + finite[:-1]) * (2 / T)
        density[count - 1] = noise[count - 1] / last / T
    return density


def with_density(levels: Array, density: Array, max_beta: float, min_beta: float) -> Array:
    """The levels with a density of log SNR by a closed form, as far as its formula for ᾱ is what the steps follow.

    That is up to the first step whose β is `max_beta` or more, and but for those whose β is raised to `min_beta` and
    for those whose noise is due to such.
    """
    betas, end = levels[0], len(density)
    if betas.max() >= max_beta:
        end = int(np.argmax(betas >= max_beta)) + 1
    if betas.min() < 2 * min_beta:
        raised = np.abs(betas - min_beta) < 1e-9 * min_beta
        due = np.cumsum(raised) * min_beta > 1e-6 * -np.expm1(levels[2])
        density = np.where(raised | due, levels[5], density)
    levels[5][:end] = density[:end]
    return levels


def alphas_of(betas: Array, log_alphas: Array) -> Array:
    """α, which is 1 − β to the last digit wherever that has any."""
    if betas.max() < 0.5:
        return 1 - betas
    return np.where(betas < 0.5, 1 - betas, np.exp(log_alphas))


def _whole(betas: Array, log_alphas: Array) -> Array:
    """ln α, which is ln(1 − β) wherever β has its digits."""
    if betas.max() < 0.5:
        return np.log1p(-betas)
    with np.errstate(divide="ignore"):
        return np.where(betas < 0.5, np.log1p(-betas), log_alphas)


def log_sigmoid(x: Array) -> Array:
    """ln(1/(1 + e^−x)), any shape: of log SNR it is ln ᾱ."""
    levels: Array = np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))
    return levels


def shares(log_snr: Array) -> tuple[Array, Array]:
    """ᾱ and 1 − ᾱ, any shape; log SNR below 700, far beyond what any schedule starts with.

    >>> shares(np.array([0.0, -np.inf]))
    (array([0.5, 0. ]), array([0.5, 1. ]))
    """
    snr = np.exp(log_snr)
    noise: Array = 1 / (1 + snr)
    return snr * noise, noise


def log_noise(log_snr: Array) -> Array:
    """ln(1 − ᾱ), any shape."""
    return log_sigmoid(-log_snr)


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
    total = terms.sum()
    if total < np.inf:
        return _finite_sums(terms, total)
    count = int(np.argmax(terms == np.inf))
    finite = terms[:count]
    return np.concatenate([_finite_sums(finite, finite.sum()), np.full(len(terms) - count, np.inf)])


def _finite_sums(terms: Array, total: np.float64) -> Array:
    # Adding and subtracting this rounds to the power of two.
    split = 1.5 * 2.0 ** np.frexp(total)[1]
    above = (terms + split) - split
    sums: Array = above.cumsum() + (terms - above).cumsum()
    return sums
