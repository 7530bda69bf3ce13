"""Posterior tables: ᾱ_t−1, the variance and both coefficients of q(x_t−1 | x_t, x_0), which β alone determine.

No schedule is read from them; beside one, each is held against what it should be.
"""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import MIN_GIVEN_BETA, Schedule

POSTERIOR = {
    "alphas_cumprod_prev": "ᾱ_t−1",
    "posterior_variance": "β̃",
    "posterior_mean_coef1": "c₁",
    "posterior_mean_coef2": "c₂",
}
"""The symbols of the tables, by the names that everybody gives them."""

VARIANCE = "posterior_variance"

LEAST_MIXED = 1e-3
"""The least v_posterior that is told from rounding."""

CANCELLED = 4e-5
"""How far 1 − ᾱ may be off in them, where ᾱ was multiplied in float32."""


def posterior_of(betas: Array, name: str) -> Array:
    """The table of this name by β, shape (T,) both."""
    return Schedule.from_betas(np.clip(betas, MIN_GIVEN_BETA, 1.0)).coefficients[name]


def v_posterior(betas: Array, values: Array) -> float:
    """v of variances (1 − v) β̃ + v β, shape (T,), as in CompVis' programs, where v is 0 in most; 0 if they are not
    between both.

    >>> betas = np.linspace(1e-4, 0.02, 100)
    >>> round(v_posterior(betas, 0.75 * posterior_of(betas, VARIANCE) + 0.25 * betas), 9)
    0.25
    """
    plain = posterior_of(betas, VARIANCE)
    room, above = (betas - plain)[1:], (values - plain)[1:]
    v = float(above @ room / (room @ room)) if room.any() else 0.0
    return min(v, 1.0) if LEAST_MIXED < v < 1 + LEAST_MIXED else 0.0


def unmixed(name: str, betas: Array, values: Array) -> Array:
    """The values, shape (T,), without what v_posterior adds to variances."""
    v = v_posterior(betas, values) if name == VARIANCE else 0.0
    return values - v * (betas - posterior_of(betas, name)) if v else values


def posterior_apart(name: str, betas: Array, values: Array, off: Array) -> Array:
    """How much farther values, shape (T,), are from the table of that name by β than their digits and those of β allow,
    `off`; at t = 1, where programs have conventions of their own, never at all. Variances may have any v_posterior.
    """
    with np.errstate(all="ignore"):
        expected = posterior_of(betas, name)
        before = np.maximum(1 - posterior_of(betas, "alphas_cumprod_prev"), CANCELLED)
        apart = np.abs(unmixed(name, betas, values) - expected) - off - CANCELLED * (1 + np.abs(expected) / before)
    apart[:1] = 0
    return apart
