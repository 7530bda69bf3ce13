"""The detail of a picture that strips show: noised at full size and then made small, as the eye sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from ddpm_studio.diffusion.noising import Noising, Weights
from ddpm_studio.gui.state.shown_picture import epsilon_of
from ddpm_studio.gui.timeline.cutout import Cutout
from ddpm_studio.gui.widgets.pictures.look import around
from ddpm_studio.gui.widgets.qimages import to_qimage

SHARE = 0.28
"""The side of the detail, as a share of the picture's shorter side."""

MOVES = 9
"""Places along each side of the middle third that are tried for the detail."""


class Detail:
    """The square `cutout` of a picture, float32 (H, W, C) in [−1, 1], with the ε that this picture has there.

    `place` is where it lies, in shares of the picture's sides, and `source` in its frames, which are of the pixels
    around it, whole ones.
    """

    def __init__(self, pixels: NDArray[np.float32], seed: int, side: int, cutout: Cutout | None = None) -> None:
        """The detail for frames of at least `side` pixels, as far as the picture has them.

        Without a cutout it is of the liveliest place.
        """
        height, width, _ = pixels.shape
        self.cutout = cutout or liveliest(pixels, side)
        self.place = self.cutout.share((width, height))
        part, reduction = self.cutout.part, max(1, int(self.cutout.side // side))
        whole = around(part, reduction, width, height) if cutout else part.toRect()
        self.source = QRectF((part.topLeft() - whole.topLeft()) / reduction, part.size() / reduction)
        square = (slice(whole.top(), whole.bottom() + 1), slice(whole.left(), whole.right() + 1))
        self._noising = Noising(pixels[square], epsilon_of(pixels.shape, seed)[square], reduction)

    def frames(self, weights: Sequence[Weights]) -> NDArray[np.uint8]:
        """The detail at S weights (√ᾱ, √(1−ᾱ)): uint8, shape (S, h, w, C)."""
        return self._noising.images(weights)

    def images(self, weights: Sequence[Weights]) -> list[QImage]:
        """The same as images to paint, of which `source` is seen."""
        return [to_qimage(frame) for frame in self.frames(weights)]


def liveliest(pixels: NDArray[np.float32], side: int) -> Cutout:
    """The square of the middle third with the greatest variance, for frames of at least `side` pixels."""
    height, width, _ = pixels.shape
    whole = max(1, min(height, width, max(side, round(SHARE * min(height, width)))))
    reduction = max(1, whole // side)
    size = min(max(1, whole // reduction) * reduction, height, width)

    def variance(place: tuple[int, int]) -> float:
        top, left = place
        return float(pixels[top : top + size : 4, left : left + size : 4].var())

    top, left = max(((top, left) for top in _starts(height, size) for left in _starts(width, size)), key=variance)
    return Cutout(left, top, size)


def _starts(length: int, size: int) -> Iterator[int]:
    """Where a square may start along a side so that its middle lies in the middle third."""
    room = length - size
    low, high = max(0, length // 3 - size // 2), min(room, 2 * length // 3 - size // 2)
    return iter(sorted({round(start) for start in np.linspace(min(low, room), max(high, 0), MOVES)}))
