"""Classic spacings of n noise levels over a schedule, one short function each.

Those over timesteps return n array indexes, those over σ n noise levels, in falling order.
"""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.steps.incomplete_beta import beta_quantiles
from ddpm_studio.diffusion.steps.spacing_registry import ALPHA, BETA, RHO, spacing
from ddpm_studio.errors import QT_TRANSLATE_NOOP


@spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "k·⌊T/N⌋ + offset, k = N−1 … 0"),
    QT_TRANSLATE_NOOP("spacings", "Lin et al. 2023, table 2; diffusers “leading”"),
    Option("offset", 0, 0, 100_000, meaning=QT_TRANSLATE_NOOP("options", "added to every timestep")),
    closed=False,
)
def leading(T: int, n: int, offset: float) -> Array:
    """Even steps counted from the clean end; rarely reaches T−1.

    >>> leading(1000, 4, offset=1).tolist()
    [751.0, 501.0, 251.0, 1.0]
    """
    return np.arange(n - 1.0, -1.0, -1.0) * (T // n) + offset


@spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "round(T − k·T/N) − 1"),
    QT_TRANSLATE_NOOP("spacings", "Lin et al. 2023, table 2; diffusers “trailing”"),
    closed=False,
)
def trailing(T: int, n: int) -> Array:
    """Even steps counted down from T−1, a full step left for the end; halves are rounded as in diffusers.

    >>> trailing(1000, 4).tolist()
    [999.0, 749.0, 499.0, 249.0]
    """
    timesteps: Array = np.round(np.arange(T, 0, -T / n)[:n]) - 1
    return timesteps


@spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "round of N points from T−1 to 0"),
    QT_TRANSLATE_NOOP("spacings", "Lin et al. 2023, table 2; diffusers “linspace”"),
    closed=True,
)
def linspace(T: int, n: int) -> Array:
    """Even steps that include both T−1 and 0; not rounded for n = T+1, which whole numbers cannot separate.

    >>> linspace(1000, 4).tolist()
    [999.0, 666.0, 333.0, 0.0]
    """
    # Counted upwards as in diffusers, because that decides to which side a half is rounded.
    timesteps = np.linspace(0.0, T - 1.0, max(n, 2))[::-1][:n]
    return np.round(timesteps) if n <= T else timesteps


@spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "N+1 points from T−1 to 0, the last dropped"),
    QT_TRANSLATE_NOOP("spacings", "Stability AI, generative-models; ComfyUI"),
    closed=False,
)
def sgm_uniform(T: int, n: int) -> Array:
    """Even steps from T−1 that stop one short of 0, not rounded.

    >>> sgm_uniform(1000, 4).tolist()
    [999.0, 749.25, 499.5, 249.75]
    """
    return np.linspace(T - 1, 0, n + 1)[:n]


@spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "(T−1)·Beta(α, β) quantile of 1 − k/N"),
    QT_TRANSLATE_NOOP("spacings", "Lee et al. 2024, Beta Sampling is All You Need"),
    ALPHA,
    BETA,
    closed=False,
)
def beta(T: int, n: int, alpha: float, beta: float) -> Array:
    """Steps crowded towards both ends, not rounded; the quantile of 0, index 0, is left for the end."""
    return (T - 1) * beta_quantiles(1 - np.arange(n) / n, alpha, beta)


@spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "(T−1)·Beta(½, 0.7) quantile of 1 − k/N"),
    QT_TRANSLATE_NOOP("spacings", "RES4LYF; Lee et al. 2024, Beta Sampling is All You Need"),
    closed=False,
)
def beta57(T: int, n: int) -> Array:
    """The beta spacing with α = 0.5 and β = 0.7.

    >>> beta57(1000, 10).round(3).tolist()[:3]
    [999.0, 917.916, 789.794]
    """
    return beta(T, n, 0.5, 0.7)


@spacing(
    "sigmas",
    "(σ_max^(1/ρ) + k/(n−1)·(σ_min^(1/ρ) − σ_max^(1/ρ)))^ρ",
    QT_TRANSLATE_NOOP("spacings", "Karras et al. 2022, equation 5"),
    Option("rho", 7.0, 0.1, 100.0, meaning=RHO),
    closed=True,
)
def karras(sigma_max: float, sigma_min: float, n: int, rho: float) -> Array:
    """Evenly spaced in σ^(1/ρ).

    >>> karras(80.0, 0.002, 5, rho=7.0).round(3).tolist()
    [80.0, 17.528, 2.515, 0.17, 0.002]
    """
    sigmas: Array = np.linspace(sigma_max ** (1 / rho), sigma_min ** (1 / rho), n) ** rho
    return sigmas


