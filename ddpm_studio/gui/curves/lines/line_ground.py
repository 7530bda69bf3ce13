"""The ground of a plot: all of its curves as one picture, kept as long as they are drawn in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyqtgraph as pg
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.gui.curves.plot_items import CurveItem, InView


class LineGround(InView, pg.GraphicsObject):  # type: ignore[misc]
    """Paints curves of the same view, which paint nothing themselves, those with a greater z later.

    The second painting of the same curves is kept as a picture: what changes with each painting is not worth one.
    """

    def __init__(self, lines: Callable[[], Iterable[CurveItem]]) -> None:
        """`lines` gives the curves of the moment."""
        super().__init__()
        self._lines = lines
        self._keeping = False
        self._changes = 0
        self._painted: tuple[object, ...] = ()
        self._picture = QPixmap()

    def set_keeping(self, keeping: bool) -> None:
        """Keep pictures from now on, or paint anew each time, as on paper."""
        self._keeping = keeping
        self.renew()

    def renew(self) -> None:
        """Paint anew: a curve has changed."""
        self._changes += 1
        self._picture = QPixmap()
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the curves, or the picture of them."""
        to_pixels, ratio = painter.transform(), painter.device().devicePixelRatioF()
        place = to_pixels.mapRect(self.boundingRect()).toAlignedRect()
        painting = (self._changes, to_pixels, ratio)
        if not self._keeping or painting != self._painted or place.isEmpty():
            self._painted, self._picture = painting, QPixmap()
            self._paint_lines(painter)
            return
        if self._picture.isNull():
            self._picture = self._drawn(place, to_pixels, ratio)
        painter.resetTransform()
        painter.drawPixmap(place.topLeft(), self._picture)
        painter.setTransform(to_pixels)

    def _drawn(self, place: QRect, to_pixels: QTransform, ratio: float) -> QPixmap:
        picture = QPixmap(place.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setTransform(to_pixels * QTransform.fromTranslate(-place.x(), -place.y()))
            self._paint_lines(painter)
        return picture

    def _paint_lines(self, painter: QPainter) -> None:
        for line in sorted(self._lines(), key=CurveItem.zValue):
            line.paint_line(painter)
