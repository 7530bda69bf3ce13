"""NumberBox: a spin box that shows and takes any float, 1e-4 as well as 0.02."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.typed.draft import RefusalError
from ddpm_studio.gui.widgets.typed.spin_draft import SpinDraft
from ddpm_studio.gui.widgets.typed.whole_number import PARTS, ungrouped
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

_TYPABLE = re.compile(PARTS)
_EXACT_DECIMALS = 323
_WIDEST = 1e300


def number_text(value: float) -> str:
    """The shortest text that reads back as the same float: 0.02, 300, and below a thousandth 8.5e-4."""
    if 0 < abs(value) < 1e-3:
        return np.format_float_scientific(value, trim="-", exp_digits=1)
    return repr(float(value)).removesuffix(".0")


class NumberBox(QDoubleSpinBox):
    """Lets any number be typed, judges it when it is finished (Enter, or the focus leaves), and keeps a refused one.

    Without another judge (`refuse_by`), all on the scale are taken.
    """

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._why_not: Callable[[float], str] | None = None
        self.draft = SpinDraft(self)
        # QDoubleSpinBox rounds to its decimals; this many leave every float64 unchanged.
        self.setDecimals(_EXACT_DECIMALS)
        self.setRange(-_WIDEST, _WIDEST)
        require_focus_for_wheel(self)

    def refuse_by(self, why_not: Callable[[float], str]) -> None:
        """Refuse numbers for which `why_not` has a reason, and say of one that was refused what holds for it now."""
        self._why_not = why_not
        self.draft.judge_again(self._read)

    def textFromValue(self, value: float) -> str:
        """The number in its shortest form, or what is typed instead, which no value from elsewhere wipes away."""
        return self.draft.shown(value, number_text(value))

    def valueFromText(self, text: str) -> float:
        """The number that was typed, or the last good one; commas and minus signs count as what one types for them."""
        return self.draft.read(self._read, self.value())

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed that numbers consist of, several of them, too, which are refused at the end."""
        typable = _TYPABLE.fullmatch(text)
        return QValidator.State.Acceptable if typable else QValidator.State.Invalid, text, position

    def stepBy(self, steps: int) -> None:
        """Move up or down by steps of the scale, from what was typed or, if that is refused, the last good number."""
        self.interpretText()
        self.draft.end()
        self.setValue(self._scale.stepped(self.value(), steps))
        self.selectAll()

    def _read(self, text: str) -> float:
        try:
            number = float(_plain(text))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise RefusalError(self.tr("“{text}” is not a number; type one such as 20 or 1e-4.").format(text=text))
        reason = self._out_of_range(number) if self._why_not is None else self._why_not(number)
        if reason:
            raise RefusalError(reason)
        return number

    def _out_of_range(self, number: float) -> str:
        low, high = self._scale.low, self._scale.high
        if low <= number <= high:
            return ""
        return self.tr("{value} is out of range; choose {low} to {high}.").format(
            value=number_text(number), low=number_text(low), high=number_text(high)
        )


def _plain(text: str) -> str:
    return ungrouped(text.replace(",", ".").replace("−", "-"))
