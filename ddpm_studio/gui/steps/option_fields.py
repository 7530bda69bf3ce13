"""Option fields: one control for each option of a solver or a spacing, built from the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from ddpm_studio.diffusion.options import Option
from ddpm_studio.gui.explaining.label_tips import explain_labels
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.fields import Fields
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.sizes.by_font import grown, keep_width
from ddpm_studio.gui.widgets.slider_field import SliderField
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

WIDEST, REACH = 1e6, 1e3
"""Ratio, or width, of an option's bounds beyond which its slider stays within REACH of 1, or above the lower one."""


class OptionChoice(QComboBox):
    """One of an option's choices."""

    def __init__(self, option: Option) -> None:
        super().__init__()
        self.setAccessibleName(translated(option.label or option.key))
        self.setToolTip(translated(option.meaning))
        for choice in option.choices:
            self.addItem(str(choice), choice)
        require_focus_for_wheel(self)


class OptionSwitch(QCheckBox):
    """An option that is on or off."""

    def __init__(self, option: Option) -> None:
        meaning = translated(option.meaning)
        super().__init__(meaning[:1].upper() + meaning[1:])
        self.setAccessibleName(translated(option.label or option.key))
        self.setToolTip(option.key)


class OptionNumber(SliderField):
    """A number between an option's bounds, of which so many digits are seen."""

    def __init__(self, option: Option, default: float, digits: int) -> None:
        super().__init__("", option.key, scale_of(option), default)
        self.narrow_box(digits)
        self.setToolTip(f"{translated(option.meaning)}\n{self.toolTip()}")


NOTHING: Mapping[str, float] = MappingProxyType({})
OptionControl = OptionChoice | OptionSwitch | OptionNumber


def scale_of(option: Option) -> Scale:
    """The scale of an option's slider, which leaves out what is far off where the bounds are very wide."""
    low, high = option.low, option.high
    if option.spans_decades:
        near = high / low <= WIDEST
        return Scale(low, high, low if near else max(low, 1 / REACH), high if near else min(high, REACH), log=True)
    return Scale(low, high, low, high if high - low <= REACH else low + REACH)


class OptionFields(QWidget):
    """The options of one solver or spacing, held in `fields` by key; hidden if there are none.

    Labels are `label_width` wide, and `digits` of a number are seen; `adjusting` says when a slider is grabbed and
    released.
    """

    adjusting = Signal(bool)

    def __init__(self, label_width: int, digits: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label_width, self._digits = label_width, digits
        self._options: tuple[Option, ...] = ()
        self.fields = Fields(self)
        self._controls: dict[str, OptionControl] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(4)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.hide()

    def show_options(
        self, options: Sequence[Option], given: Mapping[str, object], computed: Mapping[str, float] = NOTHING
    ) -> None:
        """Show the values that are set, and defaults for the rest, of which some are `computed`.

        An option whose default nobody has computed is left out until it is set.
        """
        values = {option.key: option.default for option in options} | dict(computed) | dict(given)
        shown = tuple(option for option in options if values[option.key] is not None)
        if shown != self._options:
            self._rebuild(shown, computed)
        self.fields.show(**{option.key: values[option.key] for option in shown})

    def field(self, key: str) -> OptionControl:
        """The control of an option that there is."""
        return self._controls[key]

    def _rebuild(self, options: tuple[Option, ...], computed: Mapping[str, float]) -> None:
        self._options = options
        while self._form.rowCount():
            self._form.removeRow(0)
        self._controls = {option.key: _control(option, computed, self._digits) for option in options}
        for option, field in zip(options, self._controls.values(), strict=True):
            self.fields.bind(option.key, field)
            if isinstance(field, OptionNumber):
                field.adjusting.connect(self.adjusting)
            if isinstance(field, OptionSwitch):
                self._form.addRow(field)
            else:
                self._form.addRow(translated(option.label or option.key), field)
                keep_width(self._form.labelForField(field), partial(grown, self._label_width))
        explain_labels(self._form)
        self.setVisible(bool(self._controls))


def _control(option: Option, computed: Mapping[str, float], digits: int) -> OptionControl:
    if option.choices == (True, False):
        return OptionSwitch(option)
    if option.choices:
        return OptionChoice(option)
    return OptionNumber(option, float(option.default or computed.get(option.key, option.low)), digits)
