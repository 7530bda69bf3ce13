"""A table of numbers that is copied as tab-separated values at full precision, and the model it reads."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView, QWidget

from ddpm_studio.gui.theme import number_font

Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class NumbersModel(QAbstractTableModel):
    """A table that knows its cells as text at full precision."""

    def exact_rows(self, rows: range, columns: range) -> list[list[str]]:
        """The cells of a rectangle, row by row, floats in their shortest round-trip form."""
        raise NotImplementedError

    def headed_rows(self) -> list[list[str]]:
        """The whole table with a line of names above it, each row told by what stands before it."""
        raise NotImplementedError


class NumbersTable(QTableView):
    """Shows a NumbersModel with tabular numerals; Ctrl+C copies the selected cells."""

    def __init__(self, model: NumbersModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = model
        self.setModel(model)
        self.setFont(number_font(self.font()))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        rows = self.verticalHeader()
        rows.setDefaultSectionSize(self.fontMetrics().height() + 8)
        rows.setSectionResizeMode(rows.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies what is selected."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        else:
            super().keyPressEvent(event)

    @Slot()
    def copy_selection(self) -> None:
        """Put the selected cells on the clipboard, if there are any."""
        selected = self.selectionModel().selection()
        if not selected.isEmpty():
            area = selected.first()
            rows, columns = range(area.top(), area.bottom() + 1), range(area.left(), area.right() + 1)
            _copy(self._numbers.exact_rows(rows, columns))

    @Slot()
    def copy_all(self) -> None:
        """Put the whole table with its headings on the clipboard."""
        _copy(self._numbers.headed_rows())


def _copy(rows: list[list[str]]) -> None:
    QApplication.clipboard().setText("\n".join("\t".join(row) for row in rows) + "\n")
