"""The press: plots drawn anew for a sheet of paper, beside those that are seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter

from ddpm_studio.gui.curves.canvas import MARGINS, PlotCanvas
from ddpm_studio.gui.curves.plot_arrangement import arrange

ONE_PLOT, ALL_PLOTS = QSizeF(560, 350), QSizeF(1100, 560)
"""Sizes of a plot alone and of all of them in a grid, which is taller if it has to be."""


class Press(PlotCanvas):
    """An unseen canvas with the plots of another, without what is there for the mouse; they are set one by one."""

    def __init__(self, canvas: PlotCanvas, only: str = "") -> None:
        super().__init__(canvas)
        self.hide()
        canvas.lend_look(self)
        state, self._spans = canvas.shown, {plot.curve.name: plot.y_span.chosen for plot in canvas.plots()}
        self._state = replace(state, grid=True, curves=(only,) if only else state.curves)
        size = ONE_PLOT if only else ALL_PLOTS
        self._grid = arrange(len(self._state.plotted), round(size.width()), round(size.height()))
        self.size_of_plots = QSizeF(size.width(), self._grid.rows * self._grid.height)
        """The size of all plots together, in device-independent pixels."""

    def _cells(self) -> list[QRectF]:
        return [QRectF(*self._grid.cell(place)) for place in range(len(self._state.plotted))]

    def set_plots(self) -> Iterator[None]:
        """Draw every plot in its cell: one at each step, and at the last what they have in common."""
        for name, cell in zip(self._state.plotted, self._cells(), strict=True):
            plot = self._plots[name] = self._new_plot(name)
            self._show(plot)
            if self._spans.get(name) is not None:
                plot.y_span.chosen = self._spans[name]
                self._show(plot)
            plot.set_printing(True)
            plot.place(cell.marginsRemoved(MARGINS))
            yield
        self._align()
        yield

    def print_plots(self, painter: QPainter, top: float) -> Iterator[None]:
        """Paint every plot that is set so far below the painter's origin: one at each step."""
        for plot in self.plots():
            plot.hide()  # Of plots side by side each would be painted with its neighbours.
        for plot, cell in zip(self.plots(), self._cells(), strict=True):
            plot.show()
            self.scene().render(painter, cell.translated(0, top), cell)
            plot.hide()
            yield
