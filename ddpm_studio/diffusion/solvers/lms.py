"""Linear multistep in σ: Adams–Bashforth on uneven steps (Crowson, k-diffusion, sample_lms)."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.solvers.exponential import multistep, warm_up
from ddpm_studio.diffusion.solvers.pure_noise import departed
from ddpm_studio.diffusion.solvers.registry import Rows, order_by_name, order_option, solver
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

ORDERS = (1, 2, 3, 4)


@solver(
    "lms",
    QT_TRANSLATE_NOOP("solvers", "Crowson, k-diffusion, sample_lms"),
    "epsilon",
    order_option(4, ORDERS),
    accuracy=order_by_name,
)
def lms_rows(steps: Steps, order: int) -> Rows:
    """x̂' = x̂ + ∫ ε̂ dσ over [σ, σ'], ε̂ the polynomial in σ through the last `order` outputs.

    In r = (τ−σ)/(σ'−σ) the moments of that integral are (σ'−σ)/(k+1).
    """
    a, sigmas, change = steps.signal, steps.sigmas, np.diff(steps.sigmas)
    i, j = np.arange(steps.count)[:, None], np.arange(order)
    at = (sigmas[np.maximum(i - j, 0)] - sigmas[:-1, None]) / change[:, None]
    moments = (a[1:] * change)[:, None] / (1 + j)
    weights = multistep(at, warm_up(steps, order), lambda p: moments[:, :p])
    return Rows(*departed(steps, a[1:] / a[:-1], weights))
