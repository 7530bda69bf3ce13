"""Terms of the two processes' equations: symbols, pictures, and weights, which are coefficients of a schedule at t."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ddpm_studio.diffusion import Schedule, clean
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.gui.state.picture_at import Pictured


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
