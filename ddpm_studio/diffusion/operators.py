"""Operators on any schedule: zero terminal SNR and a shift of the SNR.

Both map β to β directly, in sums of terms of the same sign, so that no digits are lost in 1 − ᾱ near the clean end.
"""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.kinds import Array


def zero_terminal_snr(betas: Array) -> Array:
    """Rescale √ᾱ so that ᾱ_T = 0 and ᾱ_1 is unchanged (Lin et al. 2023, algorithm 1).

    With r = √ᾱ, r' = (r − r_T)·r_1/(r_1 − r_T). The ratio of neighbours is 1 − δ with
    δ_t = (r_{t−1} − r_t)/(r_{t−1} − r_T) = (1 − √α_t)/(1 − √(α_t…α_T)), hence β'_t = δ(2 − δ). β' has the shape of
    `betas`, (T,); β'_T is exactly 1.

    >>> betas = zero_terminal_snr(np.array([0.1, 0.2, 0.3]))
    >>> np.cumprod(1 - betas).round(3).tolist()  # was 0.9, 0.72, 0.504
    [0.9, 0.303, 0.0]
    """
    with np.errstate(divide="ignore"):
        log_root = 0.5 * np.log1p(-betas)
    delta = np.expm1(log_root) / np.expm1(np.cumsum(log_root[::-1])[::-1])
    rescaled = delta * (2 - delta)
    rescaled[0] = betas[0]
    rescaled[-1] = 1.0
    return rescaled


def shift_snr(betas: Array, factor: float) -> Array:
    """Divide the SNR of every step by `factor` > 0, i.e. ᾱ' = ᾱ/(c + (1−c)ᾱ).

    A picture r times larger needs c = r² (Hoogeboom et al. 2023, section 3.1); scaling the input by b is c = 1/b²
    (Chen 2023). In terms of β that is β'_t = c·β_t/(ᾱ_t + c(1 − ᾱ_t)); shape (T,) in and out.

    >>> shift_snr(np.array([0.5]), 4.0).tolist()  # ᾱ = 0.5 has SNR 1, ᾱ' = 0.2 has SNR ¼
    [0.8]
    """
    log_alpha_bar = log_alphas_cumprod(betas)
    return np.minimum(factor * betas / (np.exp(log_alpha_bar) - factor * np.expm1(log_alpha_bar)), 1.0)


def log_alphas_cumprod(betas: Array) -> Array:
    """ln ᾱ_t of shape (T,), finite as long as no β is 1, even where ᾱ itself underflows.

    >>> log_alphas_cumprod(np.full(2000, 0.5))[-1].round(3).item()  # ᾱ is 0 in float64
    -1386.294
    """
    with np.errstate(divide="ignore"):
        return np.cumsum(np.log1p(-betas))
