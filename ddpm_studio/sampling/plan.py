"""Plan: a solver's table laid out for a memory of fixed size, newest first."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.table import SolverTable


class Plan(NamedTuple):
    """The weights with which each of R rows uses the last X of x, the last M of x0, newest first, and z.

    `of_x` (R, X), `of_x0` (R, M) and `of_z` (R,) are weights in the x that leaves the row, `of_unclipped` (R,) that of
    the newest x0 before it was clipped. The network is shown `sees` (R,) times x and told `told` (R,); `u`, `v` (R,)
    turn its output into the estimate x0 = u x + v out. A learned variance in [−1, 1] multiplies z by
    exp(`spread` (variance + 1)), (R,).
    """

    of_x: Array
    of_x0: Array
    of_unclipped: Array
    of_z: Array
    sees: Array
    told: Array
    u: Array
    v: Array
    spread: Array


def plan_of(table: SolverTable, prediction_type: str, keep_epsilon: bool = False) -> Plan:
    """The plan of a table for networks of a prediction type, the text of a Parametrisation, in which ε may be kept as
    predicted where x0 is clipped and a step mixes both.

    Raises SolverError if the table cannot use such an output.

    >>> from ddpm_studio.diffusion import Schedule, Steps, solver_table
    >>> plan = plan_of(solver_table("dpm-solver++", Steps.from_spacing(Schedule("linear", 1000), 4)), "epsilon")
    >>> plan.of_x.shape, plan.of_x0.shape  # the newest x, and the newest two x0
    ((4, 1), (4, 2))
    """
    x0 = replace(table, space="x0")
    of_x, of_x0 = _by_age(table)
    of_unclipped = np.zeros(table.nfe)
    if keep_epsilon and table.by_epsilon is not None:
        of_unclipped, of_x0 = table.by_epsilon, of_x0 - table.by_epsilon[:, None]
    shown = x0.sees(prediction_type), x0.told(prediction_type)
    read = x0.p(prediction_type), x0.q(prediction_type)
    return Plan(of_x, of_x0, of_unclipped, table.C, *shown, *read, _spread(table))


def _by_age(table: SolverTable) -> tuple[Array, Array]:
    """The weights of x and x0 of 0, 1, 2 … rows ago: those of the table, with p x + q x0 in place of every m."""
    rows, p, q = np.arange(table.nfe), table.p("sample"), table.q("sample")
    age = rows - table.base
    of_x = np.zeros((table.nfe, max(table.history, int(age.max()) + 1)))
    of_x0 = np.zeros((table.nfe, table.history))
    of_x[rows, age] = table.A
    for j in range(min(table.history, table.nfe)):
        of_x[j:, j] += table.B[j:, j] * p[: table.nfe - j]
        of_x0[j:, j] = table.B[j:, j] * q[: table.nfe - j]
    return _without_end(of_x), _without_end(of_x0)


def _without_end(weights: Array) -> Array:
    """All columns but the trailing ones of zeros, and at least one."""
    return weights[:, : max(np.flatnonzero(weights.any(axis=0)), default=0) + 1]


def _spread(table: SolverTable) -> Array:
    """σ = exp(½ (f ln σ²_max + (1−f) ln σ²_min)) with f = ½ (v+1), and C is already exp(½ ln σ²_min), or 0."""
    low, high = table.log_variance_min, table.log_variance_max
    return np.zeros(table.nfe) if low is None or high is None else np.where(table.C > 0, 0.25 * (high - low), 0.0)
