"""The space key in number fields, where it is no character: it takes what was typed, and goes on to the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox


class _PassesSpaceOn(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass Space on; a spin box would put it in place of the number, which is selected after Enter."""
        if not (isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress):
            return False
        if event.key() != Qt.Key.Key_Space or not isinstance(watched, QAbstractSpinBox):
            return False
        watched.interpretText()
        event.ignore()
        return True


def pass_space_on(box: QAbstractSpinBox) -> None:
    """Let Space mean in a number field what it means elsewhere in the window."""
    box.installEventFilter(_PassesSpaceOn(box))
