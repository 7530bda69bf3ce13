"""The arc on which the weights of picture and noise lie, of every schedule, with a dot where each of them is now."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.gui.equation.inverse import Inverse
from ddpm_studio.gui.equation.terms import FORWARD, Weight
from ddpm_studio.gui.state.picture_at import Pictured
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.widgets.mathtext import math_width, paint_math, plain_tip

SMALL = 0.85
"""Size of the letters at the ends, as a share of the window's font."""

LARGE_DOT, SMALL_DOT = 4.5, 3.0
"""Radius of the selected schedule's dot, and of the others', in pixels."""

SIGNAL, NOISE = (term for term in FORWARD if isinstance(term, Weight))


class WeightArc(QWidget):
    """Shows the weight of the picture to the right and that of the noise upwards, for all visible schedules.

    The selected schedule goes round as far as its line is thick. `t_chosen` has the t whose dot is nearest to the
    direction in which the arc is pressed or dragged.
    """

    t_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._tokens = State(), LIGHT
        self._known: tuple[Schedule | None, Inverse] = (None, Inverse(np.zeros(1)))
        self._dots: list[tuple[float, int]] = []
        self._dragged = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Weights on an arc"))
        tip = self.tr(
            "The squares of both weights add up to 1: every schedule goes along this arc, from x_0 to ε, each in its "
            "own time. Drag along it and t follows."
        )
        self.setToolTip(plain_tip(tip))
        self.setStatusTip(self.tr("Drag along the arc: t follows"))

    # what is shown

    def show_state(self, state: State) -> None:
        """Show where the visible schedules are, each at its own t, and the selected one above them."""
        self._state = state
        reached = [entry for entry in state.visible if state.reaches(entry) and entry.key != state.selected]
        before = self._dots
        self._dots = [(angle_at(each.schedule, state.t_of(each)), each.style) for each in (*reached, state.current)]
        if self._known[0] is not state.current.schedule:
            self._known = state.current.schedule, Inverse(angles(state.current.schedule))
            self.update()
        elif self._dots != before:
            self.update()

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        self._tokens = tokens
        self.update()

    def set_side(self, side: int) -> None:
        """Be a square with this side, in pixels."""
        self.setFixedSize(QSize(side, side))

    def place_of(self, angle: float) -> QPointF:
        """Where on the widget the weights are that lie in this direction, in radians from that of the picture."""
        origin, radius = self._origin(), self._radius()
        return origin + QPointF(radius * math.cos(angle), -radius * math.sin(angle))

    def _letters(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALL)
        font.setItalic(True)
        return font

    def _origin(self) -> QPointF:
        """The corner in which both weights would be 0: left of it and below is room for the letters."""
        font = self._letters()
        left = math_width(font, Pictured.NOISE.value) + LARGE_DOT + 1
        return QPointF(left, self.height() - QFontMetricsF(font).height())

    def _radius(self) -> float:
        origin = self._origin()
        return min(self.width() - origin.x(), origin.y()) - LARGE_DOT - 1

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the arc, the two weights of the selected schedule as a triangle in it, and a dot for each schedule."""
        if not self._dots:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_letters(painter)
            self._paint_arc(painter)
            self._paint_weights(painter)
            self._paint_dots(painter)

    def _paint_letters(self, painter: QPainter) -> None:
        font, origin = self._letters(), self._origin()
        painter.setFont(font)
        painter.setPen(QColor(self._tokens.muted))
        end = self.place_of(0.0).x() + LARGE_DOT - math_width(font, Pictured.PICTURE.value)
        paint_math(painter, end, origin.y() + QFontMetricsF(font).ascent(), Pictured.PICTURE.value)
        paint_math(painter, 0, self.place_of(math.pi / 2).y() + QFontMetricsF(font).ascent() / 2, Pictured.NOISE.value)

    def _paint_arc(self, painter: QPainter) -> None:
        """The way round, and as much of it as the selected schedule goes."""
        style = STYLES[self._state.current.style]
        reach = self._known[1]
        self._paint_part(painter, QPen(QColor(self._tokens.border), 1.5), 0.0, math.pi / 2)
        self._paint_part(painter, QPen(style.color(self._tokens.dark), 2), reach.low, reach.high)

    def _paint_part(self, painter: QPainter, pen: QPen, start: float, end: float) -> None:
        origin, radius = self._origin(), self._radius()
        around = QRectF(origin.x() - radius, origin.y() - radius, 2 * radius, 2 * radius)
        painter.setPen(pen)
        # Qt counts in sixteenths of a degree.
        painter.drawArc(around, round(16 * math.degrees(start)), round(16 * math.degrees(end - start)))

    def _paint_weights(self, painter: QPainter) -> None:
        origin, dot = self._origin(), self.place_of(self._dots[-1][0])
        corner = QPointF(dot.x(), origin.y())
        painter.setPen(QPen(QColor(self._tokens.muted), 1, Qt.PenStyle.DotLine))
        painter.drawPolyline([origin, dot, corner, origin])

    def _paint_dots(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._tokens.window), 1))
        for number, (angle, style) in enumerate(self._dots, 1):
            radius = LARGE_DOT if number == len(self._dots) else SMALL_DOT
            painter.setBrush(STYLES[style].color(self._tokens.dark))
            painter.drawEllipse(self.place_of(angle), radius, radius)

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the arc where it is pressed."""
        self._dragged = event.button() is Qt.MouseButton.LeftButton
        if self._dragged:
            self._aim(event.position())
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go round with the pointer."""
        if self._dragged:
            self._aim(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._dragged = False

    def _aim(self, place: QPointF) -> None:
        """Go to the t whose weights are nearest to the direction of a place, as far round as the schedule goes."""
        away = place - self._origin()
        right, up = max(away.x(), 0.0), max(-away.y(), 0.0)
        if not (right or up):
            return
        t = self._known[1].step(math.atan2(up, right), self._state.t)
        if t != self._state.t:
            self.t_chosen.emit(t)


def angle_at(schedule: Schedule, t: int) -> float:
    """The direction of a schedule's weights at t = 0 … T, in radians: 0 is the clean picture, π/2 nothing but noise."""
    return math.atan2(NOISE.value(schedule, t) or 0.0, SIGNAL.value(schedule, t) or 0.0)


def angles(schedule: Schedule) -> Array:
    """The direction of a schedule's weights at every t = 0 … T, shape (T + 1,)."""
    return np.arctan2(NOISE.values(schedule), SIGNAL.values(schedule))
