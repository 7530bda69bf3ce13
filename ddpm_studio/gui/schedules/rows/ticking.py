"""Ticking with the mouse: a press on a tick, which the mouse can take on to the ticks of other lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent

from ddpm_studio.gui.schedules.rows.model import EntriesModel

_Held = Qt.KeyboardModifier


@dataclass
class _Sweep:
    """A press on a tick that goes on: what it made of the tick, the rows that it came to, and all their keys."""

    visible: bool
    row: int
    keys: tuple[int, ...]


class Ticking(QObject):
    """Ticks, or no longer, the lines of a list that the mouse goes over, `row_at` a place of it.

    `swept` has the keys of all lines so far and whether they are shown now, `swept_over` says that the mouse let go,
    and `only_wanted` has the key of the line that is to be shown alone.
    """

    swept = Signal(object, bool)
    swept_over = Signal()
    only_wanted = Signal(int)

    def __init__(self, model: EntriesModel, row_at: Callable[[QPoint], int], parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._row_at = row_at
        self._sweep: _Sweep | None = None

    @property
    def under_way(self) -> bool:
        """Whether the mouse is held since it pressed on a tick."""
        return self._sweep is not None

    def press(self, row: int, event: QMouseEvent) -> None:
        """Begin at the tick of a row; with Alt only this line is shown."""
        self.let_go()
        entry = self._model.entry(self._model.index(row))
        if event.modifiers() & _Held.AltModifier:
            self.only_wanted.emit(entry.key)
            return
        self._sweep = _Sweep(not entry.visible, row, (entry.key,))
        self.swept.emit(self._sweep.keys, self._sweep.visible)

    def move(self, event: QMouseEvent) -> None:
        """Take in all lines as far as the one that the mouse is over."""
        row, sweep = self._row_at(event.position().toPoint()), self._sweep
        if sweep is None or row == sweep.row or not 0 <= row < self._model.rowCount():
            return
        rows = range(min(row, sweep.row), max(row, sweep.row) + 1)
        passed = [self._model.entry(self._model.index(each)).key for each in rows]
        sweep.row, sweep.keys = row, tuple(dict.fromkeys((*sweep.keys, *passed)))
        self.swept.emit(sweep.keys, sweep.visible)

    def let_go(self) -> None:
        """End at where the mouse is."""
        if self._sweep is not None:
            self._sweep = None
            self.swept_over.emit()
