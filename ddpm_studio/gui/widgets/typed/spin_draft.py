"""SpinDraft: the draft of a spin box, with the keys and the loss of the focus that concern it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

from ddpm_studio.gui.widgets.typed.draft import Draft


class SpinDraft(Draft):
    """What is typed into a spin box, read when it is finished: at Enter, or when the focus leaves. Esc gives it up.

    Space is a blank of what is being typed; while nothing is, it means what it means elsewhere in the window.
    """

    def __init__(self, box: QSpinBox | QDoubleSpinBox) -> None:
        super().__init__(box.lineEdit())
        self._box = box
        box.setKeyboardTracking(False)
        box.lineEdit().textEdited.connect(self._note)
        self.given_up.connect(self._show_again)
        box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read what was typed, of which Qt knows nothing more if a value came from elsewhere meanwhile; heed Esc."""
        if event.type() == QEvent.Type.FocusOut and self.pending:
            self._box.interpretText()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Space and not self.pending:
            event.ignore()  # A spin box would put it in place of the number, which is selected after Enter.
            return True
        return self.escaped(event)

    def shown(self, value: float, text: str) -> str:
        """What is typed, which no value from elsewhere wipes away, or else `text`, which stands for the value."""
        typed = self.text
        return text if typed is None or value != self._box.value() else typed

    @Slot()
    def _note(self) -> None:
        self.note(self._box.cleanText())

    @Slot()
    def _show_again(self) -> None:
        self._box.setValue(self._box.value())  # type: ignore[arg-type]  # Each has values of its own type.
