"""LazyPanel: a panel that works only while it can be seen."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import LIGHT, Tokens


class LazyPanel(QWidget):
    """Keeps the latest State and theme, and calls `refresh` to show them whenever it is visible.

    While a slider is held, a panel with HELD_MS > 0 follows it only that often, so that the plots never lag.
    """

    HELD_MS = 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = State()
        self.tokens = LIGHT
        self._later = QTimer(self, singleShot=True, interval=self.HELD_MS)
        self._later.timeout.connect(self._refresh_if_seen)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Show a state of the window now, or once this panel is seen."""
        self.state = state
        if not (self.HELD_MS and state.adjusting):
            self._refresh_if_seen()
        elif not self._later.isActive():
            self._later.start()

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
    def _refresh_if_seen(self) -> None:
        self._later.stop()
        if self.isVisible() and self.state.entries:
            self.refresh()
