"""DPM-Solver (Lu et al. 2022a) and DPM-Solver++ (Lu et al. 2022b), multistep and singlestep."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.solvers.exponential import (
    FORM,
    THIRD,
    Index,
    Span,
    approximated,
    moments_epsilon,
    moments_x0,
    multistep,
    nodes,
    quadrature,
    span,
    usual_orders,
)
from ddpm_studio.diffusion.solvers.pure_noise import departed
from ddpm_studio.diffusion.solvers.registry import Rows, order_option, solver
from ddpm_studio.diffusion.solvers.step_findings import extrapolated
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

ORDERS = (1, 2, 3)
METHOD = Option(
    "method",
    "multistep",
    choices=("multistep", "singlestep"),
    label=QT_TRANSLATE_NOOP("options", "Method"),
    meaning=QT_TRANSLATE_NOOP("options", "a step reuses the outputs before it, or only its own"),
    needs=QT_TRANSLATE_NOOP("options", "it needs a higher order than 1, and enough steps to reach it"),
)

Moments = Callable[[Span, int], Array]


class Choices(NamedTuple):
    """The values of the options."""

    order: int
    method: str
    form: str
    third: str


def _accuracy(order: int, method: str, third: str, **_: object) -> int:
    return order if method == "singlestep" or third == "exact" else min(order, 2)


@solver(
    "dpm-solver",
    QT_TRANSLATE_NOOP("solvers", "Lu et al. 2022, DPM-Solver, algorithms 1 and 2"),
    "epsilon",
    order_option(2, ORDERS),
    METHOD,
    FORM,
    THIRD,
    accuracy=_accuracy,
)
def dpm_solver_rows(steps: Steps, order: int, method: str, form: str, third: str) -> Rows:
    """x ← (a'/a) x − s' ∫ e^(h−u) ε̂ du, from one step's outputs (singlestep) or the last ones (multistep)."""
    return _rows(steps, Choices(order, method, form, third), moments_epsilon, steps.signal)


@solver(
    "dpm-solver++",
    QT_TRANSLATE_NOOP("solvers", "Lu et al. 2022, DPM-Solver++, algorithms 1 and 2"),
    "x0",
    order_option(2, ORDERS),
    METHOD,
    FORM,
    THIRD,
    accuracy=_accuracy,
)
def dpm_solver_pp_rows(steps: Steps, order: int, method: str, form: str, third: str) -> Rows:
    """x ← (s'/s) x + a' ∫ e^(u−h) x̂0 du, from one step's outputs (singlestep) or the last ones (multistep)."""
    return _rows(steps, Choices(order, method, form, third), moments_x0, steps.noise)


def _rows(steps: Steps, choices: Choices, moments: Moments, decay: Array) -> Rows:
    if choices.method == "singlestep":
        return _singlestep(steps, choices, moments, decay)
    over, (order, _, form, third) = span(steps), choices
    orders = partial(usual_orders, order=order)
    weights = multistep(nodes(steps, order), orders(steps), lambda p: approximated(p, moments(over, p), form, third))
    return Rows(*departed(steps, decay[1:] / decay[:-1], weights), findings=extrapolated(steps, orders, weights))


def _singlestep(steps: Steps, choices: Choices, moments: Moments, decay: Array) -> Rows:
    """Groups of `order` rows that all start at the x of their first: order 1, then 2, then 3, each reaching further.

    The row of order k uses its own output and that of the group's first row, k−1 rows before; in the form heun those
    between, too.
    """
    order, form = choices.order, choices.form
    place, row = _places(steps, order), np.arange(steps.count)
    base = row - place
    over = span(steps, base, row + 1)
    weights = np.zeros((steps.count, order))
    weights[:, 0] = moments(over, 1)[:, 0]
    for back in range(1, order):
        rows = np.flatnonzero(place == back)
        used = np.arange(back + 1) if form == "heun" else np.array([0, back])
        at = (steps.lambdas[rows[:, None] - used] - steps.lambdas[base[rows], None]) / over.h[rows, None]
        exact = moments(over, len(used))[rows]
        kept = approximated(2, exact, form, choices.third) if back == 1 else exact
        weights[rows[:, None], used] = quadrature(at, kept)
    return Rows(*departed(steps, decay[1:] / decay[base], weights), base=base)


def _places(steps: Steps, order: int) -> Index:
    """The place of each row in its group, (N,), 0 first; rows that leave no signal or reach σ = 0 are alone."""
    place = np.arange(steps.count - steps.dark) % order
    if steps.ends_clean:
        place[-1:] = 0
    return np.pad(place, (steps.dark, 0))
