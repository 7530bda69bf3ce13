"""StepTable: a table with a row for each step, from which cells can be copied at full precision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

from PySide6.QtCore import QAbstractTableModel, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ddpm_studio.files.tab_separated import tab_separated_lines
from ddpm_studio.gui.theme import number_font

_MEASURED = 60
"""Rows by which the width of a column is found; all of a long list would hold up the window."""


class _ExactRows(Protocol):
    def exact_rows(self, rows: range, columns: range) -> Iterator[list[str]]:
        """The cells of a rectangle at full precision."""


class StepTable(QTableView):
    """Shows a model, which has `exact_rows`, with tabular numerals; Ctrl+C copies cells: `copied` has the lines."""

    copied = Signal(object)

    def __init__(self, model: QAbstractTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setFont(number_font(self.font()))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setResizeContentsPrecision(_MEASURED)
        model.modelReset.connect(self._fit_columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out among the columns."""
        super().resizeEvent(event)
        self._fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the selected cells on Ctrl+C."""
        selected = self.selectionModel().selection()
        if not event.matches(QKeySequence.StandardKey.Copy) or selected.isEmpty():
            super().keyPressEvent(event)
            return
        area = selected.first()
        rows, columns = range(area.top(), area.bottom() + 1), range(area.left(), area.right() + 1)
        self.copied.emit(tab_separated_lines(cast(_ExactRows, self._model).exact_rows(rows, columns)))

    @Slot()
    def _fit_columns(self) -> None:
        """Give every column what its numbers need, and all of them as much of what is left."""
        head, columns = self.horizontalHeader(), range(self._model.columnCount())
        needed = [max(self.sizeHintForColumn(column), head.sectionSizeHint(column)) for column in columns]
        spare = max(0, self.viewport().width() - sum(needed)) // len(needed)
        for column, width in zip(columns, needed, strict=True):
            head.resizeSection(column, width + spare)
