"""BarePlot: a view of data with an axis on its left and one below, and nothing else."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QApplication, QGraphicsGridLayout, QGraphicsItem

from ddpm_studio.gui.theme import Tokens

MARGIN = 1.0
TITLE_ROW, VIEW_ROW, BOTTOM_ROW = range(3)
LEFT_COLUMN, VIEW_COLUMN = range(2)


class BarePlot(pg.GraphicsWidget):  # type: ignore[misc]
    """What a plot here needs of pyqtgraph's PlotItem; the first row of its layout is left for a title, and
    without one as high as a tick at the top of the view reaches above it.

    Every PlotItem keeps some forty widgets for a menu that nobody opens here, and with each change of the theme Qt
    dresses all of them anew: with every curve shown, they are half of the window's widgets.
    """

    def __init__(self, left: pg.AxisItem | None = None, bottom: pg.AxisItem | None = None) -> None:
        super().__init__()
        self.vb = pg.ViewBox(parent=self, enableMouse=False, enableMenu=False)
        self.vb.disableAutoRange()
        self._axes = {"left": left or pg.AxisItem("left"), "bottom": bottom or pg.AxisItem("bottom")}
        self.layout = QGraphicsGridLayout()
        self.layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.layout.setSpacing(0)
        self.layout.addItem(self.vb, VIEW_ROW, VIEW_COLUMN)
        self.layout.addItem(self._axes["left"], VIEW_ROW, LEFT_COLUMN)
        self.layout.addItem(self._axes["bottom"], BOTTOM_ROW, VIEW_COLUMN)
        self.layout.setRowStretchFactor(VIEW_ROW, 100)
        self.layout.setColumnStretchFactor(VIEW_COLUMN, 100)
        self.setLayout(self.layout)
        for axis in self._axes.values():
            axis.linkToView(self.vb)
            # Above the lines, whose z is 0.
            axis.setZValue(0.5)
            axis.setFlag(QGraphicsItem.GraphicsItemFlag.ItemNegativeZStacksBehindParent)

    def getAxis(self, side: str) -> pg.AxisItem:
        """The axis on this side, left or bottom."""
        return self._axes[side]

    def add(self, item: pg.GraphicsObject) -> None:
        """Draw an item in the view; its bounds do not matter."""
        self.vb.addItem(item, ignoreBounds=True)

    def remove(self, item: pg.GraphicsObject) -> None:
        """Draw an item no longer."""
        self.vb.removeItem(item)

    def colour(self, tokens: Tokens) -> None:
        """Use the theme's colours in the axes; the background is the surface of the GraphicsView that holds it."""
        for axis in self._axes.values():
            axis.setPen(QColor(tokens.border))
            axis.setTextPen(QColor(tokens.muted))
        self.layout.setRowFixedHeight(TITLE_ROW, QFontMetricsF(QApplication.font()).height() / 2)
