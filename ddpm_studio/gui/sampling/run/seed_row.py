"""Seed of a run's noise, with a button for the next one."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ddpm_studio.gui.widgets.seed_field import SeedField


class SeedRow(QWidget):
    """A seed. `chosen` carries the one that was typed, or the next."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = 0
        self.field, self.new = SeedField(), QToolButton()
        self.new.setText(self.tr("New"))
        self.new.setToolTip(self.tr("Start from different noise, that of the next seed"))
        self.field.chosen.connect(self.chosen)
        self.new.clicked.connect(self._choose_next)
        self.setFocusProxy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field)
        row.addWidget(self.new)
        row.addStretch(1)

    def show_value(self, value: object) -> None:
        """Show a seed."""
        self._seed = cast(int, value)
        self.field.show_value(value)

    @Slot()
    def _choose_next(self) -> None:
        self.field.draft.give_up()
        self.chosen.emit(self._seed + 1)
