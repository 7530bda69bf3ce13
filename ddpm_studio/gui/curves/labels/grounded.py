"""Labels: texts in pixels over a ground that keeps them legible on lines, and the strokes that tie them to a line."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ddpm_studio.gui.curves.plot_items import InView

PADDING = 3.0
GROUND = 235
"""Opacity, of 255, of what lies behind a label."""

TIE = 150
"""The same of the stroke from a label to its point."""

DOT = 2.5
"""Radius of the dot on a line that a name is tied to, in pixels."""


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

    def _tie(self, painter: QPainter, point: QPointF, end: QPointF, color: QColor) -> None:
        """Paint a stroke from a point to the edge of its label."""
        faint = QColor(color)
        faint.setAlpha(TIE)
        painter.setPen(QPen(faint, 1.0))
        painter.drawLine(QLineF(point, end))

    def _dot(self, painter: QPainter, point: QPointF, color: QColor) -> None:
        """Paint a dot in the colour of a line, which is seen among others in its ring of ground."""
        painter.setPen(QPen(self._ground, 1.0))
        painter.setBrush(color)
        painter.drawEllipse(point, DOT, DOT)

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
