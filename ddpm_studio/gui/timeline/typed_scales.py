"""The time scales under a person's hands: a value of each can be typed where the moment stands on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ddpm_studio.diffusion.moment import SCALES, T_SCALE, Moment
from ddpm_studio.gui.field import gutter
from ddpm_studio.gui.state.reachable import why_not_go
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.timeline.time_scales import TimeScales
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.passing_box import PassingBox

WIDTH = 76
"""Width of a field over a pill, in pixels in the system's font: for as many digits as make sense."""

GAP = 6
DIGITS = 6


class TypedScales(TimeScales):
    """Scales on which a double click, or `edit`, opens a field for a value of the selected schedule's steps.

    `t_chosen` has the nearest step. What no step comes to is refused, with the reason beside the field.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box: PassingBox | None = None
        self._typed = T_SCALE
        self._reason = ElidedLabel(self)
        self._reason.label.setProperty("role", "warning")
        self._reason.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._reason.hide()

    @property
    def box(self) -> PassingBox | None:
        """The field in which a value is typed, if one is."""
        return self._box

    @property
    def sentence(self) -> str:
        """Why what is typed cannot be had, "" if it can."""
        return self._reason.whole if self._box is not None else ""

    def show_state(self, state: State, shown: tuple[float, float]) -> None:
        """Show the moment; what is typed for another schedule, or was left behind, is given up."""
        before = self._state
        super().show_state(state, shown)
        if self._box is not None:
            if (before.selected, before.current.schedule) != (state.selected, state.current.schedule):
                self._box.leave()
            elif before.t != state.t:
                self._box.give_way()
        if self._box is not None:
            self._place_box()

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        super().set_theme(tokens)
        self._reason.setFont(self._small)
        palette = self._reason.label.palette()
        palette.setColor(palette.ColorRole.Window, QColor(tokens.surface))
        self._reason.label.setPalette(palette)
        if self._box is not None:
            self._box.setFont(self._small)

    # the mouse

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type a value of the scale under the mouse."""
        scale = self._scale_at(event.position())
        if scale and event.button() is Qt.MouseButton.LeftButton:
            self.edit(scale)

    def _hint_at(self, place: QPointF) -> str:
        if not self._scale_at(place):
            return super()._hint_at(place)
        if place.x() < gutter(self._tokens.scale):
            return self.tr("Click: make it the axis · double-click: type a value of it")
        return self.tr("Drag: move t · double-click: type a value of this scale")

    def _is_on_moment(self, place: QPointF) -> bool:
        """On a pill a double click is to find the value that was there."""
        scale = self._scale_at(place)
        pill = self.pill(scale, self.values()[scale]) if scale else None
        return pill is not None and pill.contains(place)

    # typing

    @Slot()
    def edit_axis(self) -> None:
        """Have a value of the axis typed."""
        self.edit(self._state.axis)

    def edit(self, scale: str) -> None:
        """Have a value of a scale typed, in place of the one at the moment."""
        if self._box is not None:
            self._box.leave()
        schedule, t = self._state.current.schedule, self._state.t
        low, high = SCALES[scale].ends(schedule)
        value = min(max(Moment.at(scale, schedule, t).value, low), high)
        self._typed = scale
        self._box = box = PassingBox((low, high), float(f"{value:.{DIGITS}g}"), self)
        box.setProperty("role", "pill")
        box.setFrame(False)
        box.setFont(self._small)
        box.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box.setAccessibleName(SCALES[scale].name)
        box.refuse_by(self._why_not)
        box.valueChanged.connect(self._go_to)
        box.draft.refused.connect(self._refuse)
        box.gone.connect(self._forget_box)
        self._place_box()
        box.open()

    def _why_not(self, value: float) -> str:
        why_not = why_not_go(self._state, self._typed, value)
        return "" if why_not is None else translated(why_not)

    @Slot(float)
    def _go_to(self, value: float) -> None:
        t = Moment(self._typed, value).step(self._state.current.schedule)
        if t != self._state.t:
            self.t_chosen.emit(t)

    @Slot(str)
    def _refuse(self, reason: str) -> None:
        self._reason.say(reason)
        self._reason.setVisible(bool(reason))
        self._place_box()

    @Slot()
    def _forget_box(self) -> None:
        self._box = None
        self._reason.hide()
        self.update()

    def _paint_value(self, painter: QPainter, scale: str, text: str) -> None:
        """Paint a pill that is empty under the field."""
        if self._box is None or scale != self._typed:
            super()._paint_value(painter, scale, text)
            return
        tokens, place = self._tokens, QRectF(self._box.geometry())
        edge = QColor(tokens.warning if self._box.draft.reason else tokens.accent)
        self._paint_pill(painter, place.adjusted(0.5, 0, -0.5, 0), QColor(tokens.surface), edge)

    # where it lies

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the field over its pill."""
        super().resizeEvent(event)
        self._place_box()

    def _place_box(self) -> None:
        """Lay the field over its pill, and the sentence beside it, where there is more room."""
        if self._box is None:
            return
        field = self._field()
        x = min(max(self._moment_x(), field.left), field.right)
        place = self._around(x, self._top(self._typed), self._tokens.scaled(WIDTH)).toRect()
        self._box.setGeometry(place)
        needed = self._reason.needed + 2
        right, left = self.width() - place.right() - 2 * GAP, place.left() - gutter(self._tokens.scale) - GAP
        width = min(needed, max(right, left))
        start = place.right() + GAP if right >= min(needed, left) else place.left() - GAP - width
        self._reason.setGeometry(QRectF(start, place.top(), width, self._row).toRect())
        self.update()
