"""StepsDialog: one line of steps as a table, followed as it changes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.steps.copy_menu import CopyMenu
from ddpm_studio.gui.steps.step_table import StepTable
from ddpm_studio.gui.steps.steps_model import StepsModel
from ddpm_studio.gui.styles import glyph
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.elided_label import ElidedLabel

_SIZE = 560, 480
_LONGEST = 200
"""Letters of a text of steps that the title has room for."""


class StepsDialog(QDialog):
    """Shows the steps at a place below an entry as long as they are there; it stands beside the window.

    `copied` has the key of the entry, the place and the form in which the steps are wanted.
    """

    copied = Signal(int, int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._key = self._place = -1
        self._shown: object = None
        self.model = StepsModel(self)
        self.table, self.title, self.note = StepTable(self.model, self.model.exact_rows), ElidedLabel(), QLabel()
        self.copy = QToolButton()
        self.setWindowTitle(self.tr("Steps"))
        self.resize(*_SIZE)
        self._lay_out()

    def show_steps(self, key: int, place: int, state: State) -> None:
        """Show the steps at a place below an entry of a state."""
        self._key, self._place = key, place
        self._shown = None
        self.show_state(state)

    def show_state(self, state: State) -> None:
        """Show the same steps as a state has them, or close where it has none there."""
        entry = next((entry for entry in state.entries if entry.key == self._key), None)
        if entry is None or self._place >= len(entry.steps):
            self.close()
            return
        levels = entry.laid_out[self._place]
        if levels is self._shown:
            return
        self._shown = levels
        text = str(entry.steps[self._place])
        self.title.say(f"{state.letter(entry)}  {glyph(self._place)} {text[:_LONGEST]}")
        has_levels = isinstance(levels, StepLevels)
        if isinstance(levels, StepLevels):
            self.model.show_levels(levels)
        self.note.setText("" if isinstance(levels, StepLevels) else translated(levels))
        self.note.setVisible(not has_levels)
        self.table.setEnabled(has_levels)
        self.copy.setEnabled(has_levels)

    def _lay_out(self) -> None:
        self.table.setAccessibleName(self.tr("The steps"))
        self.note.setWordWrap(True)
        self.note.setProperty("role", "warning")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.copy.setText(self.tr("Copy as"))
        menu = CopyMenu(self.copy)
        menu.wanted.connect(self._copy)
        self.copy.setMenu(menu)
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        below = QHBoxLayout()
        below.addWidget(self.copy)
        below.addStretch(1)
        below.addWidget(close)
        column = QVBoxLayout(self)
        for widget in (self.title, self.note, self.table):
            column.addWidget(widget, int(widget is self.table))
        column.addLayout(below)

    @Slot(str)
    def _copy(self, form: str) -> None:
        self.copied.emit(self._key, self._place, form)
