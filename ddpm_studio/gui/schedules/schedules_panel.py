"""The schedules panel: the list of schedules, in which the chosen one opens as a card."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.schedules.list import SchedulesList
from ddpm_studio.gui.theme import Tokens


class SchedulesPanel(LazyPanel):
    """The list, with the chosen schedule's editor and findings. Its parts have the signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = SchedulesList()
        card = self.list.view.card
        self.editor, self.training, self.findings = card.editor, card.training, card.findings
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)

    def refresh(self) -> None:
        """Show the entries, the selected schedule and its findings."""
        # The card comes first: the list gives it the room that it needs.
        self.editor.show_entry(self.state.current)
        self.training.show_state(self.state)
        self.findings.show_schedule(self.state.current.schedule)
        self.list.show_state(self.state)

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        self.list.set_theme(tokens)
        self.editor.align_labels()
        super().set_theme(tokens)

    @Slot()
    def rename(self) -> None:
        """Let the selected schedule's name be edited."""
        self.list.view.edit_name()

    def sizeHint(self) -> QSize:
        """Wide enough for every control."""
        return QSize(300, 600)
