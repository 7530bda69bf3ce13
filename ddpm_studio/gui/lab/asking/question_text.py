"""Text of a question as it is typed: marks the line with a fault."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ddpm_studio.gui.theme import Tokens, typed_font

_WIDTH, _LINES = 30, 4
"""Letters of a line, and lines, that are seen in any case."""


class QuestionText(QPlainTextEdit):
    """TOML; Tab leaves it, and what the form writes into it can be undone by Ctrl+Z like what is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(typed_font(self.font()))
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName(self.tr("The question as text"))
        self.setToolTip(self.tr("The whole question as TOML, to be edited, pasted and copied"))
        self._color = QColor()

    def minimumSizeHint(self) -> QSize:
        """Room for a few lines."""
        metrics = self.fontMetrics()
        return QSize(_WIDTH * metrics.averageCharWidth(), _LINES * metrics.lineSpacing())

    def set_theme(self, tokens: Tokens) -> None:
        """Mark faults in the colour of the theme."""
        self._color = QColor(tokens.warning)

    def write(self, text: str) -> None:
        """Put another text in place of all that is there."""
        if text == self.toPlainText():
            return
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def mark(self, number: int | None) -> None:
        """Underline a line, counted from 1, or none."""
        block = self.document().findBlockByNumber(-1 if number is None else number - 1)
        if not block.isValid():
            self.setExtraSelections([])
            return
        marked = QTextEdit.ExtraSelection()
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(self._color)
        marked.cursor, marked.format = QTextCursor(block), wave
        marked.cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        self.setExtraSelections([marked])
