"""AxisSlide: lines that slide over from their places on one x axis to those on another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Slot

from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.plot_items import CurveItem
from ddpm_studio.gui.curves.series import Array

LATE = 3
"""Labels are seen once lines are nearly there: before, they stand at none."""

MOST_POINTS = 240
"""Points of a line that is on its way: too few to tell only where it stands still."""


@dataclass(frozen=True, eq=False)
class _Way:
    """The points of a line at both ends of its way, in the coordinates of the axis that it goes to."""

    line: CurveItem
    start: Array
    end: Array
    y: Array

    def show(self, share: float) -> None:
        """Draw the line where it is after a share of its way."""
        self.line.set_passing(self.start + share * (self.end - self.start), self.y)


class AxisSlide(QVariantAnimation):
    """Draws the lines of plots on their way; everything else is where it will be, and labels come in meanwhile.

    What a line has as its data is never touched. `motion_ms` says how long it takes: 0 until it is told otherwise, and
    with 0 nothing slides.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.motion_ms: Callable[[], int] = int
        self._left: list[tuple[CurveItem, Array]] = []
        self._plots: Sequence[CurvePlot] = ()
        self._ways: list[_Way] = []
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self.valueChanged.connect(self._move)
        self.finished.connect(self.end)

    def leave(self, plots: Sequence[CurvePlot], seen: tuple[float, float]) -> None:
        """Note where lines are, before they are drawn over another axis; `seen` is the part of theirs that is."""
        lines = [line for plot in plots for line in plot.lines]
        self._left = [(line, _rescaled(line.getData()[0], seen, (0.0, 1.0))) for line in lines]

    def arrive(self, plots: Sequence[CurvePlot], seen: tuple[float, float]) -> None:
        """Have lines slide from where they were to where they are now; `seen` is the part of their axis that is."""
        there = {line for plot in plots for line in plot.lines}
        self._ways = [_way(line, _rescaled(x, (0.0, 1.0), seen)) for line, x in self._left if line in there]
        self._left, self._plots = [], plots
        self.setDuration(self.motion_ms())
        self._move(0.0)  # Qt says nothing of the value that it begins with.
        self.start()

    @Slot()
    def end(self) -> None:
        """Be where it goes to at once."""
        ways, self._ways = self._ways, []
        self.stop()
        for way in ways:
            way.line.set_passing()
        if ways:
            self._show_labels(1.0)

    @Slot("QVariant")
    def _move(self, share: float) -> None:
        for way in self._ways:
            way.show(share)
        if self._ways:
            self._show_labels(share**LATE)

    def _show_labels(self, share: float) -> None:
        for plot in self._plots:
            plot.set_arrived(share)


def _way(line: CurveItem, start: Array) -> _Way:
    """The way of a line. Over one axis fewer steps may have a place than over another: its last ones."""
    end, y = line.getData()
    count = min(len(start), len(end))
    chosen = np.unique(np.linspace(0, max(count - 1, 0), MOST_POINTS).round().astype(int))[:count]
    return _Way(line, start[chosen], end[chosen], y[chosen])


def _rescaled(x: Array, of: tuple[float, float], to: tuple[float, float]) -> Array:
    return to[0] + (x - of[0]) / (of[1] - of[0]) * (to[1] - to[0])
