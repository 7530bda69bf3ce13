"""The table of all coefficients of all visible schedules at the current moment."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.explaining.explanations import curve_tip
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.values.numbers import exact
from ddpm_studio.gui.widgets.item_models import LEFT, RIGHT, Index, Role
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.numerals import numeral

_CURVES = tuple(ALL_CURVES.values())
_TITLE_LENGTH = 18


class Column(NamedTuple):
    """A visible schedule, its letter and title, and its step at the current moment."""

    entry: Entry
    title: str
    t: int


class AtTModel(QAbstractTableModel):
    """A row per coefficient, headed by its symbol: its name, then its value in each visible schedule at its own t."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: list[Column] = []
        self._tokens = LIGHT

    def show_state(self, state: State, tokens: Tokens) -> None:
        """Show the schedules visible in `state`, at its t."""
        columns = [
            Column(entry, f"{state.letter(entry)} {state.shown_title(entry)}", state.t_of(entry))
            for entry in state.visible
        ]
        resized = len(columns) != len(self._columns)
        if resized:
            self.beginResetModel()
        self._columns, self._tokens = columns, tokens
        if resized:
            self.endResetModel()
        elif columns:
            self.dataChanged.emit(self.index(0, 1), self.index(len(_CURVES) - 1, len(columns)))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 1, len(columns))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of coefficients."""
        return 0 if parent.isValid() else len(_CURVES)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for the name, and one per visible schedule."""
        return 0 if parent.isValid() else 1 + len(self._columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """A name or a value."""
        if role == Role.TextAlignmentRole:
            return RIGHT if index.column() else LEFT
        curve = _CURVES[index.row()]
        if index.column() == 0:
            if role == Role.ToolTipRole:
                return curve_tip(curve.name)
            return curve.name if role == Role.DisplayRole else None
        if role == Role.DisplayRole:
            return numeral(self._value(index.row(), index.column()))
        return exact(self._value(index.row(), index.column())) if role == Role.ToolTipRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Symbols on the left; letter, title and t above."""
        if orientation == Qt.Orientation.Vertical:
            if role == Role.DisplayRole:
                return _CURVES[section].symbol
            if role == Role.ToolTipRole:
                return curve_tip(_CURVES[section].name)
            return LEFT if role == Role.TextAlignmentRole else None
        if role == Role.TextAlignmentRole:
            return RIGHT if section else LEFT
        if section == 0:
            if role == Role.ToolTipRole:
                return self.tr("The name of each coefficient in code")
            return self.tr("name") if role == Role.DisplayRole else None
        column = self._columns[section - 1]
        if role == Role.DisplayRole:
            return f"{_elided(column.title)}\nt = {column.t}"
        if role == Role.ForegroundRole:
            return STYLES[column.entry.style].color(self._tokens.dark)
        return plain_tip(f"{column.title}\n{column.entry.schedule}") if role == Role.ToolTipRole else None

    def exact_rows(self, rows: range, columns: range) -> list[list[object]]:
        """The cells of a rectangle at full precision, None where there is no value."""
        return [[self._value(row, column) if column else _CURVES[row].name for column in columns] for row in rows]

    def headed_rows(self) -> list[list[object]]:
        """The whole table with titles and symbols."""
        titles = [f"{column.title}, t = {column.t}" for column in self._columns]
        rows = self.exact_rows(range(len(_CURVES)), range(1 + len(titles)))
        symbols = [curve.symbol for curve in _CURVES]
        return [["symbol", "name", *titles], *([symbol, *row] for symbol, row in zip(symbols, rows, strict=True))]

    def _value(self, row: int, place: int) -> float | None:
        column = self._columns[place - 1]
        return column.entry.value_at(_CURVES[row].name, column.t)


def _elided(title: str) -> str:
    """`title` cut in its middle to fit a column: its end may be what tells it from another.

    Qt does not shorten a two-line heading.
    """
    half = _TITLE_LENGTH // 2
    return title if len(title) <= _TITLE_LENGTH else f"{title[:half].rstrip()}…{title[-half + 1 :].lstrip()}"
