"""SpinDraft: the draft of a spin box, with the keys and the loss of the focus that concern it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

from ddpm_studio.gui.widgets.space_key import pass_space_on
from ddpm_studio.gui.widgets.typed.draft import Draft


class SpinDraft(Draft):
    """What is typed into a spin box, read when it is finished: at Enter, or when the focus leaves. Esc gives it up."""

    def __init__(self, box: QSpinBox | QDoubleSpinBox) -> None:
        super().__init__(box.lineEdit())
        self._box = box
        box.setKeyboardTracking(False)
        box.lineEdit().textEdited.connect(self._note)
        self.given_up.connect(self._show_again)
        pass_space_on(box)
        box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read what was typed, of which Qt knows nothing more if a value came from elsewhere meanwhile; heed Esc."""
        if event.type() == QEvent.Type.FocusOut and self.pending:
            self._box.interpretText()
        return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.escaped(event)

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
