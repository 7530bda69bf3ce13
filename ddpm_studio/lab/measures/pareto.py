"""Pareto front: what of many ways to draw is worth its cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def pareto_front(costs: ArrayLike, errors: ArrayLike) -> NDArray[np.bool_]:
    """Which of K points, (K,) each, no other undercuts: at no more cost and error, and less of one; equal ones all.

    A point whose cost or error is no number is never among them.

    >>> pareto_front([5, 10, 10, 20], [0.3, 0.1, 0.2, 0.1]).tolist()
    [True, True, False, False]
    """
    cost, error = np.asarray(costs, np.float64), np.asarray(errors, np.float64)
    front = np.zeros(cost.shape, np.bool_)
    best, reached = np.inf, -np.inf
    for at in np.lexsort((error, cost)):
        lower = error[at] < best and not np.isnan(cost[at])
        if lower or (error[at], cost[at]) == (best, reached):
            front[at], best, reached = True, error[at], cost[at]
    return front
