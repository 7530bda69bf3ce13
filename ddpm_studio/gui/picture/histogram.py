"""The histogram of a picture's values against the density of N(0, 1)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ddpm_studio.gui.picture.readings import HISTOGRAM_BINS, HISTOGRAM_RANGE
from ddpm_studio.gui.theme import Tokens

TOP = 0.8
"""The density at the upper edge; N(0, 1) peaks at 0.4."""


def paint_histogram(painter: QPainter, place: QRectF, density: NDArray[np.float64], tokens: Tokens) -> None:
    """Paint the bins, from ValueSample, as a filled shape, and N(0, 1) as a line over it."""
    painter.save()
    painter.setClipRect(place)
    painter.fillRect(place, QColor(tokens.raised))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.muted))
    painter.drawPolygon(_steps(place, density))
    painter.setPen(QPen(QColor(tokens.accent), 1.5))
    painter.drawPolyline(_normal(place))
    painter.restore()


def _steps(place: QRectF, density: NDArray[np.float64]) -> QPolygonF:
    width = place.width() / len(density)
    points = [place.bottomLeft()]
    for number, value in enumerate(density):
        y = _y(place, float(value))
        points += [QPointF(place.left() + number * width, y), QPointF(place.left() + (number + 1) * width, y)]
    return QPolygonF([*points, place.bottomRight()])


def _normal(place: QRectF) -> QPolygonF:
    values = np.linspace(-HISTOGRAM_RANGE, HISTOGRAM_RANGE, HISTOGRAM_BINS + 1)
    heights = np.exp(-(values**2) / 2) / math.sqrt(2 * math.pi)
    step = place.width() / HISTOGRAM_BINS
    return QPolygonF([QPointF(place.left() + n * step, _y(place, float(height))) for n, height in enumerate(heights)])


def _y(place: QRectF, density: float) -> float:
    return place.bottom() - place.height() * min(density, TOP) / TOP
