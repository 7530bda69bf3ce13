"""Thinning of a line's points: a curve of a thousand steps bends too little to need them all."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.gui.curves.series import Array

SHORTEST, LONGEST = 32, 256
"""Lengths of the stretches of points that are thinned alike, of a short curve and of a long one; powers of 2."""

FEW_STRETCHES = 64
"""Stretches that a curve is divided into before they get longer than SHORTEST."""

TOLERANCE = 0.1
"""Greatest distance of the line from a point that it no longer goes through, in pixels."""

MOST_POINTS = 4000
"""Number of points beyond which a line is drawn through the extremes of neighbouring points."""


class Thinning:
    """The points of a curve (x, y), each (T,), that its line needs at any scale.

    Between points s steps apart, a line is off by at most s²/8 times the largest second difference of x and of y there.
    That is found once for each stretch, so that a plot that is resized or zoomed goes through none of the points again.
    """

    def __init__(self, x: Array, y: Array) -> None:
        self._count = len(y)
        self._length = stretch_length(len(y))
        self._stretches = max(0, (len(y) - 2) // self._length)
        self._bends = self._largest_bends(x), self._largest_bends(y)

    def _largest_bends(self, values: Array) -> Array:
        """The largest second difference of each stretch."""
        end = self._stretches * self._length
        bends = np.abs(values[:end] - 2 * values[1 : end + 1] + values[2 : end + 2])
        return bends.reshape(self._stretches, self._length).max(axis=1, initial=0.0)  # type: ignore[no-any-return]

    def places(self, pixel: tuple[float, float]) -> NDArray[np.intp]:
        """The indices of the points that are needed, both ends included; `pixel` has x and y per pixel."""
        strides, kept = _strides(self._length)
        largest_bend = 8 * TOLERANCE / strides[:-1] ** 2
        chosen = np.ones(self._count, dtype=bool)
        end = self._stretches * self._length
        bends = np.hypot(*(bends / size for bends, size in zip(self._bends, pixel, strict=True)))
        chosen[:end] = kept[np.searchsorted(largest_bend, bends)].ravel()
        return np.flatnonzero(chosen)


def stretch_length(count: int) -> int:
    """The number of points of a stretch in a curve of `count`."""
    length = SHORTEST
    while length < LONGEST and count // (2 * length) >= FEW_STRETCHES:
        length *= 2
    return length


@cache
def _strides(length: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Strides at which points of a stretch may be kept, and for each of them which are.

    All strides divide the length, so stretches meet at a point that is kept.
    """
    strides = length // 2 ** np.arange(length.bit_length())
    return strides, np.arange(length) % strides[:, None] == 0


def extremes(x: Array, y: Array, most: int) -> tuple[Array, Array]:
    """About `most` points of a curve: the least and greatest y of each group of neighbours, and both ends."""
    if len(y) <= most:
        return x, y
    group = -(-2 * len(y) // most)
    whole = len(y) // group * group
    grouped = y[:whole].reshape(-1, group)
    starts = np.arange(0, whole, group)
    chosen = np.unique(np.concatenate([[0, len(y) - 1], starts + grouped.argmin(1), starts + grouped.argmax(1)]))
    return x[chosen], y[chosen]
