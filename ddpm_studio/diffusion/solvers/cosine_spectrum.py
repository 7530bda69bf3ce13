"""Cosine spectrum of pictures: the variance of details by fineness, their covariance if no place is special."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.levels import read_only
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.interruption import check

LEAST_VARIANCE = 1e-6
"""A quarter of that of rounding to the 256 levels of ±1, below which nothing is known of a picture's details."""


class CosineSpectrum(NamedTuple):
    """Rings of the cosine transform by fineness, 0 … 1 of the finest (K,): the `variance` of a coefficient, of which
    white noise of variance 1 has 1, and the `number` of coefficients. `mean` is the root mean square of the
    channels' means.
    """

    fineness: Array
    variance: Array
    number: Array
    mean: float


def spectrum_of(pictures: NDArray[np.floating], height: int, width: int) -> CosineSpectrum:
    """The spectrum of pictures in ±1, (B, H, W, C), with their middle brought to no more than this size.

    They are averaged over whole blocks, as pictures are made smaller, and what they are larger still is cut off the
    orthonormal cosine transform, which has no seam at the edges.

    >>> wave = np.cos(np.pi * 3 * (np.arange(8) + 0.5) / 8)[None, :, None, None].repeat(8, axis=2)
    >>> found = spectrum_of(wave, 8, 8)  # of which a pixel has variance ½, all in the ring at 3 of 8
    >>> float(found.fineness[2]), (found.variance * found.number / 64).round(2).tolist()
    (0.375, [0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    """
    middle = _smaller(_middle(pictures, height / width), height, width)
    _, high, wide, _ = middle.shape
    rows, columns = min(height, high), min(width, wide)
    channels = np.moveaxis(middle, 3, 1).reshape(-1, high, wide)
    found = [_cosines_of(channel, rows, columns) for channel in channels]
    power = np.mean(np.square(found), axis=0) * (rows * columns / (high * wide))
    return _rings(power)


def _rings(power: Array) -> CosineSpectrum:
    """The mean power of the coefficients on each ring around that of the mean, which is left out."""
    rows, columns = power.shape
    finest = max(rows, columns)
    down, across = np.ogrid[:rows, :columns]
    ring = np.hypot(down * finest / rows, across * finest / columns).round().astype(int).ravel()
    count = np.bincount(ring)
    variance = np.bincount(ring, power.ravel()) / np.maximum(count, 1)
    kept = np.flatnonzero(count)[1:]
    return CosineSpectrum(
        read_only(kept / finest),
        read_only(np.maximum(variance[kept], LEAST_VARIANCE)),
        read_only(count[kept].astype(np.float64)),
        float(np.sqrt(power[0, 0] / power.size)),
    )


def _middle(pictures: NDArray[np.floating], shape: float) -> NDArray[np.floating]:
    """The largest part in the middle of pictures (B, H, W, C) whose height is `shape` times its width."""
    _, high, wide, _ = pictures.shape
    rows, columns = min(high, max(1, round(wide * shape))), min(wide, max(1, round(high / shape)))
    top, left = (high - rows) // 2, (wide - columns) // 2
    return pictures[:, top : top + rows, left : left + columns]


def _smaller(pictures: NDArray[np.floating], height: int, width: int) -> NDArray[np.floating]:
    """Pictures averaged over square blocks, as large as leaves at least this size: first the rows, which is fast."""
    count, high, wide, channels = pictures.shape
    block = max(1, min(high // height, wide // width))
    rows, columns = high // block, wide // block
    whole = pictures[:, : rows * block, : columns * block]
    strips = np.add.reduce(whole.reshape(count, rows, block, -1), axis=2)
    blocks = np.add.reduce(strips.reshape(count, rows, columns, block, channels), axis=3)
    smaller: NDArray[np.floating] = blocks / block**2
    return smaller


def _cosines_of(channel: NDArray[np.floating], rows: int, columns: int) -> Array:
    """The coarsest cosines of a channel, down and across."""
    check()
    return _cosines(_cosines(channel.astype(np.float64), columns).T, rows).T


def _cosines(values: Array, count: int) -> Array:
    """The first `count` of the orthonormal cosine transform (DCT-II) of each row, (…, N): by the Fourier transform of
    the row and its mirror image, as a matrix would take a second for a large picture.
    """
    size = values.shape[-1]
    waves = np.fft.rfft(np.concatenate([values, values[..., ::-1]], axis=-1))[..., :count]
    turned = np.exp(-0.5j * np.pi * np.arange(count) / size) * np.sqrt(0.5 / size)
    turned[0] /= np.sqrt(2)
    found: Array = (waves * turned).real
    return found
