"""FrameGrid: a batch of pictures as large as fits, small ones with sharp pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ddpm_studio.files.pictures import seen
from ddpm_studio.gui.widgets.qimages import to_qimage

GAP = 2
SHARP_FROM = 2.0
"""Pictures enlarged by this factor or more are drawn with sharp pixels, at a whole factor."""


class FrameGrid(QWidget):
    """Shows pictures side by side, or one of them enlarged."""

    def __init__(self, parent: QWidget | None = None, at_left: bool = False) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(40, 24)
        # So that what lies underneath is not repainted with every frame.
        self.setAutoFillBackground(True)
        self._at_left = at_left
        self._image = QImage()
        self._picture = QSize(1, 1)
        self._count = 0
        self._enlarged: int | None = None
        self._arranged: tuple[object, ...] = ()
        self._places: list[QRectF] = []
        self._scale = 1.0

    def set_pictures(self, pictures: NDArray[np.uint8] | None) -> None:
        """Show pictures (B, H, W, C), as RGB for C ≥ 3 channels, else as gray; or none."""
        if pictures is None:
            self._count = 0
        else:
            shown = seen(pictures)
            self._count, height, width, channels = shown.shape
            self._picture = QSize(width, height)
            self._image = to_qimage(shown.reshape(-1, width, channels))
            if self._enlarged is not None and self._enlarged >= self._count:
                self._enlarged = None
        self.update()

    def enlarge(self, number: int | None) -> None:
        """Show one picture alone, or all again."""
        self._enlarged = number
        self.update()

    @property
    def enlarged(self) -> int | None:
        """The picture that is shown alone."""
        return self._enlarged

    @property
    def count(self) -> int:
        """The number of pictures."""
        return self._count

    @property
    def columns(self) -> int:
        """The number of pictures side by side."""
        cells = self._cells()
        return sum(cell.top() == cells[0].top() for cell in cells) if cells else 0

    def picture(self, number: int) -> QImage:
        """One of the pictures at its own size."""
        return self._image.copy(self._source(number))

    def place(self, number: int) -> QRect:
        """A picture's rectangle, empty if it is not shown."""
        shown = self._shown()
        return self._cells()[shown.index(number)].toAlignedRect() if number in shown else QRect()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures that are shown."""
        painter = QPainter(self)
        cells = self._cells()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale < SHARP_FROM and self._scale != 1)
        for number, cell in zip(self._shown(), cells, strict=True):
            painter.drawImage(cell, self._image, QRectF(self._source(number)))

    def _shown(self) -> range:
        if self._enlarged is not None and self._count:
            return range(self._enlarged, self._enlarged + 1)
        return range(self._count)

    def _source(self, number: int) -> QRect:
        return QRect(QPoint(0, number * self._picture.height()), self._picture)

    def _number_at(self, place: QPoint) -> int | None:
        cells = zip(self._shown(), self._cells(), strict=True)
        return next((number for number, cell in cells if cell.contains(place.toPointF())), None)

    def _cells(self) -> list[QRectF]:
        """Rectangles of the pictures that are shown, computed once per size."""
        ratio = self.devicePixelRatioF()
        key = (len(self._shown()), self._picture, self.size(), ratio)
        if key != self._arranged:
            self._arranged, self._places = key, list(self._arrange(key[0], ratio))
        return self._places

    def _arrange(self, count: int, ratio: float) -> Iterator[QRectF]:
        if not count:
            return
        columns = max(range(1, count + 1), key=lambda n: self._room(n, count))
        self._scale = max(self._room(columns, count) * ratio, 0.01)
        if self._scale >= SHARP_FROM:
            self._scale = math.floor(self._scale)
        size = QSizeF(self._picture) * (self._scale / ratio)
        across, down = size.width() + GAP, size.height() + GAP
        left = 0.0 if self._at_left else (self.width() - columns * across + GAP) // 2
        top = max(0.0, (self.height() - math.ceil(count / columns) * down + GAP) // 2)
        for place in range(count):
            row, column = divmod(place, columns)
            yield QRectF(QPointF(left + column * across, top + row * down), size)

    def _room(self, columns: int, count: int) -> float:
        """The factor by which pictures can be enlarged in this many columns."""
        rows = math.ceil(count / columns)
        across = (self.width() - GAP * (columns - 1)) / columns / self._picture.width()
        down = (self.height() - GAP * (rows - 1)) / rows / self._picture.height()
        return min(across, down)
