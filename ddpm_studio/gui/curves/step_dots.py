"""Dots of steps: a small mark on a schedule's curve at each level of the lines of steps below it."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QTransform
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

ROUNDING = 1e-6
"""How much the way along thousands of dots may be off by rounding, in pixels."""

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


Stamped = tuple[QPointF, QPixmap]

PHASES = 4
"""How many places of a dot in a pixel are told apart, in each direction."""


class Stamps:
    """Pictures of one mark at all places in a pixel, each painted when it is wanted: far faster than painting marks."""

    def __init__(self, place: int, radius: float, color: QColor, ground: QColor, ratio: float) -> None:
        self._shape, self._pen, self._ground, self._ratio = glyph_path(place, radius), QPen(color, EDGE), ground, ratio
        self._reach = math.ceil(1.4 * radius + EDGE)
        self._pictures: dict[tuple[int, int], QPixmap] = {}

    def at(self, x: float, y: float) -> Stamped:
        """The picture with the mark in the middle at a pixel, and where its corner is."""
        unit = PHASES * self._ratio
        places = round(x * unit), round(y * unit)
        phases = places[0] % PHASES, places[1] % PHASES
        if phases not in self._pictures:
            self._pictures[phases] = self._painted(QPointF(*phases) / unit)
        corner = QPointF(places[0] - phases[0], places[1] - phases[1]) / unit
        return corner - QPointF(self._reach, self._reach), self._pictures[phases]

    def _painted(self, aside: QPointF) -> QPixmap:
        side = 2 * self._reach + 1
        picture = QPixmap(QSizeF(side * self._ratio, side * self._ratio).toSize())
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._pen)
            painter.setBrush(self._ground)
            painter.drawPath(self._shape.translated(aside + QPointF(self._reach, self._reach)))
        return picture


class StepDots(InView, pg.GraphicsObject):  # type: ignore[misc]
    """Marks filled with the ground, told from where the curves are read; each line of steps has its own glyph."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[DotLine] = ()
        self._found: dict[int, tuple[object, list[DotLine]]] = {}
        self._known: dict[DotLine, tuple[tuple[QTransform, float], list[Stamped]]] = {}
        self._stamps: dict[tuple[object, ...], Stamps] = {}
        self._ground = QColor()
        self._pointed = NOWHERE

    def set_ground(self, ground: QColor) -> None:
        """Fill the dots with another colour."""
        self._ground = ground
        self._known.clear()
        self._stamps.clear()
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
            self._known = {line: known for line, known in self._known.items() if line in lines}
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
            away = np.hypot(*(_mapped(line, self.sceneTransform()) - (scene.x(), scene.y())).T)
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
        if not self._lines:
            return
        to_pixels, view = painter.transform(), painter.transform().mapRect(self.boundingRect())
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(view)
        ratio = painter.device().devicePixelRatioF()
        for line in self._lines:
            for place, stamp in self._stamped(line, to_pixels, view, ratio):
                painter.drawPixmap(place, stamp)
            self._paint_pointed(painter, line, to_pixels)
        painter.setClipping(False)
        painter.setTransform(to_pixels)

    def _stamped(self, line: DotLine, to_pixels: QTransform, view: QRectF, ratio: float) -> list[Stamped]:
        """The marks of the dots in view, as many as can be told apart; made once as long as they are where they are."""
        known = self._known.get(line)
        if known is None or known[0] != (to_pixels, ratio):
            pixels, crowded = _shown(line, to_pixels, view)
            stamps = self._stamps_of(line, SMALL if crowded else RADIUS, ratio)
            self._known[line] = known = (QTransform(to_pixels), ratio), [stamps.at(*pixel) for pixel in pixels.tolist()]
        return known[1]

    def _stamps_of(self, line: DotLine, radius: float, ratio: float) -> Stamps:
        look = (line.notes.place, radius, line.color.rgb(), ratio)
        if look not in self._stamps:
            self._stamps[look] = Stamps(line.notes.place, radius, line.color, self._ground, ratio)
        return self._stamps[look]

    def _paint_pointed(self, painter: QPainter, line: DotLine, to_pixels: QTransform) -> None:
        *of, number = self._pointed
        if of == [line.notes.key, line.notes.place]:
            painter.setPen(QPen(line.color, EDGE))
            painter.setBrush(line.color)
            for place in np.flatnonzero(line.numbers == number):
                at = _mapped(line, to_pixels)[place]
                painter.drawPath(glyph_path(line.notes.place, RADIUS).translated(*at.tolist()))


def _shown(line: DotLine, to_pixels: QTransform, view: QRectF) -> tuple[Array, bool]:
    """The pixels of the dots in view, as many as can be told apart, (N, 2), and whether most of these overlap."""
    pixels, around = _mapped(line, to_pixels), view.adjusted(-RADIUS, -RADIUS, RADIUS, RADIUS)
    low, high = (around.left(), around.top()), (around.right(), around.bottom())
    pixels = pixels[((pixels >= low) & (pixels <= high)).all(axis=1)]
    pixels = pixels[apart(pixels)]
    gaps = np.abs(np.diff(pixels, axis=0)).max(axis=1, initial=0.0)
    return pixels, len(gaps) > 0 and float(np.median(gaps)) < 2 * RADIUS


def _dots_on(curve: DottedCurve, axis: str) -> Iterator[DotLine]:
    """The dots of a schedule's lines of steps, those that lie on its curve."""
    x, y = curve.line
    for notes in notes_of(curve.entry):
        positions = notes.positions(axis)
        xs, ys = series.on_line(positions, x, y)
        inside = (positions >= x[0]) & (positions <= x[-1]) if len(x) else np.zeros(len(positions), bool)
        yield DotLine(notes, np.flatnonzero(inside), xs, ys, curve.color)


def _mapped(line: DotLine, transform: QTransform) -> Array:
    """The pixels of the dots, (N, 2)."""
    left, top = line.xs * transform.m11() + transform.dx(), line.ys * transform.m22() + transform.dy()
    return np.column_stack((left, top))


def apart(pixels: Array) -> list[int]:
    """The numbers of those of some pixels, (N, 2), that are APART from the last of them before.

    >>> apart(np.array([[0.0, 0.0], [1.0, 2.0], [1.0, 4.0], [9.0, 4.0]]))
    [0, 2, 3]
    """
    # None is apart before the way along all of them is long enough.
    steps = np.abs(np.diff(pixels, axis=0)).max(axis=1)
    way, (left, top) = np.concatenate(([0.0], np.cumsum(steps))).tolist(), pixels.T.tolist()
    last, found, number = (np.inf, np.inf), list[int](), 0
    while number < len(pixels):
        away = max(abs(left[number] - last[0]), abs(top[number] - last[1]))
        if away >= APART:
            last, away = (left[number], top[number]), 0.0
            found.append(number)
        number = bisect_left(way, way[number] + APART - away - ROUNDING, number + 1)
    return found
