"""TrainingFactor: one factor of the effective weight, as a number at the moment and a small plot over log SNR."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.equation.weight_number import SMALL, fitted
from ddpm_studio.gui.explaining.explanations import curve_tip
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.mathtext import math_width, paint_math, plain_tip
from ddpm_studio.numerals import MISSING, brief

WIDEST = "0.0000"
SIZE = 1.25
"""Size of the number, as a share of the window's font."""

NARROWEST, WIDEST_PLOT = 36, 400
"""Widths of a plot, in pixels; with less room there is none."""

SEEN, POINTS, DECADES = 14.0, 96, 2.0
"""Log SNR to both sides of 0 dB that is plotted, points of a line, and decades to both sides of the middle value."""

GAP = 6
CENTRED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Lines:
    """Heights of some lines over even places of log SNR, from 0 at the foot to 1; NaN where there is none."""

    heights: tuple[Array, ...]
    low: float
    high: float


class TrainingFactor(QWidget):
    """Shows a training curve of the selected schedule and of others, each at its own t; `pressed` asks for its plot."""

    pressed = Signal(str)

    def __init__(self, curve: str, symbol: str, plotted: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curve, self._symbol, self._plotted = curve, symbol, plotted
        self._state, self._tokens = State(), LIGHT
        self._others: tuple[Entry, ...] = ()
        self._picture: tuple[object, QPixmap] = (None, QPixmap())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(ALL_CURVES[curve].name)
        self.setToolTip(plain_tip(f"{curve_tip(curve)}\n" + self.tr("Click it to see its curve.")))
        self.setStatusTip(self.tr("Click: show its curve"))
        self._fit()

    def show_state(self, state: State, others: tuple[Entry, ...]) -> None:
        """Show the numbers of a state's selected schedule and of these others, and the lines of all that are ticked."""
        self._state, self._others = state, others
        said = (f"{state.letter(entry)} {self.text(entry)}" for entry in (state.current, *others))
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        self._tokens = tokens
        self._picture = None, QPixmap()
        self._fit()

    def text(self, entry: Entry) -> str:
        """The number of a schedule at its own t, as it is written here."""
        state = self._state
        return brief(entry.value_at(self.curve, state.t_of(entry))) if state.reaches(entry) else MISSING

    def _fit(self) -> None:
        self._large, self._small = number_font(self.font()), number_font(self.font())
        self._large.setPointSizeF(self.font().pointSizeF() * SIZE)
        self._large.setWeight(QFont.Weight.DemiBold)
        self._small.setPointSizeF(self.font().pointSizeF() * SMALL)
        self._room = round(QFontMetricsF(self._large).horizontalAdvance(WIDEST))
        self.setMaximumWidth(self._room + (GAP + self._tokens.scaled(WIDEST_PLOT) if self._plotted else 0))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as number and plot."""
        return QSize(self.maximumWidth(), round(QFontMetricsF(self._large).height()))

    def minimumSizeHint(self) -> QSize:
        """As wide as the number."""
        return QSize(self._room, self.sizeHint().height())

    def _plot(self) -> QRectF:
        """The room of the plot; empty where there is none."""
        width = self.width() - self._room - GAP
        enough = self._plotted and width >= self._tokens.scaled(NARROWEST)
        return QRectF(0, 1, width, self.height() - 2) if enough else QRectF()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plot, and beside it the numbers, one line each."""
        if not self._state.entries:
            return
        plot = self._plot()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if plot.isValid():
                painter.drawPixmap(plot.topLeft(), self._plot_picture(plot.size().toSize()))
                self._paint_moment(painter, plot)
            left = plot.right() + GAP if plot.isValid() else (self.width() - self._room) / 2
            self._paint_numbers(painter, left)
            if self.hasFocus():
                painter.setPen(QColor(self._tokens.accent))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _paint_numbers(self, painter: QPainter, left: float) -> None:
        current, line = self._state.current, QFontMetricsF(self._large).height()
        small = QFontMetricsF(self._small)
        painter.setFont(fitted(self._large, self.text(current), self._room))
        painter.setPen(STYLES[current.style].color(self._tokens.dark))
        painter.drawText(QRectF(left, 0, self._room, line), CENTRED, self.text(current))
        painter.setFont(self._small)
        painter.setPen(QColor(self._tokens.muted))
        width = math_width(self._small, self._symbol)
        paint_math(painter, left + (self._room - width) / 2, line + small.ascent(), self._symbol)
        for row, entry in enumerate(self._others, 1):
            top = line + row * small.height()
            if top + small.height() <= self.height() + 1:
                painter.setFont(fitted(self._small, self.text(entry), self._room))
                painter.setPen(STYLES[entry.style].color(self._tokens.dark))
                painter.drawText(QRectF(left, top, self._room, small.height()), CENTRED, self.text(entry))

    def _paint_moment(self, painter: QPainter, plot: QRectF) -> None:
        level = self._state.current.value_at("log_snr", self._state.t)
        if level is not None and abs(level) <= SEEN:
            x = plot.left() + (SEEN - level) / (2 * SEEN) * plot.width()
            painter.setPen(QColor(self._tokens.accent))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _plot_picture(self, size: QSize) -> QPixmap:
        """The plot without the moment, painted anew only if it is another one."""
        drawn = tuple((entry.schedule, entry.train, entry.style) for entry in self._state.visible)
        key = drawn, self._state.selected, size, self.devicePixelRatioF()
        if self._picture[0] != key:
            self._picture = key, self._painted(size)
        return self._picture[1]

    def _painted(self, size: QSize) -> QPixmap:
        ratio, state = self.devicePixelRatioF(), self._state
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor(self._tokens.raised))
        # The selected one comes last, over the others.
        entries = sorted(state.visible, key=lambda entry: entry.key == state.selected)
        levels = [entry.schedule.coefficients.log_snr for entry in entries]
        lines = lines_of(levels, [entry.values(self.curve) for entry in entries])
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(QRectF(QPointF(0, 2), size - QSize(0, 4)))
            for entry, heights in zip(entries, lines.heights, strict=True):
                painter.setPen(STYLES[entry.style].pen(self._tokens, 2 if entry.key == state.selected else 1.2))
                painter.drawPolyline(_polygon(heights, QRectF(3, 4, size.width() - 6, size.height() - 8)))
        return pixmap

    def _press(self) -> None:
        self.pressed.emit(self.curve)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the curve."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._press()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for the curve at Space and Enter."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press()
        else:
            event.ignore()

    def focusInEvent(self, event: QEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Show the focus no longer."""
        self.update()


def lines_of(levels: list[Array], values: list[Array]) -> Lines:
    """The lines of some curves over log SNR, which is falling in each of `levels`, on one logarithmic scale.

    >>> lines = lines_of([np.array([14.0, -14.0])], [np.array([1.0, 100.0])])
    >>> lines.low, lines.high, lines.heights[0][[0, -1]].tolist()
    (0.0, 2.0, [0.0, 1.0])
    """
    places, found = np.linspace(SEEN, -SEEN, POINTS), []
    for level, value in zip(levels, values, strict=True):
        counts = np.isfinite(level) & np.isfinite(value) & (value > 0)
        known, logs = level[counts][::-1], np.log10(value[counts])[::-1]
        found.append(np.interp(places, known, logs, np.nan, np.nan) if len(known) else np.full(POINTS, np.nan))
    every = np.concatenate([np.zeros(0), *(logs[np.isfinite(logs)] for logs in found)])
    every = every if len(every) else np.zeros(1)
    ends = np.median(every) + np.array([-DECADES, DECADES])
    low, high = (float(np.clip(end, *ends)) for end in (every.min(), every.max()))
    spread = high - low
    heights = tuple((logs - low) / spread if spread > FLAT else np.where(np.isnan(logs), np.nan, 0.5) for logs in found)
    return Lines(heights, low, high)


FLAT = 1e-6
"""Powers of ten that a line has to span so that it is not level."""


def _polygon(heights: Array, area: QRectF) -> QPolygonF:
    """The points of a line that lie in an area, or not far above or below it."""
    xs = area.left() + np.linspace(0, 1, len(heights)) * area.width()
    ys = area.bottom() - heights * area.height()
    inside = np.isfinite(ys) & (np.abs(heights) <= 9)
    return QPolygonF([QPointF(x, y) for x, y in zip(xs[inside].tolist(), ys[inside].tolist(), strict=True)])
