"""TypedLine: a line of text that counts once it is finished."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ddpm_studio.gui.widgets.typed.draft import Draft


class TypedLine(QLineEdit):
    """A line that is finished by Enter or by leaving it; `entered` has its text, which `draft.refuse` sends back.

    Esc, or an emptied line, brings back the text that was shown last.
    """

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.draft = Draft(self)
        self.textEdited.connect(self.draft.note)
        self.draft.given_up.connect(self._show_again)
        self.editingFinished.connect(self._finish)

    def show_text(self, text: str) -> None:
        """Show another text, once what is half typed or refused is out of the way."""
        self._shown = text
        if self.draft.text is None:
            self._show_again()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up at Esc, and read a refused text once more at Enter: its reason may be gone."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.draft.reason:
            self.draft.pending = True
        if not self.draft.escaped(event):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the text from its beginning, unless it is half typed or refused, or the focus will come back."""
        super().focusOutEvent(event)
        comes_back = event.reason() in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if self.draft.text is None and not comes_back:
            self.setCursorPosition(0)

    @Slot()
    def _show_again(self) -> None:
        if self.text() != self._shown:
            self.setText(self._shown)
            self.setCursorPosition(0)

    @Slot()
    def _finish(self) -> None:
        if not self.draft.pending:
            return
        text = self.draft.text
        # Ended first: whoever hears of the text may send it back.
        self.draft.end()
        if text:
            self.entered.emit(text)
        else:
            self._show_again()
