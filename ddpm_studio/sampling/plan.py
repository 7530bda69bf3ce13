"""A solver's table laid out for a memory of fixed size, so that no row has to move what the rows before it left."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.diffusion.table import SolverTable


class Plan(NamedTuple):
    """What each of R rows does to a memory of S slots: a ring of x, a ring of m and one slot, the last, for z.

    `weights` (R, S) are A, B and C in the columns where x_base, m_i, m_{i−1} … and z then lie. `slots` (R, 3) are
    the places of the x that enters, of m and of the x that leaves. `reading` (R, 7) holds p, q, u, v, P, Q, spread:
    m = p x + q out and x0 = u x + v out; with x0 bounded, m = P x + Q x0. A learned variance v in [−1, 1] multiplies z
    by exp(spread (v + 1)).
    """

    weights: Array
    slots: NDArray[np.int64]
    reading: Array


def plan_of(table: SolverTable, prediction_type: str) -> Plan:
    """What a table does to the memory; SolverError where it cannot read an output of this prediction type."""
    steps = np.arange(table.nfe)
    ring = int((steps - table.base).max()) + 1
    x_slot, m_slot = np.arange(table.nfe + 1) % ring, ring + steps % table.history
    weights = np.zeros((table.nfe, ring + table.history + 1))
    weights[steps, x_slot[table.base]] = table.A
    for j in range(min(table.history, table.nfe)):
        weights[steps[j:], m_slot[: table.nfe - j]] = table.B[j:, j]
    weights[:, -1] = table.C
    return Plan(weights, np.stack([x_slot[:-1], m_slot, x_slot[1:]], axis=1), _reading(table, prediction_type))


def _reading(table: SolverTable, prediction_type: str) -> Array:
    x0 = replace(table, space="x0")
    low, high = table.log_variance_min, table.log_variance_max
    # σ = exp(½ (f ln σ²_max + (1−f) ln σ²_min)) with f = ½ (v+1), and C is already exp(½ ln σ²_min).
    spread = np.zeros(table.nfe) if low is None or high is None else 0.25 * (high - low)
    unbounded = (table.p(prediction_type), table.q(prediction_type), x0.p(prediction_type), x0.q(prediction_type))
    return np.stack([*unbounded, table.p("sample"), table.q("sample"), spread], axis=1)
