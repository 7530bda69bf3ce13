"""Fractal noise for the pictures: smooth random fields, summed over octaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def _hash(x: Array, y: Array, z: Array, seed: int) -> Array:
    """A number in [0, 1) for each lattice point (Jarzynski & Olano 2020, pcg3d, first word)."""
    a, b, c = (np.asarray(v).astype(np.int64).astype(np.uint32) for v in (x, y, z))
    a = a * np.uint32(1664525) + np.uint32(1013904223 + 97 * seed)
    b = b * np.uint32(1664525) + np.uint32(1013904223)
    c = c * np.uint32(1664525) + np.uint32(1013904223)
    for _ in range(2):
        a, b = a + b * c, b + c * a
        c = c + a * b
        a, b, c = (v ^ (v >> np.uint32(16)) for v in (a, b, c))
    return (a + b * c).astype(np.float64) / 2.0**32


def value_noise(x: Array, y: Array, z: Array | float = 0.0, seed: int = 0) -> Array:
    """Smooth noise in [0, 1] that varies over a distance of 1."""
    x, y, z = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float), np.asarray(z, float))
    cells = [np.floor(v) for v in (x, y, z)]
    u, v, w = (f * f * f * (f * (f * 6 - 15) + 10) for f in (x - cells[0], y - cells[1], z - cells[2]))
    total = np.zeros(x.shape)
    for i in (0, 1):
        for j in (0, 1):
            for k in (0, 1):
                weight = (u if i else 1 - u) * (v if j else 1 - v) * (w if k else 1 - w)
                total += weight * _hash(cells[0] + i, cells[1] + j, cells[2] + k, seed)
    return total


def fractal(x: Array, y: Array, z: Array | float = 0.0, octaves: int = 5, seed: int = 0) -> Array:
    """Octaves of `value_noise`, each of half the size and height of the one before, in [0, 1]."""
    total, height = np.zeros(np.broadcast(x, y, z).shape), 0.0
    for octave in range(octaves):
        scale = 2.0**octave
        total += value_noise(x * scale, y * scale, z * scale, seed + octave) / scale
        height += 1 / scale
    return total / height
