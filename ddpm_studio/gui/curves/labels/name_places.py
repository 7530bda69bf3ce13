"""Places of names in a plot: on their own line, plainly nearest to it, or tied to a dot on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
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
        return self.box.united(QRectF(self.dot.x() - 3, self.dot.y() - 3, 6, 6))


def name_place(
    number: int, left: Array, heights: Sequence[Array], box: QRectF, view: QRectF, taken: Sequence[QRectF]
) -> NamePlace | None:
    """Where the name of the line of this number stands, whose text is `box` around 0; None where it has no room.

    Lines have their `heights` at the pixels `left`, NaN where they are not; what is `taken` of the view stays free.
    """
    among = _Among(number, left, np.array(heights), box)
    free = _Free(view, taken)
    on_line = among.best((0.0,), box.height() / 2 + LEAST, free) if box.width() <= SHORT else None
    return on_line or among.best((-ABOVE, ABOVE), ABOVE + CLEAR, free) or among.tied(free)


@dataclass(frozen=True)
class _Free:
    """What is free of a view."""

    view: QRectF
    taken: Sequence[QRectF]

    def holds(self, place: NamePlace) -> bool:
        """Whether nothing is where a name would stand."""
        taken = place.taken
        return not any(taken.intersects(each) for each in self.taken)

    def inside(self, left: Array, middles: Array, box: QRectF) -> NDArray[np.bool_]:
        """Where the whole of a box around these points is in the view; with NaN it is nowhere."""
        upright = (middles + box.top() >= self.view.top()) & (middles + box.bottom() <= self.view.bottom())
        across = (left + box.left() >= self.view.left()) & (left + box.right() <= self.view.right())
        return np.logical_and(upright, across)


class _Among:
    """A line among others, and how well its name would stand at each of the places."""

    def __init__(self, number: int, left: Array, heights: Array, box: QRectF) -> None:
        self._number, self._left, self._heights, self._box = number, left, heights, box
        self._own = heights[number]
        step = (left[-1] - left[0]) / max(1, len(left) - 1)
        reach = int(np.ceil(box.width() / 2 / max(step, 1.0)))
        whole = np.pad(heights, ((0, 0), (reach, reach)), constant_values=np.nan)
        windows = sliding_window_view(whole, 2 * reach + 1, axis=1)
        self._low, self._high = np.fmin.reduce(windows, axis=2), np.fmax.reduce(windows, axis=2)

    def best(self, sides: Sequence[float], least: float, free: _Free) -> NamePlace | None:
        """The best free place at some distances from the line, with `least` room to the other lines."""
        others = np.delete(np.arange(len(self._heights)), self._number)
        return self._first(sides, others, free, least=least)

    def tied(self, free: _Free) -> NamePlace | None:
        """The best free place further from the line, on as few lines as can be, for a dot plainly on its own."""
        every = np.arange(len(self._heights))
        return self._first([side * off for off in TIED for side in (-1, 1)], every, free, tied=True)

    def _first(
        self, sides: Sequence[float], lines: NDArray[np.int_], free: _Free, least: float = 0.0, tied: bool = False
    ) -> NamePlace | None:
        found: list[tuple[float, NamePlace]] = []
        telling = self._telling() if tied else np.zeros(len(self._left))
        for off in sides:
            middles = self._own + off
            room = self._room(middles, lines)
            allowed = free.inside(self._left, middles, self._box) & (room >= least)
            scores = np.minimum(room, ENOUGH) + CENTRAL + (telling - abs(off) if tied else 0.0)
            order = np.argsort(-scores, kind="stable")
            places = ((float(scores[each]), self._at(each, off, tied)) for each in order[allowed[order]].tolist())
            found += islice((place for place in places if free.holds(place[1])), 1)
        return max(found, key=lambda each: each[0])[1] if found else None

    def _at(self, place: int, off: float, tied: bool) -> NamePlace:
        point = QPointF(float(self._left[place]), float(self._own[place]))
        return NamePlace(self._box.translated(point + QPointF(0, off)), point if tied else None)

    def _room(self, middles: Array, lines: NDArray[np.int_]) -> Array:
        """How far a name is from the nearest of some lines, over its whole width."""
        with np.errstate(invalid="ignore"):
            away = np.maximum(np.maximum(self._low[lines] - middles, middles - self._high[lines]), 0.0)
        return np.asarray(np.fmin.reduce(away, axis=0, initial=np.inf))

    def _telling(self) -> Array:
        """How plainly a dot on the line is on no other, in pixels of room."""
        others = np.delete(self._heights, self._number, axis=0)
        return np.asarray(np.fmin.reduce(np.abs(others - self._own), axis=0, initial=TELLING))
