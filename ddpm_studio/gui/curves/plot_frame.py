"""The frame of a plot: its axes with their ticks and grid, the range of y, and where things are in it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QGraphicsSceneResizeEvent

from ddpm_studio.diffusion.moment import T_SCALE
from ddpm_studio.gui.curves.plot_items import GridLines
from ddpm_studio.gui.curves.title import small_font
from ddpm_studio.gui.curves.y_range import YRange
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.bare_plot import BarePlot
from ddpm_studio.ticks import linear_ticks, log_ticks, time_ticks

TICK_HEIGHT, TICK_WIDTH = 30, 56
"""Room for one tick label on the y axis and on the x axis."""

TICK_GAP = 4


class PlotFrame(BarePlot):
    """A plot without anything in it. What is chosen in its `y_span` is shown with the next state.

    `label_width` is the width of the widest label on the y axis, in device-independent pixels.
    """

    label_width = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.y_span = YRange()
        self._ranges: tuple[object, ...] = ()
        self._log = False
        self._scale = T_SCALE
        self._grid = GridLines()
        self.setContentsMargins(0, 0, 0, 0)
        self._scale_of_font = 1.0
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setStyle(tickLength=0, hideOverlappingLabels=24, tickTextOffset=TICK_GAP)
            axis.setStyle(tickFont=small_font(QApplication.font()))
            axis.enableAutoSIPrefix(False)

    # axes

    def _write_ticks(self, tokens: Tokens) -> None:
        """Write ticks in the font of the moment, which another one may have been before."""
        font = small_font(QApplication.font())
        if self.getAxis("left").style["tickFont"] == font:
            return
        self._scale_of_font, self._ranges = tokens.scale, ()
        for name in ("left", "bottom"):
            self.getAxis(name).setStyle(tickFont=font)
        self._show_bottom(self.getAxis("bottom").style["showValues"])

    def _show_bottom(self, shown: bool) -> None:
        """Show the x axis, or leave it to the scales below."""
        axis = self.getAxis("bottom")
        axis.setStyle(showValues=shown)
        axis.setHeight(QFontMetricsF(axis.style["tickFont"]).height() + TICK_GAP if shown else 2)

    def update_ticks(self) -> None:
        """Choose ticks for the current ranges and size."""
        (left, right), (low, high) = self.vb.viewRange()
        high_as, wide_as = TICK_HEIGHT * self._scale_of_font, TICK_WIDTH * self._scale_of_font
        rows, columns = int(self.vb.height() // high_as), int(self.vb.width() // wide_as)
        xs = time_ticks(self._scale, left, right, columns)
        ys = (log_ticks if self._log else linear_ticks)(low, high, rows)
        self.getAxis("bottom").setTicks([xs])
        self.getAxis("left").setTicks([ys])
        self._grid.set_ticks([x for x, _ in xs], [y for y, _ in ys])
        metrics = QFontMetricsF(self.getAxis("left").style["tickFont"])
        self.label_width = max((metrics.horizontalAdvance(label) for _, label in ys), default=0.0)

    def place(self, cell: QRectF) -> None:
        """Move into a cell of the scene at once."""
        self.setGeometry(cell)
        self.layout.activate()

    def set_left_width(self, width: float) -> None:
        """Set the y axis's width, so that plots below each other line up."""
        axis = self.getAxis("left")
        if axis.fixedWidth != width:
            axis.setWidth(width)
            # Labels painted before the axis has its new width would be left out.
            self.layout.activate()

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        """Update the ticks: more room, more ticks."""
        super().resizeEvent(event)
        if getattr(self, "_ranges", ()):
            self.update_ticks()

    # where things are

    def box(self) -> QRectF:
        """The plot's inner rectangle, in scene coordinates."""
        return self.vb.sceneBoundingRect()  # type: ignore[no-any-return]

    def data_at(self, scene: QPointF) -> tuple[float, float]:
        """The data coordinates of a point in the scene."""
        point = self.vb.mapSceneToView(scene)
        return point.x(), point.y()

    def fractions_at(self, scene: QPointF) -> tuple[float, float]:
        """How far to the right and up a point in the scene is in the plot's inner rectangle, each from 0 to 1."""
        box = self.box()
        across, up = scene.x() - box.left(), box.bottom() - scene.y()
        return _from_0_to_1(across / max(box.width(), 1.0)), _from_0_to_1(up / max(box.height(), 1.0))

    def pixel_height(self) -> float:
        """The length of the y axis that one pixel covers."""
        low, high = self.vb.viewRange()[1]
        return float((high - low) / max(self.vb.height(), 1.0))


def _from_0_to_1(fraction: float) -> float:
    return min(max(fraction, 0.0), 1.0)
