"""Section of the preferences about what is saved, and how many runs are kept."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QGroupBox, QSpinBox, QWidget

from ddpm_studio.gui.preferences.appearance_section import add_row
from ddpm_studio.gui.preferences.preferences import KEPT_MIB, KEPT_RUNS, Preferences
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel


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
        self.prompts = QCheckBox(self.tr("… with the &prompts"))
        self.prompts.setToolTip(
            self.tr("Recipes and reports of runs have the words in them that a checkpoint was asked for")
        )
        self.kept_runs, self.kept_mib = QSpinBox(), QSpinBox()
        self._lay_out()
        self.recipes.toggled.connect(self._choose)
        self.prompts.toggled.connect(self._choose_prompts)
        self.kept_runs.valueChanged.connect(self._choose_runs)
        self.kept_mib.valueChanged.connect(self._choose_room)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.addRow(self.recipes)
        form.addRow(self.prompts)
        self.kept_mib.setSuffix(self.tr(" MiB"))
        rows = (
            (self.tr("Runs &kept"), self.kept_runs, KEPT_RUNS, self.tr("The oldest that are not pinned make room")),
            (self.tr("in &at most"), self.kept_mib, KEPT_MIB, self.tr("The room on the disk that kept runs may take")),
        )
        for text, field, bounds, tip in rows:
            field.setRange(*bounds)
            field.setKeyboardTracking(False)
            require_focus_for_wheel(field)
            add_row(form, text, field, tip)

    def show_preferences(self, preferences: Preferences) -> None:
        """Show what is chosen; nothing is emitted."""
        blockers = [QSignalBlocker(field) for field in (self.recipes, self.prompts, self.kept_runs, self.kept_mib)]
        self.recipes.setChecked(preferences.recipes)
        self.prompts.setChecked(preferences.prompts)
        self.prompts.setEnabled(preferences.recipes)
        self.kept_runs.setValue(preferences.kept_runs)
        self.kept_mib.setValue(preferences.kept_mib)
        del blockers

    @Slot(bool)
    def _choose(self, recipes: bool) -> None:
        self.chosen.emit("recipes", recipes)

    @Slot(bool)
    def _choose_prompts(self, prompts: bool) -> None:
        self.chosen.emit("prompts", prompts)

    @Slot(int)
    def _choose_runs(self, count: int) -> None:
        self.chosen.emit("kept_runs", count)

    @Slot(int)
    def _choose_room(self, mib: int) -> None:
        self.chosen.emit("kept_mib", mib)
