"""Labels in a plot: the name of each line where it is apart from the others, and its number at the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.gui.curves.finding_marks import FindingMark, triangle
from ddpm_studio.gui.curves.plot_items import InView
from ddpm_studio.gui.curves.series import Array

PLACES = np.linspace(0.06, 0.94, 45)
"""Where along the x axis a name may stand, as shares of what is seen."""

ABOVE = 11.0
"""Distance of the middle of a name from its line, in pixels."""

ENOUGH = 40.0
"""Distance from other lines with which a name is content, in pixels: further away it would seem to belong to none."""

BEST = 0.8
"""Where along the x axis a name is best off, as far as its line is apart there: where less often numbers stand."""

CENTRAL = 12 * (1 - np.abs(np.linspace(0, 1, len(PLACES)) - BEST))
"""What being close to that counts for at each of the places, in pixels of room."""

SPACING = 16.0
"""Least distance between numbers at the moment that stand above each other, in pixels."""

ASIDE = 9.0
"""Distance of the numbers from the moment's line, in pixels."""

PADDING = 3.0
GROUND = 235
"""Opacity, of 255, of what lies behind a label."""


@dataclass(frozen=True)
class Label:
    """A text about the point (x, y), in data coordinates, in a colour."""

    x: float
    y: float
    text: str
    color: QColor


