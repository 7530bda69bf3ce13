"""Clean picture: the coefficients at t = 0, before any noise, beside those of the steps t = 1 … T."""

from __future__ import annotations

import math

from ddpm_studio.diffusion.schedule import Schedule

CLEAN = {
    "alphas_cumprod": 1.0,
    "sqrt_alphas_cumprod": 1.0,
    "sqrt_one_minus_alphas_cumprod": 0.0,
    "log_one_minus_alphas_cumprod": -math.inf,
    "sqrt_recip_alphas_cumprod": 1.0,
    "sqrt_recipm1_alphas_cumprod": 0.0,
    "snr": math.inf,
    "log_snr": math.inf,
    "snr_db": math.inf,
    "sigmas": 0.0,
    "tau": 0.0,
    "lambdas": math.inf,
}
"""Noise levels at ᾱ_0 = 1, whatever the schedule; other coefficients and loss weights are a step's, which t = 0 is not.
"""


def value_at(schedule: Schedule, name: str, t: int) -> float | None:
    """The coefficient of this name at t = 0 … T; None if it has no value at t = 0.

    >>> value_at(Schedule("linear", 300), "alphas_cumprod", 0), value_at(Schedule("linear", 300), "betas", 0)
    (1.0, None)
    """
    if t > 0:
        return float(schedule.coefficients[name][t - 1])
    if name == "alphas_cumprod_next":
        return float(schedule.coefficients.alphas_cumprod[0])
    return CLEAN.get(name)
