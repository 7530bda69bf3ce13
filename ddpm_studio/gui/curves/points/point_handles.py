"""Handles of a drawn schedule's points: rings on its curve, which fill where the mouse is and where one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.gui.curves.plot_items import InView
from ddpm_studio.gui.curves.points.point_places import PointPlace
from ddpm_studio.gui.curves.series import Extent

RADIUS, EDGE = 5.0, 2.0
"""Radius of a handle and the width of its line, in pixels."""

REACH = 9.0
"""Distance from the middle of a handle at which the mouse has it, in pixels."""


class PointHandles(InView, pg.GraphicsObject):  # type: ignore[misc]
    """The handles of one schedule, in the colour of its line."""

    def __init__(self) -> None:
        super().__init__()
        self._places: Sequence[PointPlace] = ()
        self._color, self._ground = QColor(), QColor()
        self._filled: frozenset[int] = frozenset()

    def set_ground(self, ground: QColor) -> None:
        """Use the colour of the plot's ground within them."""
        self._ground = ground
        self.update()

    def set_places(self, places: Sequence[PointPlace], color: QColor) -> None:
        """Show handles there, in the colour of a line."""
        if places or self._places:
            self._places, self._color = places, color
            self.update()

    def set_filled(self, filled: frozenset[int]) -> None:
        """Fill the handles of the points with these numbers."""
        if filled != self._filled:
            self._filled = filled
            self.update()

    def places(self) -> Sequence[PointPlace]:
        """The places of the handles that are shown."""
        return self._places

    def extent(self, seen: tuple[float, float]) -> Extent:
        """The least and greatest y of the handles between two positions on the x axis, if there are any."""
        heights = [place.y for place in self._places if seen[0] <= place.x <= seen[1]]
        return (min(heights), max(heights)) if heights else ()

    def at(self, scene: QPointF) -> PointPlace | None:
        """The handle that is nearest to a point of the scene, if it is within reach."""
        away = {place: (self._in_scene(place) - scene) for place in self._places}
        near = min(away, key=lambda place: away[place].manhattanLength(), default=None)
        if near is None or QPointF.dotProduct(away[near], away[near]) > REACH**2:
            return None
        return near

    def _in_scene(self, place: PointPlace) -> QPointF:
        return QPointF(self.mapToScene(QPointF(place.x, place.y)))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint circles, whatever the scales of the axes, those that are filled last."""
        to_pixels = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in sorted(self._places, key=lambda place: place.number in self._filled):
            middle = to_pixels.map(QPointF(place.x, place.y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._ground)
            painter.drawEllipse(middle, RADIUS + EDGE, RADIUS + EDGE)
            painter.setPen(QPen(self._color, EDGE))
            painter.setBrush(self._color if place.number in self._filled else self._ground)
            painter.drawEllipse(middle, RADIUS - EDGE / 2, RADIUS - EDGE / 2)
        painter.setTransform(to_pixels)
