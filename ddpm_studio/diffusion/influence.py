"""Influence of each of the network's outputs on x after every row of a solver's table."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.diffusion.weight_blocks import block_edges, farthest
from ddpm_studio.interruption import check


def influence_of(table: SolverTable, prediction_type: str | None = None, most: int | None = None) -> Array:
    """(R, R): row n, column i is the weight of the network's output i in the x that row n leaves; 0 for i > n.

    "Output" is meant as in `SolverTable.unrolled`, whose `outputs` are the last row. Of more than `most` rows it is
    (most, most), by blocks as `block_edges` has them, each with the weight that is `farthest` from zero; the memory
    that takes is in proportion to R then. Raises SolverError as `SolverTable.p` does.

    >>> from ddpm_studio.diffusion import Schedule, Steps, solver_table
    >>> table = solver_table("ddim", Steps.from_spacing(Schedule("linear", 1000), 3))
    >>> influence_of(table, "sample").round(3).tolist()
    [[0.098, 0.0, 0.0], [0.082, 0.48, 0.0], [0.0, 0.0, 1.0]]
    >>> influence_of(table, "sample", 2).round(3).tolist()
    [[0.098, 0.0], [0.082, 1.0]]
    """
    rows, edges = _rows(table, prediction_type), block_edges(table.nfe, most or table.nfe)
    weights = np.zeros((len(edges) - 1, len(edges) - 1))
    for block, (start, end) in enumerate(pairwise(edges)):
        held = np.zeros((end - start, end))
        for row in held:
            said = next(rows)
            row[: len(said)] = said
        weights[block, : block + 1] = farthest(held, block_edges(len(held), 1), edges[: block + 2])
    weights.flags.writeable = False
    return weights


def _rows(table: SolverTable, prediction_type: str | None) -> Iterator[Array]:
    """Row n without its zeros, (n,), for n from 1; of those before it only as many are kept as a row can need."""
    rows = table.nfe
    if prediction_type is None:
        p, q = np.zeros(rows), np.ones(rows)
    else:
        p, q = table.p(prediction_type), table.q(prediction_type)
    back = np.arange(rows) - table.base
    entered, said = deque([np.zeros(0)], int(back.max()) + 1), deque[Array](maxlen=table.history)
    for i in range(rows):
        check()
        said.append(np.append(p[i] * entered[-1], q[i]))
        x = np.zeros(i + 1)
        for weight, part in ((table.A[i], entered[-1 - back[i]]), *zip(table.B[i], reversed(said), strict=False)):
            if weight:
                x[: len(part)] += weight * part
        entered.append(x)
        yield x
