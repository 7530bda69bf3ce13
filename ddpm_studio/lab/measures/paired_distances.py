"""Paired distances: how much nearer one of two ways to draw is, on the same pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import QT_TRANSLATE_NOOP, LabError
from ddpm_studio.lab.measures.spread import LEVEL, Spread, values_of

_ENDLESS = 600.0
"""Logarithm of a ratio that no two distances of float32 have, unless one of them is 0."""


@dataclass(frozen=True)
class PairedDistances:
    """What two distances of the same picture differ by, over N pictures: `difference`, a − b, and `ratio`, a / b.

    Of pairs, the interval is far narrower than the two medians with theirs, or the bootstrap of their ratio, would let
    it seem: pictures that are hard for one are hard for the other. It holds what it is of as often as that of `Spread`
    does. 0 / 0 counts as 1, and any other distance over 0 as infinite. `level` is what was asked for, which fewer than
    6 pictures don't reach for 95 %.

    >>> paired = PairedDistances.of([0.9, 1.8, 2.7, 3.6, 4.5, 5.4], [1, 2, 3, 4, 5, 6])
    >>> paired.nearer, paired.farther, round(paired.ratio.median, 3)
    (True, False, 0.9)
    """

    difference: Spread
    ratio: Spread
    level: float = LEVEL

    @classmethod
    def of(cls, a: ArrayLike, b: ArrayLike, level: float = LEVEL) -> PairedDistances:
        """Both for the distances ≥ 0 of N pictures, (N,) each; LabError as `Spread.of`, and if a has not as many."""
        first, second = values_of(a), values_of(b)
        if first.shape != second.shape:
            raise LabError(
                QT_TRANSLATE_NOOP("errors", "{a} pictures cannot be paired with {b}; draw as many of both."),
                a=first.size,
                b=second.size,
            )
        return cls(Spread.of(first - second, level), _ratio(first, second, level), level)

    @property
    def nearer(self) -> bool:
        """Whether a is nearer than b for the median picture, as surely as `level` says."""
        return self._sure and self.ratio.high < 1

    @property
    def farther(self) -> bool:
        """Whether it is farther away, as surely."""
        return self._sure and self.ratio.low > 1

    @property
    def _sure(self) -> bool:
        return self.ratio.level >= self.level


def _ratio(a: Array, b: Array, level: float) -> Spread:
    """By its logarithm, in which a / b and b / a are as far from 1, and a distance of 0 is the least float for now."""
    least = np.finfo(np.float64).tiny
    logs = Spread.of(np.log(np.maximum(a, least)) - np.log(np.maximum(b, least)), level)
    median, lower, upper, low, high = map(_number, (logs.median, logs.lower, logs.upper, logs.low, logs.high))
    return Spread(logs.count, median, lower, upper, low, high, logs.level)


def _number(log: float) -> float:
    """A ratio by its logarithm; beyond what distances that were measured can have, one of them is 0."""
    return math.exp(log) if abs(log) < _ENDLESS else math.inf if log > 0 else 0.0
