"""SpecLine: the chosen line of the list, whose text is edited in place, letter by letter or by dragging its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.schedule_family import ScheduleFamily, Specified, shown_of
from ddpm_studio.gui.completing.marks import Letters
from ddpm_studio.gui.schedules.text.digits import NumberRole, TypedNumber, numbers_in, numbers_typed, stepped_digit
from ddpm_studio.gui.schedules.text.spec_field import SpecField
from ddpm_studio.gui.schedules.text.turning import Range, range_toward, range_with, scale_along
from ddpm_studio.gui.state.given_names import checked_name
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.gui.widgets.scale import POSITIONS, Scale
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine

_PIXELS = 200
"""Pixels that the mouse is dragged over a number for its slider's whole scale."""

_MORE = "…"

_Held = Qt.KeyboardModifier
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NOTCH = 120


@dataclass(frozen=True)
class Refused:
    """A text that was refused for an entry and left there, the reason, and what to go back to from it."""

    text: str
    reason: str
    before: Specified | None


@dataclass
class _Drag:
    """A number that the mouse was pressed on at `x`, its scale, and whether it is being dragged already."""

    number: TypedNumber
    scale: Scale
    x: float
    position: float
    under_way: bool = False


class SpecLine(SpecField):
    """Shows an entry as text. `typed` has what is typed so far, and None when typing ends.

    `parameter_changed`, `range_changed` and `adjusting` tell of a number that is dragged or turned, as a slider does.
    `went_on` and `went_below` say that the line is done with, and where to go.
    """

    typed = Signal(object)
    parameter_changed = Signal(str, object)
    range_changed = Signal(float, float, int)
    adjusting = Signal(bool)
    went_on = Signal()
    went_below = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec: Specified | None = None
        self._before: Specified | None = None
        self._tried: Specified | None = None
        self._drag: _Drag | None = None
        self.setProperty("role", "typed")
        self.setFrame(False)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("The schedule as one line"))
        self.setStatusTip(
            self.tr("Drag or turn a number · type, ↑ and ↓: the digit left of the caret · Ctrl+Space: what fits there")
        )
        self.editingFinished.connect(self._end_typing)
        self.draft.given_up.connect(self._go_back)

    def show_spec(self, spec: Specified) -> None:
        """Show what the entry is, in place of a text that was tried or refused if it has changed otherwise since."""
        mine = spec in (self._spec, self._tried)
        self._spec = spec
        if not mine and self._is_overtaken():
            self._before = self._tried = None
            self.draft.end()
            self.typed.emit(None)
        self.show_text(str(spec))

    def event(self, event: QEvent) -> bool:
        """Say all of a text that has no room; a tip that was set with every change would be heard of each time."""
        if event.type() is QEvent.Type.ToolTip and self._spec is not None:
            whole = f"{self._spec}\n" if self._is_too_long() else ""
            several = self.tr("Several values of a number are a range: low..high in its place.")
            self.setToolTip(plain_tip(whole + several))
        return super().event(event)

    def let_go(self) -> Refused | None:
        """What was refused and is still there, if anything; the line then has no trace of it."""
        draft, self._tried = self.draft, None
        left = Refused(draft.text or "", draft.reason, self._before) if draft.reason else None
        self._before = None
        draft.end()
        return left

    def bring_back(self, refused: Refused) -> None:
        """Show once more what was refused."""
        self._before = refused.before
        self.setText(refused.text)
        self.draft.note(refused.text)
        self.draft.refuse(refused.reason)

    def caret_at(self, x: int) -> None:
        """Put the caret where the mouse was clicked, `x` in this field's coordinates."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.setCursorPosition(self.cursorPositionAt(QPoint(x, self.height() // 2)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, and at its end that it goes on, so that what there is room for is not taken for all of it."""
        super().paintEvent(event)
        if not self.hasFocus() and self.goes_on():
            with QPainter(self) as painter:
                width = self.fontMetrics().horizontalAdvance(_MORE) + 2
                place = self.rect().adjusted(self.width() - width, 0, 0, 0)
                painter.fillRect(place, QColor(self._tokens.surface))
                painter.setPen(QColor(self._tokens.muted))
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _MORE)

    def goes_on(self) -> bool:
        """Whether letters at the end of the text have no room."""
        last = self.cursorPositionAt(QPoint(self.width() - 1, self.height() // 2))
        return self._is_too_long() and last < len(self.text())

    # typing

    def read(self, text: str) -> Specified | None:
        """What a text describes; None also for a name alone, which is for the schedule that is there."""
        if not name_apart(text)[0].strip():
            checked_name(name_apart(text)[1] or "")
            return None
        return super().read(text)

    def before(self) -> Schedule | None:
        """The entry's schedule, as it was before anything was typed."""
        spec = self._before or self._spec
        return None if spec is None else shown_of(spec)

    def tried(self, spec: Specified) -> None:
        """Have it shown in the window."""
        if spec != (self._tried or self._spec):
            self._before = self._before or self._spec
            self._tried = spec
            self.typed.emit(spec)

    def moved_on(self, event: QKeyEvent) -> bool:
        """Go on at Enter, and change a digit with the arrows."""
        held, key = event.modifiers() & ~_Held.KeypadModifier, event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and held == _Held.NoModifier:
            self._step_digit(1 if key == Qt.Key.Key_Up else -1)
            return True
        if key not in _ENTER or held not in (_Held.NoModifier, _Held.ShiftModifier):
            return False
        TypedLine.keyPressEvent(self, event)
        event.accept()
        if self.draft.text is None:
            (self.went_below if held else self.went_on).emit()
        return True

    def _is_overtaken(self) -> bool:
        """Whether a change of the entry takes nothing away that was typed: it was in the window, or was refused."""
        if not self.draft.pending:
            return bool(self.draft.reason)
        if self._tried is None or name_apart(self.text())[1] is not None:
            return False
        try:
            return self.read(self.text()) == self._tried
        except ValueError:
            return False

    @Slot()
    def _end_typing(self) -> None:
        if self._tried is not None:
            # It may come back only after this: then it is still what was typed here, and no other change.
            self._spec, self._tried = self._tried, None
            self.typed.emit(None)
        if self.draft.text is None:
            self._before = None

    @Slot()
    def _go_back(self) -> None:
        before, self._before, self._tried = self._before, None, None
        if before is not None:
            self.typed.emit(before)
            self.typed.emit(None)

    def _step_digit(self, step: int) -> None:
        caret, text = self.cursorPosition(), self.text()
        for word in numbers_typed(text):
            number = stepped_digit(word.text, caret - word.start, step) if caret <= word.end else None
            if number is not None and self.is_good(text[: word.start] + number + text[word.end :]):
                behind = len(text) - caret
                self.replace(word.place, number)
                self.completion.hide()
                self.setCursorPosition(len(self.text()) - behind)
                return

    # dragging

    def numbers_to_drag(self) -> list[Letters]:
        """The places of all numbers."""
        return [number.word.place for number in numbers_in(self.text())]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the caret there; the number under it may come to be dragged."""
        super().mousePressEvent(event)
        found = self._number_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            scale = scale_along(found)
            self._drag = _Drag(found, scale, event.position().x(), scale.position(found.value))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the number that was pressed on."""
        x, drag = event.position().x(), self._drag
        if drag is None:
            over = self._number_at(x) is not None and not event.buttons()
            self.setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.IBeamCursor)
            super().mouseMoveEvent(event)
        elif drag.under_way or abs(x - drag.x) >= QApplication.startDragDistance() // 2:
            self._drag_to(drag, x, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the number."""
        super().mouseReleaseEvent(event)
        self.end_drag()

    def end_drag(self) -> None:
        """Let go of the number, as if the mouse had."""
        drag, self._drag = self._drag, None
        if drag is not None and drag.under_way:
            self.adjusting.emit(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the number under the mouse by a step, while this field has the focus."""
        found = self._number_at(event.position().x()) if self.hasFocus() else None
        if found is None or not self._settled():
            event.ignore()
            return
        steps = round(event.angleDelta().y() / _NOTCH)
        if steps:
            self._change(found, scale_along(found).stepped(found.value, steps), range_with)
        event.accept()

    def _drag_to(self, drag: _Drag, x: float, held: Qt.KeyboardModifier) -> None:
        if not drag.under_way:
            if not self._settled():
                self._drag = None
                return
            drag.under_way = True
            self.deselect()
            self.adjusting.emit(True)
        pace = 10.0 if held & _Held.ShiftModifier else 0.1 if held & _Held.AltModifier else 1.0
        drag.position = min(max(drag.position + (x - drag.x) * pace * POSITIONS / _PIXELS, 0), POSITIONS)
        drag.x = x
        self._change(drag.number, drag.scale.value(round(drag.position)), range_toward)

    def _change(
        self, number: TypedNumber, value: float, limited: Callable[[ScheduleFamily, TypedNumber, float], Range | None]
    ) -> None:
        if number.part is NumberRole.ALONE:
            self.parameter_changed.emit(number.parameter.key, value)
        elif isinstance(self._spec, ScheduleFamily):
            wanted = limited(self._spec, number, value)
            if wanted is not None:
                self.range_changed.emit(*wanted)

    def _settled(self) -> bool:
        """Finish what is typed; False if that cannot be taken, so that a number in it means nothing yet."""
        if self.draft.pending:
            self.editingFinished.emit()
        return self.draft.text is None

    def _number_at(self, x: float) -> TypedNumber | None:
        """The number that lies under the mouse."""
        half = self.fontMetrics().averageCharWidth() // 2
        middle = self.height() // 2
        letter = self.cursorPositionAt(QPoint(round(x) - half, middle))
        found = (each for each in numbers_in(self.text()) if each.word.start <= letter < each.word.end)
        return next(found, None)

    def _is_too_long(self) -> bool:
        return self.fontMetrics().horizontalAdvance(self.text()) > self.width() - 8
