"""Letters that choose an item in a box, and are keys of a menu elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget


class KeptLetters(QObject):
    """Keeps a plain letter with the box that has the focus in `window`, as a field keeps it by itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a letter for the box, before it is taken for a shortcut."""
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier and event.text().isalpha()
        if plain and isinstance(QApplication.focusWidget(), QComboBox):
            event.accept()
            return True
        return False
