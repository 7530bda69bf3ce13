"""The legend above the plots: each schedule's line, and its value at the cursor or under the mouse."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ddpm_studio.diffusion import CURVES
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.mathpaint import paint_math
from ddpm_studio.gui.curves.readout import Reading, value_text
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens, number_font

ROW = 22
MARGIN = 10
TOP = 2
SAMPLE = 26
GAP = 6
BETWEEN = 18
WIDEST_TITLE = 170
WIDEST_HEAD = "√(1/ᾱ_t − 1)   t = 1000"
WIDEST_VALUE = "−8.8888e−8"
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Legend:
    """A legend to draw: curve and moment, then each visible schedule's line sample, letter, title and value.

    They flow into rows like words. All lengths are device-independent pixels.
    """

    state: State
    reading: Reading
    tokens: Tokens
    font: QFont

    def height(self, width: float) -> int:
        """The height of all rows when the legend is `width` wide."""
        return (1 + max((row for _, row in self._places(width).values()), default=0)) * ROW + 2 * TOP

    def entry_at(self, place: QPointF, width: float) -> Entry | None:
        """The schedule whose part of the legend is at a point."""
        places = self._places(width)
        for entry in self.state.visible:
            x, row = places[entry.key]
            if QRectF(x, row * ROW, self._width_of(entry), ROW).contains(place):
                return entry
        return None

    def text(self) -> str:
        """The legend as plain text."""
        lines = [f"{self._symbol()}, {self.reading.moment(self.state)}"]
        lines += [f"{self.state.letter(entry)} {entry.title}: {self._value(entry)}" for entry in self.state.visible]
        return "; ".join(lines)

    def paint(self, painter: QPainter, width: float) -> None:
        """Draw it with its top left corner at the painter's origin."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font)
        self._paint_head(painter)
        places = self._places(width)
        for entry in self.state.visible:
            x, row = places[entry.key]
            self._paint_entry(painter, entry, x, row * ROW + TOP)

    def _places(self, width: float) -> dict[int, tuple[float, int]]:
        x, row = MARGIN + self._metrics.horizontalAdvance(WIDEST_HEAD) + BETWEEN, 0
        places = {}
        for entry in self.state.visible:
            needed = self._width_of(entry)
            if x + needed > width - MARGIN and x > MARGIN:
                x, row = float(MARGIN), row + 1
            places[entry.key] = (x, row)
            x += needed + BETWEEN
        return places

    def _width_of(self, entry: Entry) -> float:
        words = (self.state.letter(entry), self._titles[entry.key], f"{WIDEST_VALUE} {CURVES[self.reading.name].unit}")
        return SAMPLE + sum(GAP + self._metrics.horizontalAdvance(word) for word in words)

    @cached_property
    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.font)

    @cached_property
    def _titles(self) -> dict[int, str]:
        mode = Qt.TextElideMode.ElideRight
        return {e.key: self._metrics.elidedText(e.title, mode, WIDEST_TITLE) for e in self.state.visible}

    def _symbol(self) -> str:
        return series.symbol_of(self.state, self.reading.name)

    def _value(self, entry: Entry) -> str:
        value = self.reading.values.get(entry.key, float("nan"))
        return value_text(self.state, self.reading.name, value)

    def _paint_head(self, painter: QPainter) -> None:
        baseline = TOP + (ROW + self._metrics.ascent() - self._metrics.descent()) / 2
        painter.setPen(QColor(self.tokens.text))
        width = paint_math(painter, MARGIN, baseline, self._symbol())
        painter.setPen(QColor(self.tokens.muted))
        rest = QRectF(MARGIN + width + 2 * GAP, TOP, 200, ROW)
        painter.drawText(rest, LEFT, self.reading.moment(self.state))

    def _paint_entry(self, painter: QPainter, entry: Entry, x: float, y: float) -> None:
        tokens, style = self.tokens, STYLES[entry.style]
        painter.setPen(style.pen(tokens.dark, 2.0))
        painter.drawLine(QPointF(x, y + ROW / 2), QPointF(x + SAMPLE, y + ROW / 2))
        pointed = self.reading.emphasised == entry.key
        words = (
            (self.state.letter(entry), style.color(tokens.dark)),
            (self._titles[entry.key], QColor(tokens.text if pointed else tokens.muted)),
            (self._value(entry), QColor(tokens.text)),
        )
        x += SAMPLE
        for word, color in words:
            width = self._metrics.horizontalAdvance(word)
            painter.setPen(color)
            painter.drawText(QRectF(x + GAP, y, width + GAP, ROW), LEFT, word)
            x += GAP + width


class LegendStrip(QWidget):
    """Shows a Legend as tall as it needs to be, with tips that give titles in full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Legend and values"))
        self._legend: Legend | None = None

    def show_reading(self, state: State, reading: Reading, tokens: Tokens) -> None:
        """Show the visible schedules and their values."""
        self._legend = Legend(state, reading, tokens, number_font(self.font()))
        if self.heightForWidth(self.width()) != self.height():
            self.updateGeometry()
        self.setAccessibleDescription(self._legend.text())
        self.update()

    def hasHeightForWidth(self) -> bool:
        """True: more schedules need more rows where the strip is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all rows, in pixels."""
        return ROW + 2 * TOP if self._legend is None else self._legend.height(width)

    def sizeHint(self) -> QSize:
        """As wide as it is, as tall as it must be."""
        return QSize(self.width(), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a small panel."""
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything; there is little of it."""
        if self._legend is not None:
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), QColor(self._legend.tokens.surface))
                self._legend.paint(painter, self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the height: another width may need another one."""
        super().resizeEvent(event)
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Give the full title and the schedule under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._legend is not None:
            entry = self._legend.entry_at(QPointF(event.pos()), self.width())
            lines = [] if entry is None else [html.escape(entry.title), html.escape(str(entry.schedule))]
            QToolTip.showText(event.globalPos(), "<br>".join(lines), self)
            return True
        return super().event(event)
