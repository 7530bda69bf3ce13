"""A toast: a message over a part of the window that does not block and goes away by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

SHOWN_MS = 10_000
MARGIN = 12


class Toast(QFrame):
    """One sentence in the upper right corner of `parent`, read out by screen readers; a new one replaces the last."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
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
        row.setContentsMargins(14, 8, 8, 8)
        row.addWidget(self._text, 1)
        self._buttons: list[QToolButton] = []
        row.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
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
        self._place()
        self.show()
        self.raise_()
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        parent = self._parent
        beside = sum(button.sizeHint().width() + self._row.spacing() for button in self._buttons)
        natural = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 90 + beside
        width = min(natural, parent.width() - 2 * MARGIN, 900)
        self.setFixedWidth(width)
        self.resize(width, self._row.heightForWidth(width))
        self.move(parent.width() - width - MARGIN, MARGIN)
