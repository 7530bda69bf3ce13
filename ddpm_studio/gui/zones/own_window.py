"""OwnWindow: a window beside the main one, for a part of it that is wanted elsewhere, as on a second screen."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QByteArray, QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QVBoxLayout, QWidget

from ddpm_studio.gui.widgets.reading_order import move_focus
from ddpm_studio.gui.widgets.typed.letters import KeptLetters

AWAY = QPoint(32, 32)
"""From where the part was to where its window opens first, in pixels."""


@runtime_checkable
class UsesKeys(Protocol):
    """A main window, which uses keys that no panel used."""

    def use_key(self, event: QKeyEvent, focused: QWidget | None) -> bool:
        """Use a key, if it has a meaning beside what has the focus. True if it had."""


class OwnWindow(QWidget):
    """Has the keys, the hints and the drops of the main window, and a Tab key of its own; `closed` says that it was."""

    closed = Signal()

    def __init__(self, title: str, main: QMainWindow) -> None:
        super().__init__(main, Qt.WindowType.Window)
        self._main, self._placed = main, False
        self.setWindowTitle(title)
        self.setAcceptDrops(True)
        KeptLetters(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def take(self, content: QWidget) -> None:
        """Hold this; the first time, near where it is and as large, as far as the screen has room."""
        if not self._placed:
            room = self.screen().availableGeometry()
            # Its own frame is known only once it is seen.
            frame = self._main.frameGeometry().size() - self._main.size()
            self.resize(content.size().expandedTo(content.sizeHint()).boundedTo(room.size() - frame))
            self.move(_inside(QRect(content.mapToGlobal(AWAY), self.size() + frame), room))
            self._placed = True
        self._column.addWidget(content)
        content.show()
        for menu in self._main.menuBar().findChildren(QMenu):
            # Their keys are at work in every window that has them.
            self.addActions(menu.actions())

    def restore(self, geometry: QByteArray) -> None:
        """Be where it was, if there is a screen still."""
        self._placed = self.restoreGeometry(geometry)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Let Tab go through this window in reading order."""
        return move_focus(self, next)

    def event(self, event: QEvent) -> bool:
        """Leave hints to the foot of the main window."""
        if event.type() is QEvent.Type.StatusTip:
            return QApplication.sendEvent(self._main, event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys that no panel used to the main window."""
        event.setAccepted(isinstance(self._main, UsesKeys) and self._main.use_key(event, self.focusWidget()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept what the main window does."""
        self._main.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Let the main window open it."""
        self._main.dropEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say so."""
        super().closeEvent(event)
        self.closed.emit()


def _inside(place: QRect, room: QRect) -> QPoint:
    """The corner that a window moves to so that none of it is off the screen, if it has room there."""
    away = room.bottomRight() - place.bottomRight()
    corner = place.topLeft() + QPoint(min(0, away.x()), min(0, away.y()))
    return QPoint(max(corner.x(), room.left()), max(corner.y(), room.top()))
