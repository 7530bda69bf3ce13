"""SDE-DPM-Solver++ (Lu et al. 2022b): the reverse SDE in x0."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.grids import Grid
from ddpm_studio.diffusion.solvers.exponential import lowered_at_end, multistep, nodes, span, warm_up
from ddpm_studio.diffusion.solvers.registry import Rows, order_option, solver

ORDERS = (1, 2)


@solver(
    "sde-dpm-solver++",
    "Lu et al. 2022, DPM-Solver++, for diffusion SDEs",
    "x0",
    order_option(2, ORDERS),
    orders=ORDERS,
)
def sde_dpm_solver_pp(grid: Grid, order: int) -> Rows:
    """x ← (s'/s) e^−h x + a'(1 − e^−2h)(D_0 + ½ D_1) + s' √(1 − e^−2h) z, D_1 = (h/h_prev)(m_0 − m_1)."""
    over = span(grid)
    orders = lowered_at_end(grid, warm_up(grid, order))
    gained = -np.expm1(-2 * over.h)
    moments = (over.a_next * gained)[:, None] * [1, 0.5]
    weights = multistep(nodes(grid, order), orders, lambda p: moments[:, :p])
    return Rows(over.s_next / over.s * np.exp(-over.h), weights, over.s_next * np.sqrt(gained))
