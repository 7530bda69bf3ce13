"""A toast: a message in a row of its own that does not block, covers nothing, and goes away by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

SHOWN_MS = 10_000


class Toast(QFrame):
    """One sentence, as tall as it needs to be, read out by screen readers; a new one replaces the last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setText("✕")
        close.setAccessibleName(self.tr("Close the message"))
        close.setToolTip(self.tr("Close the message (Esc)"))
        close.clicked.connect(self.hide)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 3, 8, 3)
        row.addWidget(self._text, 1)
        self._buttons: list[QToolButton] = []
        row.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The current message, or the last one."""
        return self._text.text()

    @Slot(str)
    def say(self, text: str, actions: Sequence[QAction] = ()) -> None:
        """Show a sentence for ten seconds, with a button for each of what may be done about it."""
        self._text.setText(text)
        self._offer(actions)
        self.setAccessibleName(text)
        self.show()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _offer(self, actions: Sequence[QAction]) -> None:
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        for place, action in enumerate(actions, 1):
            button = QToolButton()
            button.setDefaultAction(action)
            self._row.insertWidget(place, button)
            self._buttons.append(button)
