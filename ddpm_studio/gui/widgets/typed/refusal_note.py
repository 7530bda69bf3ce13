"""RefusalNote: the reason why a field does not take what was typed into it, below that field."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Slot
from PySide6.QtWidgets import QLabel, QScrollArea

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
        for area in self._areas():
            bar = area.verticalScrollBar()
            # As in what scrolls, wherever that is scrolled to.
            top = self.mapTo(area.viewport(), QPoint()).y() + bar.value()
            lowest = top + self.height() - area.viewport().height()
            # One that is too tall is shown from its beginning.
            bar.setValue(min(max(bar.value(), lowest), top))

    def _areas(self) -> Iterator[QScrollArea]:
        """What it lies in that scrolls, from the inside out."""
        around = self.parentWidget() if self.isVisible() else None
        while around is not None:
            if isinstance(around, QScrollArea):
                yield around
            around = around.parentWidget()
