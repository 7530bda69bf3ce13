"""CopiedTable: a table of numbers from which cells are copied as tab-separated values at full precision."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QAbstractTableModel, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from ddpm_studio.files.table_rows import TAB, row_lines
from ddpm_studio.gui.theme import number_font

ExactRows = Callable[[range, range], Iterable[list[object]]]
"""A function that has the cells of a rectangle, its rows and columns, at full precision."""


class CopiedTable(QTableView):
    """Shows a model with tabular numerals; Ctrl+C copies the selected cells: `copied` has the lines."""

    copied = Signal(object)

    def __init__(self, model: QAbstractTableModel, exact_rows: ExactRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exact_rows = exact_rows
        self.setModel(model)
        self.setFont(number_font(self.font()))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)

    @property
    def row_height(self) -> int:
        """The height of a row in the table's font."""
        return self.fontMetrics().height() + 8

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the selected cells on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        else:
            super().keyPressEvent(event)

    @Slot()
    def copy_selection(self) -> None:
        """Copy the selected cells, if there are any."""
        selected = self.selectionModel().selection()
        if not selected.isEmpty():
            area = selected.first()
            rows, columns = range(area.top(), area.bottom() + 1), range(area.left(), area.right() + 1)
            self.copied.emit(row_lines(self._exact_rows(rows, columns), TAB))
