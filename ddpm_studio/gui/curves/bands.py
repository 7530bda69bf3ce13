"""Bands over a plot: the part that it is to show next, and what was measured between two moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.gui.curves.labels.grounded import PADDING, Labels
from ddpm_studio.gui.curves.plot_items import InView

VEIL = 36
"""Opacity, of 255, of what lies under a band."""

GAP = 6.0
"""Distance of texts from the band and from the edge of the plot, in pixels."""


class RubberBand(InView, pg.GraphicsObject):  # type: ignore[misc]
    """The rectangle that is being dragged; none at first."""

    def __init__(self) -> None:
        super().__init__()
        self._area = QRectF()
        self._color = QColor()

    def set_color(self, color: QColor) -> None:
        """Draw in another colour."""
        self._color = color
        self.update()

    def set_area(self, area: QRectF) -> None:
        """Show a rectangle in data coordinates; an empty one is not seen."""
        if area != self._area:
            self._area = area
            self.update()

    def area(self) -> QRectF:
        """The rectangle that is shown."""
        return self._area

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint its edge on whole pixels, and a veil inside."""
        if self._area.isNull():
            return
        to_pixels = painter.transform()
        painter.resetTransform()
        _paint_veil(painter, to_pixels.mapRect(self._area), self._color)
        painter.setTransform(to_pixels)


@dataclass(frozen=True)
class Measured:
    """What lies between two positions on the x axis, as lines of text, each in its colour."""

    start: float
    end: float
    lines: Sequence[tuple[str, QColor]]


class MeasuredBand(Labels):
    """The band between two moments, with what was measured in it, or beside it where it is too narrow."""

    def __init__(self) -> None:
        super().__init__()
        self._measured: Measured | None = None
        self._color = QColor()

    def set_color(self, color: QColor) -> None:
        """Draw the band in another colour."""
        self._color = color
        self.update()

    def set_measured(self, measured: Measured | None) -> None:
        """Show what was measured, or nothing."""
        if measured != self._measured:
            self._measured = measured
            self.update()

    def measured(self) -> Measured | None:
        """What is shown."""
        return self._measured

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the band from top to bottom, and the texts over it."""
        if self._measured is None:
            return
        to_pixels = painter.transform()
        view = self._view(painter)
        left, right = (to_pixels.map(QPointF(x, 0.0)).x() for x in (self._measured.start, self._measured.end))
        band = QRectF(left, view.top(), right - left, view.height())
        _paint_veil(painter, band.intersected(view.adjusted(-2, -2, 2, 2)), self._color)
        self._paint_lines(painter, self._measured, self.block(band, view))
        painter.setTransform(to_pixels)

    def _paint_lines(self, painter: QPainter, measured: Measured, block: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground_under(painter, block)
        height = QFontMetricsF(self._font).height()
        place = QRectF(block.left() + 2 * PADDING, block.top() + PADDING, block.width(), height)
        for text, color in measured.lines:
            painter.setPen(color)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            place.translate(0, height)

    def block(self, band: QRectF, view: QRectF) -> QRectF:
        """Where in the view the texts of a band stand: inside, or else beside it where there is more room."""
        metrics = QFontMetricsF(self._font)
        lines = () if self._measured is None else self._measured.lines
        width = max((metrics.horizontalAdvance(text) for text, _ in lines), default=0.0) + 4 * PADDING
        left = band.center().x() - width / 2
        if band.width() < width + 2 * GAP:
            to_right = view.right() - band.right() >= band.left() - view.left()
            left = band.right() + GAP if to_right else band.left() - GAP - width
        left = max(min(left, view.right() - GAP - width), view.left() + GAP)
        return QRectF(left, view.top() + GAP, width, len(lines) * metrics.height() + 2 * PADDING)


def _paint_veil(painter: QPainter, area: QRectF, color: QColor) -> None:
    veil = QColor(color)
    veil.setAlpha(VEIL)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(color)
    painter.setBrush(veil)
    painter.drawRect(area.toRect())
