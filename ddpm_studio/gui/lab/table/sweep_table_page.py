"""Table page of a sweep's results."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.lab.lab_results import LabResults, WayTold


class SweepTablePage(QWidget):
    """Shows the results of a sweep."""

    chosen = Signal(object)
    use_wanted = Signal(object)
    steps_wanted = Signal(object)
    copy_wanted = Signal(object)
    csv_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        QVBoxLayout(self).addWidget(self.label)

    def show_results(self, results: LabResults | None) -> None:
        """Show results."""
        rows = [] if results is None else results.found
        self.label.setText("\n".join(f"{each.row.way.text} {each.row.error}" for each in rows))

    def show_chosen(self, chosen: WayTold | None) -> None:
        """Show which way is looked at."""

    def show_state(self, state: State) -> None:
        """Know what the window shows."""

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
