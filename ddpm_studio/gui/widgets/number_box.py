"""NumberBox: a spin box that shows and takes any float, 1e-4 as well as 0.02."""

from __future__ import annotations

import math
import re

import numpy as np
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

_BEGINNING = re.compile(r"[+-]?\d*\.?\d*(?:[eE][+-]?\d*)?")
_EXACT_DECIMALS = 323
_WIDEST = 1e300


def number_text(value: float) -> str:
    """The shortest text that reads back as the same float: 0.02, 300, and below a thousandth 8.5e-4."""
    if 0 < abs(value) < 1e-3:
        return np.format_float_scientific(value, trim="-", exp_digits=1)
    return repr(float(value)).removesuffix(".0")


class NumberBox(QDoubleSpinBox):
    """Takes any finite number that is typed, so that the listener can say why it is refused; steps stay on the scale.

    Typing takes effect when it is finished (Enter, or the focus leaves), not after each digit.
    """

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        # QDoubleSpinBox rounds to its decimals; this many leave every float64 unchanged.
        self.setDecimals(_EXACT_DECIMALS)
        self.setRange(-_WIDEST, _WIDEST)
        self.setKeyboardTracking(False)
        require_focus_for_wheel(self)

    def textFromValue(self, value: float) -> str:
        """Show `value` in its shortest form."""
        return number_text(value)

    def valueFromText(self, text: str) -> float:
        """Read what was typed; a comma counts as the decimal point."""
        return float(text.replace(",", "."))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Accept any finite number; the beginning of one is intermediate."""
        plain = text.strip().replace(",", ".")
        if not _BEGINNING.fullmatch(plain):
            return QValidator.State.Invalid, text, position
        try:
            complete = math.isfinite(float(plain))
        except ValueError:
            complete = False
        return QValidator.State.Acceptable if complete else QValidator.State.Intermediate, text, position

    def stepBy(self, steps: int) -> None:
        """Move up or down by steps of the scale."""
        self.setValue(self._scale.stepped(self.value(), steps))
        self.selectAll()
