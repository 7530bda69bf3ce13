"""The model of the schedules list for Qt's views; edits in a view go out as signals, not into the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES, TrainedCoefficients, trained_value_at
from ddpm_studio.gui.schedules.rows.list_line import Badge, BadgeKind, ListLine, MemberReading
from ddpm_studio.gui.schedules.rows.remarks import Remarks
from ddpm_studio.gui.schedules.text.spec_line import Refused
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.widgets.item_models import Index, Role
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.numerals import MISSING, numeral

_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEditable
    | Qt.ItemFlag.ItemIsUserCheckable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


class EntriesModel(QAbstractListModel):
    """One row per entry. Editing a row asks for a change; it makes none. Refused texts are kept with their rows."""

    visible_toggled = Signal(int, bool)
    renamed = Signal(int, str)
    moved = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self._remarks = Remarks()
        self._refused: dict[int, Refused] = {}
        self._opened: frozenset[int] = frozenset()

    def show_state(self, state: State) -> bool:
        """Show a state; True if rows came, went or moved, so that indexes are no longer valid."""
        before, self._state = self._state, state
        self._remarks.show_state(state)
        if [entry.key for entry in before.entries] != [entry.key for entry in state.entries]:
            keys = {entry.key for entry in state.entries}
            self._refused = {key: left for key, left in self._refused.items() if key in keys}
            self.beginResetModel()
            self.endResetModel()
            return True
        changed = [
            row
            for row, (old, new) in enumerate(zip(before.entries, state.entries, strict=True))
            if old is not new or before.title(old) != state.title(new)
        ]
        for row in changed:
            if before.entries[row].spec != state.entries[row].spec:
                self._refused.pop(state.entries[row].key, None)
        if changed and not state.adjusting:
            # Qt lays the whole list out with each of these, while nothing but the chosen line's field changes.
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))
        return False

    def keep_refused(self, key: int, refused: Refused | None) -> None:
        """Keep what was refused for an entry, if it is still there, or nothing any more."""
        self._refused.pop(key, None)
        if refused is not None and any(entry.key == key for entry in self._state.entries):
            self._refused[key] = refused

    def refused(self, key: int) -> Refused | None:
        """What was refused for an entry, and is left there."""
        return self._refused.get(key)

    def open(self, key: int, opened: bool) -> None:
        """Show the members of an entry below it, or no longer."""
        self._opened = self._opened | {key} if opened else self._opened - {key}

    def is_open(self, key: int) -> bool:
        """Whether members of an entry are shown below it, if it has any."""
        return key in self._opened

    def members(self, index: Index) -> tuple[float, ...]:
        """The values of the members that are shown below the row of a valid index."""
        entry = self.entry(index)
        return entry.family.values if entry.family is not None and self.is_open(entry.key) else ()

    def reading(self, member: Schedule, train: Objective = PLAIN) -> MemberReading:
        """What a member of a family that is trained for this has at the moment; dashes where it has ended before."""
        curve, moment = ALL_CURVES[self._state.curve], self._state.moment
        if not moment.reached(member):
            return MemberReading(curve.symbol, MISSING, MISSING)
        t = moment.step(member)
        value = trained_value_at(member, TrainedCoefficients(member, train), curve.name, t)
        return MemberReading(curve.symbol, f"{numeral(value)} {curve.unit}".rstrip(), str(t))

    def entry(self, index: Index) -> Entry:
        """The entry of a valid index."""
        return self._state.entries[index.row()]

    def line(self, index: Index) -> ListLine:
        """What the row of a valid index says."""
        entry = self.entry(index)
        refused = self._refused.get(entry.key)
        heading = self._state.title(entry) if self.has_heading(index) else ""
        badges = self._remarks.badges(entry) if refused is None else (Badge(BadgeKind.ERROR, "✕", refused.reason),)
        text = str(entry.spec) if refused is None else refused.text
        badges = (*self._opener(entry), *badges)
        train = self.train_text(index)
        steps = tuple(map(_shortened, map(str, entry.steps)))
        return ListLine(entry, self._state.letter(entry), heading, text, badges, refused is not None, train, steps)

    def _opener(self, entry: Entry) -> Iterator[Badge]:
        """The badge that opens a family, and its meaning, which counts the members."""
        if entry.family is not None:
            mark = "▾" if self.is_open(entry.key) else "▸"
            meaning = self.tr("{count} members, shown by a click here, → and ←").format(count=entry.family.count)
            yield Badge(BadgeKind.MEMBERS, mark, meaning)

    def has_heading(self, index: Index) -> bool:
        """Whether the row of a valid index has a name, or began as what has one."""
        entry = self.entry(index)
        return bool(entry.name) or entry.base is not None

    def train_text(self, index: Index) -> str:
        """The training objective of the row of a valid index, or "" for the default."""
        train = self.entry(index).train
        return "" if train == PLAIN else str(train)

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
            case Role.DisplayRole:
                line = self.line(index)
                return f"{line.letter}   {line.heading or line.text}"
            case Role.AccessibleTextRole:
                return self.line(index).spoken
            case Role.EditRole:
                return entry.name or self._state.title(entry)
            case Role.CheckStateRole:
                return Qt.CheckState.Checked if entry.visible else Qt.CheckState.Unchecked
            case Role.ToolTipRole:
                line = self.line(index)
                parts = (line.heading, line.text, *line.steps, line.train, *(badge.meaning for badge in line.badges))
                return plain_tip("\n".join(part for part in parts if part))
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
        return _FLAGS

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


_LONGEST = 200
"""Letters of a text of steps that a line or a tip has room for."""


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
