"""RefusalNote: the reason why a field does not take what was typed into it, below that field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtWidgets import QLabel

from ddpm_studio.gui.widgets.reading_order import come_into_view
from ddpm_studio.gui.widgets.typed.draft import Draft

PLACED = QEvent.Type.Show, QEvent.Type.Resize, QEvent.Type.Move


class RefusalNote(QLabel):
    """One sentence, wrapped so that it widens nothing; it takes no room while there is none to say.

    Where it comes to lie below what is seen of its surroundings, these scroll to it.
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.setProperty("role", "warning")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(True)
        self.setMinimumWidth(1)
        self.hide()
        # What scrolls has its range only after all in it has its place.
        self._placing = QTimer(self, singleShot=True, interval=0)
        self._placing.timeout.connect(self._come_into_view)
        draft.refused.connect(self._say)

    def event(self, event: QEvent) -> bool:
        """Come into view wherever it is put."""
        if event.type() in PLACED and self.isVisible():
            self._placing.start()
        return super().event(event)

    @Slot(str)
    def _say(self, reason: str) -> None:
        self.setText(reason)
        self.setVisible(bool(reason))

    @Slot()
    def _come_into_view(self) -> None:
        if self.isVisible():
            come_into_view(self)
