"""LazyPanel: a panel that works only while it can be seen, and takes its turn to follow a slider that is held."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import LIGHT, Tokens

PATIENCE_MS, APART_MS = 100, 8
"""Time after which a turn comes though the program was never idle, and from one such to the next, in milliseconds."""


class Turn(QTimer):
    """The turn of one part of the window to follow a slider that is held: `timeout` says that it has come.

    It comes as soon as the program is idle, since the slider's last move has been painted, and nobody has waited for
    longer: with one move, what every part takes would add up.
    """

    _waiting: ClassVar[dict[Turn, float]] = {}
    """The time at which each loses its patience, in milliseconds, the first to lose it first."""
    _dispatcher: ClassVar[QAbstractEventDispatcher | None] = None

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, singleShot=True, timerType=Qt.TimerType.PreciseTimer)

    def wait(self) -> None:
        """Have a turn after all who wait for theirs, unless there is one to come."""
        if self.isActive():
            return
        now, dispatcher = 1e3 * monotonic(), QAbstractEventDispatcher.instance()
        if dispatcher is not Turn._dispatcher:
            Turn._dispatcher = dispatcher
            dispatcher.aboutToBlock.connect(Turn.give)
        Turn._waiting.pop(self, None)
        last = next(reversed(Turn._waiting.values()), 0.0)
        Turn._waiting[self] = end = max(now + PATIENCE_MS, last + APART_MS)
        self.start(round(end - now))

    @classmethod
    def give(cls) -> None:
        """Let the next one come, if there is any."""
        while cls._waiting:
            first = next(iter(cls._waiting))
            del cls._waiting[first]
            if Shiboken.isValid(first) and first.isActive():
                first.start(0)
                return


class LazyPanel(QWidget):
    """Keeps the latest State and theme, and calls `refresh` to show them whenever it is visible.

    While a slider is held, a panel that is `IN_TURN` follows it in turn with the others, so that the plots never lag.
    """

    IN_TURN = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = State()
        self.tokens = LIGHT
        self._turn = Turn(self)
        self._turn.timeout.connect(self._refresh_if_seen)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Show a state of the window now, or once this panel is seen."""
        self.state = state
        if not (self.IN_TURN and state.adjusting):
            self._refresh_if_seen()
        elif self.isVisible():
            self._turn.wait()

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
        self._turn.stop()
        if self.isVisible() and self.state.entries:
            self.refresh()
