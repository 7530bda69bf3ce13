"""FamilyField: the range of a family in its card, by its ends and its number of members, and which of them is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion.kinds import Parameter
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.schedule_family import LEAST, MOST, ScheduleFamily
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.schedules.card.parameter_field import scale_of
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import math_html
from ddpm_studio.gui.widgets.number_box import NumberBox, number_text
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

_BOX = 52
"""Least width of a number box, in pixels."""


class FamilyField(QWidget):
    """Two numbers and a count in place of the slider of `parameter`; below, buttons for the member before and after.

    `range_chosen` has the range that the user chose, `member_chosen` the place of a member, 0 being the first, and
    `value_chosen` the one value that is to be left of the range. `break_up` asks for lines of the members.
    """

    range_chosen = Signal(float, float, int)
    member_chosen = Signal(int)
    value_chosen = Signal(float)

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._family: ScheduleFamily | None = None
        self._place = 0
        self._label = QLabel(math_html(parameter.symbol))
        self._first, self._last = NumberBox(scale_of(parameter)), NumberBox(scale_of(parameter))
        self._count, self._shown = WholeBox(), QLabel()
        self._before, self._after = _button("◂"), _button("▸")
        self.break_up, self._one = _button(self.tr("Break up")), _button(self.tr("One value"))
        self._describe()
        self._lay_out()
        self._connect()

    def show_family(self, family: ScheduleFamily, shown: Schedule) -> None:
        """Show a family whose value is this one, and which of its members is shown; nothing is emitted."""
        self._family, self._place = family, family.place_of(shown)
        with QSignalBlocker(self._first), QSignalBlocker(self._last), QSignalBlocker(self._count):
            self._first.setValue(family.first)
            self._last.setValue(family.last)
            self._count.setValue(family.count)
        self._first.refuse_by(self._why_not_first)
        self._last.refuse_by(self._why_not_last)
        self._before.setEnabled(self._place > 0)
        self._after.setEnabled(self._place < family.count - 1)
        words = self.tr("member {place} of {count}: {symbol} = {value}").format(
            place=self._place + 1,
            count=family.count,
            symbol=self.parameter.symbol,
            value=number_text(family.values[self._place]),
        )
        self._shown.setText(math_html(words))

    def label_width(self) -> int:
        """The label's preferred width, in pixels."""
        return self._label.sizeHint().width()

    def set_label_width(self, width: int) -> None:
        """Set the label's width, so that the boxes line up with the sliders of other fields."""
        self._label.setFixedWidth(width)

    def _describe(self) -> None:
        key = self.parameter.key
        self._first.setAccessibleName(self.tr("{name} from").format(name=key))
        self._last.setAccessibleName(self.tr("{name} to").format(name=key))
        self._count.setAccessibleName(self.tr("Number of members"))
        self._count.setRange(LEAST, MOST)
        self._count.setPrefix("n ")
        self._before.setAccessibleName(self.tr("Previous member"))
        self._after.setAccessibleName(self.tr("Next member"))
        self._before.setToolTip(self.tr("Show the member before"))
        self._after.setToolTip(self.tr("Show the member after"))
        self.break_up.setToolTip(self.tr("Make a line of each member, each with a lane and a picture of its own"))
        self._one.setToolTip(self.tr("Keep only the member that is shown, and bring its slider back"))
        self._first.setToolTip(self.tr("{name} of the first member").format(name=key))
        self._last.setToolTip(self.tr("{name} of the last member").format(name=key))
        self._count.setToolTip(self.tr("Members of the family, {least} to {most}").format(least=LEAST, most=MOST))

    def _lay_out(self) -> None:
        column, ends, members, ways = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        ends.setSpacing(6)
        ends.addWidget(self._label)
        for box, room in ((self._first, 1), (QLabel("…"), 0), (self._last, 1), (self._count, 0)):
            ends.addWidget(box, room)
        members.setSpacing(2)
        for part in (self._before, self._after, self._shown):
            members.addWidget(part)
        members.addStretch(1)
        members.setContentsMargins(0, 0, 0, 2)
        column.addLayout(ends)
        for end in (self._first, self._last):
            end.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
            end.setMinimumWidth(_BOX)
            column.addWidget(RefusalNote(end.draft))
        column.addWidget(RefusalNote(self._count.draft))
        column.addLayout(members)
        ways.setSpacing(2)
        for button in (self.break_up, self._one):
            ways.addWidget(button)
        ways.addStretch(1)
        column.addLayout(ways)
        self._label.setBuddy(self._first)
        self.setFocusProxy(self._first)

    def _connect(self) -> None:
        self._first.valueChanged.connect(self._choose)
        self._last.valueChanged.connect(self._choose)
        self._count.valueChanged.connect(self._choose)
        self._before.clicked.connect(self._go_back)
        self._after.clicked.connect(self._go_on)
        self._one.clicked.connect(self._keep_one)
        require_focus_for_wheel(self._count)

    def _why_not_first(self, value: float) -> str:
        return _why_not(lambda family: family.along(value, family.last, family.count), self._family)

    def _why_not_last(self, value: float) -> str:
        return _why_not(lambda family: family.along(family.first, value, family.count), self._family)

    @Slot()
    def _choose(self) -> None:
        self.range_chosen.emit(self._first.value(), self._last.value(), self._count.value())

    @Slot()
    def _go_back(self) -> None:
        self.member_chosen.emit(self._place - 1)

    @Slot()
    def _go_on(self) -> None:
        self.member_chosen.emit(self._place + 1)

    @Slot()
    def _keep_one(self) -> None:
        if self._family is not None:
            self.value_chosen.emit(self._family.values[self._place])


def _why_not(change: Callable[[ScheduleFamily], ScheduleFamily], family: ScheduleFamily | None) -> str:
    """The reason why a family cannot be changed so, or ""."""
    try:
        if family is not None:
            change(family)
    except StudioError as error:
        return translated(error)
    return ""


def _button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
