"""SeedField: a seed for noise, which may exceed what a spin box holds."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QRegularExpression, Signal, Slot
from PySide6.QtGui import QFocusEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget


class SeedField(QLineEdit):
    """The seed of ε, 0 … 2⁶³ − 1, beyond a QSpinBox's range. `chosen` has it as an int."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{1,19}"), self))
        self.setAccessibleName(self.tr("Seed"))
        self.setToolTip(self.tr("The seed of the noise ε: the same seed gives the same noise"))
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("0" * 9) + 12)
        self.editingFinished.connect(self._choose)

    def show_value(self, value: object) -> None:
        """Show the current seed, but let a user who is typing finish."""
        self._seed = cast(int, value)
        if not (self.hasFocus() and self.isModified()):
            self.setText(str(value))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Restore the seed if no other was typed in its place."""
        super().focusOutEvent(event)
        self.show_value(self._seed)

    @Slot()
    def _choose(self) -> None:
        self.setModified(False)
        if int(self.text()) != self._seed:
            self.chosen.emit(int(self.text()))
