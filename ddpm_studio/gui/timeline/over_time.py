"""Widgets over time: what lies over the field, whose mouse goes to moments, with a gutter of things to press."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from ddpm_studio.gui.field import Field, gutter
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.foot.hints import hint

SLACK = 4
"""How far beyond the last moment a press still goes there, in pixels."""


class OverTime(QWidget):
    """Shows a State over the positions `_shown` of its axis. `t_chosen` has the t that the mouse is dragged to.

    A press in the gutter is for `_press_in_gutter`; one on the numbers beside the field moves nothing before a drag.
    `_tip_at` says what a place means, `_hint_at` what it is good for.
    """

    t_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._state = State()
        self._shown = (0.0, 1.0)
        self._tokens: Tokens = LIGHT
        self._small = QFont()
        self._dragged = False
        self._held_at: float | None = None
        self._aside = 0.0

    def show_state(self, state: State, shown: tuple[float, float]) -> None:
        """Show a state on the part of its axis between the positions `shown`."""
        before, self._state, self._shown = (self._state, self._shown), state, shown
        self._paint_changed(*before)

    def _paint_changed(self, before: State, shown: tuple[float, float]) -> None:
        """Have painted again what is otherwise than in the state before, over the positions `shown` then."""
        self.update()

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        self._tokens = tokens
        self._small = number_font(self.font())
        self._small.setPointSizeF(self._small.pointSizeF() * 0.9)
        self.updateGeometry()
        self.update()

    def _field(self) -> Field:
        return Field.within(self.width(), self._shown, self._tokens.scale)

    def _moment_x(self) -> float:
        """The pixel of the moment, which may lie outside of the field."""
        return self._field().x(self._state.time_axis.position(self._state.current.schedule, self._state.t))

    def _is_over_field(self, place: QPointF) -> bool:
        """Whether moments lie at a place: neither names to its left, nor numbers to its right."""
        return gutter(self._tokens.scale) <= place.x() <= self._field().right + SLACK

    def _press_in_gutter(self, place: QPointF) -> None:
        """Do what a press there is for."""

    def _is_on_moment(self, place: QPointF) -> bool:
        """Whether a press there takes hold of the moment where it is, which else comes to the mouse."""
        return False

    def _tip_at(self, place: QPointF) -> str:
        """The tip of a place, "" if it has none."""
        return ""

    def _hint_at(self, place: QPointF) -> str:
        """What the mouse can do at a place."""
        return self.tr("Drag: move t") if self._is_over_field(place) else self.tr("Drag: move t from where it is")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press what is in the gutter, or go to the moment under the mouse."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if event.position().x() < gutter(self._tokens.scale):
            self._press_in_gutter(event.position())
        else:
            self._take_hold(event.position())

    def _take_hold(self, place: QPointF) -> None:
        """Go to the moment at a place, or, on a number that has none, take hold of t where it is."""
        beside = not self._is_over_field(place)
        self._dragged = True
        self._aside = self._moment_x() - place.x() if beside else 0.0
        self._held_at = place.x() if beside or self._is_on_moment(place) else None
        if self._held_at is None:
            self._go(place.x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the moment."""
        in_gutter = event.position().x() < gutter(self._tokens.scale)
        self.setCursor(Qt.CursorShape.PointingHandCursor if in_gutter else Qt.CursorShape.SizeHorCursor)
        hint(self, self._hint_at(event.position()))
        x, held = event.position().x(), self._held_at
        if self._dragged and (held is None or abs(x - held) >= QApplication.startDragDistance()):
            self._held_at = None
            self._go(x + self._aside)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self._dragged = False

    def event(self, event: QEvent) -> bool:
        """Show the tip of the place under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _go(self, x: float) -> None:
        t = self._state.time_axis.step(self._state.current.schedule, self._field().position(x))
        if t != self._state.t:
            self.t_chosen.emit(t)
