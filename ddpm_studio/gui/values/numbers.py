"""Numbers of one coefficient at one step, t = 0 included, and its text at full precision."""

from __future__ import annotations

import math

from ddpm_studio.diffusion import Schedule

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
    "lambdas": math.inf,
}
"""Values at ᾱ_0 = 1 of the coefficients that depend on ᾱ_t alone; the others belong to a step, which t = 0 is not."""


def value_at(schedule: Schedule, name: str, t: int) -> float | None:
    """The coefficient of this name at t = 0 … T; None if it has no value at t = 0."""
    if t > 0:
        return float(schedule.coefficients[name][t - 1])
    if name == "alphas_cumprod_next":
        return float(schedule.coefficients.alphas_cumprod[0])
    return CLEAN.get(name)


def exact(value: float | None) -> str:
    """`value` as the shortest text that reads back as the same float64; empty for None."""
    return "" if value is None else repr(value)
