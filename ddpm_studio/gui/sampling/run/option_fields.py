"""Option fields: one control for each option of a solver, built from the registry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.fields import Fields
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.sizes.by_font import grown, keep_width
from ddpm_studio.gui.widgets.slider_field import SliderField
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel


class OptionChoice(QComboBox):
    """One of an option's choices."""

    def __init__(self, option: Option) -> None:
        super().__init__()
        self.setAccessibleName(translated(option.label or option.key))
        self.setToolTip(translated(option.meaning))
        for choice in option.choices:
            self.addItem(str(choice), choice)
        require_focus_for_wheel(self)


class OptionNumber(SliderField):
    """A number between an option's bounds."""

    def __init__(self, option: Option) -> None:
        scale = Scale(option.low, option.high, option.low, option.high)
        super().__init__("", option.key, scale, float(option.default or 0))
        self.narrow_box()
        self.setToolTip(f"{translated(option.meaning)}\n{self.toolTip()}")


class OptionFields(QWidget):
    """The options of one solver, held in `fields` by key; hidden if it has none."""

    def __init__(self, label_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label_width = label_width
        self._solver = ""
        self.fields = Fields(self)
        self._controls: dict[str, OptionChoice | OptionNumber] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(4)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def show_options(self, solver: str, given: Mapping[str, object]) -> None:
        """Show the values that are set, and defaults for the rest."""
        if solver != self._solver:
            self._rebuild(solver)
        options = solver_named(solver).options
        self.fields.show(**{option.key: given.get(option.key, option.default) for option in options})

    def field(self, key: str) -> OptionChoice | OptionNumber:
        """The control of an option that the solver has."""
        return self._controls[key]

    def _rebuild(self, solver: str) -> None:
        self._solver = solver
        while self._form.rowCount():
            self._form.removeRow(0)
        self._controls = {}
        for option in solver_named(solver).options:
            field = OptionChoice(option) if option.choices else OptionNumber(option)
            self._controls[option.key] = field
            self.fields.bind(option.key, field)
            self._form.addRow(translated(option.label or option.key), field)
            keep_width(self._form.labelForField(field), partial(grown, self._label_width))
        self.setVisible(bool(self._controls))
