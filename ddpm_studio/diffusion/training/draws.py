"""Draws: how training draws the noise level of each picture, as densities over u = t/T or over log SNR itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from ddpm_studio.diffusion.kinds.classic_kinds import laplace_density
from ddpm_studio.diffusion.kinds.log_snr_kinds import cauchy_density, lognormal_density
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

Over = Literal["u", "log_snr"]


@dataclass(frozen=True)
class Draw:
    """A way to draw: `density(x, **options)`, in the shape of x, over u in (0, 1), or over log SNR, where the schedule
    does not matter.
    """

    name: str
    label: SourceText
    over: Over
    formula: str
    source: SourceText
    options: tuple[Option, ...]
    density: Callable[..., Array]


_DRAWS: dict[str, Draw] = {}

DRAWS: Mapping[str, Draw] = MappingProxyType(_DRAWS)
"""Every way to draw by name, in the order in which they are offered."""


def _draw(
    label: SourceText, over: Over, formula: str, source: SourceText, *options: Option
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    def register(density: Callable[..., Array]) -> Callable[..., Array]:
        name = density.__name__
        _DRAWS[name] = Draw(name, label, over, formula, source, options, density)
        return density

    return register


@_draw(
    QT_TRANSLATE_NOOP("training", "Uniform in t"),
    "u",
    "1",
    QT_TRANSLATE_NOOP("training", "Ho et al. 2020, algorithm 1"),
)
def uniform(u: Array) -> Array:
    """Every step alike."""
    return np.ones_like(u)


@_draw(
    QT_TRANSLATE_NOOP("training", "Logit-normal"),
    "u",
    "N(ln(u/(1−u)); m, s²)/(u·(1−u))",
    QT_TRANSLATE_NOOP("training", "Esser et al. 2024, Stable Diffusion 3, section 3.1"),
    Option(
        "m",
        0.0,
        -10.0,
        10.0,
        label="m",
        meaning=QT_TRANSLATE_NOOP("options", "where most is drawn: above 0 more noise"),
    ),
    Option("s", 1.0, 0.05, 10.0, label="s", meaning=QT_TRANSLATE_NOOP("options", "how widely is drawn")),
)
def logit_normal(u: Array, m: float, s: float) -> Array:
    """The logit of u is normal; over a flow log SNR then is N(−2m, (2s)²)."""
    return np.exp(-0.5 * ((np.log(u / (1 - u)) - m) / s) ** 2) / (s * math.sqrt(2 * math.pi) * u * (1 - u))


MODE_HIGH = 2 / (math.pi - 2)
"""Scale of mode sampling up to which it is a function of u: beyond, f falls."""


@_draw(
    QT_TRANSLATE_NOOP("training", "Mode"),
    "u",
    "1/|f′(v)|, u = f(v) = 1 − v − κ·(cos²(πv/2) − 1 + v)",
    QT_TRANSLATE_NOOP("training", "Esser et al. 2024, Stable Diffusion 3, equation 20"),
    Option(
        "kappa", 1.29, -1.0, MODE_HIGH, label="κ", meaning=QT_TRANSLATE_NOOP("options", "above 0 more from the middle")
    ),
)
def mode(u: Array, kappa: float) -> Array:
    """Draws with a heavy middle that still reach both ends.

    With w = v − ½, u = ½ − w − κ·(w − ½ sin πw), which is odd and is solved by bisection.
    """
    low, high = np.full_like(u, -0.5), np.full_like(u, 0.5)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        is_above = 0.5 - middle - kappa * (middle - 0.5 * np.sin(np.pi * middle)) > u
        low, high = np.where(is_above, middle, low), np.where(is_above, high, middle)
    return 1 / (1 + kappa * (1 - 0.5 * np.pi * np.cos(0.5 * np.pi * (low + high))))


BISECTIONS = 54
"""Halvings after which v is known to the last digit."""


@_draw(
    QT_TRANSLATE_NOOP("training", "CosMap"),
    "u",
    "2/(π·(1 − 2u + 2u²))",
    QT_TRANSLATE_NOOP("training", "Esser et al. 2024, Stable Diffusion 3, section 3.1"),
)
def cosmap(u: Array) -> Array:
    """Over a flow, the log SNR of the cosine schedule."""
    return cosmap_density(u)


def cosmap_density(u: Array) -> Array:
    """The density over (0, 1) of u = 1 − 1/(tan(πv/2) + 1) for an even v."""
    return 2 / (np.pi * (1 - 2 * u + 2 * u**2))


@_draw(
    QT_TRANSLATE_NOOP("training", "Beta"),
    "u",
    "u^(a−1)·(1−u)^(b−1)/B(a, b)",
    QT_TRANSLATE_NOOP("training", "as for robots in Black et al. 2024, π0"),
    Option("beta_a", 1.5, 0.1, 20.0, label="a", meaning=QT_TRANSLATE_NOOP("options", "above b more noise")),
    Option("beta_b", 1.0, 0.1, 20.0, label="b", meaning=QT_TRANSLATE_NOOP("options", "above a less noise")),
)
def beta(u: Array, beta_a: float, beta_b: float) -> Array:
    """The beta distribution."""
    log_beta = math.lgamma(beta_a) + math.lgamma(beta_b) - math.lgamma(beta_a + beta_b)
    return np.exp((beta_a - 1) * np.log(u) + (beta_b - 1) * np.log1p(-u) - log_beta)


@_draw(
    QT_TRANSLATE_NOOP("training", "Uniform, then shifted"),
    "u",
    "s/(s − (s−1)·u)²",
    QT_TRANSLATE_NOOP("training", "Esser et al. 2024, Stable Diffusion 3, equation 23"),
    Option("draw_shift", 3.0, 0.01, 100.0, label="s", meaning=QT_TRANSLATE_NOOP("options", "above 1 more noise")),
)
def shifted(u: Array, draw_shift: float) -> Array:
    """u = s·u'/(1 + (s−1)·u') of an even u'."""
    return draw_shift / (draw_shift - (draw_shift - 1) * u) ** 2


