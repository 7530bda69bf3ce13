"""FullScreen: the window over the whole screen, and back to the size and place that it had."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QMainWindow

KEY = "Meta+Ctrl+F" if sys.platform == "darwin" else "F11"
"""The platform's key: on macOS, where Qt calls Command Ctrl and Control Meta, Control-Command-F."""


class FullScreen(QObject):
    """Gives a window the whole screen; one that was maximised is so again afterwards."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def toggle(self) -> None:
        """Take the whole screen, or give it back."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def leave(self) -> bool:
        """Give it back; False if the window has it not."""
        if not self._window.isFullScreen():
            return False
        self.toggle()
        return True
