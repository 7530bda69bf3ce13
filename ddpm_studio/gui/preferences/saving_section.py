"""Section of the preferences about what is saved."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGroupBox, QVBoxLayout, QWidget

from ddpm_studio.gui.preferences.preferences import Preferences


class SavingSection(QGroupBox):
    """Shows Preferences; `chosen` has the name of one of them, and what was chosen for it."""

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Saved files"))
        self.recipes = QCheckBox(self.tr("&Recipe in saved files"))
        self.recipes.setToolTip(
            self.tr(
                "Saved pictures, plots and runs say how they were made: schedules, steps, solver, seeds and the "
                "checkpoint's name, but no path; dropped on the window they set it up again"
            )
        )
        QVBoxLayout(self).addWidget(self.recipes)
        self.recipes.toggled.connect(self._choose)

    def show_preferences(self, preferences: Preferences) -> None:
        """Show what is chosen; nothing is emitted."""
        with QSignalBlocker(self.recipes):
            self.recipes.setChecked(preferences.recipes)

    @Slot(bool)
    def _choose(self, recipes: bool) -> None:
        self.chosen.emit("recipes", recipes)
