"""The schedules panel: the list of schedules, in which the chosen one opens as a card."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.schedules.list import SchedulesList
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens


class SchedulesPanel(LazyPanel):
    """The list, with the chosen schedule's editor and findings. Its parts have the signals."""

    IN_TURN = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = SchedulesList()
        card = self.list.view.card
        self.editor, self.points, self.findings = card.editor, card.points, card.findings
        self.steps, self.training = card.steps, card.training
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Show a state of the window, unless only its t is another, which nothing shows but members of families."""
        before = self.state
        at_another_t = state.t != before.t and replace(state, t=before.t, moment=before.moment) == before
        if at_another_t and all(entry.family is None for entry in state.entries):
            self.state = state
        else:
            super().show_state(state)

    def refresh(self) -> None:
        """Show the entries, the selected schedule and its findings."""
        # The card comes first: the list gives it the room that it needs.
        self.editor.show_entry(self.state.current)
        self.points.show_entry(self.state.current)
        self.steps.show_state(self.state)
        self.training.show_state(self.state)
        self.findings.show_entry(self.state)
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
