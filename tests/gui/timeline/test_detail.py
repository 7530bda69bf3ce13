"""The detail: what strips show of a picture is what the large picture shows there, farther away."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from ddpm_studio.diffusion.forward import draw_noise
from ddpm_studio.gui.timeline.detail import SHARE, Detail

SEED = 5


def test_frames_are_the_noised_picture_made_small_afterwards() -> None:
    pixels = np.random.default_rng(1).uniform(-1, 1, (300, 300, 3)).astype(np.float32)
    side = round(SHARE * 300) // 4
    signal, noise = 0.6, 0.8
    (frame,) = Detail(pixels, SEED, side).frames([(signal, noise)])
    noised = np.clip((signal * pixels + noise * draw_noise(pixels.shape, SEED) + 1) * 127.5, 0, 255)
    k = round(SHARE * 300) // side
    size = frame.shape[0] * k
    means = sliding_window_view(noised, (k, k), (0, 1)).mean((-2, -1))

    def away(top: int, left: int) -> float:
        return float(np.abs(means[top : top + size : k, left : left + size : k] - frame).mean())

    assert min(away(top, left) for top in range(300 - size + 1) for left in range(300 - size + 1)) < 1


def test_the_liveliest_place_in_the_middle_is_shown() -> None:
    pixels = np.full((200, 200, 3), -0.5, np.float32)
    pixels[90:120, 70:110] = np.random.default_rng(0).uniform(-1, 1, (30, 40, 3))
    (frame,) = Detail(pixels, SEED, 28).frames([(1.0, 0.0)])
    assert frame.std() > 30


@pytest.mark.parametrize("shape", [(1, 1, 3), (2000, 1, 3), (1, 2000, 1), (5, 700, 3), (64, 64, 1), (700, 300, 3)])
@pytest.mark.parametrize("side", [8, 40, 120])
def test_pictures_of_any_shape_have_a_detail(shape: tuple[int, int, int], side: int) -> None:
    frames = Detail(np.zeros(shape, np.float32), SEED, side).frames([(1.0, 0.0), (0.0, 1.0)])
    assert len(frames) == 2
    assert frames.shape[3] == shape[2]
    assert (frames[0] == 128).all() or (frames[0] == 127).all()
