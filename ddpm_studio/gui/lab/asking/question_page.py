"""Question page: the question of a sweep, as a form and as its text."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens


class QuestionPage(QWidget):
    """Shows the text of a sweep."""

    changed = Signal(str)
    opened = Signal()
    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit(readOnly=True)
        QVBoxLayout(self).addWidget(self.text)

    def show_question(self, text: str) -> None:
        """Show a question."""
        self.text.setPlainText(text)

    def show_state(self, state: State) -> None:
        """Know what the window shows."""

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
