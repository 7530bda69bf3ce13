"""Influence of each of the network's outputs on x after every row of a solver's table."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.table import SolverTable


def influence_of(table: SolverTable, prediction_type: str | None = None) -> Array:
    """(R, R): row n, column i is the weight of the network's output i in the x that row n leaves; 0 for i > n.

    "Output" is meant as in `SolverTable.unrolled`, whose `outputs` are the last row. Raises SolverError as
    `SolverTable.p` does.

    >>> from ddpm_studio.diffusion import Schedule, Steps, solver_table
    >>> table = solver_table("ddim", Steps.from_spacing(Schedule("linear", 1000), 3))
    >>> influence_of(table, "sample").round(3).tolist()
    [[0.098, 0.0, 0.0], [0.082, 0.48, 0.0], [0.0, 0.0, 1.0]]
    """
    rows = table.nfe
    if prediction_type is None:
        p, q = np.zeros(rows), np.ones(rows)
    else:
        p, q = table.p(prediction_type), table.q(prediction_type)
    x, m = np.zeros((rows + 1, rows)), np.zeros((rows, rows))
    for i in range(rows):
        reach = min(table.history, i + 1)
        m[i] = p[i] * x[i]
        m[i, i] += q[i]
        x[i + 1] = table.A[i] * x[table.base[i]] + table.B[i, reach - 1 :: -1] @ m[i - reach + 1 : i + 1]
    weights: Array = x[1:]
    weights.flags.writeable = False
    return weights