class Labels(InView, pg.GraphicsObject):  # type: ignore[misc]
    """Texts in pixels over a ground that keeps them legible on lines."""

    def __init__(self) -> None:
        super().__init__()
        self._font, self._ground = QFont(), QColor()

    def set_look(self, font: QFont, ground: QColor) -> None:
        """Write in this font, on this ground."""
        self._font, self._ground = font, QColor(ground)
        self._ground.setAlpha(GROUND)
        self.update()

    def _write(self, painter: QPainter, place: QRectF, text: str, color: QColor) -> None:
        self._ground_under(painter, place)
        painter.setPen(color)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _ground_under(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        painter.drawRoundedRect(place, PADDING, PADDING)

    def _box(self, text: str) -> QRectF:
        """The size of a text, around 0."""
        metrics = QFontMetricsF(self._font)
        width, height = metrics.horizontalAdvance(text) + 2 * PADDING, metrics.height()
        return QRectF(-width / 2, -height / 2, width, height)

    def _view(self, painter: QPainter) -> QRectF:
        """What is seen, in pixels; the painter draws in pixels from here on."""
        seen: QRectF = painter.transform().mapRect(self.boundingRect())
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        return seen


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


class LineNames(Labels):
    """The names of lines, each where its line is furthest from the others, on no mark; none where there is no room.

    A name that would show half of itself from under a number is not there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[NamedLine] = ()
        self._marks: Sequence[FindingMark] = ()
        self._placed: tuple[object, list[QRectF | None]] = None, []
        self._covered = frozenset[int]()
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def set_lines(self, lines: Sequence[NamedLine]) -> None:
        """Name these lines; nothing is done where they are as before."""
        if len(lines) != len(self._lines) or not all(map(NamedLine.is_as, lines, self._lines)):
            self._lines = lines
            self.update()

    def set_marks(self, marks: Sequence[FindingMark]) -> None:
        """Keep off these marks."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def lines(self) -> Sequence[NamedLine]:
        """The lines that are named."""
        return self._lines

    @Slot(object)
    def give_way(self, numbers: Sequence[QRectF]) -> None:
        """Leave out the names that these places overlap, which begin at the corner of what is seen."""
        covered = frozenset(
            number
            for number, place in enumerate(self._placed[1])
            if place is not None and any(place.intersects(each) for each in numbers)
        )
        if covered != self._covered:
            self._covered = covered
            self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint one name after the other, the first where it is best off."""
        to_pixels = painter.transform()
        view = self._view(painter)
        if self._lines and not view.isEmpty():
            places = self._places(to_pixels, view)
            for number, (line, place) in enumerate(zip(self._lines, places, strict=True)):
                if place is not None and number not in self._covered:
                    self._write(painter, place.translated(view.topLeft()), line.name, line.color)
        painter.setTransform(to_pixels)

    def _places(self, to_pixels: QTransform, view: QRectF) -> list[QRectF | None]:
        """Where each name stands from the corner of what is seen, if it is there."""
        data = self.boundingRect()
        known = (self._lines, self._marks, self._font, data, view.size())
        if self._placed[0] != known:
            xs = data.left() + PLACES * data.width()
            left = to_pixels.m11() * xs + to_pixels.dx() - view.left()
            heights = [to_pixels.m22() * _heights(line, xs) + to_pixels.dy() - view.top() for line in self._lines]
            room, places = QRectF(QPointF(), view.size()), list[QRectF | None]()
            marks = [to_pixels.map(QPointF(mark.x, mark.y)) for mark in self._marks]
            marked = [triangle(mark, view).translated(-view.topLeft()) for mark in marks if view.contains(mark)]
            for number, line in enumerate(self._lines):
                taken = [*marked, *(place for place in places if place is not None)]
                places.append(self._best(number, left, heights, self._box(line.name), room, taken))
            self._placed = known, places
        return self._placed[1]

    @staticmethod
    def _best(
        number: int, left: Array, heights: Sequence[Array], box: QRectF, view: QRectF, taken: Sequence[QRectF]
    ) -> QRectF | None:
        """Where the name of a line stands, of all places above and below it that are free."""
        others = np.array([height for place, height in enumerate(heights) if place != number]).reshape(-1, len(left))
        best: tuple[float, QRectF] | None = None
        for side in (-ABOVE, ABOVE):
            middles = heights[number] + side
            scores = _room_around(middles, others) + CENTRAL
            # From the best place on, so that the first that is free is taken; with NaN no place is inside.
            inside = (middles + box.top() >= view.top()) & (middles + box.bottom() <= view.bottom())
            inside &= (left + box.left() >= view.left()) & (left + box.right() <= view.right())
            order = np.argsort(-scores, kind="stable")
            for place in order[inside[order]].tolist():
                rect = box.translated(left[place], middles[place])
                if any(rect.intersects(each) for each in taken):
                    continue
                if best is None or scores[place] > best[0]:
                    best = scores[place], rect
                break
        return None if best is None else best[1]


def _room_around(middles: Array, others: Array) -> Array:
    """How far each place is from the nearest of the other lines, as far as more is any better."""
    room: Array = np.fmin.reduce(np.abs(others - middles), axis=0, initial=ENOUGH)
    return room


def _heights(line: NamedLine, xs: Array) -> Array:
    """The heights of a line at some x, NaN where it is not."""
    if not len(line.x):
        return np.full(len(xs), np.nan)
    return np.interp(xs, line.x, line.y, left=np.nan, right=np.nan)


class MomentNumbers(Labels):
    """The numbers of the lines at a moment, beside the place where each is read, spread so that all can be read.

    `placed` has their places from the corner of what is seen, when they are painted.
    """

    placed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._labels: Sequence[Label] = ()

    def set_labels(self, labels: Sequence[Label]) -> None:
        """Show these numbers."""
        self._labels = labels
        self.update()

    def labels(self) -> Sequence[Label]:
        """The numbers that are shown."""
        return self._labels

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the numbers of the points that are seen, in the order of their heights."""
        to_pixels = painter.transform()
        view = self._view(painter)
        points = [(to_pixels.map(QPointF(label.x, label.y)), label) for label in self._labels]
        points = [(point, label) for point, label in points if view.contains(point)]
        points.sort(key=lambda each: each[0].y())
        boxes = [self._box(label.text) for _, label in points]
        apart = max(SPACING, *(box.height() for box in boxes), 0.0)
        low, high = view.top() + apart / 2, view.bottom() - apart / 2
        middles = spread([point.y() for point, _ in points], apart, low, high)
        places = []
        for (point, label), box, middle in zip(points, boxes, middles, strict=True):
            place = beside(box, point.x(), view).translated(0, middle)
            self._write(painter, place, label.text, label.color)
            places.append(place.translated(-view.topLeft()))
        painter.setTransform(to_pixels)
        self.placed.emit(places)


def beside(box: QRectF, x: float, view: QRectF) -> QRectF:
    """A box around 0 moved to the right of x, or else to the left, or over it where neither side has room."""
    aside = box.width() / 2 + ASIDE
    for place in (box.translated(x + aside, 0), box.translated(x - aside, 0)):
        if view.left() <= place.left() and place.right() < view.right():
            return place
    roomier = x + aside if view.right() - x > x - view.left() else x - aside
    low, high = view.left() + box.width() / 2, view.right() - box.width() / 2
    return box.translated(max(low, min(roomier, high)), 0)


def spread(wanted: Sequence[float], spacing: float, low: float, high: float) -> list[float]:
    """Places in rising order, `spacing` apart and as near as that allows to those that are wanted, in rising order.

    They are kept between `low` and `high` as long as there is room.

    >>> spread([10.0, 12.0, 40.0], 10.0, 0.0, 100.0)
    [6.0, 16.0, 40.0]
    """

    def first(group: Sequence[float]) -> float:
        """The first place of neighbours around their common middle."""
        length = (len(group) - 1) * spacing
        return max(low, min(sum(group) / len(group) - length / 2, high - length))

    groups: list[list[float]] = []
    for place in wanted:
        groups.append([place])
        while len(groups) > 1 and first(groups[-1]) < first(groups[-2]) + len(groups[-2]) * spacing:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [first(group) + number * spacing for group in groups for number in range(len(group))]
