"""The time scales: one moment under several names, each a row of ticks over the axis that plots and lanes share."""

from __future__ import annotations

from itertools import chain

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ddpm_studio.diffusion import Schedule, clean
from ddpm_studio.diffusion.moment import LEVEL_SCALE, RELATIVE_SCALE, SCALES, SIGMA_SCALE, T_SCALE, TAU_SCALE
from ddpm_studio.gui.explaining.explanations import scale_tip
from ddpm_studio.gui.field import gutter
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.timeline.over_time import OverTime
from ddpm_studio.gui.timeline.scale_ticks import is_even, ticks_beside
from ddpm_studio.numerals import brief

ROW = 17
TICK = 3
DOT = 2.5
NAME_GAP = 10
PILL_PADDING = 8

WIDEST = {RELATIVE_SCALE: "0.00888", LEVEL_SCALE: "−0.0888", SIGMA_SCALE: "0.00888", TAU_SCALE: "0.00888"}
"""What a pill has room for, whatever it says, so that it only grows for numbers that are rarely so long; of t, T."""

DECIMALS = 3
"""Digits behind the point that t/T has at least, so that they stay where they are while t moves."""

CENTRED = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TimeScales(OverTime):
    """Rows of all scales, of which that of the axis is marked; a drag moves t, and a click on a name makes it the axis.

    Values at the moment, and the scales that are not the axis, are those of the selected schedule.
    """

    axis_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Time scales"))
        self._ground: tuple[object, QPixmap] = ((), QPixmap())
        self._painted: dict[str, tuple[str, Schedule | int]] = {}
        self._labels: dict[str, list[QRectF]] = {}

    def show_state(self, state: State, shown: tuple[float, float]) -> None:
        """Show the moment on the part of the axis between the positions `shown`."""
        if state.scales != self._state.scales:
            self.updateGeometry()
        super().show_state(state, shown)
        self.setAccessibleDescription(", ".join(f"{SCALES[name].name} {text}" for name, text in self.values().items()))

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        super().set_theme(tokens)
        self._bold = QFont(self._small)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._ground = ((), QPixmap())

    def sizeHint(self) -> QSize:
        """As tall as the rows."""
        return QSize(400, self._row * len(self._state.scales) + 2)

    @property
    def _row(self) -> int:
        """The height of a row."""
        return self._tokens.scaled(ROW)

    @property
    def _names_end(self) -> int:
        """Where the names of the scales end."""
        return gutter(self._tokens.scale) - NAME_GAP

    def values(self) -> dict[str, str]:
        """What each scale says of the selected schedule's step at the moment."""
        schedule, t = self._state.current.schedule, self._state.t
        values = {
            T_SCALE: str(t),
            RELATIVE_SCALE: relative_text(t / schedule.T),
            LEVEL_SCALE: brief(clean.value_at(schedule, "log_snr", t)),
            SIGMA_SCALE: brief(clean.value_at(schedule, "sigmas", t)),
            TAU_SCALE: brief(clean.value_at(schedule, "tau", t)),
        }
        return {scale: values[scale] for scale in self._state.scales}

    # the mouse

    def _press_in_gutter(self, place: QPointF) -> None:
        name = self._name_at(place)
        if name:
            self.axis_chosen.emit(name)

    def _tip_at(self, place: QPointF) -> str:
        scale = self._scale_at(place)
        return scale_tip(scale) if scale else ""

    def _name_at(self, place: QPointF) -> str:
        """The scale whose name is at a place, "" if none is."""
        return self._scale_at(place) if place.x() < gutter(self._tokens.scale) else ""

    def _scale_at(self, place: QPointF) -> str:
        """The scale in whose row a place is, "" if it is in none."""
        row = int(place.y() // self._row)
        return self._state.scales[row] if 0 <= row < len(self._state.scales) else ""

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows from a picture of them, and over it the moment."""
        if not self._state.entries:
            return
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._rows())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_moment(painter)

    def _rows(self) -> QPixmap:
        """The picture of the rows, in which those are painted anew that have other ticks."""
        whole = (self._shown, self.size(), self.devicePixelRatioF(), self._tokens, self._state.scales)
        if self._ground[0] != whole:
            pixmap = QPixmap(self.size() * self.devicePixelRatioF())
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            pixmap.fill(QColor(self._tokens.surface))
            self._ground, self._painted, self._labels = (whole, pixmap), {}, {}
        wanted = {scale: self._ticks_of(scale) for scale in self._state.scales}
        changed = [row for row, scale in enumerate(self._state.scales) if wanted[scale] != self._painted.get(scale)]
        if changed:
            self._painted = wanted
            with QPainter(self._ground[1]) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                for row in changed:
                    self._paint_row(painter, row, self._state.scales[row])
        return self._ground[1]

    def _ticks_of(self, scale: str) -> tuple[str, Schedule | int]:
        """What the ticks of a row depend on besides its place."""
        axis, schedule = self._state.axis, self._state.current.schedule
        return axis, schedule.T if is_even(scale, axis) else schedule

    def _paint_row(self, painter: QPainter, row: int, scale: str) -> None:
        tokens, state, top = self._tokens, self._state, row * self._row
        is_axis = scale == state.axis
        painter.setClipRect(0, top, self.width(), self._row)
        painter.fillRect(0, top, self.width(), self._row, QColor(tokens.surface))
        painter.setFont(self._bold if is_axis else self._small)
        painter.setPen(QColor(tokens.text if is_axis else tokens.muted))
        painter.drawText(QRectF(0, top, self._names_end, self._row), RIGHT, SCALES[scale].name)
        metrics = QFontMetricsF(self._small)
        if is_axis:
            painter.setBrush(QColor(tokens.accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QPointF(DOT + 1, top + self._row / 2), DOT, DOT)
        field = self._field()
        painter.setFont(self._small)
        ticks = ticks_beside(scale, state.axis, state.current.schedule, field, metrics.horizontalAdvance)
        self._labels[scale] = [self._around(x, top, metrics.horizontalAdvance(label)) for x, label in ticks]
        for place, (x, label) in zip(self._labels[scale], ticks, strict=True):
            painter.setPen(QColor(tokens.border))
            painter.drawLine(QPointF(x, top), QPointF(x, top + TICK))
            painter.setPen(QColor(tokens.text if is_axis else tokens.muted))
            painter.drawText(place, CENTRED, label)

    def _paint_moment(self, painter: QPainter) -> None:
        painter.setFont(self._bold)
        for scale, text in self.values().items():
            self._paint_value(painter, scale, text)

    def pill(self, scale: str, text: str) -> QRectF | None:
        """Where a scale says what it has at the moment; None if that is out of view."""
        x = self._moment_x()
        if not self._field().holds(x):
            return None
        widest = WIDEST.get(scale) or "8" * len(str(self._state.current.schedule.T))
        width = max(map(QFontMetricsF(self._bold).horizontalAdvance, (text, widest))) + 2 * PILL_PADDING
        return self._around(x, self._top(scale), width)

    def _top(self, scale: str) -> int:
        """The top of a scale's row."""
        return self._state.scales.index(scale) * self._row

    def _paint_value(self, painter: QPainter, scale: str, text: str) -> None:
        state, tokens, place = self._state, self._tokens, self.pill(scale, text)
        if place is None:
            return
        if scale == state.axis:
            ground, ink = QColor(tokens.accent), QColor(tokens.on_accent)
        else:
            ground, ink = QColor(tokens.surface), STYLES[state.current.style].color(tokens.dark)
        self._paint_pill(painter, place, ground, Qt.PenStyle.NoPen)
        painter.setPen(ink)
        painter.drawText(place, CENTRED, text)

    def _paint_pill(self, painter: QPainter, place: QRectF, ground: QColor, edge: QColor | Qt.PenStyle) -> None:
        """A pill over what it would leave half a label of."""
        around = place.adjusted(-PILL_PADDING, 0, PILL_PADDING, 0)
        for label in chain.from_iterable(self._labels.values()):  # Half a number would be another number.
            around = around.united(label) if label.intersects(around) else around
        around.setLeft(max(around.left(), self._names_end))
        painter.fillRect(around, QColor(self._tokens.surface))
        painter.setPen(edge)
        painter.setBrush(ground)
        painter.drawRoundedRect(place.adjusted(0, 0.5, 0, -0.5), self._row / 2, self._row / 2)

    def _around(self, x: float, top: float, width: float) -> QRectF:
        """The place of a text in a row, centred at x where that fits beside the names."""
        left = min(max(x - width / 2, self._names_end + 2), self.width() - width)
        return QRectF(left, top, width, self._row)


def relative_text(share: float) -> str:
    """t/T, in which digits keep their place.

    >>> relative_text(0.397), relative_text(0.4), relative_text(1.0), relative_text(1 / 300), relative_text(1e-4)
    ('0.397', '0.400', '1.000', '0.00333', '1e−4')
    """
    text = brief(share)
    return f"{share:.{DECIMALS}f}" if "e" not in text and len(text) < len("0.") + DECIMALS else text
