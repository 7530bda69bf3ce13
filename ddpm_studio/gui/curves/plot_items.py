"""Items drawn inside a plot, each cheap to repaint: curves, cursors with their dots, the grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.diffusion.at_hand import AT_HAND
from ddpm_studio.figures.thinning import MOST_POINTS, Thinning, extremes
from ddpm_studio.gui.curves.series import Array

FINE = 1.5
"""Pixels per device-independent pixel at and above which a line one pixel wide is too thin."""

DOT, RING = 3.0, 4.5
"""Radius of a dot and of a ring, device-independent pixels."""

FAINT = 0.45
"""Opacity of the cursors of schedules that are not selected."""

STROKE = 4.0
"""Half the length of a mark, and the least distance between marks, device-independent pixels."""


Points = tuple[Array, Array]
"""x and y of the points of a line."""


class InView:
    """An item with the view's bounds, so that new data changes neither the scene's index nor any range."""

    _rect: QRectF | None = None

    def boundingRect(self) -> QRectF:
        """The visible range, in data coordinates."""
        if self._rect is None:
            self._rect = self.viewRect() or QRectF()  # type: ignore[attr-defined]
        return self._rect

    def viewTransformChanged(self) -> None:
        """Discard the range when the view moves."""
        pg.GraphicsItem.viewTransformChanged(self)
        self._rect = None
        self.prepareGeometryChange()  # type: ignore[attr-defined]


class CurveItem(InView, pg.PlotCurveItem):  # type: ignore[misc]
    """One curve; `getData` returns all of its data, however little of it is drawn. A LineGround paints it."""

    xData: Array | None = None  # noqa: N815  # What pyqtgraph calls them.
    yData: Array | None = None  # noqa: N815
    _thinning: Thinning | None = None
    _before: Thinning | None = None
    _find: Callable[[], Points] | None = None
    _passing: QPainterPath | None = None

    def __init__(self) -> None:
        super().__init__(antialias=True, skipFiniteCheck=True)
        self.setFlag(self.GraphicsItemFlag.ItemHasNoContents)

    def dataBounds(self, ax: int, frac: float = 1.0, orthoRange: object = None) -> tuple[None, None]:
        """None: ranges are set from what is known about the curve, never from its item."""
        return None, None

    def viewTransformChanged(self) -> None:
        """Discard the thinned line: how much can be left out of it depends on the scale."""
        super().viewTransformChanged()
        self.path = None

    def setData(self, *data: Array, **options: object) -> None:
        """Show other data."""
        self._before = self._thinning or self._before
        self._thinning = self._find = None
        super().setData(*data, **options)

    def show_line(self, find: Callable[[], Points]) -> Points:
        """Show other data and return it: what `find` returns, which is called again where it is no longer at hand."""
        line = find()
        self.setData(*line)
        self._find = find
        self._keep(line)
        return line

    def getData(self) -> Points:
        """All of the data."""
        if self.yData is None and self._find is not None:
            self._keep(self._find())
        return super().getData()  # type: ignore[no-any-return]

    def _keep(self, line: Points) -> None:
        for name, array in zip(("xData", "yData"), line, strict=True):
            AT_HAND.keep(self, name, array)

    def generatePath(self, x: Array, y: Array) -> QPainterPath:
        """The line through as many of the points in view as it needs to look the same."""
        self._thinning = self._thinning or Thinning(x, y, self._before)
        view, box = self.boundingRect(), self.getViewBox()
        places = self._thinning.places((view.width() / max(box.width(), 1.0), view.height() / max(box.height(), 1.0)))
        x, y = x[places], y[places]
        if x[0] < view.left() or x[-1] > view.right():
            first, last = np.searchsorted(x, (view.left(), view.right()))
            seen = slice(max(first - 1, 0), last + 1)
            x, y = x[seen], y[seen]
        return super().generatePath(*extremes(x, y, MOST_POINTS))  # type: ignore[no-any-return]

    def set_passing(self, *data: Array) -> None:
        """Draw other x and y for the time being; without any, its own again."""
        self._passing = pg.arrayToQPath(*data) if data else None

    @property
    def look(self) -> tuple[QPainterPath, QPen]:
        """What is painted: it looks the same as long as both are the same objects."""
        return self.getPath() if self._passing is None else self._passing, self.opts["pen"]

    def paint_line(self, painter: QPainter) -> None:
        """Stroke three times, half a unit apart, where a unit is several pixels: far faster than a wider pen."""
        path, pen = self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.drawPath(path)
        if painter.device().devicePixelRatioF() >= FINE:
            upright = painter.transform()
            for dx, dy in ((0.5, 0.0), (0.0, 0.5)):
                painter.setTransform(upright * QTransform.fromTranslate(dx, dy))
                painter.drawPath(path)
            painter.setTransform(upright)


class Cursors(InView, pg.GraphicsObject):  # type: ignore[misc]
    """Upright lines where the schedules are read: one where they are all read at the same place, else one for each."""

    def __init__(self) -> None:
        super().__init__()
        self._cursors: Sequence[tuple[float, QColor]] = ()
        self._shared = QColor()

    def set_color(self, color: QColor) -> None:
        """Draw the line that all share in another colour."""
        self._shared = color
        self.update()

    def set_cursors(self, cursors: Sequence[tuple[float, QColor]]) -> None:
        """Show a line at each x, in data coordinates, in its own colour, the last one strongest."""
        self._cursors = cursors
        self.update()

    def cursors(self) -> Sequence[tuple[float, QColor]]:
        """The lines that are shown."""
        return self._cursors

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint lines on whole pixels from top to bottom."""
        view, to_pixels = self.boundingRect(), painter.transform()
        top, bottom = to_pixels.map(view.topLeft()).y(), to_pixels.map(view.bottomLeft()).y()
        lines = [(round(to_pixels.m11() * x + to_pixels.dx()), color) for x, color in self._cursors]
        if len({left for left, _ in lines}) == 1:
            lines = [(lines[-1][0], self._shared)]
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for place, (left, color) in enumerate(lines, 1):
            painter.setOpacity(1.0 if place == len(lines) else FAINT)
            painter.setPen(color)
            painter.drawLine(QLineF(left, top, left, bottom))
        painter.setOpacity(1.0)
        painter.setTransform(to_pixels)


