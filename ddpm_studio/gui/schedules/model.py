"""The model of the schedules list for Qt's views; edits in a view go out as signals, not into the model."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor

from ddpm_studio.gui.schedules.swatch import SWATCH, swatch_icon
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.widgets.item_models import Index, Role
from ddpm_studio.gui.widgets.mathtext import plain_tip

ROW = QSize(SWATCH.width(), 24)
"""The least size of a row, in pixels."""


class EntriesModel(QAbstractListModel):
    """One row per entry: tick, line sample, letter and title. Editing a row asks for a change; it makes none."""

    visible_toggled = Signal(int, bool)
    renamed = Signal(int, str)
    moved = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self._tokens = LIGHT
        self._device_ratio = 1.0

    def show_state(self, state: State) -> bool:
        """Show a state; True if rows came, went or moved, so that indexes are no longer valid."""
        before, self._state = self._state, state
        if [entry.key for entry in before.entries] != [entry.key for entry in state.entries]:
            self.beginResetModel()
            self.endResetModel()
            return True
        for row, (old, new) in enumerate(zip(before.entries, state.entries, strict=True)):
            if _seen(before, old) != _seen(state, new):
                self.dataChanged.emit(self.index(row), self.index(row))
        return False

    def set_theme(self, tokens: Tokens, device_ratio: float) -> None:
        """Paint the line samples for another background."""
        self._tokens, self._device_ratio = tokens, device_ratio
        self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def entry(self, index: Index) -> Entry:
        """The entry of a valid index."""
        return self._state.entries[index.row()]

    def index_of(self, key: int) -> QModelIndex:
        """The index of the entry with this key."""
        return self.index([entry.key for entry in self._state.entries].index(key))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of schedules."""
        return 0 if parent.isValid() else len(self._state.entries)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """The data that a row shows."""
        entry = self.entry(index)
        match role:
            case Role.DisplayRole | Role.AccessibleTextRole:
                return f"{self._state.letter(entry)}   {self._state.title(entry)}"
            case Role.EditRole:
                return entry.name or self._state.title(entry)
            case Role.DecorationRole:
                return swatch_icon(entry.style, self._tokens, self._device_ratio)
            case Role.CheckStateRole:
                return Qt.CheckState.Checked if entry.visible else Qt.CheckState.Unchecked
            case Role.ForegroundRole if not entry.visible:
                return QColor(self._tokens.muted)
            case Role.SizeHintRole:
                return ROW
            case Role.ToolTipRole:
                return plain_tip(f"{self._state.title(entry)}\n{entry.schedule}")
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Ask for another name or visibility; the row changes when the state does."""
        entry = self.entry(index)
        if role == Role.CheckStateRole:
            self.visible_toggled.emit(entry.key, Qt.CheckState(value) == Qt.CheckState.Checked)
        elif role == Role.EditRole and value != self.data(index, Role.EditRole):
            self.renamed.emit(entry.key, value)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Flags that let rows be ticked, renamed and dragged between each other."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def supportedDropActions(self) -> Qt.DropAction:
        """Moving only."""
        return Qt.DropAction.MoveAction

    def moveRows(
        self, source_parent: Index, source: int, count: int, destination_parent: Index, destination: int
    ) -> bool:
        """Ask for another position: before row `destination`, counted while the dragged row is still there."""
        self.ask_to_move(source, destination - 1 if destination > source else destination)
        return True

    def ask_to_move(self, row: int, place: int) -> None:
        """Ask for row `row` to become row `place`, if that exists."""
        if row != place and 0 <= place < self.rowCount():
            self.moved.emit(self._state.entries[row].key, place)


def _seen(state: State, entry: Entry) -> tuple[str, int, bool]:
    """The part of an entry that a row shows, so that moving a parameter's slider does not repaint the list."""
    return state.title(entry), entry.style, entry.visible
