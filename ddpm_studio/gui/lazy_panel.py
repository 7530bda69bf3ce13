"""LazyPanel: a panel that works only while it can be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar
from weakref import ref

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import LIGHT, Tokens

NEXT_MS = 20
"""Time within which a slider that is dragged moves again, in milliseconds."""


class LazyPanel(QWidget):
    """Keeps the latest State and theme, and calls `refresh` to show them whenever it is visible.

    While a slider is held, a panel with HELD_MS > 0 follows it only that often, so that the plots never lag, and with a
    move of it no two such panels do: what each of them takes would add up.
    """

    HELD_MS = 0
    _followed: ClassVar[Callable[[], State | None]] = staticmethod(lambda: None)
    """Gives the state with which one of those panels has followed last, if anything still shows that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = State()
        self.tokens = LIGHT
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._follow)
        self._put_off: State | None = None

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Show a state of the window now, or once this panel is seen."""
        self.state = state
        if not (self.HELD_MS and state.adjusting):
            self._refresh_if_seen()
        elif not self._later.isActive():
            self._later.start(self.HELD_MS)
        elif self._put_off is not None:
            self._later.start(0)

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        self.tokens = tokens
        self._refresh_if_seen()

    def refresh(self) -> None:
        """Update the panel to `state` and `tokens`; the base class shows nothing."""

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with changes made while hidden."""
        super().showEvent(event)
        self._refresh_if_seen()

    @Slot()
    def _follow(self) -> None:
        """Follow a slider that is held, or wait for its next move, if it comes soon, where another panel just has."""
        if LazyPanel._followed() is self.state and self._put_off is not self.state and self.isVisible():
            self._put_off = self.state
            self._later.start(NEXT_MS)
            return
        if self.isVisible():
            LazyPanel._followed = ref(self.state)
        self._refresh_if_seen()

    @Slot()
    def _refresh_if_seen(self) -> None:
        self._later.stop()
        self._put_off = None
        if self.isVisible() and self.state.entries:
            self.refresh()
