"""SDE-DPM-Solver++ (Lu et al. 2022b): the reverse SDE in x0."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.solvers.exponential import (
    lowered_at_end,
    moments_x0,
    multistep,
    nodes,
    published,
    span,
    warm_up,
)
from ddpm_studio.diffusion.solvers.registry import Rows, order_option, solver
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

ORDERS = (1, 2, 3)


@solver(
    "sde-dpm-solver++",
    QT_TRANSLATE_NOOP("solvers", "Lu et al. 2022, DPM-Solver++, for diffusion SDEs"),
    "x0",
    order_option(2, ORDERS),
    accuracy=lambda order: min(order, 2),
)
def sde_dpm_solver_pp_rows(steps: Steps, order: int) -> Rows:
    """x ← (s'/s) e^−h x + a' ∫ 2 e^2(u−h) x̂0 du + s' √(1 − e^−2h) z, from the last steps' outputs.

    The integral is that of DPM-Solver++ with 2h in place of h: the noise that is added back was removed first.
    """
    over = span(steps)
    orders = lowered_at_end(steps, warm_up(steps, order))
    twice = over._replace(h=2 * over.h)
    weights = multistep(nodes(steps, order), orders, lambda p: published(p, moments_x0(twice, p)))
    return Rows(over.s_next / over.s * np.exp(-over.h), weights, over.s_next * np.sqrt(-np.expm1(-2 * over.h)))
