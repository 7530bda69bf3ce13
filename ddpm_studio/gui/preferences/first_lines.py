"""FirstLines: the schedules that a fresh window begins with, typed as lines of text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QColor, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.preferences.beginning import FirstLineError, lines_in, lines_of
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.theme import typed_font
from ddpm_studio.gui.translation import translated

MOST_LINES = 4
"""Lines that are seen at once, and there are more to scroll to."""


class FirstLines(QPlainTextEdit):
    """Shows lines, and lets them be typed. `chosen` has those of a text in which each is a schedule, `refused` why one
    is not, or "": its line is marked, and what was chosen before holds on.
    """

    chosen = Signal(tuple)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept: tuple[str, ...] = ()
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        # What holds where nothing is typed.
        self.setPlaceholderText("\n".join(lines_of(first_state())))
        self.textChanged.connect(self._read)

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Show what is chosen, unless that is what the text says, or what was so before a text that is refused."""
        self.setFont(typed_font(self.font()))
        before, self._kept = self._kept, lines
        if lines == before or lines == self._found():
            return
        self.setPlainText("\n".join(lines))

    def sizeHint(self) -> QSize:
        """Room for a few lines."""
        return QSize(super().sizeHint().width(), self._height)

    def minimumSizeHint(self) -> QSize:
        """As low as that."""
        return QSize(super().minimumSizeHint().width(), self._height)

    @property
    def _height(self) -> int:
        return MOST_LINES * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + 4

    def _found(self) -> tuple[str, ...] | None:
        try:
            return lines_in(self.toPlainText())
        except StudioError:
            return None

    @Slot()
    def _read(self) -> None:
        """Choose what is typed, or say what is wrong with it."""
        try:
            lines = lines_in(self.toPlainText())
        except FirstLineError as error:
            self._mark(error.number)
            self.refused.emit(translated(error))
            return
        self._mark(None)
        self.refused.emit("")
        if lines != self._kept:
            self.chosen.emit(lines)

    def _mark(self, number: int | None) -> None:
        """Underline a line, counted from 1."""
        block = self.document().findBlockByNumber(-1 if number is None else number - 1)
        if not block.isValid():
            self.setExtraSelections([])
            return
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(QColor(self.palette().text().color()))
        marked = QTextEdit.ExtraSelection()
        marked.cursor, marked.format = self.textCursor(), wave
        marked.cursor.setPosition(block.position())
        marked.cursor.setPosition(block.position() + block.length() - 1, marked.cursor.MoveMode.KeepAnchor)
        self.setExtraSelections([marked])
