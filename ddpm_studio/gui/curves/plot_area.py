"""PlotArea: the part of the window through which a grid of plots is seen, which scrolls by whole rows of them."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent

from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.widgets.sizes.row_area import RowArea


class PlotArea(RowArea):
    """Scrolls the grid where needed, so that no row of it is cut at the top."""

    def __init__(self, grid: PlotGrid) -> None:
        super().__init__(grid, lambda: float(grid.row_height))
        self._grid = grid

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange the plots: a greater height may show all of them at once."""
        super().resizeEvent(event)
        self._grid.arrange()
