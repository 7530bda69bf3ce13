"""A table of numbers that copies as tab-separated values at full precision."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView, QWidget

from ddpm_studio.files.tab_separated import tab_separated_lines
from ddpm_studio.gui.theme import number_font
from ddpm_studio.gui.values.at_t import AtTModel
from ddpm_studio.gui.values.every_t import EveryTModel
from ddpm_studio.gui.values.symbols import SymbolHeader
from ddpm_studio.numerals import lined_up


class LinedUp(QStyledItemDelegate):
    """Paints the numbers of a column with their decimal points below each other."""

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        """The text of a cell as it is painted."""
        return lined_up(str(value))


class NumbersTable(QTableView):
    """Shows either model with tabular numerals; Ctrl+C copies the selected cells: `copied` has the lines."""

    copied = Signal(object)

    def __init__(self, model: AtTModel | EveryTModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = model
        self.setModel(model)
        if isinstance(model, AtTModel):
            self.setVerticalHeader(SymbolHeader(Qt.Orientation.Vertical, self))
        else:
            self.setHorizontalHeader(SymbolHeader(Qt.Orientation.Horizontal, self))
        self.setItemDelegate(LinedUp(self))
        self.setFont(number_font(self.font()))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.fit_rows()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)

    def fit_rows(self) -> None:
        """Give rows the height of the font, and symbols above them no less."""
        height = self.fontMetrics().height() + 8
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setMinimumHeight(height)

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
            self.copied.emit(tab_separated_lines(self._numbers.exact_rows(rows, columns)))

    @Slot()
    def copy_all(self) -> None:
        """Copy the whole table with its headings."""
        self.copied.emit(tab_separated_lines(self._numbers.headed_rows()))
