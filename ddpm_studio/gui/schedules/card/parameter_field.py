"""ParameterField: a slider for one parameter of a schedule, built from its entry; and what zero terminal SNR has."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QMenu, QWidget

from ddpm_studio.diffusion.kinds import Parameter
from ddpm_studio.diffusion.operators import ZERO_SNR_FORMS, ZeroSnr
from ddpm_studio.diffusion.schedule import OPERATORS, STEPS
from ddpm_studio.diffusion.spec import ZERO_SNR
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import math_html, plain_tip
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.slider_field import SliderField
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel


class ParameterField(SliderField):
    """A slider labelled with the parameter's symbol, and called by its key in a spec.

    `several_wanted` has the key: its menu offers several values of the parameter at once.
    """

    several_wanted = Signal(str)

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(math_html(parameter.symbol), parameter.key, scale_of(parameter), parameter.default, parent)
        self.key = parameter.key
        tip = self.tr("Right-click for several values at once, or write {key}=low..high in the line.")
        said = filter(None, (translated(parameter.meaning), self.toolTip(), tip.format(key=self.key)))
        self.setToolTip(plain_tip("\n".join(said)))
        self.set_hint(self.tr("Drag: change it · double-click: back to the default · right-click: several values"))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer several values."""
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """A menu of what the slider has no room for."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("&Several values"), self._want_several)
        return menu

    @Slot()
    def _want_several(self) -> None:
        self.several_wanted.emit(self.key)


def scale_of(parameter: Parameter) -> Scale:
    """The scale of a parameter's slider."""
    p = parameter
    return Scale(p.low, p.high, *p.slider, log=p.log, whole=p is STEPS)


class ZeroSnrField(QWidget):
    """A tick for zero terminal SNR, and beside it, once it is on, the form that it has. Both hold a ZeroSnr."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on, self._form = QCheckBox(self.tr("Zero terminal SNR")), QComboBox()
        parameter = next(each for each in OPERATORS if each.key == ZERO_SNR)
        self._on.setToolTip(f"{parameter.key}\n{translated(parameter.meaning)}")
        for form in filter(None, ZeroSnr):
            self._form.addItem(translated(ZERO_SNR_FORMS[form]), form)
        self._form.setAccessibleName(self.tr("Form of zero terminal SNR"))
        self._form.setToolTip(
            self.tr(
                "On which side of the SNR shift it acts, after it in CogVideoX; ComfyUI acts before it and goes to "
                "ᾱ_T = 4.9e-8 only, which suits ε-predictions"
            )
        )
        self._form.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        require_focus_for_wheel(self._form)
        self._on.clicked.connect(self._tell)
        self._form.activated.connect(self._tell)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._on)
        row.addWidget(self._form, 1)
        self.show_value(ZeroSnr.OFF)

    def show_value(self, value: object) -> None:
        """Show a form without emitting anything; the one that was chosen before is offered when it is off."""
        form = ZeroSnr(int(cast(float, value)))
        self._on.setChecked(form is not ZeroSnr.OFF)
        self._form.setVisible(form is not ZeroSnr.OFF)
        if form is not ZeroSnr.OFF:
            self._form.setCurrentIndex(self._form.findData(form))

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit(float(self._form.currentData() if self._on.isChecked() else ZeroSnr.OFF))
