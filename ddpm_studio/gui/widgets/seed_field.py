"""SeedField: a seed for noise, which may exceed what a spin box holds."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QRegularExpression, Signal, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.widgets.sizes.by_font import keep_width
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine
from ddpm_studio.gui.widgets.typed.whole_number import PARTS, number_in

MAX_SEED = 2**63 - 1


class SeedField(TypedLine):
    """The seed of ε, 0 … 2⁶³ − 1, beyond a QSpinBox's range. `chosen` has it as an int."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = 0
        self.setValidator(QRegularExpressionValidator(QRegularExpression(PARTS), self))
        self.setAccessibleName(self.tr("Seed"))
        self.setToolTip(self.tr("The seed of the noise ε: the same seed gives the same noise"))
        keep_width(self, lambda: self.fontMetrics().horizontalAdvance("0" * 8) + 12)
        self.entered.connect(self._choose)

    def show_value(self, value: object) -> None:
        """Show the current seed, but let a user who is typing finish."""
        self._seed = cast(int, value)
        self.show_text(str(value))

    @Slot(str)
    def _choose(self, text: str) -> None:
        seed = number_in(text)
        if seed is None or not 0 <= seed <= MAX_SEED:
            self.draft.refuse(
                self.tr("{value} is no seed; choose a whole number from 0 to 2⁶³ − 1.").format(value=text)
            )
        elif seed != self._seed:
            self.chosen.emit(seed)
        else:
            self.show_value(seed)
