"""Dots of steps: a small mark on a schedule's curve at each level of the lines of steps below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.plot_items import InView
from ddpm_studio.gui.curves.series import Array
from ddpm_studio.gui.state.step_notes import StepNotes, notes_of
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.styles import glyph_path

RADIUS, SMALL, EDGE = 3.6, 1.8, 1.4
"""Radii of a dot, and of one of a line where most overlap, and width of the edge, in pixels."""

APART = 3.0
"""Least distance of two dots of the same line, in pixels: of those that would run together, some are left out."""

REACH = 6.0
"""Distance from the middle of a dot at which the mouse still points at it, in pixels."""

NOWHERE = (-1, -1, -1)
"""Key, place and number of no dot."""


@dataclass(frozen=True, eq=False)
class DotLine:
    """The dots of a line of steps at (`xs`, `ys`) in data coordinates, those that lie on the curve.

    `numbers` are those of the steps, 0 being the first, each in the order of the steps.
    """

    notes: StepNotes
    numbers: NDArray[np.int_]
    xs: Array
    ys: Array
    color: QColor


@dataclass(frozen=True)
class StepDot:
    """The dot of the step of this number, with its place on the x axis."""

    notes: StepNotes
    number: int
    x: float


@dataclass(frozen=True)
class DottedCurve:
    """A schedule's curve to put dots on: its points, its colour, and by what anybody knows that it is the same."""

    entry: Entry
    line: tuple[Array, Array]
    color: QColor
    known_by: object


class StepDots(InView, pg.GraphicsObject):  # type: ignore[misc]
    """Marks filled with the ground, told from where the curves are read; each line of steps has its own glyph."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[DotLine] = ()
        self._found: dict[int, tuple[object, list[DotLine]]] = {}
        self._ground = QColor()
        self._pointed = NOWHERE

    def set_ground(self, ground: QColor) -> None:
        """Fill the dots with another colour."""
        self._ground = ground
        self.update()

    def show_steps(self, axis: str, curves: Sequence[DottedCurve]) -> None:
        """Show the steps of these schedules on their curves over an axis, found anew where something has changed."""
        if not (curves or self._found):
            return
        before, self._found = self._found, {}
        for curve in curves:
            wanted = (curve.known_by, curve.entry.laid_out, curve.color)
            known = before.get(curve.entry.key)
            same = known is not None and known[0] == wanted
            self._found[curve.entry.key] = known if known and same else (wanted, list(_dots_on(curve, axis)))
        lines = [line for _, found in self._found.values() for line in found]
        if list(map(id, lines)) != list(map(id, self._lines)):
            self._lines = lines
            # A picture of nothing costs as much as one of dots.
            cached = QGraphicsItem.CacheMode.DeviceCoordinateCache
            self.setCacheMode(cached if lines else QGraphicsItem.CacheMode.NoCache)
            self.update()

    def lines(self) -> Sequence[DotLine]:
        """The dots that are shown, one line of steps after the other."""
        return self._lines

    def at(self, scene: QPointF) -> StepDot | None:
        """The dot nearest to a point of the scene, within reach; of two at the same place the one painted later."""
        view = self.mapRectToScene(self.boundingRect())
        if not (self._lines and self.isVisible() and view.contains(scene)):
            return None
        near: tuple[float, StepDot | None] = (REACH, None)
        for line in self._lines:
            left, top = _mapped(line, self.sceneTransform())
            away = np.hypot(left - scene.x(), top - scene.y())
            place = int(away.argmin()) if len(away) else -1
            if place >= 0 and away[place] <= near[0]:
                near = float(away[place]), StepDot(line.notes, int(line.numbers[place]), float(line.xs[place]))
        return near[1]

    def point_at(self, dot: StepDot | None) -> None:
        """Fill the dot that the mouse points at, or none."""
        pointed = NOWHERE if dot is None else (dot.notes.key, dot.notes.place, dot.number)
        if pointed != self._pointed:
            self._pointed = pointed
            self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the dots in view, as many as can be told apart."""
        to_pixels, view = painter.transform(), painter.transform().mapRect(self.boundingRect())
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(view)
        for line in self._lines:
            painter.setPen(QPen(line.color, EDGE))
            pixels = np.column_stack(_mapped(line, to_pixels))
            inside = view.adjusted(-RADIUS, -RADIUS, RADIUS, RADIUS)
            seen = (pixels[:, 0] >= inside.left()) & (pixels[:, 0] <= inside.right())
            seen &= (pixels[:, 1] >= inside.top()) & (pixels[:, 1] <= inside.bottom())
            self._paint_line(painter, line, pixels, np.flatnonzero(seen))
        painter.setClipping(False)
        painter.setTransform(to_pixels)

    def _paint_line(self, painter: QPainter, line: DotLine, pixels: Array, seen: NDArray[np.int_]) -> None:
        shown = apart(pixels[seen])
        gaps = np.abs(np.diff(pixels[seen][shown], axis=0)).max(axis=1, initial=0.0)
        crowded = len(gaps) > 0 and float(np.median(gaps)) < 2 * RADIUS
        shape = glyph_path(line.notes.place, SMALL if crowded else RADIUS)
        painter.setBrush(self._ground)
        for pixel in pixels[seen][shown]:
            _paint_dot(painter, shape, pixel)
        *of, number = self._pointed
        painter.setBrush(line.color)
        for place in seen[line.numbers[seen] == number] if of == [line.notes.key, line.notes.place] else ():
            _paint_dot(painter, glyph_path(line.notes.place, RADIUS), pixels[place])


def _dots_on(curve: DottedCurve, axis: str) -> Iterator[DotLine]:
    """The dots of a schedule's lines of steps, those that lie on its curve."""
    x, y = curve.line
    for notes in notes_of(curve.entry):
        positions = notes.positions(axis)
        xs, ys = series.on_line(positions, x, y)
        inside = (positions >= x[0]) & (positions <= x[-1]) if len(x) else np.zeros(len(positions), bool)
        yield DotLine(notes, np.flatnonzero(inside), xs, ys, curve.color)


def _mapped(line: DotLine, transform: QTransform) -> tuple[Array, Array]:
    return line.xs * transform.m11() + transform.dx(), line.ys * transform.m22() + transform.dy()


def apart(pixels: Array) -> list[int]:
    """The numbers of those of some pixels, (N, 2), that are APART from the last of them before.

    >>> apart(np.array([[0.0, 0.0], [1.0, 2.0], [1.0, 4.0], [9.0, 4.0]]))
    [0, 2, 3]
    """
    last, found = (np.inf, np.inf), []
    for number, (left, top) in enumerate(pixels.tolist()):
        if abs(left - last[0]) >= APART or abs(top - last[1]) >= APART:
            last = left, top
            found.append(number)
    return found


def _paint_dot(painter: QPainter, shape: QPainterPath, pixel: Array) -> None:
    painter.translate(*pixel.tolist())
    painter.drawPath(shape)
    painter.translate(*(-pixel).tolist())