@_draw(
    QT_TRANSLATE_NOOP("training", "Log-normal σ"),
    "log_snr",
    "N(ln σ; P_mean, P_std²)",
    QT_TRANSLATE_NOOP("training", "Karras et al. 2022, table 1"),
    Option("p_mean", -1.2, -10.0, 10.0, label="P_mean", meaning=QT_TRANSLATE_NOOP("options", "mean of ln σ")),
    Option("p_std", 1.2, 0.05, 10.0, label="P_std", meaning=QT_TRANSLATE_NOOP("options", "standard deviation of ln σ")),
)
def lognormal(log_snr: Array, p_mean: float, p_std: float) -> Array:
    """ln σ is normal, so log SNR is N(−2 P_mean, (2 P_std)²)."""
    return lognormal_density(log_snr, p_mean, p_std)


MU = Option("mu", 0.0, -20.0, 20.0, label="μ", meaning=QT_TRANSLATE_NOOP("options", "log SNR that is drawn most"))


@_draw(
    QT_TRANSLATE_NOOP("training", "Laplace"),
    "log_snr",
    "e^(−|log SNR − μ|/b)/(2b)",
    QT_TRANSLATE_NOOP("training", "Hang et al. 2024, Improved Noise Schedule for Diffusion Training"),
    MU,
    Option("b", 0.5, 0.01, 20.0, label="b", meaning=QT_TRANSLATE_NOOP("options", "how widely is drawn")),
)
def laplace(log_snr: Array, mu: float, b: float) -> Array:
    """A peak at μ."""
    return laplace_density(log_snr, mu, b)


@_draw(
    QT_TRANSLATE_NOOP("training", "Cauchy"),
    "log_snr",
    "γ/(π·((log SNR − μ)² + γ²))",
    QT_TRANSLATE_NOOP("training", "Hang et al. 2024, Improved Noise Schedule for Diffusion Training"),
    MU,
    Option("gamma", 1.0, 0.01, 20.0, label="γ", meaning=QT_TRANSLATE_NOOP("options", "how widely is drawn")),
)
def cauchy(log_snr: Array, mu: float, gamma: float) -> Array:
    """A peak at μ with heavy tails."""
    return cauchy_density(log_snr, mu, gamma)
