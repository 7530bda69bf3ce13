"""LineNames: the names of a plot's lines, each where it cannot be taken for that of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Slot
from PySide6.QtGui import QColor, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.gui.curves.finding_marks import FindingMark, triangle
from ddpm_studio.gui.curves.labels.grounded import Labels
from ddpm_studio.gui.curves.labels.name_places import PLACES, SHORT, Corridors, NamePlace, name_place
from ddpm_studio.gui.curves.lines.elbo_line import ElboLine
from ddpm_studio.gui.curves.series import Array

APART = 40.0, 24.0
"""How far across or upright a name is from the numbers at the moment where it is seen in full, in pixels.

A letter is there until it is covered: nobody takes it for a number.
"""

FADES = 5
"""Steps in which names fade as numbers come closer: each is painted."""

WIDTH = 20.0
"""Names are taken to be a multiple of so many pixels wide, so that many share what lines leave of the view."""


@dataclass(frozen=True, eq=False)
class NamedLine:
    """A line through (x, y), in data coordinates with rising x, that wants its name beside it."""

    x: Array
    y: Array
    name: str
    color: QColor

    def is_as(self, other: NamedLine) -> bool:
        """Whether the other is drawn of the same arrays, and named alike."""
        drawn = self.x is other.x and self.y is other.y
        return drawn and (self.name, self.color) == (other.name, other.color)


_Read = tuple[NamedLine, Array]
"""A line, and its heights where its name may stand."""

_Placed = tuple[NamedLine, NamePlace]
"""A line, and where its name stands."""


class LineNames(Labels):
    """The names of lines, each where its line is furthest from the others, on no mark; none where there is no room.

    Close to the numbers at the moment, like one of which they would read, names fade where they stand; one that would
    show half of itself from under a number is not there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[NamedLine] = ()
        self._marks: Sequence[FindingMark] = ()
        self._level: ElboLine | None = None
        self._placed: tuple[object, list[_Placed]] = None, []
        self._read: tuple[object, dict[tuple[int, int], _Read]] = None, {}
        self._numbers: Sequence[QRectF] = ()
        self._clearances: Array = np.ones(0)
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def set_lines(self, lines: Sequence[NamedLine]) -> None:
        """Name these lines; nothing is done where they are as before, and nothing kept where there are none."""
        if len(lines) != len(self._lines) or not all(map(NamedLine.is_as, lines, self._lines)):
            self._lines = lines
            if not lines:
                self._placed, self._read = (None, []), (None, {})
                self._clear()
            self.update()

    def set_marks(self, marks: Sequence[FindingMark]) -> None:
        """Keep off these marks."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def keep_off(self, level: ElboLine) -> None:
        """Keep off the label of a level line, where that is seen."""
        self._level = level

    def lines(self) -> Sequence[NamedLine]:
        """The lines that are named."""
        return self._lines

    def places(self) -> dict[str, NamePlace]:
        """Where each name that is seen stands, from the corner of what is seen, when it was last painted."""
        return {line.name: place for line, place, _ in self._standing()}

    def strengths(self) -> dict[str, float]:
        """How plainly each name that is seen was last painted, at most 1."""
        return {line.name: strength for line, _, strength in self._standing()}

    @Slot(object)
    def give_way(self, numbers: Sequence[QRectF]) -> None:
        """Fade the names close to these places, which begin at the corner of what is seen."""
        self._numbers = numbers
        before = self._clearances
        self._clear()
        if not np.array_equal(self._clearances, before):
            self.update()

    def _clear(self) -> None:
        self._clearances = clearances([place.taken for _, place in self._placed[1]], self._numbers)

    def _standing(self) -> list[tuple[NamedLine, NamePlace, float]]:
        """The names that were last placed, with their lines, but for those that a number would cover."""
        standing = zip(self._placed[1], self._clearances.tolist(), strict=True)
        return [(line, place, strength) for (line, place), strength in standing if strength]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint one name after the other, the first where it is best off."""
        to_pixels = painter.transform()
        view = self._view(painter)
        if self._lines and not view.isEmpty():
            self._place(to_pixels, view)
            opacity = painter.opacity()
            for line, place, strength in self._standing():
                painter.setOpacity(opacity * strength)
                self._paint_name(painter, line, place, view.topLeft())
            painter.setOpacity(opacity)
        painter.setTransform(to_pixels)

    def _paint_name(self, painter: QPainter, line: NamedLine, place: NamePlace, corner: QPointF) -> None:
        box = place.box.translated(corner)
        if place.dot is not None:
            dot = place.dot + corner
            self._tie(
                painter, dot, QPointF(dot.x(), box.bottom() if box.center().y() < dot.y() else box.top()), line.color
            )
            self._dot(painter, dot, line.color)
        self._write(painter, box, line.name, line.color)

    def _place(self, to_pixels: QTransform, view: QRectF) -> None:
        """Find out where each name stands from the corner of what is seen, if it is there."""
        data = self.boundingRect()
        level = self._level if self._level is not None and self._level.isVisible() else None
        known = (self._lines, self._marks, level and level.value(), self._font, data, view.size())
        if self._placed[0] != known:
            xs = data.left() + PLACES * data.width()
            left = to_pixels.m11() * xs + to_pixels.dx() - view.left()
            heights = [to_pixels.m22() * height + to_pixels.dy() - view.top() for height in self._heights(xs)]
            marks = [to_pixels.map(QPointF(mark.x, mark.y)) for mark in self._marks]
            taken = [triangle(mark, view).translated(-view.topLeft()) for mark in marks if view.contains(mark)]
            if level is not None:
                taken.append(
                    level.label_box(view.size(), to_pixels.m22() * level.value() + to_pixels.dy() - view.top())
                )
            places = self._among(left, np.array(heights), QRectF(QPointF(), view.size()), taken)
            placed = zip(self._lines, places, strict=True)
            self._placed = known, [(line, place) for line, place in placed if place is not None]
            self._clear()

    def _heights(self, xs: Array) -> list[Array]:
        """The heights of the lines at some x; those that are known are not read again from lines that stay."""
        ends = xs[0], xs[-1]
        known = self._read[1] if self._read[0] == ends else {}
        lines = {(id(line.x), id(line.y)): line for line in self._lines}
        read = {key: known.get(key) or (line, _heights(line, xs)) for key, line in lines.items()}
        self._read = ends, read
        return [read[id(line.x), id(line.y)][1] for line in self._lines]

    def _among(self, left: Array, heights: Array, room: QRectF, taken: list[QRectF]) -> list[NamePlace | None]:
        """Where each name stands among the lines with these heights, on nothing that is taken."""
        corridors: dict[float, Corridors] = {}
        places: list[NamePlace | None] = []
        for number, line in enumerate(self._lines):
            box = self._box(line.name)
            wide = WIDTH * ceil(box.width() / WIDTH)
            if wide not in corridors:
                corridors[wide] = Corridors.of(left, heights, wide)
            place = name_place(number, corridors[wide], box, room, taken)
            places.append(place)
            taken += [] if place is None else [place.taken]
        return places


