"""NumbersTable: the table of the numbers panel, with symbols as headings and decimal points below each other."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Slot
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QTableView, QWidget

from ddpm_studio.files.table_rows import TAB, row_lines
from ddpm_studio.gui.values.at_t import AtTModel
from ddpm_studio.gui.values.every_t import EveryTModel
from ddpm_studio.gui.values.symbols import SymbolHeader
from ddpm_studio.gui.widgets.copied_table import CopiedTable
from ddpm_studio.numerals import lined_up


class LinedUp(QStyledItemDelegate):
    """Paints the numbers of a column with their decimal points below each other."""

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        """The text of a cell as it is painted."""
        return lined_up(str(value))


class NumbersTable(CopiedTable):
    """Shows either model, with symbols as headings, and copies all of it as well."""

    def __init__(self, model: AtTModel | EveryTModel, parent: QWidget | None = None) -> None:
        super().__init__(model, model.exact_rows, parent)
        self._numbers = model
        if isinstance(model, AtTModel):
            self.setVerticalHeader(SymbolHeader(Qt.Orientation.Vertical, self))
        else:
            self.setHorizontalHeader(SymbolHeader(Qt.Orientation.Horizontal, self))
        self.setItemDelegate(LinedUp(self))
        self.setAlternatingRowColors(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.fit_rows()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)

    def fit_rows(self) -> None:
        """Give rows the height of the font, and symbols above them no less."""
        self.verticalHeader().setDefaultSectionSize(self.row_height)
        self.horizontalHeader().setMinimumHeight(self.row_height)

    @Slot()
    def copy_all(self) -> None:
        """Copy the whole table with its headings."""
        self.copied.emit(row_lines(self._numbers.headed_rows(), TAB))
