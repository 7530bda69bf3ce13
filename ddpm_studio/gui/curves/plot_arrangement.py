"""The arrangement of the plots in a grid."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

LEAST_WIDTH, LEAST_HEIGHT = 210, 130
"""Least height of one plot, in pixels; with less room the grid scrolls."""

ALONE_HEIGHT = 64
"""Least height of a plot that has all the height: in a low window it is better whole than scrolled."""

BEST_SHAPE = 1.6
"""Ratio of width to height that plots come as close to as they can."""


@dataclass(frozen=True)
class PlotArrangement:
    """A grid of `columns` × `rows` cells, each `width` × `height` pixels."""

    columns: int
    rows: int
    width: int
    height: int

    def cell(self, place: int) -> tuple[int, int, int, int]:
        """x, y, width and height of a plot's cell; plots are counted from 0 in reading order."""
        row, column = divmod(place, self.columns)
        return column * self.width, row * self.height, self.width, self.height


def arrange(count: int, width: int, height: int) -> PlotArrangement:
    """The best grid for `count` ≥ 1 plots: all in view unless that makes them too small, else as wide as fits."""
    candidates = [_grid(count, columns, width, height) for columns in range(1, _most_columns(count, width) + 1)]
    return min(candidates, key=lambda grid: _unfitness(grid, count, height))


def _most_columns(count: int, width: int) -> int:
    return max(1, min(count, width // LEAST_WIDTH))


def _grid(count: int, columns: int, width: int, height: int) -> PlotArrangement:
    rows = -(-count // columns)
    each = height // rows
    return PlotArrangement(columns, rows, width // columns, each if each >= LEAST_HEIGHT else _of_whole_rows(height))


def _of_whole_rows(height: int) -> int:
    """The height of rows of which as many as have room fill what is seen of a grid that scrolls."""
    return max(height // max(1, height // LEAST_HEIGHT), ALONE_HEIGHT)


def _unfitness(grid: PlotArrangement, count: int, height: int) -> tuple[int, float]:
    hidden_rows = max(0, grid.rows * grid.height - height)
    empty = grid.columns * grid.rows - count
    return hidden_rows, abs(log(grid.width / grid.height / BEST_SHAPE)) + 0.15 * empty
