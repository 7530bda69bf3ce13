"""LinePlot: a few lines over steps, with a legend above that names each in its colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.bare_plot import BarePlot
from ddpm_studio.numerals import typeset

DOT = 3
ROOM = 0.05
"""Fraction of the span left free above and below the lines."""


@dataclass(frozen=True, eq=False)
class PlotLine:
    """A line through y over x, both (N,): `color` names a field of Tokens; only dots if `dots` is set."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: str = "text"
    dash: Qt.PenStyle = Qt.PenStyle.SolidLine
    dots: bool = False
    about: str = ""


class Strokes(pg.GraphicsObject):  # type: ignore[misc]
    """All lines of a plot in one item: pyqtgraph's own, one or two for each line, take ten times as long to change."""

    def __init__(self) -> None:
        super().__init__()
        self._strokes: list[tuple[QPolygonF, QPen, bool]] = []

    def set_strokes(self, strokes: list[tuple[QPolygonF, QPen, bool]]) -> None:
        """Draw these lines: the points, the pen, and whether as dots."""
        self._strokes = strokes
        self.update()

    def strokes(self) -> list[tuple[QPolygonF, QPen, bool]]:
        """The lines that are drawn."""
        return self._strokes

    def viewRangeChanged(self) -> None:
        """Update the bounds: another part of the plane is in view."""
        self.prepareGeometryChange()

    def boundingRect(self) -> QRectF:
        """The part of the plane that is in view."""
        return QRectF(self.viewRect() or QRectF())

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint the lines, the first on top."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for points, pen, dots in reversed(self._strokes):
            painter.setPen(pen)
            if dots:
                painter.drawPoints(points)
            else:
                painter.drawPolyline(points)


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis whose ticks are at least `least` apart, upright ones a line of text, and have true minus signs."""

    def __init__(self, side: str, least: float = 0.0) -> None:
        super().__init__(side)
        self._least = least
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=3)
        self.setCacheMode(pg.AxisItem.CacheMode.DeviceCoordinateCache)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """The spacings of the ticks, coarse ones first, each with its offset."""
        apart = (maxVal - minVal) / size * self._line() if self.orientation == "left" and size > 0 else 0.0
        levels = super().tickSpacing(minVal, maxVal, size)
        return list(dict.fromkeys((max(_doubled(spacing, apart), self._least), first) for spacing, first in levels))

    def _line(self) -> float:
        """The height of a label, in pixels."""
        return QFontMetricsF(self.style["tickFont"] or self.font()).height()

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The labels of the ticks."""
        return [typeset(text) for text in super().tickStrings(values, scale, spacing)]


class LinePlot(QWidget):
    """Draws lines over whole numbers; nothing pans or zooms. Names are HTML; `over` ends the legend and names the x
    axis.
    """

    def __init__(self, name: str, over: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens, self._over = LIGHT, over
        self._lines: Sequence[PlotLine] = ()
        self._range: tuple[tuple[float, float], tuple[float, float]] | None = None
        self._pens: list[QPen] = []
        self._strokes = Strokes()
        self._view = pg.GraphicsView(useOpenGL=False)
        self._plot = BarePlot(Axis("left"), Axis("bottom", least=1.0))
        self._view.setCentralItem(self._plot)
        self._view.setAccessibleName(name)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._legend = QLabel()
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._plot.add(self._strokes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._legend)
        column.addWidget(self._view, 1)
        self.setMinimumSize(120, 80)

    def set_lines(self, lines: Sequence[PlotLine]) -> None:
        """Show these lines in place of the last ones, the first on top."""
        looks = [(line.name, line.color, line.dash, line.dots) for line in lines]
        dressed = looks == [(line.name, line.color, line.dash, line.dots) for line in self._lines]
        self._lines = lines
        if not dressed:
            self._dress()
        polygons = (polygon_of(line.x, line.y) for line in lines)
        self._strokes.set_strokes(
            [(polygon, pen, line.dots) for polygon, pen, line in zip(polygons, self._pens, lines, strict=True)]
        )

    def set_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show this part of the plane."""
        if (x, y) == self._range:
            return
        self._range = (x, y)
        room = ROOM * (y[1] - y[0] or 1.0)
        self._plot.vb.setRange(xRange=x, yRange=(y[0] - room, y[1] + room), padding=0.02, disableAutoRange=True)

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours."""
        self._tokens = tokens
        self._view.setBackground(QColor(tokens.surface))
        font = number_font(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.9)
        self._legend.setFont(font)
        self._plot.colour(tokens)
        self._dress()
        self.set_lines(self._lines)

    def lines(self) -> Sequence[PlotLine]:
        """The lines that are shown."""
        return self._lines

    def _dress(self) -> None:
        self._pens = [self._pen(line) for line in self._lines]
        names = []
        for pen, line in zip(self._pens, self._lines, strict=True):
            sign = "●" if line.dots else "─" if line.dash is Qt.PenStyle.SolidLine else "╌"
            if line.name:
                names.append(f'<span style="color:{pen.color().name()}">{sign} {line.name}</span>')
        names.append(f'<span style="color:{self._tokens.muted}">· {self._over}</span>')
        self._legend.setText(" ".join(names))
        self._legend.setToolTip("\n".join(line.about for line in self._lines if line.about))

    def _pen(self, line: PlotLine) -> QPen:
        color = QColor(getattr(self._tokens, line.color))
        pen = QPen(color, DOT, c=Qt.PenCapStyle.RoundCap) if line.dots else QPen(color, 1.0, line.dash)
        pen.setCosmetic(True)
        return pen


def _doubled(spacing: float, least: float) -> float:
    """A spacing doubled as often as it takes to be no less than this.

    >>> _doubled(0.5, 0.7), _doubled(0.5, 0.2)
    (1.0, 0.5)
    """
    return spacing * 2.0 ** max(0, math.ceil(math.log2(least / spacing))) if least > 0 else spacing


def polygon_of(x: NDArray[np.float64], y: NDArray[np.float64]) -> QPolygonF:
    """The points of a line through y over x, both (N,), that are finite: pyqtgraph does not take none."""
    finite = np.isfinite(y)
    if not finite.any():
        return QPolygonF()
    polygon: QPolygonF = pg.functions.arrayToQPolygonF(x[finite], y[finite])
    return polygon
