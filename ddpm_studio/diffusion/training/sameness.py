"""Sameness of training objectives: two whose effective weights differ by nothing but a factor are one and the same."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.training.objective import Objective

BODY = (0.02, 0.98)
"""The shares of its steps between which a schedule is compared: at the ends its few levels lie far apart."""

TOLERANCE = 0.01
"""How far the factor between two effective weights may vary, relative to itself, for objectives that are the same."""

LEAST_SHARED = 10
"""Levels of either that have to lie within the body of the other for anything to be said."""


def factor_between(first: tuple[Schedule, Objective], second: tuple[Schedule, Objective]) -> float | None:
    """W of the second ÷ W of the first, where that is the same at every noise level that both visit; otherwise None.

    A constant factor is hidden by the learning rate, and by Adam altogether.

    >>> cosine = Schedule("cosine", 1000, {"s": 0}), Objective("v_prediction")
    >>> factor_between(cosine, cosine)
    1.0
    """
    (levels, weights), (others, theirs) = _body(*first), _body(*second)
    there = (levels >= others[0]) & (levels <= others[-1]) if len(others) else np.zeros(len(levels), bool)
    if there.sum() < LEAST_SHARED:
        return None
    ratios = np.exp(np.interp(levels[there], others, theirs) - weights[there])
    middle = float(np.median(ratios))
    return middle if np.abs(ratios / middle - 1).max() <= TOLERANCE else None


def _body(schedule: Schedule, objective: Objective) -> tuple[Array, Array]:
    """Rising log SNR within the body of a schedule, and the logarithm of W there, where there is any."""
    low, high = (round(share * (schedule.T - 1)) for share in BODY)
    part = slice(low, high + 1)
    log_snr, effective = schedule.coefficients.log_snr[part], objective.weights(schedule).effective[part]
    counts = (effective > 0) & np.isfinite(effective)
    return log_snr[counts][::-1], np.log(effective[counts])[::-1]
