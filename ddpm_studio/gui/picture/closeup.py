"""Closeups: parts of a picture and its ε, noised by themselves so that they are sharp however far they are enlarged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from ddpm_studio.diffusion.noising import Noising, Weights
from ddpm_studio.gui.widgets.pictures.look import around
from ddpm_studio.gui.widgets.qimages import to_qimage


class Closeup:
    """A part of a picture, at a reduction; `source` is where it lies in its images, which are of the pixels around it.

    Two are of the same if their `what` is.
    """

    def __init__(self, part: QRectF, reduction: int) -> None:
        self.what = part, reduction
        self.source = QRectF()

    def draw(self, pixels: NDArray[np.float32], epsilon: NDArray[np.float32]) -> None:
        """Take the picture and its ε; nothing here depends on t."""
        part, reduction = self.what
        height, width, _ = pixels.shape
        whole = around(part, reduction, width, height)
        square = (slice(whole.top(), whole.bottom() + 1), slice(whole.left(), whole.right() + 1))
        self._noising = Noising(pixels[square], epsilon[square], reduction)
        shifted = part.translated(-whole.left(), -whole.top())
        self.source = QRectF(shifted.topLeft() / reduction, shifted.size() / reduction)

    def images(self, weights: Sequence[Weights]) -> list[QImage]:
        """The pictures around the part at these weights."""
        return [to_qimage(image) for image in self._noising.images(weights)]
