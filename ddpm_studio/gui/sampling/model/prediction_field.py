"""PredictionField: what a network predicts, as one line of text and as a control for each option of that."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from ddpm_studio.checkpoints import Answers
from ddpm_studio.diffusion.options import Option, as_number
from ddpm_studio.diffusion.parametrisation import FORMS, PREDICTION_TYPES, Parametrisation
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.explaining.label_tips import explain_labels
from ddpm_studio.gui.sampling.model.answer_texts import title
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import math_html, plain_tip
from ddpm_studio.gui.widgets.number_box import NumberBox
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.typed.typed_choice import TypedChoice
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel


class PredictionField(QWidget):
    """One of the prediction types or a line of text, above a control for each option of what that says.

    The line and the `controls`, by their keys, say the same, whichever of them is used.
    """

    def __init__(self) -> None:
        super().__init__()
        self.box, self.controls = TypedChoice(), dict[str, QComboBox | NumberBox]()
        self._name = ""
        self.box.setAccessibleName(title("prediction_type"))
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(2)
        self._form.addRow(self.box)
        self.setFocusProxy(self.box)
        for name in PREDICTION_TYPES:
            self.box.addItem(name, name)
        self.box.editTextChanged.connect(self._show_text)
        self._show_text(self.box.currentText())

    def show_value(self, value: object) -> None:
        """Show the previous answer."""
        if value is not None and self.box.findData(value) < 0:
            self.box.addItem(str(value), value)
        self.box.setCurrentIndex(max(0, self.box.findData(value)))

    def answers(self) -> Answers:
        """The answer; CheckpointError for a line that gives no prediction type, and for a number out of bounds."""
        text = self.box.currentText()
        for key, control in self.controls.items():
            if isinstance(control, NumberBox):
                control.interpretText()
                refused = control.draft.text
                text = self.box.currentText() if refused is None else f"{self._name}:{key}={refused}"
                if refused is not None:
                    break
        return Answers(prediction_type=text.strip())

    @Slot(str)
    def _show_text(self, text: str) -> None:
        """Show the options that a text has; while it is not one yet, those of the prediction type that it names."""
        try:
            told = Parametrisation.parse(text)
        except StudioError:
            name = text.partition(":")[0].strip()
            self._offer(self._name if name == self._name else "")
            return
        self._offer(told.name)
        for key, control in self.controls.items():
            with QSignalBlocker(control):
                if isinstance(control, NumberBox):
                    control.setValue(as_number(told.options[key]))
                else:
                    control.setCurrentIndex(control.findData(told.options[key]))

    def _offer(self, name: str) -> None:
        if name == self._name:
            return
        self._name, self.controls = name, {}
        while self._form.rowCount() > 1:
            self._form.removeRow(1)
        for option in FORMS[name].options if name else ():
            self.controls[option.key] = self._control(option)
            self._form.addRow(math_html(translated(option.label)), self.controls[option.key])
        explain_labels(self._form)

    def _control(self, option: Option) -> QComboBox | NumberBox:
        control = _choice(option) if option.choices else NumberBox(_scale(option))
        control.setAccessibleName(translated(option.label))
        control.setToolTip(plain_tip(translated(option.meaning)))
        signal = control.valueChanged if isinstance(control, NumberBox) else control.currentIndexChanged
        signal.connect(partial(self._write, option.key))
        return control

    def _write(self, key: str, *_: object) -> None:
        """Have the line say what a control was set to."""
        control = self.controls[key]
        value = control.value() if isinstance(control, NumberBox) else control.currentData()
        try:
            before = Parametrisation.parse(self.box.currentText()).options
        except StudioError:
            before = {}
        self.box.setEditText(str(Parametrisation(self._name, {**before, key: value})))


def _choice(option: Option) -> QComboBox:
    choice = QComboBox()
    for each in option.choices:
        choice.addItem(str(each), each)
    require_focus_for_wheel(choice)
    return choice


def _scale(option: Option) -> Scale:
    if option.spans_decades:
        return Scale(option.low, option.high, option.low, option.high, log=True)
    return Scale(option.low, option.high, 0.0, 10 * as_number(option.default) or 1.0)
