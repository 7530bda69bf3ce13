"""Marks of findings: a small triangle on a schedule's curve at the step where something was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.diffusion import Finding, Schedule, findings_of
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.plot_items import InView
from ddpm_studio.gui.curves.series import Array

SIZE = 9.0
"""Height of a triangle, in pixels."""

AWAY = 4.0
"""Distance of a triangle from its point, in pixels."""

REACH = 4.0
"""Distance from a triangle at which the mouse still points at it, in pixels."""

EDGE = 1.5


@dataclass(frozen=True)
class FindingMark:
    """What was found about the schedule with this key at (x, y), in data coordinates."""

    key: int
    x: float
    y: float
    color: QColor
    findings: tuple[Finding, ...]

    @property
    def severe(self) -> bool:
        """Whether something serious was found there."""
        return any(finding.severe for finding in self.findings)


def marks_on(key: int, schedule: Schedule, axis: str, line: tuple[Array, Array], color: QColor) -> list[FindingMark]:
    """The marks of a schedule on its line over an axis; what is found where there is no line has none."""
    return list(_marks_on(key, schedule, axis, line, color))


def _marks_on(
    key: int, schedule: Schedule, axis: str, line: tuple[Array, Array], color: QColor
) -> Iterator[FindingMark]:
    found = findings_of(schedule)
    for t in sorted({finding.t for finding in found} - {0}):
        xs, ys = series.on_line(np.array([SCALES[axis].position_of(schedule, t)]), *line)
        if len(xs):
            there = tuple(finding for finding in found if finding.t == t)
            yield FindingMark(key, float(xs[0]), float(ys[0]), color, there)


class FindingMarks(InView, pg.GraphicsObject):  # type: ignore[misc]
    """Triangles below the points of curves, or above where there is no room; filled where something is serious."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: Sequence[FindingMark] = ()
        self._warning, self._ground = QColor(), QColor()

    def set_colors(self, warning: QColor, ground: QColor) -> None:
        """Fill serious ones with `warning`, others with `ground`."""
        self._warning, self._ground = warning, ground
        self.update()

    def set_marks(self, marks: Sequence[FindingMark]) -> None:
        """Show these marks."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def marks(self) -> Sequence[FindingMark]:
        """The marks that are shown."""
        return self._marks

    def at(self, scene: QPointF) -> list[FindingMark]:
        """The marks at a point of the scene, that which is seen first."""
        view = self.mapRectToScene(self.boundingRect())
        if not (self.isVisible() and view.contains(scene)):
            return []
        return [mark for mark in reversed(self._marks) if self._place(mark, view).contains(scene)]

    def _place(self, mark: FindingMark, view: QRectF) -> QRectF:
        """Where in the scene the mouse points at a mark."""
        point = self.mapToScene(QPointF(mark.x, mark.y))
        if not view.contains(point):
            return QRectF()
        return triangle(point, view).adjusted(-REACH, -REACH, REACH, REACH)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the triangles."""
        to_pixels, view = painter.transform(), painter.transform().mapRect(self.boundingRect())
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self._marks:
            point = to_pixels.map(QPointF(mark.x, mark.y))
            if view.contains(point):
                tip = _tip(point, view)
                painter.setPen(QPen(mark.color, EDGE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.setBrush(self._warning if mark.severe else self._ground)
                base = (QPointF(side * SIZE / 2, SIZE) for side in (-1, 1))
                painter.drawPolygon(QPolygonF([tip, *(tip + corner for corner in base)]))
        painter.setTransform(to_pixels)


def triangle(point: QPointF, view: QRectF) -> QRectF:
    """What a point's triangle takes of a view, in pixels."""
    tip = _tip(point, view)
    return QRectF(tip.x() - SIZE / 2, tip.y(), SIZE, SIZE)


def _tip(point: QPointF, view: QRectF) -> QPointF:
    """The upper corner of a point's triangle in a view, in pixels."""
    below = point.y() + AWAY + SIZE < view.bottom()
    return point + QPointF(0, AWAY if below else -AWAY - SIZE)