class Dots(InView, pg.GraphicsObject):  # type: ignore[misc]
    """A dot, or a ring if they are hollow, on each curve where it is read."""

    def __init__(self, hollow: bool = False) -> None:
        super().__init__()
        self._hollow = hollow
        self._dots: Sequence[tuple[float, float, QColor]] = ()

    def set_dots(self, dots: Sequence[tuple[float, float, QColor]]) -> None:
        """Show dots at (x, y) in data coordinates, each in its own colour."""
        if dots or self._dots:
            self._dots = dots
            self.update()

    def dots(self) -> Sequence[tuple[float, float, QColor]]:
        """The dots that are shown."""
        return self._dots

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint circles, whatever the scales of the axes."""
        to_pixels = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = RING if self._hollow else DOT
        for x, y, color in self._dots:
            painter.setPen(color if self._hollow else Qt.PenStyle.NoPen)
            painter.setBrush(Qt.BrushStyle.NoBrush if self._hollow else color)
            painter.drawEllipse(to_pixels.map(QPointF(x, y)), radius, radius)
        painter.setTransform(to_pixels)


class Marks(InView, pg.GraphicsObject):  # type: ignore[misc]
    """Strokes across the curves at the steps that a sampler visits."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: Sequence[tuple[Array, Array, QColor]] = ()

    def set_marks(self, marks: Sequence[tuple[Array, Array, QColor]]) -> None:
        """Show marks at (x, y), arrays in data coordinates with x from left to right, each pair in its own colour."""
        if marks or self._marks:
            self._marks = marks
            self.update()

    def marks(self) -> Sequence[tuple[Array, Array, QColor]]:
        """The marks that are shown."""
        return self._marks

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint upright strokes on whole pixels, only every n-th of those that would run together."""
        to_pixels = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for xs, ys, color in self._marks:
            painter.setPen(color)
            left, top = xs * to_pixels.m11() + to_pixels.dx(), ys * to_pixels.m22() + to_pixels.dy()
            places = _apart(left, STROKE)
            painter.drawLines([QLineF(left[i], top[i] - STROKE, left[i], top[i] + STROKE) for i in places])
        painter.setTransform(to_pixels)


def _apart(left: Array, least: float) -> Iterator[int]:
    last = -np.inf
    for place, x in enumerate(left):
        if x - last >= least:
            last = x
            yield place


class GridLines(InView, pg.GraphicsObject):  # type: ignore[misc]
    """Light lines at the ticks of both axes; pyqtgraph's own grid costs more than all the curves."""

    def __init__(self) -> None:
        super().__init__()
        self._xs: Sequence[float] = ()
        self._ys: Sequence[float] = ()
        self._pen = QPen()
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def set_color(self, color: QColor) -> None:
        """Draw in another colour."""
        self._pen = QPen(color, 1.0)
        self._pen.setCosmetic(True)
        self.update()

    def set_ticks(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Draw vertical lines at `xs` and horizontal ones at `ys`, in data coordinates."""
        self._xs, self._ys = xs, ys
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint straight lines across the view, on whole pixels."""
        view = self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self._pen)
        painter.drawLines(
            [QLineF(x, view.top(), x, view.bottom()) for x in self._xs]
            + [QLineF(view.left(), y, view.right(), y) for y in self._ys]
        )
