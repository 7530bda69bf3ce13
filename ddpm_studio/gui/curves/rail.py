"""The rail: the chosen curves as small pictures beside the large plot, to be brought into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ddpm_studio.diffusion import Curve
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.lines.family_lines import pen_of
from ddpm_studio.gui.curves.series import Array
from ddpm_studio.gui.curves.zooming import WHOLE, Part
from ddpm_studio.gui.explaining.explanations import curve_tip
from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.mathtext import SHIFT, math_width, paint_math

POINTS = 96
"""Points of a line in a thumbnail."""

DOT = 1.5
"""Radius of a line that is a single point, in pixels."""

WIDEST = 1.6
"""Width of a line there from which on it would hide the others, in pixels."""

TALLEST, LEAST = 66, 40
"""Height of a thumbnail, in pixels."""

GAP, MARGIN = 6, 6
"""Between thumbnails, and within one between its edge and what is in it, in pixels."""

SYMBOL, LINE = 58, 20
"""Room for a symbol: its width where it stands beside the lines, and its height where it stands above them."""

WIDE = 136
"""Width of a thumbnail from which on its symbol stands beside the lines."""

SHOWN = -1
"""Stands for the schedule that is shown among the places of a family's members."""

_Seen = tuple[Array, Array, series.Extent]
"""The points of a line that are drawn, and how far it goes up and down."""


