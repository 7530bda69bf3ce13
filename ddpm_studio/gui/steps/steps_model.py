"""StepsModel: a line of steps as a table: where each starts, and how long it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.steps.levels_findings import growth
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.item_models import RIGHT, Index, Role
from ddpm_studio.numerals import numeral

_DIGITS = 12

COLUMNS = (
    ("t", QT_TRANSLATE_NOOP("steps table", "Step of the schedule that the step starts at, possibly fractional")),
    (QT_TRANSLATE_NOOP("steps table", "timestep"), QT_TRANSLATE_NOOP("steps table", "What the network is told")),
    ("σ", QT_TRANSLATE_NOOP("steps table", "Noise level, √(1 − ᾱ)/√ᾱ")),
    ("τ", QT_TRANSLATE_NOOP("steps table", "Noise level of a flow, σ/(1 + σ)")),
    ("log SNR", QT_TRANSLATE_NOOP("steps table", "Noise level, −2 ln σ")),
    ("h", QT_TRANSLATE_NOOP("steps table", "Length of the step in λ = ½ log SNR")),
    (
        QT_TRANSLATE_NOOP("steps table", "ratio"),
        QT_TRANSLATE_NOOP("steps table", "Length of the step over that of the step before"),
    ),
)

IN_CODE = ("t", "timestep", "sigma", "tau", "log_snr", "h", "ratio")
"""The names of the columns in code and in tables that are copied."""


class StepsModel(QAbstractTableModel):
    """A row for each of N steps, and one for the level where they end, which has no length."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cells = np.empty((0, len(COLUMNS)))

    def show_levels(self, levels: StepLevels) -> None:
        """Show other steps."""
        self.beginResetModel()
        self._cells = _cells(levels)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """N + 1, or 0 before there are steps."""
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of quantities."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """A number, or nothing where there is none."""
        number = float(self._cells[index.row(), index.column()])
        match role:
            case Role.DisplayRole:
                # Without what the way through log SNR has changed in the last bits.
                return "" if np.isnan(number) else numeral(float(f"{number:.{_DIGITS}g}"))
            case Role.ToolTipRole:
                return "" if np.isnan(number) else repr(number)
            case Role.TextAlignmentRole:
                return RIGHT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """The step on the left, what the numbers are above."""
        if role == Role.TextAlignmentRole:
            return RIGHT
        if orientation == Qt.Orientation.Vertical:
            if role != Role.DisplayRole:
                return None
            return self.tr("end") if section == len(self._cells) - 1 else section + 1
        symbol, meaning = COLUMNS[section]
        if role == Role.ToolTipRole:
            return f"{IN_CODE[section]}\n{translated(meaning)}"
        return translated(symbol) if role == Role.DisplayRole else None

    def exact_rows(self, rows: range, columns: range) -> Iterator[list[object]]:
        """The cells of a rectangle at full precision."""
        for row in self._cells[rows.start : rows.stop, columns.start : columns.stop].tolist():
            yield ["" if np.isnan(number) else number for number in row]


def _cells(levels: StepLevels) -> Array:
    """The numbers of all rows and columns, (N+1, columns), NaN where there is none."""
    timesteps = levels.all_timesteps
    with np.errstate(invalid="ignore"):
        h = np.append(np.diff(levels.log_snr) / 2, np.nan)
    ratios = np.append(growth(levels.log_snr), np.nan)
    ratios[ratios == 0] = np.nan
    t = np.nan_to_num(timesteps + 1, nan=0.0)
    return np.stack([t, timesteps, levels.sigmas, levels.taus, levels.log_snr, h, ratios], axis=1)
