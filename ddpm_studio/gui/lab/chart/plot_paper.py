"""Paper of a log-log plot: where each number of calls and each error stands in a widget."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from PySide6.QtCore import QPointF, QRectF

from ddpm_studio.lab.sweep_lines import SweepGroup, error_of

BESIDE, ABOVE = 0.04, 0.06
"""What is left free beside and above what is drawn, as a share of it."""

NARROWEST = 0.2
"""The least extent of an axis, as a power of ten."""

_NEAR_FLOOR = 0.7
"""How far below all errors what the reference is off by is still drawn, as a power of ten."""


@dataclass(frozen=True)
class PlotExtent:
    """The least and greatest log₁₀ of the calls and of the errors."""

    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def of(cls, group: SweepGroup) -> Self:
        """That of all that is drawn of a group."""
        calls = [math.log10(max(1, each)) for each in group.calls]
        errors = [math.log10(value) for value in _errors(group) if 0 < value < math.inf]
        if group.floor and math.log10(group.floor) > min(errors) - _NEAR_FLOOR:
            errors.append(math.log10(group.floor))
        return cls(_roomy(min(calls), max(calls), BESIDE), _roomy(min(errors), max(errors), ABOVE))

    def widened(self, other: PlotExtent) -> PlotExtent:
        """The least that holds both."""
        return PlotExtent(_both(self.x, other.x), _both(self.y, other.y))


@dataclass(frozen=True)
class PlotPaper:
    """An extent in a part of a widget."""

    extent: PlotExtent
    area: QRectF

    def place(self, calls: float, error: float) -> QPointF:
        """Where an error, or the lower edge for one of 0, after so many calls stands."""
        y = math.log10(error) if error > 0 else self.extent.y[0]
        return QPointF(self.x(math.log10(max(1, calls))), self.y(max(y, self.extent.y[0])))

    def x(self, power: float) -> float:
        """Where a log₁₀ of calls stands."""
        low, high = self.extent.x
        return self.area.left() + (power - low) / (high - low) * self.area.width()

    def y(self, power: float) -> float:
        """Where a log₁₀ of an error stands."""
        low, high = self.extent.y
        return self.area.bottom() - (power - low) / (high - low) * self.area.height()

    def calls_at(self, x: float) -> int:
        """The whole number of calls that stands nearest."""
        low, high = self.extent.x
        share = (x - self.area.left()) / max(1.0, self.area.width())
        return max(1, round(math.pow(10.0, low + min(1.0, max(0.0, share)) * (high - low))))


def _errors(group: SweepGroup) -> Iterable[float]:
    for each in group.rows:
        yield error_of(each)
        if each.row.distance is not None:
            yield each.row.distance.low
            yield each.row.distance.high


def _roomy(low: float, high: float, share: float) -> tuple[float, float]:
    lacking = max(0.0, NARROWEST - (high - low)) / 2
    room = share * max(high - low, NARROWEST)
    return low - lacking - room, high + lacking + room


def _both(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return min(one[0], other[0]), max(one[1], other[1])
