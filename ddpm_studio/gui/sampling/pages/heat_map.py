"""Heat map: a table of weights as colours around zero, with a scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.weight_blocks import block_edges, farthest
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.widgets.qimages import to_qimage
from ddpm_studio.numerals import numeral

SCALE_WIDTH, GAP = 10, 6
NEGATIVE, POSITIVE = "#D55E00", "#0072B2"
"""Okabe & Ito's vermilion and blue, which colour-blind people can tell apart; zero has the background's colour."""


DIMMED = 0.4
"""Opacity of a map that is no longer the right one."""


class HeatMap(QWidget):
    """Row n, counted from 1 at the top, is x after call n; column i is the weight of the network's output i in it.

    Where calls are narrower than a pixel, it has the colour of the weight that is farthest from zero.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: Array = np.zeros((0, 0))
        self._calls = 0
        self._image: tuple[tuple[int, int, Tokens], QImage] | None = None
        self._hint = ""
        self._largest = 1.0
        self._tokens = LIGHT
        self.setMinimumSize(120, 56)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Weight of each of the network's outputs after every call"))

    def set_weights(self, weights: Array, calls: int | None = None) -> None:
        """Show weights (R, R), or of more calls those of blocks of them, as `influence_of` has them."""
        self._weights, self._calls, self._image = weights, calls or len(weights), None
        self._largest = float(np.abs(weights).max(initial=0)) or 1.0
        self._say("")

    def show_computing(self) -> None:
        """Show that weights are to come: the last ones are dimmed until then, or a sentence stands in their place."""
        self._say(self.tr("The weights are being computed…"))

    def show_failure(self) -> None:
        """Show that nothing came of it; why, is told elsewhere."""
        self._weights = np.zeros((0, 0))
        self._say(self.tr("The weights could not be computed."))

    def _say(self, hint: str) -> None:
        self._hint = hint
        self.setAccessibleDescription(hint)
        self.update()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self._tokens = tokens
        self.update()

    def map_rect(self) -> QRectF:
        """The rectangle in which the table is drawn."""
        line = self.fontMetrics().height()
        digits = self.fontMetrics().horizontalAdvance(f"{self._calls}") + GAP
        right = SCALE_WIDTH + 2 * GAP + self.fontMetrics().horizontalAdvance(numeral(-self._largest, 2))
        return QRectF(digits, 0, max(1, self.width() - digits - right), max(1, self.height() - line))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the table, the numbers of its first and last rows and columns, and the scale; or why there is none."""
        painter = QPainter(self)
        if not len(self._weights):
            painter.setPen(QColor(self._tokens.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._hint)
            return
        painter.setOpacity(DIMMED if self._hint else 1.0)
        place = self.map_rect()
        painter.drawImage(place, self._picture(place))
        painter.setPen(QColor(self._tokens.border))
        painter.drawRect(place)
        self._paint_scale(painter, place)
        painter.setPen(QColor(self._tokens.muted))
        self._paint_rows(painter, place)
        line = self.fontMetrics().height()
        self._paint_columns(painter, QRectF(place.left(), place.bottom() + 1, place.width(), line))

    def event(self, event: QEvent) -> bool:
        """Show the weight under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.text_at(event.pos().x(), event.pos().y()), self)
            return True
        return super().event(event)

    def text_at(self, x: float, y: float) -> str:
        """The tip for the cell at a position in this widget; "" outside the table."""
        place, blocks = self.map_rect(), len(self._weights)
        if not blocks or self._hint or not place.contains(x, y):
            return ""
        row = min(blocks - 1, int((y - place.top()) / place.height() * blocks))
        column = min(blocks - 1, int((x - place.left()) / place.width() * blocks))
        weight = numeral(self._weights[row, column])
        text = self.tr("Weight of output {output} after call {row}: {weight}")
        if blocks < self._calls:
            text = self.tr("Largest weight of output {output} after call {row}: {weight}")
        return text.format(output=self._span(column), weight=weight, row=self._span(row))

    def _span(self, block: int) -> str:
        """The number of a block's call, or of its first and its last."""
        before, last = block_edges(self._calls, len(self._weights))[block : block + 2]
        return f"{before + 1}" if before + 1 == last else f"{before + 1}–{last}"

    def _picture(self, place: QRectF) -> QImage:
        """The table in colours, with no more rows and columns than there are pixels; kept until it would be another."""
        ratio = self.devicePixelRatioF()
        key = round(place.width() * ratio), round(place.height() * ratio), self._tokens
        if self._image is None or self._image[0] != key:
            width, height, _ = key
            blocks = len(self._weights)
            shown = farthest(self._weights, block_edges(blocks, height), block_edges(blocks, width))
            self._image = key, to_qimage(self._colors(shown))
        return self._image[1]

    def _paint_rows(self, painter: QPainter, place: QRectF) -> None:
        line, right = self.fontMetrics().height(), Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(0, 0, place.left() - 3, line), right, "1")
        painter.drawText(QRectF(0, place.bottom() - line, place.left() - 3, line), right, str(self._calls))

    def _paint_columns(self, painter: QPainter, strip: QRectF) -> None:
        painter.drawText(strip, Qt.AlignmentFlag.AlignLeft, "1")
        painter.drawText(strip, Qt.AlignmentFlag.AlignRight, str(self._calls))
        name, advance = self.tr("output of call"), self.fontMetrics().horizontalAdvance
        if advance(name) + 2 * (advance(f"{self._calls}") + GAP) <= strip.width():
            painter.drawText(strip, Qt.AlignmentFlag.AlignHCenter, name)

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
        """(H, W) as (H, W, 3): from the ground towards one of two colours, by the square root for the faint ones."""
        # Each channel by itself: with the three innermost, NumPy takes twice as long.
        share = np.sqrt(np.abs(weights) / self._largest)
        ground, negative, positive = (_rgb(name)[:, None, None] for name in (self._tokens.surface, NEGATIVE, POSITIVE))
        towards = np.where(weights < 0, negative, positive)
        return np.moveaxis((ground + (towards - ground) * share).round().astype(np.uint8), 0, -1)


def _rgb(name: str) -> Array:
    color = QColor(name)
    return np.array([color.red(), color.green(), color.blue()], dtype=np.float64)
