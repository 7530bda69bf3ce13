"""WholeBox: a spin box for whole numbers that says why a typed one cannot be taken."""

from __future__ import annotations

import re

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox, QWidget

from ddpm_studio.gui.widgets.typed.draft import RefusalError
from ddpm_studio.gui.widgets.typed.spin_draft import SpinDraft
from ddpm_studio.gui.widgets.typed.whole_number import PARTS, number_in

_TYPABLE = re.compile(PARTS)


class WholeBox(QSpinBox):
    """Takes whatever numbers consist of, and judges it when it is finished (Enter, or the focus leaves).

    What is refused stays.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft = SpinDraft(self)

    def textFromValue(self, value: int) -> str:
        """The number, or what is typed instead, which no value from elsewhere wipes away."""
        return self.draft.shown(value, super().textFromValue(value))

    def valueFromText(self, text: str) -> int:
        """The number that was typed, or the last good one."""
        return self.draft.read(self._read, self.value())

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed that numbers consist of."""
        bare = text.removeprefix(self.prefix()).removesuffix(self.suffix())
        typable = _TYPABLE.fullmatch(bare) or (text and self.specialValueText().startswith(text))
        return QValidator.State.Acceptable if typable else QValidator.State.Invalid, text, position

    def stepBy(self, steps: int) -> None:
        """Step from what was typed, or from the last good number if that is refused."""
        self.interpretText()
        self.draft.end()
        super().stepBy(steps)

    def set_ends(self, low: int, high: int) -> None:
        """Take other numbers from now on, and say of one that was refused what holds for it now."""
        self.setRange(low, high)
        self.draft.judge_again(self._read)

    def _read(self, text: str) -> int:
        special = self.specialValueText()
        if special and text == special:
            return self.minimum()
        low, high = self.minimum() + bool(special), self.maximum()
        number = number_in(text)
        if number is None:
            raise RefusalError(
                self.tr("“{text}” is not a whole number; type one from {low} to {high}.").format(
                    text=text, low=low, high=high
                )
            )
        if not low <= number <= high:
            raise RefusalError(
                self.tr("{value} is out of range; choose {low} to {high}.").format(value=text, low=low, high=high)
            )
        return number
