"""MoreButton: how many schedules have no line beside the equation, and a menu with the numbers of all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ddpm_studio.gui.equation.terms import FORWARD, Weight
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.widgets.mathtext import without_mnemonic
from ddpm_studio.numerals import brief

WEIGHTS = tuple(term for term in FORWARD if isinstance(term, Weight))


class MoreButton(QToolButton):
    """Counts schedules; its menu has the weights of each, at its own t. `selected` has the key of one chosen there."""

    selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self._hidden: tuple[Entry, ...] = ()
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        menu.triggered.connect(self._select)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setProperty("role", "more")
        self.setToolTip(self.tr("The numbers of the schedules that have no line here; choose one to select it"))

    def show_hidden(self, state: State, hidden: tuple[Entry, ...]) -> None:
        """Count these schedules of a state."""
        if len(hidden) != len(self._hidden):
            self.setAccessibleName(self.tr("more schedules: {count}").format(count=len(hidden)))
        self._state, self._hidden = state, hidden

    @property
    def forms(self) -> Sequence[str]:
        """What it may say, the longest first; nothing without any schedule."""
        count = len(self._hidden)
        written = self.tr("and {count} more").format(count=count), self.tr("{count} more").format(count=count)
        return (*written, f"+{count} ▾") if count else ()

    @Slot()
    def _fill(self) -> None:
        self.menu().clear()
        for entry in self._hidden:
            self.menu().addAction(without_mnemonic(self._line(entry))).setData(entry.key)

    def _line(self, entry: Entry) -> str:
        """A schedule's name, and beside it its t and its weights, or its end where that is before this moment."""
        state = self._state
        written = self._weights(entry, state.t_of(entry)) if state.reaches(entry) else self._end(entry)
        return f"{state.letter(entry)}  {state.shown_title(entry)}\t{written}"

    def _weights(self, entry: Entry, t: int) -> str:
        signal, noise = (brief(weight.value(entry.schedule, t)) for weight in WEIGHTS)
        return self.tr("t = {t}:  {signal}·x₀ + {noise}·ε").format(t=t, signal=signal, noise=noise)

    def _end(self, entry: Entry) -> str:
        return self.tr("ends at t = {t}").format(t=entry.schedule.T)

    @Slot(QAction)
    def _select(self, action: QAction) -> None:
        self.selected.emit(action.data())
