"""FrameGrid: a batch of pictures as large as there is room, small ones with sharp pixels."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ddpm_studio.gui.widgets.qimages import to_qimage

GAP = 2
SHARP_FROM = 2.0
"""Pictures enlarged this much or more are drawn with sharp pixels, by a whole factor."""


class FrameGrid(QWidget):
    """Shows pictures side by side, or one of them enlarged. `clicked` has the number of the picture under the mouse."""

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None, in_a_row: bool = False) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(40, 24)
        self._in_a_row = in_a_row
        self._image = QImage()
        self._picture = QSize(1, 1)
        self._count = 0
        self._enlarged: int | None = None

    def set_pictures(self, pictures: NDArray[np.uint8] | None) -> None:
        """Show pictures (B, H, W, C), RGB of C ≥ 3 channels, else gray; or none."""
        if pictures is None:
            self._count = 0
        else:
            self._count, height, width, _ = pictures.shape
            self._picture = QSize(width, height)
            self._image = to_qimage(as_rgb(pictures).reshape(-1, width, 3))
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._count > 1 else Qt.CursorShape.ArrowCursor)
        self.update()

    def enlarge(self, number: int | None) -> None:
        """Show one picture alone, or all again."""
        self._enlarged = number
        self.update()

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return self._count

    def picture(self, number: int) -> QImage:
        """One of the pictures, in its own size."""
        return self._image.copy(self._source(number))

    def place(self, number: int) -> QRect:
        """Where a picture stands, empty where it is not to be seen."""
        shown = self._shown()
        return self._cell(shown.index(number), len(shown)).toAlignedRect() if number in shown else QRect()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell which picture is meant."""
        place = event.position().toPoint()
        hit = self._number_at(place) if event.button() is Qt.MouseButton.LeftButton else None
        if hit is None:
            super().mousePressEvent(event)
        else:
            self.clicked.emit(hit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is shown."""
        painter = QPainter(self)
        shown = self._shown()
        scale = self._scale(len(shown)) if shown else 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < SHARP_FROM and scale != 1)
        for place, number in enumerate(shown):
            painter.drawImage(self._cell(place, len(shown)), self._image, QRectF(self._source(number)))

    def _shown(self) -> range:
        if self._enlarged is not None and self._enlarged < self._count:
            return range(self._enlarged, self._enlarged + 1)
        return range(self._count)

    def _source(self, number: int) -> QRect:
        return QRect(QPoint(0, number * self._picture.height()), self._picture)

    def _number_at(self, place: QPoint) -> int | None:
        shown = self._shown()
        hits = (number for at, number in enumerate(shown) if self._cell(at, len(shown)).contains(place.toPointF()))
        return next(hits, None)

    def _columns(self, count: int) -> int:
        if self._in_a_row:
            return count
        return max(range(1, count + 1), key=lambda columns: self._room(columns, count))

    def _room(self, columns: int, count: int) -> float:
        """How much pictures can be enlarged in so many columns, in device pixels."""
        rows = math.ceil(count / columns)
        across = (self.width() - GAP * (columns - 1)) / columns / self._picture.width()
        down = (self.height() - GAP * (rows - 1)) / rows / self._picture.height()
        return min(across, down) * self.devicePixelRatioF()

    def _scale(self, count: int) -> float:
        scale = max(self._room(self._columns(count), count), 0.01)
        return math.floor(scale) if scale >= SHARP_FROM else scale

    def _cell(self, place: int, count: int) -> QRectF:
        columns = self._columns(count)
        rows = math.ceil(count / columns)
        size = QSizeF(self._picture) * (self._scale(count) / self.devicePixelRatioF())
        pitch = QPointF(size.width() + GAP, size.height() + GAP)
        left = 0.0 if self._in_a_row else (self.width() - columns * pitch.x() + GAP) // 2
        top = (self.height() - rows * pitch.y() + GAP) // 2
        row, column = divmod(place, columns)
        return QRectF(QPointF(left + column * pitch.x(), max(0.0, top) + row * pitch.y()), size)


def as_rgb(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(…, C) as (…, 3): the first three of C ≥ 3 channels, else the first as gray."""
    if pictures.shape[-1] >= 3:
        return pictures[..., :3]
    return np.repeat(pictures[..., :1], 3, axis=-1)
