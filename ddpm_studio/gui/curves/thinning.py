"""Thinning of a line's points: a curve of a thousand steps bends too little to need them all."""

from __future__ import annotations

import numpy as np

from ddpm_studio.gui.curves.series import Array

STEPS = np.array([32, 16, 8, 4, 2, 1])
"""Strides at which points of a stretch of 32 may be kept; all divide 32, so stretches meet at a point that is kept."""

KEPT = np.arange(STEPS[0]) % STEPS[:, None] == 0

TOLERANCE = 0.1
"""Greatest distance of the line from a point that it no longer goes through, in pixels."""

LARGEST_BEND = 8 * TOLERANCE / STEPS[:-1] ** 2
"""Between points s steps apart, a line is off by at most s²/8 times the largest second difference there."""

MOST_POINTS = 4000
"""Number of points beyond which a line is drawn through the extremes of neighbouring points."""


def thinned(x: Array, y: Array, pixel: float) -> tuple[Array, Array]:
    """The points of an evenly sampled curve that its line needs, both ends included; `pixel` is y per pixel."""
    stretches = (len(y) - 2) // len(KEPT[0])
    if stretches < 1:
        return x, y
    end = stretches * len(KEPT[0])
    bend: Array = np.abs(y[:end] - 2 * y[1 : end + 1] + y[2 : end + 2]).reshape(stretches, -1).max(axis=1)
    kept = np.ones(len(y), dtype=bool)
    kept[:end] = KEPT[np.searchsorted(LARGEST_BEND, bend / pixel)].ravel()
    return extremes(x[kept], y[kept], MOST_POINTS)


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
