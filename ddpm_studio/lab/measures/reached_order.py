"""Order that a solver really reaches: how fast its error falls with the number of network calls."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ddpm_studio.errors import QT_TRANSLATE_NOOP, LabError


class ReachedOrder(NamedTuple):
    """p of error ∝ calls^−p, and its standard error, infinite for two points, which always lie on a line.

    >>> order, deviation = ReachedOrder.of([5, 10, 20, 40], [0.08, 0.02, 0.005, 0.00125])
    >>> round(order, 9), round(deviation, 9)
    (2.0, 0.0)
    """

    order: float
    deviation: float

    @classmethod
    def of(cls, calls: ArrayLike, errors: ArrayLike, weights: ArrayLike | None = None) -> ReachedOrder:
        """The least squares line through log error over log calls, K ≥ 2 points, (K,) each, all above 0.

        `weights` are in proportion to 1/variance of log error, by default equal; the deviation comes of how far the
        points lie off the line. LabError if there are not two different numbers of calls, and for a value that is not
        above 0 or no number.
        """
        x, y = np.asarray(calls, np.float64), np.asarray(errors, np.float64)
        w = np.ones_like(x) if weights is None else np.asarray(weights, np.float64)
        points = np.array([x, y, w])
        if not (np.isfinite(points) & (points > 0)).all() or len(np.unique(x)) < 2:
            raise LabError(
                QT_TRANSLATE_NOOP(
                    "errors", "An order needs errors above 0 at two or more numbers of calls; measure with other steps."
                )
            )
        x, y, w = np.log(x), np.log(y), w / w.sum()
        x, y = x - w @ x, y - w @ y
        spread = float(w @ x**2)
        slope = float(w @ (x * y)) / spread
        freedom = len(x) - 2
        off = float(w @ (y - slope * x) ** 2)
        return cls(-slope, math.sqrt(off / freedom / spread) if freedom else math.inf)
