"""PlotArea: the part of the window through which a grid of plots is seen, which scrolls by whole rows of them."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent, QWheelEvent

from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.widgets.focus import KeylessScrollArea

NOTCH = 120
"""What a wheel turns by at once, in Qt's eighths of a degree."""


class PlotArea(KeylessScrollArea):
    """Scrolls the grid where needed, so that no row of it is cut at the top."""

    def __init__(self, grid: PlotGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._turned = 0
        self.verticalScrollBar().sliderReleased.connect(self._settle)
        self.verticalScrollBar().rangeChanged.connect(self._settle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange the plots: a greater height may show all of them at once."""
        super().resizeEvent(event)
        self._grid.arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go a row on with each notch; what a touchpad turns by counts once it is as much."""
        self._turned += event.angleDelta().y()
        rows, self._turned = int(self._turned / NOTCH), self._turned - NOTCH * int(self._turned / NOTCH)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() - rows * self._grid.row_height)
        event.accept()

    @Slot()
    def _settle(self) -> None:
        """Come to rest where a row begins."""
        bar, height = self.verticalScrollBar(), self._grid.row_height
        bar.setSingleStep(height)
        bar.setValue(round(bar.value() / height) * height)
