"""DPM-Solver (Lu et al. 2022a) and DPM-Solver++ (Lu et al. 2022b), multistep and singlestep."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.solvers.exponential import (
    Index,
    Span,
    lowered_at_end,
    moments_epsilon,
    moments_x0,
    multistep,
    nodes,
    published,
    quadrature,
    span,
    warm_up,
)
from ddpm_studio.diffusion.solvers.registry import Rows, order_option, solver
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

ORDERS = (1, 2, 3)
METHOD = Option(
    "method",
    "multistep",
    choices=("multistep", "singlestep"),
    label=QT_TRANSLATE_NOOP("options", "Method"),
    meaning=QT_TRANSLATE_NOOP("options", "a step reuses the outputs before it, or only its own"),
)

Moments = Callable[[Span, int], Array]


def _accuracy(order: int, method: str) -> int:
    return order if method == "singlestep" else min(order, 2)


@solver(
    "dpm-solver",
    QT_TRANSLATE_NOOP("solvers", "Lu et al. 2022, DPM-Solver, algorithms 1 and 2"),
    "epsilon",
    order_option(2, ORDERS),
    METHOD,
    accuracy=_accuracy,
)
def dpm_solver_rows(steps: Steps, order: int, method: str) -> Rows:
    """x ← (a'/a) x − s' ∫ e^(h−u) ε̂ du, from one step's outputs (singlestep) or the last ones (multistep)."""
    return _rows(steps, order, method, moments_epsilon, steps.signal)


@solver(
    "dpm-solver++",
    QT_TRANSLATE_NOOP("solvers", "Lu et al. 2022, DPM-Solver++, algorithms 1 and 2"),
    "x0",
    order_option(2, ORDERS),
    METHOD,
    accuracy=_accuracy,
)
def dpm_solver_pp_rows(steps: Steps, order: int, method: str) -> Rows:
    """x ← (s'/s) x + a' ∫ e^(u−h) x̂0 du, from one step's outputs (singlestep) or the last ones (multistep)."""
    return _rows(steps, order, method, moments_x0, steps.noise)


def _rows(steps: Steps, order: int, method: str, moments: Moments, decay: Array) -> Rows:
    if method == "singlestep":
        return _singlestep(steps, order, moments, decay)
    over = span(steps)
    orders = lowered_at_end(steps, warm_up(steps, order))
    weights = multistep(nodes(steps, order), orders, lambda p: published(p, moments(over, p)))
    return Rows(decay[1:] / decay[:-1], weights)


def _singlestep(steps: Steps, order: int, moments: Moments, decay: Array) -> Rows:
    """Groups of `order` rows that all start at the x of their first: order 1, then 2, then 3, each reaching further.

    The row of order k uses its own output and that of the group's first row, k−1 rows before.
    """
    place = _places(steps, order)
    row = np.arange(steps.count)
    base = row - place
    over = span(steps, base, row + 1)
    weights = np.zeros((steps.count, order))
    weights[:, 0] = moments(over, 1)[:, 0]
    at = np.stack([(steps.lambdas[row] - steps.lambdas[base]) / over.h, 0 * over.h], axis=-1)
    exact = moments(over, 2)
    for back, pair in zip(range(1, order), (published(2, exact), exact), strict=False):
        rows = np.flatnonzero(place == back)
        weights[rows[:, None], [0, back]] = quadrature(at[rows], pair[rows])
    return Rows(decay[1:] / decay[base], weights, base=base)


def _places(steps: Steps, order: int) -> Index:
    """The place of each row in its group, (N,), 0 first; rows that leave pure noise or reach σ = 0 are alone."""
    place = np.arange(steps.count - steps.starts_pure) % order
    if steps.ends_clean:
        place[-1:] = 0
    return np.pad(place, (int(steps.starts_pure), 0))
