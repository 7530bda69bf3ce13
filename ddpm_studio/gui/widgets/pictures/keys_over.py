"""Keys that are for what the pointer is over, wherever the focus is, unless a text is being typed there."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

from ddpm_studio.gui.widgets.focus import takes_text

GONE = {QEvent.Type.Leave, QEvent.Type.Hide}
"""Events of a widget after which the pointer is over it no more; none leaves what vanishes."""

LETS_GO = {QEvent.Type.FocusOut, QEvent.Type.Close}
"""Events of a window after which it does not hear of a key that is let go."""


class KeysOver(QObject):
    """Hears some keys while it watches, until the pointer is over a widget no more; they then go nowhere else.

    `pressed` and `released` have the key.
    """

    pressed = Signal(int)
    released = Signal(int)

    def __init__(self, keys: Collection[int], over: QWidget) -> None:
        super().__init__(over)
        over.installEventFilter(self)
        self._keys = frozenset(keys)
        self._held = set[int]()
        self._window: QWindow | None = None

    def watch(self) -> None:
        """Hear the keys of the window that has the focus."""
        window: QWindow | None = QGuiApplication.focusWindow()
        if window is not self._window:
            self.leave()
            self._window = window
            if window is not None:
                window.installEventFilter(self)

    def leave(self) -> None:
        """Hear them no more; those that are held are let go."""
        if self._window is not None and Shiboken.isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = None
        self._let_go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys out of what goes to the window; leave once the pointer is elsewhere."""
        if watched is self.parent():
            if event.type() in GONE:
                self.leave()
            return False
        if event.type() in LETS_GO:
            self._let_go()
        if not isinstance(event, QKeyEvent) or event.key() not in self._keys:
            return False
        if event.type() is QEvent.Type.KeyRelease:
            return self._release(event)
        return event.type() is QEvent.Type.KeyPress and self._press(event)

    def _press(self, event: QKeyEvent) -> bool:
        if event.modifiers() != Qt.KeyboardModifier.NoModifier or takes_text(QApplication.focusWidget()):
            return False
        if event.key() not in self._held:
            self._held.add(event.key())
            self.pressed.emit(event.key())
        return True

    def _release(self, event: QKeyEvent) -> bool:
        if event.key() not in self._held:
            return False
        if not event.isAutoRepeat():
            self._held.discard(event.key())
            self.released.emit(event.key())
        return True

    def _let_go(self) -> None:
        for key in tuple(self._held):
            self._held.discard(key)
            self.released.emit(key)
