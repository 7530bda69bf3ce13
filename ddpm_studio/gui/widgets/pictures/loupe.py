"""The loupe: a square of a picture, four times as large, where the pointer is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

FACTOR = 4
SIDE, SHARE = 112.0, 0.6
"""Of the square, in pixels of the window, and at most as a share of the picture's shorter side."""


@dataclass(frozen=True)
class LoupePlace:
    """Where the loupe lies in a tile, and the `part` of the picture that it shows, in the picture's pixels."""

    place: QRectF
    part: QRectF

    @classmethod
    def of(cls, at: QPointF, tile: QRectF, seen: QRectF) -> LoupePlace:
        """The loupe at shares `at` of a picture's place in its tile, which shows the part `seen` of the picture."""
        side = min(SIDE, SHARE * tile.width(), SHARE * tile.height())
        place = QRectF(0, 0, side, side)
        place.moveCenter(_at(tile, at))
        part = QRectF(0, 0, side / FACTOR * seen.width() / tile.width(), side / FACTOR * seen.height() / tile.height())
        part.moveCenter(_at(seen, at))
        return cls(_kept(place, tile), _kept(part, seen))


@dataclass(frozen=True)
class Loupe:
    """What is painted of the loupe over a picture: the part `source` of an image, at `place`."""

    image: QImage
    source: QRectF
    place: QRectF

    def moved(self, by: QPointF) -> Loupe:
        """The same somewhere else."""
        return replace(self, place=self.place.translated(by))

    def paint(self, painter: QPainter, color: QColor) -> None:
        """Paint the square, with its pixels sharp, and a frame."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self.place, self.image, self.source)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 2))
        painter.drawRect(self.place.adjusted(1, 1, -1, -1))


def _at(whole: QRectF, share: QPointF) -> QPointF:
    return QPointF(whole.left() + share.x() * whole.width(), whole.top() + share.y() * whole.height())


def _kept(square: QRectF, inside: QRectF) -> QRectF:
    """The square moved so that it lies inside."""
    kept = QRectF(square)
    kept.moveLeft(min(max(square.left(), inside.left()), inside.right() - square.width()))
    kept.moveTop(min(max(square.top(), inside.top()), inside.bottom() - square.height()))
    return kept
