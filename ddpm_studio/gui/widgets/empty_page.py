"""EmptyPage: a sentence on what goes in an empty place, and the button that brings it there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyPage(QWidget):
    """A sentence over a button, in the middle; both are the caller's to hide and to connect."""

    def __init__(self, sentence: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence, self.button = QLabel(sentence), QPushButton(button)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.sentence)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
