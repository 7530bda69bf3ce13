"""Blocks of a table of weights, each shown by its weight that is farthest from zero, so that none vanishes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.noise_levels import Array

Edges = NDArray[np.intp]
"""Where blocks of neighbours begin, ascending, and where the last one ends."""


def block_edges(count: int, most: int) -> Edges:
    """The edges of at most `most` blocks of `count` neighbours, which differ in length by one at most.

    >>> block_edges(10, 4).tolist(), block_edges(3, 4).tolist()
    ([0, 2, 5, 7, 10], [0, 1, 2, 3])
    """
    blocks = min(count, most)
    return np.arange(blocks + 1) * count // max(1, blocks)


def farthest(weights: Array, rows: Edges, columns: Edges) -> Array:
    """Weights (R, C) as blocks of rows and of columns: of each the weight that is farthest from zero, with its sign.

    >>> farthest(np.array([[1.0, -2.0, 0.0], [0.0, 1.0, -0.5]]), block_edges(2, 1), block_edges(3, 2)).tolist()
    [[1.0, -2.0]]
    """
    return _farthest_rows(_farthest_rows(weights, rows).T, columns).T


def _farthest_rows(weights: Array, edges: Edges) -> Array:
    """The same for blocks of rows alone."""
    starts, lasts = edges[:-1], edges[1:] - 1
    found = weights[starts]
    for further in range(1, int((lasts - starts).max(initial=0)) + 1):
        others = weights[np.minimum(starts + further, lasts)]
        found = np.where(np.abs(others) > np.abs(found), others, found)
    return found
