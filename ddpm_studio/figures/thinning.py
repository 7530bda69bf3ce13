"""Thinning of a line's points: a curve of a thousand steps bends too little to need them all."""

from __future__ import annotations

from functools import cache
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.noise_levels import Array

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
    Several stretches that are nearly straight are thinned as one. `like` is a curve of which the x may be the same.
    """

    def __init__(self, x: Array, y: Array, like: Thinning | None = None) -> None:
        self._count = len(y)
        self._length = stretch_length(len(y))
        self._x = ref(x)
        bends_of_x = like._bends[0] if like is not None and like._x() is x else self._largest_bends(x)
        self._bends: tuple[Array, Array] = bends_of_x, self._largest_bends(y)

    def _largest_bends(self, values: Array) -> Array:
        """The largest second difference of each stretch, the last of which may be shorter."""
        if self._count < 2:
            return np.zeros(0)
        steps = values[1:] - values[:-1]
        bends = np.subtract(steps[1:], steps[:-1], out=steps[:-1])
        np.abs(bends, out=bends)
        end = len(bends) // self._length * self._length
        largest = bends[:end].reshape(-1, self._length).max(axis=1)
        return np.append(largest, bends[end:].max(initial=0.0))

    def places(self, pixel: tuple[float, float]) -> NDArray[np.intp]:
        """The indices of the points that are needed, both ends included; `pixel` has x and y per pixel."""
        if self._count < 2:
            return np.arange(self._count)
        bends = np.hypot(*(bends / size for bends, size in zip(self._bends, pixel, strict=True)))
        strides, largest_bends = _strides(self._length)
        chosen = strides[np.searchsorted(largest_bends, bends)]
        counts = self._length // chosen * _begin_with_points(bends, self._length)
        before = np.repeat(np.cumsum(counts) - counts, counts)
        starts = np.repeat(np.arange(len(bends)) * self._length, counts)
        inner = starts + (np.arange(len(starts)) - before) * np.repeat(chosen, counts)
        return np.append(inner[: np.searchsorted(inner, self._count - 1)], self._count - 1)


def stretch_length(count: int) -> int:
    """The number of points of a stretch in a curve of `count`."""
    length = SHORTEST
    while length < LONGEST and count // (2 * length) >= FEW_STRETCHES:
        length *= 2
    return length


@cache
def _strides(length: int) -> tuple[NDArray[np.intp], Array]:
    """Strides at which points of a stretch may be kept, the longest first, and the largest bends of all but the last.

    All strides divide the length, so that stretches meet at a point that is kept.
    """
    strides = [length >> power for power in range(length.bit_length())]
    return np.array(strides), np.array([_largest_bend(stride) for stride in strides[:-1]])


def _largest_bend(stride: int) -> float:
    """The largest second difference, in pixels, over which a line may go by this stride."""
    return 8 * TOLERANCE / stride**2


def _begin_with_points(bends: Array, length: int) -> NDArray[np.bool_]:
    """Which of the stretches with these largest bends, in pixels, need a point where they begin.

    Neighbours are taken together two by two, and again, as long as any two are straight enough to be one.
    """
    together, count = 1, len(bends)
    bends_together = np.zeros(1 << (count - 1).bit_length())
    bends_together[:count] = bends
    needed = np.ones(len(bends_together), dtype=bool)
    while len(bends_together) > 1:
        bends_together = np.maximum(bends_together[::2], bends_together[1::2])
        together *= 2
        bent = bends_together > _largest_bend(together * length)
        if bent.all():
            break
        needed[together // 2 :: together] = bent
    return needed[:count]


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
