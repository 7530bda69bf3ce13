"""RefusalNote: the reason why a field does not take what was typed into it, below that field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel

from ddpm_studio.gui.widgets.typed.draft import Draft


class RefusalNote(QLabel):
    """One sentence, wrapped so that it widens nothing; it takes no room while there is none to say."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.setProperty("role", "warning")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(True)
        self.setMinimumWidth(1)
        self.hide()
        draft.refused.connect(self._say)

    @Slot(str)
    def _say(self, reason: str) -> None:
        self.setText(reason)
        self.setVisible(bool(reason))
