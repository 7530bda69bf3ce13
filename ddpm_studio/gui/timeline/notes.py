"""Notes on the axis: of a run a dot for each network call, at its noise level, hollow until the call is made; of steps
below a schedule the glyph of their line for each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.time_axis import TimeAxis
from ddpm_studio.gui.field import Field
from ddpm_studio.gui.styles import glyph_path

RADIUS, SMALL, RING = 3.5, 1.5, 5.5
"""Radii of a note, of one among many that stand close, and of the ring around the one that is looked at, in pixels."""

CLOSE = 5.0
"""Distance of notes, in pixels; all are small where most stand closer."""

LINE, TO_COME = 0.45, 0.4
"""Opacity of the line that the notes stand on, and of what is to come."""

GAP = 1.0


def places(positions: Array, axis: TimeAxis, field: Field) -> Array:
    """The pixels of notes at these positions of an axis, which pure noise ends; NaN for those out of view."""
    ended = np.where(np.isinf(positions), np.clip(positions, axis.low, axis.high), positions)
    x = field.left + (ended - field.low) / (field.high - field.low) * field.width
    return np.where((x >= field.left) & (x <= field.right), x, np.nan)


def nearest(xs: Array, x: float) -> int | None:
    """The number of the note nearest to a pixel, the later of two at the same place; None if none is in view."""
    away = np.abs(xs - x)
    if np.isnan(away).all():
        return None
    return int(np.flatnonzero(away == np.nanmin(away))[-1])


def fitting(xs: Array, numbers: Sequence[int], width: float, field: Field) -> dict[int, float]:
    """Where the left edges of pictures under notes are, of as many of these `numbers` as fit beside each other.

    The last call's has precedence, since it is the cleanest; so the choice does not change while a run goes on.
    """
    found: dict[int, float] = {}
    taken: list[float] = []
    for number in reversed(numbers):
        if not np.isnan(xs[number]):
            left = min(max(float(xs[number]) - width / 2, field.left), field.right - width)
            if all(abs(left - other) >= width + GAP for other in taken[-2:]):
                found[number] = left
                taken.append(left)
    return found


def paint_notes(
    painter: QPainter, xs: Array, y: float, done: int, color: QColor, ground: QColor, place: int = 0
) -> None:
    """Paint notes, of which the first `done` are filled: of a run's calls those that are made, of steps none.

    They are marked by the glyph of the line of steps at this place.
    """
    made, to_come = _apart(xs[:done]), _apart(xs[done:])
    every = _apart(xs)
    # Most of them: two that meet at an end would make all others too small to be seen, or taken hold of.
    small = len(every) > 1 and float(np.median(np.diff(every))) < CLOSE
    radius = SMALL if small else RADIUS
    faint = QColor(color)
    faint.setAlphaF(TO_COME)
    painter.setPen(Qt.PenStyle.NoPen if small else QPen(color, 1.2))
    painter.setBrush(faint if small else ground)
    _paint_dots(painter, to_come, y, radius, place)
    painter.setBrush(color)
    _paint_dots(painter, made, y, radius, place)


def paint_line(painter: QPainter, field: Field, y: float, color: QColor) -> None:
    """Paint the line that notes stand on, from one end of the field to the other."""
    line = QColor(color)
    line.setAlphaF(LINE)
    painter.setPen(QPen(line, 1.0))
    painter.drawLine(QPointF(field.left, y), QPointF(field.right, y))


def paint_ring(painter: QPainter, x: float, y: float, color: QColor, ground: QColor) -> None:
    """Paint the note that is looked at, with a ring around it."""
    painter.setPen(QPen(color, 1.6))
    painter.setBrush(ground)
    painter.drawEllipse(QPointF(x, y), RING, RING)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QPointF(x, y), RADIUS, RADIUS)


def paint_frame(painter: QPainter, place: QRectF, color: QColor) -> None:
    """Paint the frame around the picture that is looked at."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 2))
    painter.drawRect(place)


def _apart(xs: Array) -> Array:
    """The places in view, from left to right, no two of them in the same half of a pixel."""
    return np.unique(np.round(2 * xs[~np.isnan(xs)])) / 2


def _paint_dots(painter: QPainter, xs: Array, y: float, radius: float, place: int) -> None:
    for x in xs.tolist():
        paint_dot(painter, x, y, radius, place)


def paint_dot(painter: QPainter, x: float, y: float, radius: float, place: int) -> None:
    """Paint the glyph of a line of steps in the painter's colours."""
    painter.translate(x, y)
    painter.drawPath(glyph_path(place, radius))
    painter.translate(-x, -y)
