"""Terms of the two processes' equations: symbols, pictures, and weights, which are coefficients of a schedule at t."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion import Schedule, clean
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.state.picture_at import Pictured
from ddpm_studio.texts import SourceText


@dataclass(frozen=True)
class Weight:
    """A number in an equation: a coefficient, or the root of a variance. `symbol` is what stands under it."""

    curve: str
    symbol: str
    root: bool = False

    def value(self, schedule: Schedule, t: int) -> float | None:
        """The weight at t = 0 … T; None where no step leads from."""
        found = clean.value_at(schedule, self.curve, t)
        return math.sqrt(found) if self.root and found is not None else found

    def values(self, schedule: Schedule) -> Array:
        """The weight at every t = 0 … T, shape (T + 1,); NaN where there is none."""
        first = self.value(schedule, 0)
        steps = schedule.coefficients[self.curve]
        return np.concatenate([[math.nan if first is None else first], np.sqrt(steps) if self.root else steps])


@dataclass(frozen=True)
class NamedSymbol:
    """What a symbol of the equations stands for, and the name that it has in the code of diffusers."""

    name: str
    meaning: SourceText


SYMBOLS: Mapping[str, NamedSymbol] = MappingProxyType(
    {
        "x_t": NamedSymbol("sample", QT_TRANSLATE_NOOP("symbols", "The picture with the noise of t in it.")),
        "x_0": NamedSymbol("original_samples", QT_TRANSLATE_NOOP("symbols", "The clean picture.")),
        "ε": NamedSymbol("noise", QT_TRANSLATE_NOOP("symbols", "The noise that is mixed in, of standard deviation 1.")),
        "x̂_0": NamedSymbol(
            "pred_original_sample", QT_TRANSLATE_NOOP("symbols", "The clean picture, as the network estimates it.")
        ),
        "ε_θ": NamedSymbol("model_output", QT_TRANSLATE_NOOP("symbols", "The noise, as the network estimates it.")),
        "x_t−1": NamedSymbol("prev_sample", QT_TRANSLATE_NOOP("symbols", "The picture with less noise, one step on.")),
        "z": NamedSymbol("variance_noise", QT_TRANSLATE_NOOP("symbols", "Fresh noise, of standard deviation 1.")),
    }
)
"""The symbols that are not coefficients: those of a schedule are curves."""

Term = str | Pictured | Weight
Equation = tuple[Term, ...]

FORWARD: Equation = (
    *(Pictured.NOISED, "=", Weight("sqrt_alphas_cumprod", "√ᾱ_t"), "·", Pictured.PICTURE, "+"),
    *(Weight("sqrt_one_minus_alphas_cumprod", "√(1−ᾱ_t)"), "·", Pictured.NOISE),
)
"""Ho et al. 2020, equation 4: x_t of the picture and of ε."""

ESTIMATE: Equation = (
    *("x̂_0", "=", Weight("sqrt_recip_alphas_cumprod", "√(1/ᾱ_t)"), "·", "x_t", "−"),
    *(Weight("sqrt_recipm1_alphas_cumprod", "√(1/ᾱ_t − 1)"), "·", "ε_θ"),
)
"""The same, solved for the picture, with what a network says in place of ε."""

STEP_BACK: Equation = (
    *("x_t−1", "=", Weight("posterior_mean_coef1", "c_1"), "·", "x̂_0", "+"),
    *(Weight("posterior_mean_coef2", "c_2"), "·", "x_t", "+"),
    *(Weight("posterior_variance", "√β̃_t", root=True), "·", "z"),
)
"""Ho et al. 2020, equations 6 and 7: a draw from q(x_{t−1} | x_t, x̂_0)."""
