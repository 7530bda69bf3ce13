"""The fast noising in bytes equals the plain formula in float64."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ddpm_studio.diffusion import noising
from ddpm_studio.diffusion.noising import CLEAN, Noising

WEIGHTS = [CLEAN, (0.8, 0.6), (0.28, 0.96), (0.0, 1.0), (0.6, 0.8)]


def arrays(height: int, width: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    generator = np.random.default_rng(3)
    x0 = generator.uniform(-1, 1, (height, width, 3)).astype(np.float32)
    return x0, generator.standard_normal((height, width, 3), dtype=np.float32)


def in_bytes(
    x0: NDArray[np.float32], epsilon: NDArray[np.float32], weights: tuple[float, float]
) -> NDArray[np.float64]:
    x_t = weights[0] * x0.astype(np.float64) + weights[1] * epsilon.astype(np.float64)
    return np.clip((x_t + 1) * 127.5, 0, 255)


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (40, 60), (200, 150)])
def test_bytes_are_the_rounded_formula(size: tuple[int, int]) -> None:
    x0, epsilon = arrays(*size)
    images = Noising(x0, epsilon).images(WEIGHTS)
    assert images.shape == (5, *size, 3)
    assert images.dtype == np.uint8
    for image, weights in zip(images, WEIGHTS, strict=True):
        # Half a level of rounding, and what float32 loses.
        assert np.abs(image - in_bytes(x0, epsilon, weights)).max() <= 0.5 + 1e-3


def test_the_clean_picture_is_exact() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    x0 = levels.astype(np.float32) / np.float32(127.5) - 1
    assert (Noising(x0, np.full_like(x0, 3)).images([CLEAN])[0] == levels).all()


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    x0, epsilon = arrays(31, 17)
    whole = Noising(x0, epsilon, 2).images(WEIGHTS)
    monkeypatch.setattr(noising, "BLOCK", 64)
    assert (Noising(x0, epsilon, 2).images(WEIGHTS) == whole).all()


@pytest.mark.parametrize("k", [2, 3, 5])
def test_a_reduced_picture_is_the_mean_of_clipped_squares(k: int) -> None:
    x0, epsilon = arrays(6 * k, 4 * k)
    images = Noising(x0, epsilon, k).images(WEIGHTS)
    for image, weights in zip(images, WEIGHTS, strict=True):
        clipped = in_bytes(x0, epsilon, weights)
        mean = np.mean([clipped[i::k, j::k] for i in range(k) for j in range(k)], axis=0)
        assert np.abs(image - mean).max() <= 0.5 + 1e-3


def test_a_rest_that_fills_no_square_repeats_the_edge() -> None:
    x0, epsilon = arrays(7, 5)
    images = Noising(x0, epsilon, 3).images([CLEAN])
    assert images.shape == (1, 3, 2, 3)
    corner = in_bytes(x0, epsilon, CLEAN)[6, 3:5]
    assert np.abs(images[0, 2, 1] - (corner[0] + 2 * corner[1]) / 3).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("k", [1, 3])
def test_the_picture_fades_to_gray_without_noise(k: int) -> None:
    x0, epsilon = arrays(6 * k, 4 * k)
    noising = Noising(x0, epsilon, k)
    for signal in (1.0, 0.37, 0.0):
        plain = in_bytes(x0, epsilon, (signal, 0.0)).reshape(6, k, 4, k, 3).mean(axis=(1, 3))
        assert np.abs(noising.faded(signal) - plain).max() <= 0.5 + 1e-3
