"""Spacings of N noise levels over a schedule, one short function each.

Those over timesteps return n array indexes, those over σ n noise levels, in falling order. The closed ones reach the
clean end of the schedule, so steps that end at ᾱ_0 take one level more from them and use the last as their end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

Over = Literal["timesteps", "sigmas"]


@dataclass(frozen=True)
class Spacing:
    """A spacing: `levels(T, n, **options)` over timesteps, `levels(sigma_max, sigma_min, n, **options)` over σ.

    `formula` is a SourceText where it has words.
    """

    name: str
    over: Over
    closed: bool
    formula: str
    source: SourceText
    options: tuple[Option, ...]
    levels: Callable[..., Array]


_SPACINGS: dict[str, Spacing] = {}

SPACINGS: Mapping[str, Spacing] = MappingProxyType(_SPACINGS)
"""Every spacing by name."""

ENDS = Option("set_alpha_to_one", True, choices=(True, False), meaning=QT_TRANSLATE_NOOP("options", "end at ᾱ = 1"))
RANGE = (
    Option("sigma_min", None, 1e-8, 1e8, meaning=QT_TRANSLATE_NOOP("options", "smallest σ visited")),
    Option("sigma_max", None, 1e-8, 1e8, meaning=QT_TRANSLATE_NOOP("options", "largest σ visited")),
)


def _spacing(
    over: Over, formula: str, source: SourceText, *options: Option, closed: bool
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    def register(levels: Callable[..., Array]) -> Callable[..., Array]:
        every = (*options, *(RANGE if over == "sigmas" else ()), ENDS)
        _SPACINGS[levels.__name__] = Spacing(levels.__name__, over, closed, formula, source, every, levels)
        return levels

    return register


@_spacing(
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


@_spacing(
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


@_spacing(
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


@_spacing(
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


@_spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "(T−1)·Beta(α, β) quantile of 1 − k/N"),
    QT_TRANSLATE_NOOP("spacings", "Lee et al. 2024, Beta Sampling is All You Need"),
    Option("alpha", 0.6, 0.1, 10.0, meaning=QT_TRANSLATE_NOOP("options", "smaller values crowd the clean end")),
    Option("beta", 0.6, 0.1, 10.0, meaning=QT_TRANSLATE_NOOP("options", "smaller values crowd the noisy end")),
    closed=False,
)
def beta(T: int, n: int, alpha: float, beta: float) -> Array:
    """Steps crowded towards both ends, not rounded; the quantile of 0, index 0, is left for the end."""
    return (T - 1) * beta_quantiles(1 - np.arange(n) / n, alpha, beta)


@_spacing(
    "sigmas",
    "(σ_max^(1/ρ) + k/(n−1)·(σ_min^(1/ρ) − σ_max^(1/ρ)))^ρ",
    QT_TRANSLATE_NOOP("spacings", "Karras et al. 2022, equation 5"),
    Option("rho", 7.0, 0.1, 100.0, meaning=QT_TRANSLATE_NOOP("options", "larger values crowd the clean end")),
    closed=True,
)
def karras(sigma_max: float, sigma_min: float, n: int, rho: float) -> Array:
    """Evenly spaced in σ^(1/ρ).

    >>> karras(80.0, 0.002, 5, rho=7.0).round(3).tolist()
    [80.0, 17.528, 2.515, 0.17, 0.002]
    """
    sigmas: Array = np.linspace(sigma_max ** (1 / rho), sigma_min ** (1 / rho), n) ** rho
    return sigmas


@_spacing(
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


@_spacing(
    "sigmas",
    QT_TRANSLATE_NOOP("spacings", "exp(r^ρ·ln(σ_max/σ_min) + ln σ_min), r from 1 to 0"),
    QT_TRANSLATE_NOOP("spacings", "k-diffusion “polyexponential”"),
    Option("rho", 1.0, 0.1, 100.0, meaning=QT_TRANSLATE_NOOP("options", "larger values crowd the clean end")),
    closed=True,
)
def polyexponential(sigma_max: float, sigma_min: float, n: int, rho: float) -> Array:
    """A polynomial in ln σ; ρ = 1 is exponential."""
    share: Array = np.linspace(1, 0, n) ** rho
    sigmas: Array = np.exp(share * np.log(sigma_max / sigma_min) + np.log(sigma_min))
    return sigmas


@_spacing(
    "sigmas",
    QT_TRANSLATE_NOOP("spacings", "even in log SNR, which is even in ln σ"),
    QT_TRANSLATE_NOOP("spacings", "Lu et al. 2022, DPM-Solver, “logSNR”"),
    closed=True,
)
def log_snr(sigma_max: float, sigma_min: float, n: int) -> Array:
    """The exponential spacing under the name that DPM-Solver's authors give it."""
    return exponential(sigma_max, sigma_min, n)


@_spacing(
    "sigmas",
    QT_TRANSLATE_NOOP("spacings", "tan of even steps in atan σ"),
    QT_TRANSLATE_NOOP("spacings", "Sabour et al. 2024, Align Your Steps, the optimum for Gaussian data"),
    closed=True,
)
def kl_optimal(sigma_max: float, sigma_min: float, n: int) -> Array:
    """The optimal steps for Gaussian data, in KL divergence.

    >>> kl_optimal(80.0, 0.002, 5).round(3).tolist()
    [80.0, 2.355, 0.99, 0.412, 0.002]
    """
    return np.tan(np.linspace(np.arctan(sigma_max), np.arctan(sigma_min), n))


def beta_quantiles(q: Array, alpha: float, beta: float) -> Array:
    """x, (n,), with I_x(α, β) = q for q in [0, 1], (n,); the nearer half of the distribution is inverted for each.

    >>> beta_quantiles(np.array([0.0, 0.25, 0.5, 1.0]), 0.6, 0.6).round(3).tolist()
    [0.0, 0.176, 0.5, 1.0]
    """
    half = np.array([0.5])
    lower, upper = _incomplete_beta(half, alpha, beta)[0], _incomplete_beta(half, beta, alpha)[0]
    area = q * (lower + upper)
    left = _inverse_incomplete_beta(np.minimum(area, lower), alpha, beta)
    right = _inverse_incomplete_beta(np.minimum(lower + upper - area, upper), beta, alpha)
    return np.where(area <= lower, left, 1 - right)


def _incomplete_beta(x: Array, alpha: float, beta: float) -> Array:
    """B_x(α, β) = x^α Σ (1−β)_n xⁿ/(n! (α+n)), of the shape of x ≤ ½ (DLMF 8.17.7)."""
    n = np.arange(64)
    rising = np.cumprod(np.concatenate([[1.0], (n[1:] - beta) / n[1:]]))
    area: Array = x**alpha * np.polynomial.polynomial.polyval(x, rising / (alpha + n))
    return area


def _inverse_incomplete_beta(area: Array, alpha: float, beta: float) -> Array:
    """x ≤ ½ with B_x(α, β) = `area`, by Newton's method on y = x^α, in which the function is nearly a line."""
    y: Array = np.minimum(area * alpha, 0.5**alpha)
    for _ in range(20):
        x: Array = y ** (1 / alpha)
        slope = (1 - x) ** (beta - 1) / alpha
        y = np.clip(y - (_incomplete_beta(x, alpha, beta) - area) / slope, 0.0, 0.5**alpha)
    inverse: Array = y ** (1 / alpha)
    return inverse
