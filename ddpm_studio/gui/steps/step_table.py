"""StepTable: a table with a row for each step, whose columns share its width."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from ddpm_studio.gui.widgets.copied_table import CopiedTable, ExactRows

_MEASURED = 60
"""Rows by which the width of a column is found; all of a long list would hold up the window."""


class StepTable(CopiedTable):
    """Gives every column the width that its numbers need, and all of them as much of what is left."""

    def __init__(self, model: QAbstractTableModel, exact_rows: ExactRows, parent: QWidget | None = None) -> None:
        super().__init__(model, exact_rows, parent)
        self._model = model
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.row_height)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setResizeContentsPrecision(_MEASURED)
        model.modelReset.connect(self._fit_columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out among the columns."""
        super().resizeEvent(event)
        self._fit_columns()

    @Slot()
    def _fit_columns(self) -> None:
        head, columns = self.horizontalHeader(), range(self._model.columnCount())
        needed = [max(self.sizeHintForColumn(column), head.sectionSizeHint(column)) for column in columns]
        spare = max(0, self.viewport().width() - sum(needed)) // len(needed)
        for column, width in zip(columns, needed, strict=True):
            head.resizeSection(column, width + spare)
