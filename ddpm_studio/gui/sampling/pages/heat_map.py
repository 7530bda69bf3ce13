"""Heat map: a table of weights as colours around zero, with a scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.widgets.qimages import to_qimage
from ddpm_studio.numerals import numeral

SCALE_WIDTH, GAP = 10, 6
NEGATIVE, POSITIVE = "#D55E00", "#0072B2"
"""Okabe & Ito's vermilion and blue, which colour-blind people can tell apart; zero has the background's colour."""


class HeatMap(QWidget):
    """Row n, counted from 1 at the top, is x after call n; column i is the weight of the network's output i in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: Array = np.zeros((0, 0))
        self._largest = 1.0
        self._tokens = LIGHT
        self.setMinimumSize(120, 80)
        self.setAccessibleName(self.tr("Weight of each of the network's outputs after every call"))

    def set_weights(self, weights: Array) -> None:
        """Show weights (R, R)."""
        self._weights = weights
        self._largest = float(np.abs(weights).max(initial=0)) or 1.0
        self.update()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self._tokens = tokens
        self.update()

    def color(self, weight: float) -> QColor:
        """The colour of a weight."""
        return QColor(*(int(part) for part in self._colors(np.array([weight]))[0]))

    def map_rect(self) -> QRectF:
        """The rectangle in which the table is drawn."""
        line = self.fontMetrics().height()
        digits = self.fontMetrics().horizontalAdvance(f"{len(self._weights)}") + GAP
        right = SCALE_WIDTH + 2 * GAP + self.fontMetrics().horizontalAdvance(numeral(-self._largest, 2))
        return QRectF(digits, 0, max(1, self.width() - digits - right), max(1, self.height() - line))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the table, the numbers of its first and last rows and columns, and the scale."""
        if not len(self._weights):
            return
        painter = QPainter(self)
        place = self.map_rect()
        painter.drawImage(place, to_qimage(self._colors(self._weights)))
        painter.setPen(QColor(self._tokens.border))
        painter.drawRect(place)
        self._paint_scale(painter, place)
        painter.setPen(QColor(self._tokens.muted))
        rows, line = len(self._weights), self.fontMetrics().height()
        right, below = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
        painter.drawText(QRectF(0, 0, place.left() - 3, line), right, "1")
        painter.drawText(QRectF(0, place.bottom() - line, place.left() - 3, line), right, str(rows))
        self._paint_columns(painter, QRectF(place.left(), place.bottom() + 1, place.width(), line), below)

    def event(self, event: QEvent) -> bool:
        """Show the weight under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.text_at(event.pos().x(), event.pos().y()), self)
            return True
        return super().event(event)

    def text_at(self, x: float, y: float) -> str:
        """The tip for the cell at a position in this widget; "" outside the table."""
        place, rows = self.map_rect(), len(self._weights)
        if not rows or not place.contains(x, y):
            return ""
        row = min(rows - 1, int((y - place.top()) / place.height() * rows))
        column = min(rows - 1, int((x - place.left()) / place.width() * rows))
        return self.tr("Weight of output {output} after call {row}: {weight}").format(
            output=column + 1, weight=numeral(self._weights[row, column]), row=row + 1
        )

    def _paint_columns(self, painter: QPainter, strip: QRectF, middle: Qt.AlignmentFlag) -> None:
        painter.drawText(strip, Qt.AlignmentFlag.AlignLeft, "1")
        painter.drawText(strip, Qt.AlignmentFlag.AlignRight, str(len(self._weights)))
        painter.drawText(strip, middle, self.tr("output of call"))

    def _paint_scale(self, painter: QPainter, place: QRectF) -> None:
        column = np.linspace(self._largest, -self._largest, 64)[:, None]
        bar = QRectF(place.right() + GAP, place.top(), SCALE_WIDTH, place.height())
        painter.drawImage(bar, to_qimage(self._colors(column)))
        painter.setPen(QColor(self._tokens.muted))
        line = self.fontMetrics().height()
        texts = (numeral(self._largest, 2), "0", numeral(-self._largest, 2))
        tops = (bar.top(), bar.center().y() - line / 2, bar.bottom() - line)
        for text, top in zip(texts, tops, strict=True):
            place_of_text = QRectF(bar.topRight(), QSizeF(self.width() - bar.right(), line))
            place_of_text.moveTop(top)
            painter.drawText(place_of_text.adjusted(GAP / 2, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, text)

    def _colors(self, weights: Array) -> NDArray[np.uint8]:
        """(…) as (…, 3): from the background towards one of two colours, by the square root so that faint ones show."""
        share = np.sqrt(np.abs(weights) / self._largest)[..., None]
        ground, negative, positive = (_rgb(name) for name in (self._tokens.surface, NEGATIVE, POSITIVE))
        towards = np.where(weights[..., None] < 0, negative, positive)
        return np.asarray(ground + (towards - ground) * share).round().astype(np.uint8)


def _rgb(name: str) -> Array:
    color = QColor(name)
    return np.array([color.red(), color.green(), color.blue()], dtype=np.float64)
