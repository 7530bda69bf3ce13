"""ThemeMenu: light, dark, or as the system has it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ddpm_studio.gui.theme import ThemeChoice


class ThemeMenu(QMenu):
    """One of three choices is ticked: the one that `show_choice` was told last."""

    chosen = Signal(ThemeChoice)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("&Theme"))
        names = {
            ThemeChoice.SYSTEM: self.tr("As the &system"),
            ThemeChoice.LIGHT: self.tr("&Light"),
            ThemeChoice.DARK: self.tr("&Dark"),
        }
        self._group = QActionGroup(self)
        for choice, name in names.items():
            action = self._group.addAction(self.addAction(name))
            action.setCheckable(True)
            action.setData(choice.value)
        self._group.triggered.connect(self._choose)

    def show_choice(self, choice: ThemeChoice) -> None:
        """Tick this one."""
        for action in self._group.actions():
            action.setChecked(action.data() == choice.value)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.chosen.emit(ThemeChoice(action.data()))
