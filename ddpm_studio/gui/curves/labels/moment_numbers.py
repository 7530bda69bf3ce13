"""MomentNumbers: the numbers of a plot's lines at a moment, as many as there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isinf

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.figures.spreading import spread
from ddpm_studio.gui.curves.labels.grounded import Labels

SPACING = 16.0
"""Least distance between numbers at the moment that stand above each other, in pixels."""

MOST = 7
"""Numbers that stand above each other, with the count of the others: more hide the lines, and nobody reads them all."""

ASIDE = 9.0
"""Distance of the numbers from the moment's line, in pixels."""


@dataclass(frozen=True)
class Label:
    """A text about the point (x, y), in data coordinates, in a colour; an infinite y is an edge of the plot.

    It is about the schedule with this `key`.
    """

    x: float
    y: float
    text: str
    color: QColor
    key: int


_Point = tuple[QPointF, Label]
"""Where a number is read, and what it is."""

_Counted = tuple[QRectF, Sequence[Label]]
"""Where numbers are counted, from the corner of what is seen, and which, the highest first."""


class MomentNumbers(Labels):
    """The numbers of the lines at a moment, beside the place where each is read, spread so that all can be read.

    Those that come first, the highest and the lowest are shown as far as there is room, and the others counted.
    `placed` has the places of all from the corner of what is seen, when they are painted.
    """

    placed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._labels: Sequence[Label] = ()
        self._muted = QColor()
        self._counted: list[_Counted] = []
        self.written: Sequence[str] = ()
        """The texts that are there, since it was last painted."""

    def set_muted(self, color: QColor) -> None:
        """Count in this colour."""
        self._muted = color
        self.update()

    def set_labels(self, labels: Sequence[Label]) -> None:
        """Show these numbers, the most important first."""
        self._labels = labels
        self.update()

    def labels(self) -> Sequence[Label]:
        """The numbers that are to be shown."""
        return self._labels

    def counted_at(self, place: QPointF) -> Sequence[Label]:
        """The numbers that are counted, if their count was last painted at this place of the scene."""
        there = place - self.mapRectToScene(self.boundingRect()).topLeft()
        return next((labels for box, labels in self._counted if box.contains(there)), ())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the numbers of the points that are seen, in the order of their heights."""
        to_pixels = painter.transform()
        view = self._view(painter)
        places: list[QRectF] = []
        self.written, self._counted = [], []
        for column in self._columns(list(self._seen(to_pixels, view)), view):
            places += self._paint_column(painter, column, view)
        painter.setTransform(to_pixels)
        self.placed.emit([place.translated(-view.topLeft()) for place in places])

    def _paint_column(self, painter: QPainter, points: list[_Point], view: QRectF) -> list[QRectF]:
        """Paint numbers that stand above each other, and say where."""
        apart = max(SPACING, self._box("").height())
        shown, others = _fitting(points, min(MOST, max(1, int(view.height() // apart))))
        low, high = view.top() + apart / 2, view.bottom() - apart / 2
        heights = [point.y() for point, _ in shown]
        middles = spread([*heights, *heights[-1:]] if others else heights, apart, low, high)
        places = []
        for (point, label), middle in zip(shown, middles, strict=False):  # The last is that of the count.
            place = beside(self._box(label.text), point.x(), view).translated(0, middle)
            self._tie_to(painter, point, place, label.color)
            self._write(painter, place, label.text, label.color)
            places.append(place)
        self.written = [*self.written, *(label.text for _, label in shown)]
        if others:
            places.append(self._paint_count(painter, others, QPointF(shown[-1][0].x(), middles[-1]), view))
        return places

    def _paint_count(self, painter: QPainter, others: Sequence[_Point], middle: QPointF, view: QRectF) -> QRectF:
        """Paint how many numbers have no room, and say where."""
        count = f"+{len(others)}"
        place = beside(self._box(count), middle.x(), view).translated(0, middle.y())
        self._write(painter, place, count, self._muted)
        self.written = [*self.written, count]
        self._counted.append((place.translated(-view.topLeft()), [label for _, label in others]))
        return place

    def _columns(self, points: list[_Point], view: QRectF) -> list[list[_Point]]:
        """The points whose numbers would overlap if they were level, and those that they have in common, together."""
        columns: list[tuple[QRectF, list[int]]] = []
        for number, (point, label) in enumerate(points):
            box, members = beside(self._box(label.text), point.x(), view), [number]
            for other in [each for each in columns if each[0].intersects(box)]:
                columns.remove(other)
                box, members = box.united(other[0]), other[1] + members
            columns.append((box, members))
        return [[points[number] for number in sorted(members)] for _, members in columns]

    def _seen(self, to_pixels: QTransform, view: QRectF) -> Iterator[_Point]:
        """The points that are in view, or beyond an edge by an infinite value."""
        for label in self._labels:
            point = to_pixels.map(QPointF(label.x, 0.0 if isinf(label.y) else label.y))
            if isinf(label.y):
                point.setY(view.top() if label.y > 0 else view.bottom())
            if view.left() <= point.x() <= view.right() and view.top() <= point.y() <= view.bottom():
                yield point, label

    def _tie_to(self, painter: QPainter, point: QPointF, place: QRectF, color: QColor) -> None:
        """Tie a number to its point, unless it stands level with that."""
        if place.top() <= point.y() <= place.bottom():
            return
        edge = place.left() if place.center().x() > point.x() else place.right()
        self._tie(painter, point, QPointF(edge, place.center().y()), color)


def _fitting(points: list[_Point], room: int) -> tuple[list[_Point], list[_Point]]:
    """As many as there is room for together with the count of the others, and those, each by their heights."""
    foremost = points if len(points) <= room else _foremost(points)
    count = len(points) if len(points) <= room else max(1, room - 1)
    shown, others = (sorted(part, key=lambda each: each[0].y()) for part in (foremost[:count], foremost[count:]))
    return shown, others


def _foremost(points: list[_Point]) -> list[_Point]:
    """Points with the two that are wanted most first, then the highest and the lowest, then the others."""
    heights = sorted(points, key=lambda each: each[0].y())
    order = [*points[:2], heights[0], heights[-1], *points[2:]]
    return [point for place, point in enumerate(order) if all(point is not each for each in order[:place])]


def beside(box: QRectF, x: float, view: QRectF) -> QRectF:
    """A box around 0 moved to the right of x, or else to the left, or over it where neither side has room."""
    aside = box.width() / 2 + ASIDE
    for place in (box.translated(x + aside, 0), box.translated(x - aside, 0)):
        if view.left() <= place.left() and place.right() < view.right():
            return place
    roomier = x + aside if view.right() - x > x - view.left() else x - aside
    low, high = view.left() + box.width() / 2, view.right() - box.width() / 2
    return box.translated(max(low, min(roomier, high)), 0)