@spacing(
    "sigmas",
    QT_TRANSLATE_NOOP("spacings", "even in ln σ"),
    QT_TRANSLATE_NOOP("spacings", "k-diffusion; diffusers “exponential”"),
    closed=True,
)
def exponential(sigma_max: float, sigma_min: float, n: int) -> Array:
    """Every σ the same fraction of the one before.

    >>> exponential(100.0, 0.01, 5).round(3).tolist()
    [100.0, 10.0, 1.0, 0.1, 0.01]
    """
    return np.geomspace(sigma_max, sigma_min, n)


@spacing(
    "sigmas",
    QT_TRANSLATE_NOOP("spacings", "exp(r^ρ·ln(σ_max/σ_min) + ln σ_min), r from 1 to 0"),
    QT_TRANSLATE_NOOP("spacings", "k-diffusion “polyexponential”"),
    Option("rho", 1.0, 0.1, 100.0, meaning=RHO),
    closed=True,
)
def polyexponential(sigma_max: float, sigma_min: float, n: int, rho: float) -> Array:
    """A polynomial in ln σ; ρ = 1 is exponential."""
    share: Array = np.linspace(1, 0, n) ** rho
    sigmas: Array = np.exp(share * np.log(sigma_max / sigma_min) + np.log(sigma_min))
    return sigmas


@spacing(
    "sigmas",
    QT_TRANSLATE_NOOP("spacings", "even in log SNR, which is even in ln σ"),
    QT_TRANSLATE_NOOP("spacings", "Lu et al. 2022, DPM-Solver, “logSNR”"),
    closed=True,
)
def log_snr(sigma_max: float, sigma_min: float, n: int) -> Array:
    """The exponential spacing under the name that DPM-Solver's authors give it."""
    return exponential(sigma_max, sigma_min, n)


@spacing(
    "sigmas",
    QT_TRANSLATE_NOOP("spacings", "c·tan of even steps in atan σ/c"),
    QT_TRANSLATE_NOOP("spacings", "Sabour et al. 2024, Align Your Steps, the optimum for Gaussian data"),
    Option("std", 1.0, 1e-3, 1e3, meaning=QT_TRANSLATE_NOOP("options", "c, the standard deviation of the data")),
    closed=True,
)
def kl_optimal(sigma_max: float, sigma_min: float, n: int, std: float) -> Array:
    """The optimal steps for Gaussian data, in KL divergence.

    >>> kl_optimal(80.0, 0.002, 5, std=1.0).round(3).tolist()
    [80.0, 2.355, 0.99, 0.412, 0.002]
    """
    return std * np.tan(np.linspace(np.arctan(sigma_max / std), np.arctan(sigma_min / std), n))


@spacing(
    "sigmas",
    QT_TRANSLATE_NOOP("spacings", "even quantiles of a Laplace distribution of ln σ, from σ_max to σ_min"),
    QT_TRANSLATE_NOOP(
        "spacings", "Hang et al. 2024, Improved Noise Schedule; ComfyUI’s LaplaceScheduler, without gaps"
    ),
    Option("mu", 0.0, -10.0, 10.0, meaning=QT_TRANSLATE_NOOP("options", "ln σ that is crowded")),
    Option("spread", 0.5, 0.01, 10.0, meaning=QT_TRANSLATE_NOOP("options", "b, smaller values crowd it more")),
    closed=True,
)
def laplace(sigma_max: float, sigma_min: float, n: int, mu: float, spread: float) -> Array:
    """A Laplace distribution of ln σ, cut off at both ends of the range.

    >>> laplace(10.0, 0.1, 5, mu=0.0, spread=1.0).round(3).tolist()
    [10.0, 1.818, 1.0, 0.55, 0.1]
    """
    x = (np.log([sigma_max, sigma_min]) - mu) / spread
    inside = np.linspace(0, 1, n)[1:-1]
    sign, log_tail = _one_sided(x, inside) if x[0] * x[1] >= 0 else _two_sided(x, inside)
    # The ends are given, and may lie so far out that float64 has no area for their tails.
    sigmas: Array = np.array([sigma_max, *np.exp(mu - spread * sign * log_tail), sigma_min])[:n]
    return sigmas


def _one_sided(x: Array, inside: Array) -> tuple[Array, Array]:
    """The side of the centre, and ln of the area beyond, at shares of the area between ends x on the same side."""
    return np.sign(x.sum()), np.logaddexp(np.log1p(-inside) - abs(x[0]), np.log(inside) - abs(x[1]))


def _two_sided(x: Array, inside: Array) -> tuple[Array, Array]:
    """The same between ends on both sides of it; sums of positive areas alone, which are exact in both tails."""
    high, low = np.exp(-np.abs(x))
    between = 2 - high - low
    is_above = 1 - high >= between * inside
    tails = np.where(is_above, high + between * inside, low + between * (1 - inside))
    return np.where(is_above, 1.0, -1.0), np.log(tails)
