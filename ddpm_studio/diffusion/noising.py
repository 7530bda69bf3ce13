"""Noising: x_t as 8-bit pictures, for every schedule at once and fast enough to follow a slider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

BLOCK = 3 << 15
"""Values processed at once: few enough for a core's cache, enough that calls hardly count."""

Weights = tuple[float, float]
"""(√ᾱ, √(1−ᾱ))"""

CLEAN: Weights = (1.0, 0.0)

MIDDLE = 128
"""The byte of 0, half a level up, so that truncation rounds: 255 levels have none in their middle."""

MOST = 127.5
"""The distance of the outermost bytes from it."""


class Noising:
    """x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε of one picture in bytes: −1 … 1 becomes 0 … 255, and values outside are clipped.

    Each schedule is a product of its own, (2,) weights by (2, N) terms: for several in one, BLAS starts threads, which
    take ten times as long where other work has the cores. With a `reduction` k, squares of k × k pixels are averaged
    after clipping, as the eye does from a distance.
    """

    def __init__(self, x0: NDArray[np.float32], epsilon: NDArray[np.float32], reduction: int = 1) -> None:
        """Prepare for `x0` and `epsilon`, float32 (H, W, C); nothing here depends on t."""
        height, width, channels = x0.shape
        self.reduction = reduction
        self.shape = (-(-height // reduction), -(-width // reduction), channels)
        self._blocks = list(_blocks(_phases(x0, reduction), _phases(epsilon, reduction)))

    def images(self, weights: Sequence[Weights]) -> NDArray[np.uint8]:
        """The pictures at S weights (√ᾱ, √(1−ᾱ)): uint8, shape (S, ⌈H/k⌉, ⌈W/k⌉, C)."""
        images = np.empty((len(weights), int(np.prod(self.shape))), np.uint8)
        for image, factors in zip(images, np.array(weights, np.float32).reshape(-1, 2), strict=True):
            self._fill(image, factors)
        return images.reshape(len(weights), *self.shape)

    def faded(self, signal: float) -> NDArray[np.uint8]:
        """The picture at the weight √ᾱ without noise, shape (⌈H/k⌉, ⌈W/k⌉, C); nothing of it is clipped."""
        return (np.float32(signal) * self._means + MIDDLE).astype(np.uint8).reshape(self.shape)

    @cached_property
    def _means(self) -> NDArray[np.float32]:
        return np.concatenate([block[0].mean(axis=0) for block in self._blocks])

    def _fill(self, image: NDArray[np.uint8], factors: NDArray[np.float32]) -> None:
        scratch = np.empty(max(block[0].size for block in self._blocks), np.float32)
        start = 0
        for block in self._blocks:
            _, phases, count = block.shape
            noised = scratch[: phases * count].reshape(phases, count)
            np.matmul(factors, block.reshape(2, -1), out=noised.reshape(-1))
            np.clip(noised, -MOST, MOST, out=noised)
            # NumPy's own mean of few values each takes three times as long.
            means = noised[0] if phases == 1 else np.add.reduce(noised, axis=0) / np.float32(phases)
            means += MIDDLE
            image[start : start + count] = means
            start += count


def _phases(array: NDArray[np.float32], k: int) -> NDArray[np.float32]:
    """(H, W, C) → (k², N): each column holds the k × k values that become one; the last row and column are padded."""
    height, width, channels = array.shape
    padded = np.pad(array, ((0, -height % k), (0, -width % k), (0, 0)), mode="edge")
    rows, columns = padded.shape[0] // k, padded.shape[1] // k
    squares = padded.reshape(rows, k, columns, k, channels)
    return squares.transpose(1, 3, 0, 2, 4).reshape(k * k, -1)


def _blocks(x0: NDArray[np.float32], epsilon: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Both terms in contiguous pieces of shape (2, k², n), with k² n ≤ BLOCK."""
    phases, total = x0.shape
    step = max(1, BLOCK // phases)
    for start in range(0, total, step):
        piece = slice(start, start + step)
        block = np.empty((2, phases, len(x0[0, piece])), np.float32)
        np.multiply(x0[:, piece], MOST, out=block[0])
        np.multiply(epsilon[:, piece], MOST, out=block[1])
        yield block
