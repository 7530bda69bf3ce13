"""Table of two lists of steps beside each other, step by step, in which what differs is marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion.steps.differences.compared_steps import SAME_TIMESTEP, ComparedSteps, differing
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.files.steps.comparison_formats import COLUMNS_COMPARED, SYMBOLS_COMPARED, comparison_rows
from ddpm_studio.gui.explaining.explanations import SYMBOLS as SYMBOLS_NAMED
from ddpm_studio.gui.theme import number_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.item_models import RIGHT, Index, Role
from ddpm_studio.numerals import numeral

SYMBOLS = SYMBOLS_COMPARED[1:]
EQUAL = "="
_OF_EACH = 3
"""Columns of each quantity: of the first list, of the second, and their difference."""

_TINT = 0.22


class DifferencesModel(QAbstractTableModel):
    """A row for each level of the longer list. Numbers that differ are bold and tinted; equal ones have “=”."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = np.empty((0, len(SYMBOLS)))
        self._differs = np.empty((0, len(SYMBOLS) // _OF_EACH), bool)

    def show_lists(self, first: ComparedSteps, second: ComparedSteps) -> None:
        """Show two lists; every row is another."""
        self.beginResetModel()
        self._numbers = comparison_rows(first, second)
        times, levels = differing(first, second)
        # What one of them does not have differs, but for t of an end.
        self._differs = np.ones((len(self._numbers), len(SYMBOLS) // _OF_EACH), bool)
        self._differs[: len(times), 0] = times
        self._differs[len(times) :, 0] = first.timed and second.timed and first.levels.count != second.levels.count
        self._differs[: len(levels), 1:] = levels[:, None]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of levels."""
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """t, σ and log SNR, three of each."""
        return 0 if parent.isValid() else len(SYMBOLS)

    def differs(self, index: Index) -> bool:
        """Whether the lists differ there by more than their digits say."""
        return bool(self._differs[index.row(), index.column() // _OF_EACH])

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """A number, or how far two of them are apart."""
        number = float(self._numbers[index.row(), index.column()])
        match role:
            case Role.DisplayRole:
                return self._shown(index, number)
            case Role.ToolTipRole:
                return "" if np.isnan(number) else repr(number)
            case Role.TextAlignmentRole:
                return RIGHT
            case Role.FontRole if self.differs(index):
                return _bold()
            case Role.BackgroundRole if self.differs(index):
                return _tint()
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """The step on the left, symbols above."""
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role == Role.ToolTipRole and orientation == Qt.Orientation.Horizontal:
            meaning = (SYMBOLS_NAMED["t"], ALL_CURVES["sigmas"], ALL_CURVES["log_snr"])[section // _OF_EACH].meaning
            return f"{COLUMNS_COMPARED[section + 1]}\n{translated(meaning)}"
        if role != Role.DisplayRole:
            return None
        return section + 1 if orientation == Qt.Orientation.Vertical else SYMBOLS[section]

    def exact_rows(self, rows: range, columns: range) -> Iterator[list[object]]:
        """The cells of a rectangle at full precision."""
        for row in self._numbers[rows.start : rows.stop, columns.start : columns.stop].tolist():
            yield ["" if np.isnan(number) else number for number in row]

    def _shown(self, index: Index, number: float) -> str:
        is_difference = index.column() % _OF_EACH == _OF_EACH - 1
        if not is_difference or self.differs(index) or np.isnan(number):
            return numeral(number)
        # Those of lists that say nothing of timesteps may be far apart, which is not held against them.
        is_apart = index.column() < _OF_EACH and abs(number) > SAME_TIMESTEP
        return numeral(number) if is_apart else EQUAL


def _bold() -> QFont:
    font = number_font(QApplication.font())
    font.setBold(True)
    return font


def _tint() -> QColor:
    tint = QApplication.palette().color(QPalette.ColorRole.Highlight)
    tint.setAlphaF(_TINT)
    return tint