class Rail(LazyPanel):
    """Thumbnails of a State's curves but the one that is large. `chosen` has the curve that was clicked."""

    chosen = Signal(str)
    IN_TURN = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Other curves"))
        self.setStatusTip(self.tr("Click: bring this curve into the large plot"))
        self._part = WHOLE
        self._pictures: dict[str, tuple[object, QPixmap]] = {}
        self._grounds: dict[str, tuple[object, QPixmap]] = {}
        self._known: dict[str, dict[tuple[int, int], tuple[object, _Seen]]] = {}

    @Slot(object)
    def show_part(self, part: Part) -> None:
        """Show the curves over this part of the axis, from 0 to 1."""
        self._part = part
        self.update()

    def refresh(self) -> None:
        """Show the curves of the state."""
        self.setAccessibleDescription(", ".join(self.names()))
        self.update()

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours."""
        self._pictures.clear()
        self._grounds.clear()
        super().set_theme(tokens)

    def sizeHint(self) -> QSize:
        """As wide as it is told to be."""
        return QSize(self.width(), 3 * TALLEST)

    def names(self) -> tuple[str, ...]:
        """The curves that have a thumbnail, as many as there is room for."""
        others = tuple(name for name in self.state.curves if name != self.state.curve)
        return others[: max(1, (self.height() + GAP) // (self.tokens.scaled(LEAST) + GAP))]

    def place(self, number: int) -> QRectF:
        """The rectangle of a thumbnail."""
        count = max(1, len(self.names()))
        height = min(self.tokens.scaled(TALLEST), (self.height() - (count - 1) * GAP) / count)
        return QRectF(0, number * (height + GAP), self.width() - MARGIN, height)

    def _name_at(self, position: QPointF) -> str:
        return next((name for number, name in enumerate(self.names()) if self.place(number).contains(position)), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the curve under the mouse."""
        name = self._name_at(event.position())
        if name and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(name)

    def event(self, event: QEvent) -> bool:
        """Say what a curve means."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            name = self._name_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), curve_tip(name) if name else "", self)
            return True
        return super().event(event)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the thumbnails from pictures of them, and the moment in each."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self.tokens.surface))
            if not self.state.entries:
                return
            low, high = self.state.time_axis.shown(self._part)
            at = (series.cursor_x(self.state, self.state.current) - low) / (high - low)
            for number, name in enumerate(self.names()):
                place = self.place(number)
                painter.drawPixmap(place.topLeft(), self._picture_of(name, place.size().toSize()))
                if 0 <= at <= 1:
                    area = self._area(place)
                    x = round(area.left() + at * area.width())
                    painter.setPen(QColor(self.tokens.accent))
                    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _area(self, place: QRectF) -> QRectF:
        """Where in a thumbnail its lines are, clear of its edge and of its symbol."""
        scaled = self.tokens.scaled
        if self._is_wide:
            return place.adjusted(scaled(SYMBOL) + MARGIN, MARGIN, -MARGIN, -MARGIN)
        return place.adjusted(MARGIN, scaled(LINE), -MARGIN, -MARGIN)

    @property
    def _is_wide(self) -> bool:
        """Whether a thumbnail has room for its symbol beside its lines."""
        return self.width() - MARGIN >= self.tokens.scaled(WIDE)

    def _picture_of(self, name: str, size: QSize) -> QPixmap:
        """The thumbnail of a curve, painted anew only if it is another one."""
        state = self.state
        lines = tuple((series.source(entry, name), entry.family, entry.style) for entry in state.visible)
        key = (
            lines,
            state.against,
            state.view,
            state.time_axis,
            self._part,
            series.is_log(state, ALL_CURVES[name]),
            size,
        )
        known = self._pictures.get(name)
        if known is None or known[0] != key:
            self._pictures[name] = known = key, self._painted(name, size)
        return known[1]

    def _painted(self, name: str, size: QSize) -> QPixmap:
        pixmap = QPixmap(self._ground_of(name, size))
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_lines(painter, name, self._area(QRectF(QPointF(0, 0), size)))
        return pixmap

    def _ground_of(self, name: str, size: QSize) -> QPixmap:
        """What a thumbnail has behind its lines: the same for any schedules."""
        state = self.state
        key = (size, self.devicePixelRatioF(), series.symbol_of(state, name), series.is_log(state, ALL_CURVES[name]))
        known = self._grounds.get(name)
        if known is None or known[0] != key:
            self._grounds[name] = known = key, self._painted_ground(*key)
        return known[1]

    def _painted_ground(self, size: QSize, ratio: float, symbol: str, log: bool) -> QPixmap:
        tokens = self.tokens
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor(tokens.surface))
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.window))
            painter.drawRoundedRect(QRectF(QPointF(0, 0), size), 4, 4)
            self._paint_symbol(painter, symbol, log, size.height())
        return pixmap

    def _paint_symbol(self, painter: QPainter, symbol: str, log: bool, height: int) -> None:
        """Paint the symbol of a curve, and under it or beside it that its y axis is logarithmic, if it is."""
        metrics = QFontMetricsF(painter.font())
        baseline = metrics.ascent() + 2
        line = metrics.height() * (1 + SHIFT["sub"])  # So that no subscript reaches into what is under it.
        under = log and self._is_wide and line + metrics.height() + MARGIN <= height
        if self._is_wide:
            baseline = (height - metrics.height() - (line if under else 0)) / 2 + metrics.ascent()
            painter.setFont(_narrowed(painter.font(), symbol, self.tokens.scaled(SYMBOL) - MARGIN))
        painter.setPen(QColor(self.tokens.text))
        width = paint_math(painter, MARGIN, baseline, symbol)
        if log:
            painter.setPen(QColor(self.tokens.muted))
            painter.setFont(self.font())
            place = (MARGIN, baseline + line) if under else (MARGIN + width + 8, baseline)
            painter.drawText(QPointF(*place), self.tr("log"))

    def _paint_lines(self, painter: QPainter, name: str, area: QRectF) -> None:
        state, curve = self.state, ALL_CURVES[name]
        left, right = state.time_axis.shown(self._part)
        lines = self._seen_lines(curve, (left, right))
        low, high = series.y_range(state, curve, (extent for _, (*_, extent) in lines), self._part == WHOLE)
        painter.setClipRect(area.adjusted(0, -1, 0, 1))
        for pen, (seen, heights, _) in lines:
            across = area.left() + (seen - left) / (right - left) * area.width()
            down = area.bottom() - (heights - low) / (high - low) * area.height()
            painter.setPen(pen)
            if len(across) == 1:  # Of a schedule with one step there is no line.
                painter.setBrush(pen.color())
                painter.drawEllipse(QPointF(across[0], down[0]), DOT, DOT)
            else:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPath(pg.arrayToQPath(across, down))

    def _seen_lines(self, curve: Curve, ends: tuple[float, float]) -> list[tuple[QPen, _Seen]]:
        """The pen and the points of each line, which are found once: most are the same while one schedule changes."""
        state = self.state
        before, known = self._known.get(curve.name, {}), dict[tuple[int, int], tuple[object, _Seen]]()
        rest = (state.against, state.view, state.time_axis, self._part, series.is_log(state, curve))
        lines = []
        for where, entry, pen in self._lines():
            key, last = (series.source(entry, curve.name), *rest), before.get(where)
            known[where] = last if last is not None and last[0] == key else (key, self._seen(entry, curve, ends))
            lines.append((pen, known[where][1]))
        self._known[curve.name] = known
        return lines

    def _seen(self, entry: Entry, curve: Curve, ends: tuple[float, float]) -> _Seen:
        """The points of a line that are drawn between two positions, and how far it goes up and down there."""
        state = self.state
        x, y = series.drawn(state, entry, curve)
        if self._part == WHOLE and series.lies_within(x, ends):
            extent = series.extent_of(state, curve, y)
        else:
            extent = series.seen_extent(state, curve, x, y, ends)
        if len(x) > POINTS:
            x, y = series.on_line(np.linspace(*ends, POINTS), x, y)
        return x, y, extent

    def _lines(self) -> Iterator[tuple[tuple[int, int], Entry, QPen]]:
        """Where each line comes from, an entry for it, and its pen; those of schedules that are shown come last."""
        for entry in self.state.visible:
            for place, member in enumerate(entry.members):
                if member != entry.schedule:
                    yield (entry.key, place), replace(entry, schedule=member), pen_of(entry, place, self.tokens)
        for entry in self.state.visible:
            yield (entry.key, SHOWN), entry, STYLES[entry.style].pen(self.tokens, min(self.tokens.thin_width, WIDEST))


def _narrowed(font: QFont, symbol: str, room: float) -> QFont:
    """The font, narrower where a symbol has no room in it."""
    needed = math_width(font, symbol)
    if needed <= room:
        return font
    narrow = QFont(font)
    narrow.setPointSizeF(font.pointSizeF() * room / needed)
    return narrow
