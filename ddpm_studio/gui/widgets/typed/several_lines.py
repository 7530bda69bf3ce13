"""SeveralLines: a text of several lines that counts once it is finished."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

_WIDTH, _FEWEST, _MOST = 24, 2, 6
"""Letters of a line that are seen in any case, and the lines between which the field grows with its text."""


class SeveralLines(QPlainTextEdit):
    """A text, taken when the field is left, and by Ctrl+Enter; Enter begins a line.

    `chosen` carries the text, `confirmed` says that it was taken by these keys, whether or not it is another. Esc shows
    the last text again. What is taken is undone in the window. No more than `longest` characters are.
    """

    chosen = Signal(object)
    confirmed = Signal()

    def __init__(self, longest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value, self._longest, self._most = "", longest, _MOST
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._limit)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)

    def show_value(self, value: object) -> None:
        """Show a text; what is being typed goes on if it is the same as before."""
        if value != self._value:
            self._value = cast(str, value)
            self._restore()

    @property
    def half_typed(self) -> bool:
        """True if it holds something that was typed, and not taken yet."""
        return self.toPlainText() != self._value

    def sizeHint(self) -> QSize:
        """As high as its text, within bounds; a line of it may be any number of rows."""
        rows, metrics = min(max(self._rows(), _FEWEST), self._most), self.fontMetrics()
        return QSize(_WIDTH * metrics.averageCharWidth(), rows * metrics.lineSpacing() + self._around())

    def minimumSizeHint(self) -> QSize:
        """As high as the hint."""
        return self.sizeHint()

    def set_room(self, height: int) -> None:
        """Be no higher than this, but for the lines that are seen in any case."""
        rows = (height - self._around()) // self.fontMetrics().lineSpacing()
        self._most = min(max(rows, _FEWEST), _MOST)
        self._grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the text, whose rows are others in another width; the document says so only when they are typed."""
        super().resizeEvent(event)
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the text by Ctrl+Enter, and give it up by Esc."""
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if ctrl and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take_text()
            self.confirmed.emit()
        elif event.key() == Qt.Key.Key_Escape and self.half_typed:
            self._restore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the text."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.take_text()

    def take_text(self) -> None:
        """Tell of the text, if it is another."""
        if self.half_typed:
            self._value = self.toPlainText()
            self.chosen.emit(self._value)
        self.document().clearUndoRedoStacks()

    def _around(self) -> int:
        # Without a pixel more, Qt takes the last line for one that is seen in part, and scrolls to it.
        return 2 * (self.frameWidth() + int(self.document().documentMargin())) + 1

    def _rows(self) -> int:
        """The rows that the text takes in the width there is."""
        return int(self.document().size().height())

    def _restore(self) -> None:
        with QSignalBlocker(self):
            self.setPlainText(self._value)
        self._grow()

    @Slot()
    def _limit(self) -> None:
        """Take back what is too long, as a field of one line does."""
        text = self.toPlainText()
        if len(text) > self._longest:
            cursor = self.textCursor()
            place = min(cursor.position(), self._longest)
            self.setPlainText(text[: self._longest])
            cursor = self.textCursor()
            cursor.setPosition(place)
            self.setTextCursor(cursor)

    @Slot()
    def _grow(self) -> None:
        policy = Qt.ScrollBarPolicy
        scrolls = self._rows() > self._most
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if scrolls else policy.ScrollBarAlwaysOff)
        self.updateGeometry()
