"""The title above a plot: symbol, name, and the switch between a linear and a logarithmic y axis."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.mathtext import paint_math

HEIGHT = 22.0
GAP = 7.0
SWITCH = QSizeF(32.0, 17.0)


class PlotTitle(pg.GraphicsWidget):  # type: ignore[misc]
    """Draws the title and knows where its parts lie. The log switch may be missing, off or on."""

    def __init__(self, curve: Curve, log_text: str) -> None:
        super().__init__()
        self._name = curve.name
        self._log_text = log_text
        self._symbol = curve.symbol
        self._log: bool | None = None
        self._chosen = self._focused = False
        self._printing = False
        self._tokens: Tokens | None = None

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours."""
        self._tokens = tokens
        self.update()

    @property
    def height(self) -> int:
        """The height that the title needs."""
        return self._scaled(HEIGHT)

    def _scaled(self, pixels: float) -> int:
        return round(pixels) if self._tokens is None else self._tokens.scaled(pixels)

    def set_symbol(self, symbol: str) -> None:
        """Show the curve's symbol, with what it is compared with."""
        if symbol != self._symbol:
            self._symbol = symbol
            self.update()

    def set_log(self, log: bool | None) -> None:
        """Show the switch on or off, or no switch for None."""
        if log is not self._log:
            self._log = log
            self.update()

    def set_chosen(self, chosen: bool) -> None:
        """Mark the plot as the explained one."""
        if chosen is not self._chosen:
            self._chosen = chosen
            self.update()

    def set_focused(self, focused: bool) -> None:
        """Mark the plot as the one that keys act on."""
        if focused is not self._focused:
            self._focused = focused
            self.update()

    def set_printing(self, printing: bool) -> None:
        """Draw as on paper, where nothing can be pressed and nothing is chosen."""
        self._printing = printing
        self.update()

    def switch_rect(self) -> QRectF:
        """The log switch's rectangle in this item's coordinates; empty if there is none."""
        if self._log is None:
            return QRectF()
        area, size = self.rect(), QSizeF(self._scaled(SWITCH.width()), self._scaled(SWITCH.height()))
        return QRectF(QPointF(area.right() - size.width() - 1, area.top() + (self.height - size.height()) / 2), size)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint symbol, name as far as there is room, and switch."""
        if self._tokens is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._printing:  # QSvgGenerator would cut it to the plot that was painted before.
            painter.setClipping(False)
        self._paint_names(painter, self._tokens)
        if self._log is not None and not self._printing:
            self._paint_switch(painter, self._tokens)

    def _paint_names(self, painter: QPainter, tokens: Tokens) -> None:
        area = self.rect()
        marked = self._chosen and not self._printing
        font = painter.font()
        font.setWeight(QFont.Weight.DemiBold if marked else QFont.Weight.Normal)
        font.setPointSizeF(font.pointSizeF() * 1.1)
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent if marked else tokens.text))
        metrics = QFontMetricsF(font)
        baseline = area.top() + (self.height + metrics.ascent() - metrics.descent()) / 2
        left = area.left() + paint_math(painter, area.left(), baseline, self._symbol) + GAP
        right = self.switch_rect().left() - GAP if self._log is not None else area.right()
        small = small_font(painter.font())
        painter.setFont(small)
        painter.setPen(QColor(tokens.muted))
        name = QFontMetricsF(small).elidedText(self._name, Qt.TextElideMode.ElideMiddle, right - left)
        if len(name) > 2:
            painter.drawText(QPointF(left, baseline), name)
            left += QFontMetricsF(small).horizontalAdvance(name)
        if self._focused and not self._printing:
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(
                QRectF(area.left() - 4.5, area.top() + 0.5, left - area.left() + 9, self.height - 2), 4, 4
            )

    def _paint_switch(self, painter: QPainter, tokens: Tokens) -> None:
        rect = self.switch_rect().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QColor(tokens.accent if self._log else tokens.border))
        painter.setBrush(QColor(tokens.raised) if self._log else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 4, 4)
        painter.setFont(small_font(painter.font()))
        painter.setPen(QColor(tokens.accent if self._log else tokens.muted))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._log_text)


def small_font(font: QFont) -> QFont:
    """The font of names, ticks and other small print: nine tenths of `font`'s size, never bold."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    small.setWeight(QFont.Weight.Normal)
    return small
