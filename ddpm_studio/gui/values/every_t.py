"""The table of all coefficients of one schedule at every step, read straight from its arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES, TRAINING_CURVES, TrainedCoefficients
from ddpm_studio.gui.explaining.explanations import curve_tip
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.values.numbers import exact
from ddpm_studio.gui.widgets.item_models import RIGHT, Index, Role
from ddpm_studio.numerals import numeral

_CURVES = tuple(ALL_CURVES.values())
_MARK_OPACITY = 0.3
_AT_ONCE = 100


class EveryTModel(QAbstractTableModel):
    """A row per step t = 1 … T, a column per coefficient; the row of the current t is marked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._schedule: Schedule | None = None
        trained = TrainedCoefficients(Schedule(T=1), PLAIN)
        self._arrays = [trained[curve.name] for curve in _CURVES]
        self._train = PLAIN
        self._t = 0
        self._mark = QColor()
        self.set_theme(LIGHT)

    def set_theme(self, tokens: Tokens) -> None:
        """Mark the current row in a theme's accent colour."""
        self._mark = QColor(tokens.accent)
        self._mark.setAlphaF(_MARK_OPACITY)
        self._repaint_row(self._t)

    def show_schedule(self, schedule: Schedule, t: int, train: Objective = PLAIN) -> None:
        """Show the steps of a schedule that is trained for this, and mark step t; t = 0 is not a step."""
        before, self._t = self._t, t
        if schedule is self._schedule and train == self._train:
            self._repaint_row(before)
            self._repaint_row(t)
            return
        resized = self._schedule is None or schedule.T != self._schedule.T
        if resized:
            self.beginResetModel()
        self._schedule, self._train = schedule, train
        trained = TrainedCoefficients(schedule, train)
        self._arrays = [
            trained[curve.name] if curve.name in TRAINING_CURVES else schedule.coefficients[curve.name]
            for curve in _CURVES
        ]
        if resized:
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(schedule.T - 1, len(_CURVES) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """T, or 0 before the first schedule."""
        return 0 if parent.isValid() or self._schedule is None else self._schedule.T

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of coefficients."""
        return 0 if parent.isValid() else len(_CURVES)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """A value, marked in the row of the current t."""
        match role:
            case Role.DisplayRole:
                return numeral(float(self._arrays[index.column()][index.row()]))
            case Role.ToolTipRole:
                return exact(float(self._arrays[index.column()][index.row()]))
            case Role.TextAlignmentRole:
                return RIGHT
            case Role.BackgroundRole if index.row() == self._t - 1:
                return self._mark
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """t on the left, symbols above."""
        if role == Role.TextAlignmentRole:
            return RIGHT
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Role.DisplayRole else None
        curve = _CURVES[section]
        if role == Role.ToolTipRole:
            return curve_tip(curve.name)
        return curve.symbol if role == Role.DisplayRole else None

    def exact_rows(self, rows: range, columns: range) -> Iterator[list[object]]:
        """The cells of a rectangle at full precision, as they are now, whenever they are asked for."""
        return _exact([self._arrays[column] for column in columns], rows)

    def headed_rows(self) -> Iterator[list[object]]:
        """The whole table with the coefficients' names and t."""
        rows = self.exact_rows(range(self.rowCount()), range(len(_CURVES)))
        return chain([["t", *ALL_CURVES]], ([t, *row] for t, row in enumerate(rows, 1)))

    def _repaint_row(self, t: int) -> None:
        if 0 < t <= self.rowCount():
            self.dataChanged.emit(self.index(t - 1, 0), self.index(t - 1, len(_CURVES) - 1), [Role.BackgroundRole])


def _exact(arrays: Sequence[Array], rows: range) -> Iterator[list[object]]:
    """The rows of some columns, a few at a time, since other threads wait while an array becomes a list."""
    for start in range(rows.start, rows.stop, _AT_ONCE):
        cut = [array[start : min(start + _AT_ONCE, rows.stop)].tolist() for array in arrays]
        yield from map(list, zip(*cut, strict=True))
