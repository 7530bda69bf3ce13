"""The canvas of all plots: those shown, their places, and the part of the x axis that they share."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QResizeEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.curves.axis_slide import AxisSlide
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.plot_arrangement import ALONE_HEIGHT, LEAST_HEIGHT, LEAST_WIDTH, arrange
from ddpm_studio.gui.curves.zooming import WHOLE, Part, SeenPart, between, moved, zoomed
from ddpm_studio.gui.field import gutter
from ddpm_studio.gui.state.window import State, View
from ddpm_studio.gui.theme import Tokens

MARGINS = QMarginsF(8, 4, 16, 4)
"""Around each plot, in pixels; half a tick label needs room on the right."""


class PlotCanvas(pg.GraphicsView):  # type: ignore[misc]
    """Draws one plot per chosen curve, all with one x range. `zoomed` says whether part of that is out of view, and
    `part_shown` which part is seen, from 0 to 1."""

    zoomed = Signal(bool)
    part_shown = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._plots: dict[str, CurvePlot] = {}
        self._state = State()
        self._tokens: Tokens | None = None
        self._view, self._held = WHOLE, False
        self._was_zoomed = self._was_hidden = False
        super().__init__(parent)
        self.slide = AxisSlide(self)
        self.row_height = LEAST_HEIGHT
        """The height of a row of plots in a grid, in pixels."""
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumWidth(LEAST_WIDTH)

    # what is shown

    @property
    def shown(self) -> State:
        """The state that is drawn."""
        return self._state

    def show_state(self, state: State) -> None:
        """Draw what has changed."""
        rearranged = (state.plotted, state.grid) != (self._state.plotted, self._state.grid) or not self._plots
        others = state.entries is not self._state.entries
        slides = not rearranged and self._slides(state)
        if slides:
            self.slide.leave(self.plots(), self.x_range())
        if state is not self._state:
            self.slide.end()
        self._state = state
        if rearranged:
            self._choose_plots()
        for name, plot in self._plots.items():
            if name in state.plotted:
                self._show(plot)
            elif others:
                plot.let_go(state)
        if rearranged:
            self.arrange()
        self._align()
        self._say_whether_zoomed()
        self._was_hidden = False
        if slides:
            self.slide.arrive(self.plots(), self.x_range())

    def _show(self, plot: CurvePlot) -> None:
        plot.show_state(self._state, SeenPart(self.x_range(), self._view == WHOLE, self._held))

    def _slides(self, state: State) -> bool:
        """Whether what is drawn is the same in a state but for its axis, and someone sees it."""
        before = self._state
        unseen = self._was_hidden or not self.isVisible()
        if state.axis == before.axis or state.view is not View.PLAIN or unseen:
            return False
        logs = (state.log_curves, state.linear_curves) == (before.log_curves, before.linear_curves)
        return logs and before.view is View.PLAIN and state.visible == before.visible and self.slide.motion_ms() > 0

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours."""
        self._tokens = tokens
        self.setBackground(QColor(tokens.surface))
        for plot in self._plots.values():
            plot.set_theme(tokens)

    def plots(self) -> list[CurvePlot]:
        """The plots that are shown, in reading order."""
        return [self._plots[name] for name in self._state.plotted if name in self._plots]

    def plot_at(self, position: QPointF) -> CurvePlot | None:
        """The plot at a point in this widget."""
        scene = self.mapToScene(position.toPoint())
        return next((plot for plot in self.plots() if plot.sceneBoundingRect().contains(scene)), None)

    def _choose_plots(self) -> None:
        for name in self._state.plotted:
            if name not in self._plots:
                self._plots[name] = self._new_plot(name)
        for name, plot in self._plots.items():
            plot.setVisible(name in self._state.plotted)
            plot.set_labelled(not self._state.grid)
            if not plot.isVisible():
                plot.y_span.chosen = None

    def _new_plot(self, name: str) -> CurvePlot:
        plot = CurvePlot(ALL_CURVES[name], self.tr("log"))
        self.scene().addItem(plot)
        if self._tokens is not None:
            plot.set_theme(self._tokens)
        return plot

    def lend_look(self, other: PlotCanvas) -> None:
        """Have another canvas use this one's colours and show the same part of the x axis."""
        other._view = self._view
        if self._tokens is not None:
            other.set_theme(self._tokens)

    # where plots stand

    def arrange(self) -> None:
        """Put every plot in its cell; grow taller than the window shows where plots would get too small."""
        shown = self.plots()
        if not shown:
            return
        if not self._state.grid:
            self.setMinimumHeight(ALONE_HEIGHT)
            shown[0].place(QRectF(0, 0, self.width(), self.height()).marginsRemoved(MARGINS))
            return
        visible_height = (self.parentWidget() or self).height()
        height = self._laid_out(QSizeF(self.width(), visible_height)).height()
        self.setMinimumHeight(round(height) if height > visible_height else LEAST_HEIGHT)

    def _laid_out(self, size: QSizeF) -> QRectF:
        """Put every plot in its cell of a grid in this size, and say how much of the scene that takes."""
        shown = self.plots()
        grid = arrange(len(shown), round(size.width()), round(size.height()))
        self.row_height = grid.height
        for place, plot in enumerate(shown):
            plot.place(QRectF(*grid.cell(place)).marginsRemoved(MARGINS))
        return QRectF(0, 0, size.width(), grid.rows * grid.height)

    @property
    def scrolls(self) -> bool:
        """True if the canvas is taller than its visible part."""
        return bool(self.minimumHeight() > LEAST_HEIGHT)

    def _align(self) -> None:
        scale = 1.0 if self._tokens is None else self._tokens.scale
        labels = max((plot.label_width for plot in self.plots()), default=0.0)
        width = 6 * (labels // 6 + 2) if self._state.grid else gutter(scale) - MARGINS.left()
        for plot in self.plots():
            plot.set_left_width(width)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Rearrange the plots."""
        super().resizeEvent(event)
        self.arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        """Have nothing on its way when it is seen again."""
        super().hideEvent(event)
        self.slide.end()
        self._was_hidden = True

    # zooming

    def x_range(self) -> tuple[float, float]:
        """The part of the x axis that is in view, the same in every plot."""
        return self._state.time_axis.shown(self._view)

    @property
    def is_zoomed(self) -> bool:
        """Whether part of an axis is out of view."""
        return self._view != WHOLE or any(plot.y_span.chosen is not None for plot in self.plots())

    def zoom(self, factor: float, around: float = 0.5) -> None:
        """Show 1/`factor` of what is in view; the point at the fraction `around` of the view stays where it is."""
        self._show_part(zoomed(self._view, factor, around))

    def zoom_y(self, plot: CurvePlot, factor: float, around: float = 0.5) -> None:
        """Do the same with one plot's y axis."""
        plot.y_span.zoom(factor, around)
        self.show_state(self._state)

    def zoom_to(self, plot: CurvePlot, x: Part | None, y: Part | None) -> None:
        """Show what lies between two fractions of the x axis, and of the plot's y axis, or leave one as it is."""
        if y is not None:
            plot.y_span.between(*y)
        self._show_part(self._view if x is None else between(self._view, *x))

    def pan(self, plot: CurvePlot, across: float, up: float = 0.0) -> None:
        """Move on by fractions of what is in view; a y axis that fits the curves stays."""
        plot.y_span.move(up)
        self._show_part(moved(self._view, across))

    def set_held(self, held: bool) -> None:
        """Say that axes are being dragged: what fits is found when they are let go."""
        self._held = held
        self.show_state(self._state)

    @Slot()
    def reset_zoom(self) -> None:
        """Show all of both axes again."""
        for plot in self.plots():
            plot.y_span.chosen = None
        self._show_part(WHOLE)

    def _show_part(self, view: Part) -> None:
        self.slide.end()
        self._view = view
        self.show_state(self._state)
        self.part_shown.emit(view)

    def _say_whether_zoomed(self) -> None:
        if self.is_zoomed is not self._was_zoomed:
            self._was_zoomed = self.is_zoomed
            self.zoomed.emit(self._was_zoomed)
