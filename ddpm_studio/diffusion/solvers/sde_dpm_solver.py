"""SDE-DPM-Solver++ (Lu et al. 2022b): the reverse SDE in x0."""

from __future__ import annotations

from functools import partial

import numpy as np

from ddpm_studio.diffusion.solvers.exponential import (
    FORM,
    THIRD,
    approximated,
    moments_x0,
    multistep,
    nodes,
    span,
    usual_orders,
)
from ddpm_studio.diffusion.solvers.registry import Rows, fresh_noise, order_option, solver
from ddpm_studio.diffusion.solvers.step_findings import extrapolated
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

ORDERS = (1, 2, 3)


def _accuracy(order: int, eta: float, third: str, **_: object) -> int:
    """Fresh noise keeps an exact third order from being more than the second."""
    return order if eta == 0 and third == "exact" else min(order, 2)


@solver(
    "sde-dpm-solver++",
    QT_TRANSLATE_NOOP("solvers", "Lu et al. 2022, DPM-Solver++, for diffusion SDEs"),
    "x0",
    order_option(2, ORDERS),
    fresh_noise(1.0, QT_TRANSLATE_NOOP("options", "fresh noise: none at 0, which is DPM-Solver++, the SDE's at 1")),
    FORM,
    THIRD,
    accuracy=_accuracy,
)
def sde_dpm_solver_pp_rows(steps: Steps, order: int, eta: float, form: str, third: str) -> Rows:
    """x ← (s'/s) e^−ηh x + a' ∫ (1+η) e^(1+η)(u−h) x̂0 du + s' √(1 − e^−2ηh) z, from the last steps' outputs.

    The integral is that of DPM-Solver++ with (1+η)h in place of h: the noise that is added back was removed first.
    η < 1 is that of k-diffusion's sample_dpmpp_2m_sde.
    """
    over = span(steps)
    orders = partial(usual_orders, order=order)
    longer = over._replace(h=(1 + eta) * over.h)
    weights = multistep(
        nodes(steps, order), orders(steps), lambda p: approximated(p, moments_x0(longer, p), form, third)
    )
    removed = eta * np.minimum(over.h, np.finfo(np.float64).max)
    return Rows(
        over.s_next / over.s * np.exp(-removed),
        weights,
        over.s_next * np.sqrt(-np.expm1(-2 * removed)),
        findings=extrapolated(steps, orders, weights),
    )
