"""SweepRowsModel: the rows of a sweep as a table, sorted by any column and filtered by words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Slot
from PySide6.QtGui import QColor

from ddpm_studio.gui.lab.table.row_columns import COLUMNS, TableColumn, TableRow
from ddpm_studio.gui.lab.table.row_filter import passes
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.item_models import LEFT, RIGHT, Index, Role
from ddpm_studio.lab.compared_rows import WayTold
from ddpm_studio.lab.exported_rows import csv_rows
from ddpm_studio.lab.lab_results import LabResults


class SweepRowsModel(QAbstractTableModel):
    """The rows that pass the filter, in the order of `sort`, which at first is that of the results.

    What a column has nothing for comes last in both directions. Rows without numbers are in the `muted` colour.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[TableRow, ...] = ()
        self.shown: tuple[TableRow, ...] = ()
        self._line, self._column, self._falling = "", -1, False
        self.muted = QColor()

    @property
    def count(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._all)

    def is_empty(self, column: int) -> bool:
        """Whether no row has anything in a column, shown or not."""
        return all(COLUMNS[column].value(row) is None for row in self._all)

    def show_results(self, results: LabResults | None) -> None:
        """Show the rows of these, none for None."""
        sweep = None if results is None else results.asked.sweep
        pictures = 1 if sweep is None else sweep.pictures * len(dict.fromkeys(sweep.seeds))
        self._all = () if results is None else tuple(TableRow(each, pictures) for each in results.found)
        self._arrange()

    @Slot(str)
    def filter(self, line: str) -> None:
        """Show the rows that have all words of a line."""
        self._line = line
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, −1 for the order of the results."""
        self._column, self._falling = column, order is Qt.SortOrder.DescendingOrder
        self._arrange()

    def way_of(self, row: int) -> WayTold:
        """What a row that is shown is of."""
        return self.shown[row].each.way_told

    def row_of(self, chosen: WayTold | None) -> int | None:
        """Where a way is shown, None if it is not."""
        return next((row for row in range(len(self.shown)) if self.way_of(row) == chosen), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of rows that are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """The text of a cell, in full also as its tip."""
        row, column = self.shown[index.row()], COLUMNS[index.column()]
        match role:
            case Role.DisplayRole | Role.ToolTipRole:
                return translated(column.text(row))
            case Role.TextAlignmentRole:
                return RIGHT if column.is_number else LEFT
            case Role.ForegroundRole if row.each.row.error is None:
                return self.muted
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """The heads of the columns, with what they mean as tips."""
        if orientation == Qt.Orientation.Vertical:
            return None
        column = COLUMNS[section]
        match role:
            case Role.DisplayRole:
                return translated(column.head)
            case Role.ToolTipRole:
                return translated(column.meaning)
            case Role.TextAlignmentRole:
                return RIGHT if column.is_number else LEFT
        return None

    def exported_rows(self, rows: range, columns: range) -> Iterator[list[object]]:
        """These rows as the CSV has them, all columns, with the heads."""
        return map(list, csv_rows(row.each for row in self.shown[rows.start : rows.stop]))

    def _arrange(self) -> None:
        self.beginResetModel()
        kept = [row for row in self._all if passes(row, self._line)]
        self.shown = tuple(_sorted(kept, COLUMNS[self._column], self._falling) if self._column >= 0 else kept)
        self.endResetModel()


def _sorted(rows: Sequence[TableRow], column: TableColumn, falling: bool) -> list[TableRow]:
    with_value = [row for row in rows if column.value(row) is not None]
    without = [row for row in rows if column.value(row) is None]
    ordered = sorted(with_value, key=column.value, reverse=falling)  # type: ignore[arg-type]  # All numbers or all texts.
    return [*sorted(ordered, key=column.apart), *without]
