"""One control for each option of a solver, built from the registry."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.slider_field import SliderField
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

SYMBOLS = {"eta": "η"}


class ChoiceField(QComboBox):
    """One of an option's choices. `changed` has the key and the value chosen."""

    changed = Signal(str, object)

    def __init__(self, option: Option) -> None:
        super().__init__()
        self._key = option.key
        self.setAccessibleName(option.key)
        self.setToolTip(option.meaning)
        for choice in option.choices:
            self.addItem(str(choice), choice)
        self.activated.connect(self._tell)
        require_focus_for_wheel(self)

    def show_value(self, value: object) -> None:
        """Show a choice."""
        self.setCurrentIndex(self.findData(value))

    @Slot(int)
    def _tell(self, index: int) -> None:
        self.changed.emit(self._key, self.itemData(index))


class NumberField(SliderField):
    """A number between an option's bounds. `chosen` has the key and the number."""

    chosen = Signal(str, object)

    def __init__(self, option: Option) -> None:
        scale = Scale(option.low, option.high, option.low, option.high)
        super().__init__("", option.key, scale, float(option.default or 0))
        self.narrow_box()
        self.setToolTip(f"{option.meaning}\n{self.toolTip()}")
        self._key = option.key
        self.changed.connect(self._tell)

    def show_value(self, value: object) -> None:
        """Show a number."""
        assert isinstance(value, int | float)
        self.set_value(float(value))

    @Slot(float)
    def _tell(self, value: float) -> None:
        self.chosen.emit(self._key, value)


class OptionFields(QWidget):
    """The options of one solver; hidden where it has none. `changed` has a key and its value."""

    changed = Signal(str, object)

    def __init__(self, label_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label_width = label_width
        self._solver = ""
        self._fields: dict[str, ChoiceField | NumberField] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(4)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def show_options(self, solver: str, given: Mapping[str, object]) -> None:
        """Show what is set, defaults for what is not."""
        if solver != self._solver:
            self._rebuild(solver)
        for option in solver_named(solver).options:
            self._fields[option.key].show_value(given.get(option.key, option.default))

    def field(self, key: str) -> ChoiceField | NumberField:
        """The control of an option that the solver has."""
        return self._fields[key]

    def _before(self) -> QWidget:
        """From where the tab key comes here: what takes no focus itself cannot be given a place in its order."""
        before = self.previousInFocusChain()
        while before is not None and before is not self and before.focusPolicy() is Qt.FocusPolicy.NoFocus:
            before = before.previousInFocusChain()
        return before or self

    def _rebuild(self, solver: str) -> None:
        self._solver = solver
        while self._form.rowCount():
            self._form.removeRow(0)
        self._fields = {}
        last = self._before()
        for option in solver_named(solver).options:
            field = ChoiceField(option) if option.choices else NumberField(option)
            (field.changed if isinstance(field, ChoiceField) else field.chosen).connect(self._tell)
            self._fields[option.key] = field
            self._form.addRow(SYMBOLS.get(option.key, option.key.capitalize()), field)
            self._form.labelForField(field).setFixedWidth(self._label_width)
            if isinstance(field, NumberField):
                field.follow(last)
            else:
                self.setTabOrder(last, field)
            last = field
        self.setVisible(bool(self._fields))

    @Slot(str, object)
    def _tell(self, key: str, value: object) -> None:
        self.changed.emit(key, value)
