"""A toast: a message over the foot of the window that does not block and goes away by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

SHOWN_MS = 10_000
MARGIN = 12


class Toast(QFrame):
    """One sentence over `parent`, kept `foot` pixels above its lower edge; a new one takes the place of the last."""

    def __init__(self, parent: QWidget, foot: int = 0) -> None:
        super().__init__(parent)
        self._parent = parent
        self._foot = foot
        self.setObjectName("toast")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setText("✕")
        close.setAccessibleName(self.tr("Close the message"))
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
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        parent = self._parent
        beside = sum(button.sizeHint().width() + self._row.spacing() for button in self._buttons)
        natural = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 90 + beside
        width = min(natural, parent.width() - 2 * MARGIN, 900)
        self.setFixedWidth(width)
        height = self._row.heightForWidth(width)
        self.resize(width, height)
        self.move((parent.width() - width) // 2, parent.height() - height - self._foot - MARGIN)
