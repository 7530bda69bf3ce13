"""Places of names in a plot: on their own line, plainly nearest to it, or tied to a dot on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from ddpm_studio.gui.curves.series import Array

PLACES = np.linspace(0.06, 0.94, 89)
"""Where along the x axis a name may stand, as shares of what is seen."""

ABOVE = 11.0
"""Distance of the middle of a name from its line, in pixels, where that is plainly its own."""

TIED = (20.0, 32.0, 46.0, 62.0)
"""The same of a name that is tied to its line."""

SHORT = 28.0
"""Width up to which a name stands on its line, in pixels: a letter leaves the line whole on both sides."""

LEAST, CLEAR = 3.0, 8.0
"""How much further than its own line others are at least from a name on it, and from one beside it, in pixels."""

REACH = 3.0
"""Half the side of what a dot takes of a plot, in pixels."""

FIRST = 1e6
"""What a name on its line, or beside it, is worth more than one further away, in pixels of room."""

ENOUGH = 40.0
"""Distance from other lines with which a name is content, in pixels: further away it would seem to belong to none."""

TELLING = 8.0
"""Distance of a dot from other lines with which it is plainly on its own, in pixels."""

BEST = 0.8
"""Where along the x axis a name is best off, as far as its line is apart there: where less often numbers stand."""

CENTRAL = 12 * (1 - np.abs(np.linspace(0, 1, len(PLACES)) - BEST))
"""What being close to that counts for at each of the places, in pixels of room."""


@dataclass(frozen=True)
class NamePlace:
    """Where a name stands, and the point of its line that it is tied to, if it is."""

    box: QRectF
    dot: QPointF | None = None

    @property
    def taken(self) -> QRectF:
        """What it takes of a plot, its tie included."""
        if self.dot is None:
            return self.box
        return self.box.united(QRectF(self.dot.x() - REACH, self.dot.y() - REACH, 2 * REACH, 2 * REACH))


@dataclass(frozen=True, eq=False)
class Corridors:
    """What lines take of a view over the width of a name at each of the places: `low` to `high`, NaN where nothing.

    Both have the shape (lines, places), as have the `heights` of the lines at the pixels `left`.
    """

    left: Array
    heights: Array
    low: Array
    high: Array

    @classmethod
    def of(cls, left: Array, heights: Array, width: float) -> Corridors:
        """Those of lines for names of this width."""
        step = (left[-1] - left[0]) / max(1, len(left) - 1)
        reach = int(np.ceil(width / 2 / max(step, 1.0)))
        whole = np.pad(heights, ((0, 0), (reach, reach)), constant_values=np.nan)
        return cls(left, heights, _over(np.fmin, whole, 2 * reach + 1), _over(np.fmax, whole, 2 * reach + 1))


def _over(most: np.ufunc, values: Array, width: int) -> Array:
    """What is most of as many neighbours, shape (lines, places − width + 1): of two, of four, and so on."""
    has = 1
    while 2 * has <= width:
        values, has = most(values[:, :-has], values[:, has:]), 2 * has
    rest = width - has
    return np.asarray(most(values[:, : values.shape[1] - rest], values[:, rest:]))


def name_place(number: int, lines: Corridors, box: QRectF, view: QRectF, taken: Sequence[QRectF]) -> NamePlace | None:
    """Where the name of the line of this number stands, whose text is `box` around 0; None where it has no room.

    What is `taken` of the view stays free.
    """
    sides = _sides(box)
    middles = lines.heights[number] + sides.off[:, None]
    room = _room(number, lines, middles, sides)
    allowed = (room >= sides.least[:, None]) & _inside(lines.left, middles, box, view)
    allowed &= _free(number, lines, middles, sides, box, taken)
    scores = np.minimum(room, ENOUGH) + CENTRAL + sides.worth[:, None]
    scores += sides.tied[:, None] * _telling(number, lines)
    scores[~allowed] = -np.inf
    side, place = np.unravel_index(np.argmax(scores), scores.shape)
    if not allowed[side, place]:
        return None
    point = QPointF(float(lines.left[place]), float(lines.heights[number, place]))
    dot = point if sides.tied[side] else None
    return NamePlace(box.translated(point + QPointF(0, float(sides.off[side]))), dot)


@dataclass(frozen=True, eq=False)
class _Sides:
    """Distances of names from their line: the room to others that each needs, what it is worth, if it is `tied`."""

    off: Array
    least: Array
    worth: Array
    tied: NDArray[np.bool_]


def _sides(box: QRectF) -> _Sides:
    """On the line where a name is short, or else beside it, or else tied to it, as close as may be."""
    on_line = [(0.0, box.height() / 2 + LEAST, 2 * FIRST, False)] if box.width() <= SHORT else []
    beside = [(side * ABOVE, ABOVE + CLEAR, FIRST, False) for side in (-1, 1)]
    tied = [(side * off, 0.0, -off, True) for off in TIED for side in (-1, 1)]
    off, least, worth, is_tied = zip(*on_line, *beside, *tied, strict=True)
    return _Sides(np.array(off), np.array(least), np.array(worth), np.array(is_tied))


def _room(number: int, lines: Corridors, middles: Array, sides: _Sides) -> Array:
    """How far names are from the nearest line, shape (sides, places): of those that are not tied, from the others."""
    away = np.maximum(lines.low[:, None] - middles, middles - lines.high[:, None])
    away[number, ~sides.tied] = np.inf
    return np.asarray(np.fmin.reduce(np.maximum(away, 0.0), axis=0, initial=np.inf))


def _inside(left: Array, middles: Array, box: QRectF, view: QRectF) -> NDArray[np.bool_]:
    """Where the whole name is in the view; with NaN it is nowhere."""
    upright = (middles + box.top() >= view.top()) & (middles + box.bottom() <= view.bottom())
    return np.logical_and(upright, (left + box.left() >= view.left()) & (left + box.right() <= view.right()))


def _free(
    number: int, lines: Corridors, middles: Array, sides: _Sides, box: QRectF, taken: Sequence[QRectF]
) -> NDArray[np.bool_]:
    """Where a name, and its tie, overlaps nothing that is taken."""
    if not taken:
        return np.ones(middles.shape, dtype=bool)
    edges = np.array([(each.left(), each.right(), each.top(), each.bottom()) for each in taken])
    first, last, top, bottom = edges.T[:, :, None]
    across = (lines.left + box.left() < last) & (lines.left + box.right() > first)
    own = lines.heights[number]
    highest, lowest = middles + box.top(), middles + box.bottom()
    highest = np.where(sides.tied[:, None], np.fmin(highest, own - REACH), highest)
    lowest = np.where(sides.tied[:, None], np.fmax(lowest, own + REACH), lowest)
    upright = (highest < bottom[:, :, None]) & (lowest > top[:, :, None])
    return np.asarray(~np.any(upright & across[:, None], axis=0))


def _telling(number: int, lines: Corridors) -> Array:
    """How plainly a dot on the line is on no other, in pixels of room."""
    away = np.abs(lines.heights - lines.heights[number])
    away[number] = np.inf
    return np.asarray(np.fmin.reduce(away, axis=0, initial=TELLING))
