"""The detail of a picture that strips show: noised at full size and then made small, as the eye sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from ddpm_studio.diffusion.noising import Noising, Weights
from ddpm_studio.gui.state.noise import epsilon_of

SHARE = 0.28
"""The side of the detail, as a share of the picture's shorter side."""

MOVES = 9
"""Places along each side of the middle third that are tried for the detail."""


class Detail:
    """A square of a picture, float32 (H, W, C) in [−1, 1], with the ε that this picture has there.

    `place` is where it lies, in shares of the picture's sides.
    """

    def __init__(self, pixels: NDArray[np.float32], seed: int, side: int) -> None:
        """The detail for frames of at least `side` pixels, as far as the picture has them."""
        height, width, _ = pixels.shape
        whole = max(1, min(height, width, max(side, round(SHARE * min(height, width)))))
        reduction = max(1, whole // side)
        size = max(1, whole // reduction) * reduction
        top, left = _liveliest(pixels, min(size, height, width))
        self.place = QRectF(left / width, top / height, size / width, size / height) & QRectF(0, 0, 1, 1)
        square = (slice(top, top + size), slice(left, left + size))
        self._noising = Noising(pixels[square], epsilon_of(pixels.shape, seed)[square], reduction)

    def frames(self, weights: Sequence[Weights]) -> NDArray[np.uint8]:
        """The detail at S weights (√ᾱ, √(1−ᾱ)): uint8, shape (S, h, w, C)."""
        return self._noising.images(weights)


def _liveliest(pixels: NDArray[np.float32], size: int) -> tuple[int, int]:
    """The top and left of the square of the middle third with the greatest variance."""
    height, width, _ = pixels.shape

    def variance(place: tuple[int, int]) -> float:
        top, left = place
        return float(pixels[top : top + size : 4, left : left + size : 4].var())

    return max(((top, left) for top in _starts(height, size) for left in _starts(width, size)), key=variance)


def _starts(length: int, size: int) -> Iterator[int]:
    """Where a square may start along a side so that its middle lies in the middle third."""
    room = length - size
    low, high = max(0, length // 3 - size // 2), min(room, 2 * length // 3 - size // 2)
    return iter(sorted({round(start) for start in np.linspace(min(low, room), max(high, 0), MOVES)}))