def clearances(names: Sequence[QRectF], numbers: Sequence[QRectF]) -> Array:
    """How far each name is from the nearest number, from 0, where they overlap, to 1, where it is APART from all.

    >>> clearances([QRectF(0, 0, 90, 12), QRectF(0, 0, 20, 12)], [QRectF(106, 0, 50, 12)]).tolist()
    [0.4, 1.0]
    """
    if not names or not numbers:
        return np.ones(len(names))
    first, other = _edges(names)[:, None], _edges(numbers)[None]
    across = np.maximum(other[..., 0] - first[..., 1], first[..., 0] - other[..., 1]) / APART[0]
    upright = np.maximum(other[..., 2] - first[..., 3], first[..., 2] - other[..., 3]) / APART[1]
    nearest = np.maximum(across, upright).min(axis=1)
    short = np.array([name.width() <= SHORT for name in names])
    return np.asarray(np.where(short, nearest > 0, np.ceil(np.clip(nearest, 0.0, 1.0) * FADES) / FADES))


def _edges(boxes: Sequence[QRectF]) -> Array:
    """Left, right, top and bottom of boxes, shape (boxes, 4)."""
    return np.array([(box.left(), box.right(), box.top(), box.bottom()) for box in boxes])


def _heights(line: NamedLine, xs: Array) -> Array:
    """The heights of a line at some x, NaN where it is not."""
    if not len(line.x):
        return np.full(len(xs), np.nan)
    return np.interp(xs, line.x, line.y, left=np.nan, right=np.nan)
