"""The editor of the selected schedule: its kind, formula, T, one slider per parameter, and both operators."""

from __future__ import annotations

import html
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS, Parameter
from ddpm_studio.diffusion.kinds.monotone_spline import DRAWN
from ddpm_studio.diffusion.schedule import CUSTOM, OPERATORS, STEPS, kind_named
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.schedules.card.family_field import FamilyField
from ddpm_studio.gui.schedules.card.formula_part import FormulaPart
from ddpm_studio.gui.schedules.card.kind_tips import kind_tip
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField, ZeroSnrField
from ddpm_studio.gui.schedules.card.shift_calculator import FLOW_SHIFT, ShiftCalculator
from ddpm_studio.gui.schedules.card.shift_field import ShiftField
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.fields import Fields
from ddpm_studio.gui.widgets.mathtext import formula_html, plain_tip
from ddpm_studio.gui.widgets.typed.draft import give_up_drafts
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel
from ddpm_studio.texts import visible_name, visible_path

ZERO_SNR, SHIFT = OPERATORS


class ScheduleEditor(QWidget):
    """Shows one schedule; its widgets stay while only values change. `fields` holds T, parameters and operators.

    What is typed belongs to the entry it was typed for: another one finds the fields as if nothing had been. There are
    sliders for its `parameters`. The signals say what else the user asked for.
    """

    kind_chosen = Signal(str)
    range_chosen = Signal(float, float, int)
    member_chosen = Signal(int)
    several_wanted = Signal(str)
    break_up_wanted = Signal()
    adjusting = Signal(bool)
    open_betas_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = 0
        self._schedule: Schedule | None = None
        self.parameters: tuple[Parameter, ...] = ()
        self.fields = Fields(self)
        self._sliders: list[ParameterField] = []
        self._family: FamilyField | None = None
        self._calculator: ShiftCalculator | None = None
        self._make_kind()
        self.formula = FormulaPart()
        self._steps, self._shift = self._field(STEPS), self._shift_field(SHIFT)
        self._zero_snr = ZeroSnrField()
        self.fields.bind(ZERO_SNR.key, self._zero_snr)
        self._shift.setToolTip(
            self._shift.toolTip() + "\n" + self.tr("Divides the SNR of every step: above 1, more noise everywhere")
        )
        self._lay_out()

    def show_entry(self, entry: Entry) -> None:
        """Show an entry; what is half typed or was refused stays as long as it is the same one."""
        if entry.key != self._key:
            self._key = entry.key
            give_up_drafts(self)
            self._close_calculator()
        self._show_schedule(entry.schedule)
        self.formula.show_entry(entry)
        self._show_family(entry)

    # making

    def _make_kind(self) -> None:
        self._kind = QComboBox()
        self._kind.setAccessibleName(self.tr("Kind of schedule"))
        self._kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._kind.setMaxVisibleItems(len(KINDS) + 1)
        for kind in (*KINDS.values(), CUSTOM):
            self._kind.addItem(translated(kind.label), kind.name)
            self._kind.setItemData(self._kind.count() - 1, kind_tip(kind), Qt.ItemDataRole.ToolTipRole)
        self._kind.activated.connect(self._choose_kind)
        require_focus_for_wheel(self._kind)
        self.reset = QToolButton()
        self.reset.setText(self.tr("Defaults"))
        self.reset.setToolTip(self.tr("Reset every parameter to this kind's default; T stays"))
        self.draw = QToolButton()
        self.draw.setText("✎")
        self.draw.setAccessibleName(self.tr("Draw from this"))
        self.draw.setToolTip(self.tr("Turn it into a drawn schedule whose points follow it, to be dragged in a plot"))
        self._about = QLabel()
        self._about.setProperty("role", "muted")
        self._about.setWordWrap(True)
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _field(self, parameter: Parameter) -> ParameterField:
        if parameter.key == FLOW_SHIFT:
            return self._shift_field(parameter)
        return self._bound(ParameterField(parameter))

    def _shift_field(self, parameter: Parameter) -> ShiftField:
        field = ShiftField(parameter)
        self._bound(field)
        field.size_wanted.connect(self._calculate)
        return field

    def _bound(self, field: ParameterField) -> ParameterField:
        self.fields.bind(field.key, field)
        field.adjusting.connect(self.adjusting)
        field.several_wanted.connect(self.several_wanted)
        return field

    def _lay_out(self) -> None:
        self._parameter_column = QVBoxLayout()
        self._parameter_column.setSpacing(4)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(_row(self._kind, self.draw, self.reset))
        column.addWidget(self._about)
        column.addWidget(self.formula)
        column.addWidget(self._steps)
        column.addLayout(self._parameter_column)
        column.addWidget(self._shift)
        column.addWidget(self._zero_snr)

    # showing

    def _show_schedule(self, schedule: Schedule) -> None:
        if self._schedule is None or schedule.kind != self._schedule.kind or schedule.path != self._schedule.path:
            self._show_kind(schedule)
        self._show_parameters(schedule)
        self._schedule = schedule
        self._kind.setCurrentIndex(self._kind.findData(schedule.kind))
        for field in (self._steps, *self._sliders, self._shift):
            field.refuse_by(partial(_why_not, schedule, field.key))
        self.fields.show(T=schedule.T, **schedule.values)

    def _show_family(self, entry: Entry) -> None:
        """Have the ends of a range in place of the slider of its value, if there is a range."""
        family, field = entry.family, self._family
        if field is not None and (family is None or family.key != field.parameter.key):
            self._end_family()
        if family is None:
            return
        if self._family is None:
            self._family = self._made_family(family.parameter)
            self.align_labels()
        self._family.show_family(family, entry.schedule)

    def _made_family(self, parameter: Parameter) -> FamilyField:
        field, slider = FamilyField(parameter), self._control(parameter.key)
        layout = self._parameter_column if slider in self._sliders else self._column
        layout.insertWidget(layout.indexOf(slider), field)
        focused = self.window().focusWidget()
        is_in_use = focused is not None and slider.isAncestorOf(focused)
        slider.hide()
        field.range_chosen.connect(self.range_chosen)
        field.member_chosen.connect(self.member_chosen)
        field.value_chosen.connect(partial(self.fields.changed.emit, parameter.key))
        field.break_up.clicked.connect(self.break_up_wanted)
        field.show()
        if is_in_use:
            field.setFocus()
        return field

    def _end_family(self) -> None:
        field, self._family = self._family, None
        if field is not None:
            give_up_drafts(field)
            field.hide()
            field.deleteLater()
            self._control(field.parameter.key).show()

    def _control(self, key: str) -> QWidget:
        """The control of T, a parameter or an operator."""
        sliders = {field.key: field for field in (self._steps, *self._sliders, self._shift)}
        return sliders.get(key, self._zero_snr)

    def _show_kind(self, schedule: Schedule) -> None:
        kind = kind_named(schedule.kind)
        formula = formula_html(translated(kind.formula))
        file = f"<br><small>{html.escape(visible_name(schedule.path))}</small>" if schedule.path else ""
        self._about.setText(formula + file)
        self._about.setToolTip(plain_tip(visible_path(schedule.path)) or kind_tip(kind))
        self._kind.setToolTip(kind_tip(kind))
        self.draw.setVisible(kind.name != DRAWN)
        self._steps.setEnabled(kind is not CUSTOM)
        self.align_labels()

    def _show_parameters(self, schedule: Schedule) -> None:
        """Have a slider for each parameter. Those of a formula stay as long as they reach as far as their values, or
        else one that is dragged would change under the hand.
        """
        wanted = schedule.parameters[: -len(OPERATORS)]
        if wanted == self.parameters:
            return
        is_formula = bool(schedule.formula and self._schedule and self._schedule.formula)
        if is_formula and self._keys == tuple(p.key for p in wanted) and self._reach(schedule):
            return
        self.parameters = wanted
        self._rebuild_fields()
        # A flow has a shift of its own, which is what the rules give.
        self._shift.by_size.setHidden(FLOW_SHIFT in self._keys)
        self.align_labels()

    def _reach(self, schedule: Schedule) -> bool:
        """Whether all sliders reach as far as the values of a schedule."""
        return all(p.slider[0] <= schedule.values[p.key] <= p.slider[1] for p in self.parameters)

    @property
    def _keys(self) -> tuple[str, ...]:
        return tuple(parameter.key for parameter in self.parameters)

    def _rebuild_fields(self) -> None:
        self._end_family()
        self._close_calculator()
        for field in self._sliders:
            # Otherwise what is half typed would be read while the focus leaves, for another kind.
            give_up_drafts(field)
            field.hide()
            field.deleteLater()
        self._sliders = [self._field(parameter) for parameter in self.parameters]
        for field in self._sliders:
            self._parameter_column.addWidget(field)
            # Otherwise the layout shows it one turn of the event loop later, after a painted gap.
            field.show()

    def align_labels(self) -> None:
        """Give all labels the width of the widest, in the font of the moment."""
        family = () if self._family is None else (self._family,)
        fields = (self._steps, *self._sliders, self._shift, *family)
        width = max(field.label_width() for field in fields)
        for field in fields:
            field.set_label_width(width)

    # what the user does

    @Slot(int)
    def _choose_kind(self, index: int) -> None:
        chosen = self._kind.itemData(index)
        if chosen == CUSTOM.name:
            self._kind.setCurrentIndex(self._kind.findData(self._schedule.kind if self._schedule else chosen))
            self.open_betas_requested.emit()
        elif self._schedule is None or chosen != self._schedule.kind:
            self.kind_chosen.emit(chosen)

    @Slot(str)
    def _calculate(self, key: str) -> None:
        """Open the calculator of shifts, in which a size stays for the next time."""
        if self._calculator is None:
            self._calculator = ShiftCalculator(self)
            self._calculator.chosen.connect(self.fields.changed)
        self._calculator.open_for(key, partial(self._why_not_now, key))

    def _why_not_now(self, key: str, value: float) -> str:
        return "" if self._schedule is None else _why_not(self._schedule, key, value)

    def _close_calculator(self) -> None:
        """Close it: the parameter that it was opened for is not there any more."""
        if self._calculator is not None:
            self._calculator.close()


def _why_not(schedule: Schedule, key: str, value: float) -> str:
    """The reason why a schedule does not take a value, or ""."""
    try:
        schedule.replace(**{key: value})
    except StudioError as error:
        return translated(error)
    return ""


def _row(wide: QWidget, *narrow: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    row.addWidget(wide, 1)
    for widget in narrow:
        row.addWidget(widget)
    return row
