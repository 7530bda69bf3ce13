"""Plotted lines: the points of a curve that print can show, in the coordinates of its panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.figures.figure import Figure, FigureLine
from ddpm_studio.figures.thinning import Thinning
from ddpm_studio.figures.y_extents import LARGEST, extent_on_axis, known_limits, padded

FINEST = 0.2
"""Width in points of what print can show: a 360th of an inch. A line is off by no more than a tenth of it."""

MOST_PER_COLUMN = 4
"""Points of a line over a width of FINEST: the first, the lowest, the highest and the last."""


@dataclass(frozen=True, eq=False)
class PlottedLine:
    """A line and its points, ascending x and y of shape (N,): positions on the time axis, and log₁₀ of the values on a
    logarithmic y axis; those that are not finite are left out.
    """

    line: FigureLine
    x: Array
    y: Array

    def needed(self, size: tuple[float, float]) -> tuple[Array, Array]:
        """The points that are needed where a point of print has this size in x and y.

        A smooth curve needs few. Of a rough one the lowest and the highest of all that lie in one column are kept.
        """
        finest = FINEST * size[0], FINEST * size[1]
        places = Thinning(self.x, self.y).places(finest)
        x, y = self.x[places], self.y[places]
        columns = np.floor((x - x[:1]) / finest[0])
        if len(x) <= MOST_PER_COLUMN * (1 + columns.max(initial=0)):
            return x, y
        kept = outermost(columns, y)
        return x[kept], y[kept]


def outermost(columns: Array, y: Array) -> NDArray[np.intp]:
    """The places of the first, the lowest, the highest and the last point of every column; both have the shape (N,).

    >>> outermost(np.array([0.0, 0, 0, 0, 0, 1]), np.array([3.0, 9, 4, 1, 2, 5])).tolist()
    [0, 1, 3, 4, 5]
    """
    starts = np.flatnonzero(np.diff(columns, prepend=-1.0))
    ends = np.append(starts[1:], len(y)) - 1
    by_height = np.lexsort((y, columns))
    return np.unique(np.concatenate([starts, ends, by_height[starts], by_height[ends]]))


def plotted(figure: Figure, curve: Curve) -> list[PlottedLine]:
    """The lines of a curve's panel."""
    return [_plotted(figure, curve, line) for line in figure.shown]


def y_limits(figure: Figure, curve: Curve, lines: Sequence[PlottedLine]) -> tuple[float, float]:
    """The range of a panel's y axis: all that is drawn, and what is known of the curve."""
    log = figure.is_log(curve)
    low, high = figure.time_axis.shown()
    limits = known_limits(curve, log, figure.against)
    for each in lines:
        seen = each.y[(each.x >= low) & (each.x <= high)]
        limits += extent_on_axis(curve, seen, log, figure.against) if len(seen) else ()
    return padded(limits)


def _plotted(figure: Figure, curve: Curve, line: FigureLine) -> PlottedLine:
    x, y = SCALES[figure.axis].positions(line.schedule)[1:], figure.values(line, curve)
    if figure.is_log(curve):
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.log10(y)
    finite = (np.abs(x) <= LARGEST) & (np.abs(y) <= LARGEST)
    return PlottedLine(line, x[finite], y[finite])
