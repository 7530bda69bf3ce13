"""Class field: the class to draw, or each in turn."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.widgets.typed.whole_box import WholeBox

EACH_IN_TURN = -1


class ClassField(WholeBox):
    """A class by its number. `chosen` carries it, or None for each in turn."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSpecialValueText(self.tr("each in turn"))
        self.setToolTip(self.tr("The class to draw, or each of them in turn"))
        self.valueChanged.connect(self._choose)

    def offer(self, classes: int) -> None:
        """Offer this many classes."""
        with QSignalBlocker(self):
            self.set_ends(EACH_IN_TURN, max(classes - 1, 0))

    def show_value(self, value: object) -> None:
        """Show a class, or None."""
        with QSignalBlocker(self):
            self.setValue(EACH_IN_TURN if value is None else cast(int, value))

    @Slot(int)
    def _choose(self, number: int) -> None:
        self.chosen.emit(None if number == EACH_IN_TURN else number)
