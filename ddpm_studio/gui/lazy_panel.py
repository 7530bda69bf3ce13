"""LazyPanel: a panel that works only while it can be seen, and takes its turn to follow a slider that is held."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import LIGHT, Tokens

PATIENCE_MS, APART_MS = 100, 8
"""Time after which a turn comes though the program was never idle, and from the painting of one such to the next, in
milliseconds.
"""


class Turn(QObject):
    """The turn of one part of the window to follow a slider that is held: `come` says that it is its.

    It comes as soon as the program is idle, since the slider's last move has been painted, and nobody has waited for
    longer: with one move, what every part takes would add up.
    """

    come = Signal()

    def wait(self) -> None:
        """Have a turn after all who wait for theirs, unless there is one to come."""
        _queue().join(self)

    def leave(self) -> None:
        """Have none."""
        _queue().leave(self)

    @property
    def to_come(self) -> bool:
        """Whether it waits."""
        return _queue().holds(self)


class TurnQueue(QTimer):
    """All who wait for their turn, which gives them theirs one at a time."""

    def __init__(self, dispatcher: QAbstractEventDispatcher) -> None:
        super().__init__(dispatcher, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._waiting: dict[Turn, float] = {}
        """The time at which each loses its patience, in milliseconds, the first to lose it first."""
        self._after_painting = QTimer(self, singleShot=True, interval=0)
        self._after_painting.timeout.connect(self._rest)
        self.timeout.connect(self._give)
        dispatcher.aboutToBlock.connect(self.go_on)

    def join(self, turn: Turn) -> None:
        """Let it wait."""
        if turn not in self._waiting:
            self._waiting[turn] = 1e3 * monotonic() + PATIENCE_MS
            if not self.isActive():
                self.start(PATIENCE_MS)

    def leave(self, turn: Turn) -> None:
        """Let it wait no longer."""
        self._waiting.pop(turn, None)

    def holds(self, turn: Turn) -> bool:
        """Whether it waits."""
        return turn in self._waiting

    @Slot()
    def go_on(self) -> None:
        """Let the next one come, if there is any: the program is idle."""
        self._after_painting.stop()
        if self._waiting:
            self.start(0)

    @Slot()
    def _give(self) -> None:
        while self._waiting:
            first = next(iter(self._waiting))
            del self._waiting[first]
            if Shiboken.isValid(first):
                self._after_painting.start()
                first.come.emit()
                return

    @Slot()
    def _rest(self) -> None:
        """Have the next one, whose patience may be lost already, wait until something else could be done."""
        if self._waiting:
            self.start(max(APART_MS, round(next(iter(self._waiting.values())) - 1e3 * monotonic())))


def _queue() -> TurnQueue:
    """The one of this thread's events."""
    dispatcher = QAbstractEventDispatcher.instance()
    found = dispatcher.findChild(TurnQueue, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found or TurnQueue(dispatcher)


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
        self._turn.come.connect(self._refresh_if_seen)

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
        self._turn.leave()
        if self.isVisible() and self.state.entries:
            self.refresh()
