"""Pictures in bytes: exact within −1 … 1, and of either display range beyond."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ddpm_studio.sampling.eight_bit import as_bytes, to_eight_bit


def some(scale: float, seed: int = 0) -> torch.Tensor:
    x = torch.randn((3, 2, 6, 5), generator=torch.Generator().manual_seed(seed))
    return x / x.abs().amax(dim=(1, 2, 3), keepdim=True) * scale


def in_numpy(x: torch.Tensor) -> np.ndarray:
    """(B, H, W, C) float64."""
    return x.double().numpy().transpose(0, 2, 3, 1)


def test_bytes_of_one_range_for_all() -> None:
    x = torch.tensor([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0]).view(1, 2, 1, 3)
    np.testing.assert_array_equal(as_bytes(x), np.array([[[[0, 191], [0, 255], [128, 255]]]], np.uint8))


@pytest.mark.parametrize("scale", [0.3, 1.0])
def test_within_the_range_nothing_is_lost(scale: float) -> None:
    x = some(scale)
    pictures = to_eight_bit(x)
    np.testing.assert_array_equal(pictures.fixed(), as_bytes(x))
    assert np.abs(pictures.fixed() / 127.5 - 1 - in_numpy(x)).max() <= 0.5 / 127.5 + 1e-6


@pytest.mark.parametrize("scale", [1.01, 4.0, 30.0])
def test_beyond_it_the_fixed_range_clips(scale: float) -> None:
    x = some(scale)
    x[0] /= scale
    pictures = to_eight_bit(x)
    level = (1 + scale) * 127.5 / 255
    assert np.abs(pictures.fixed().astype(float) - as_bytes(x)).max() <= level + 1
    np.testing.assert_array_equal(pictures.fixed()[0], as_bytes(x)[0])


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0, 30.0])
def test_the_own_range_goes_from_each_pictures_smallest_to_its_largest(scale: float) -> None:
    x = some(scale)
    own, values = to_eight_bit(x).own(), in_numpy(x)
    low, high = (extreme(values, axis=(1, 2, 3), keepdims=True) for extreme in (np.min, np.max))
    expected = (values - low) / (high - low) * 255
    level = (np.maximum(high, 1) - np.minimum(low, -1)) / (high - low)
    assert (np.abs(own - expected) <= level + 0.5).all()
    assert own.min(axis=(1, 2, 3)).tolist() == [0, 0, 0]
    assert own.max(axis=(1, 2, 3)).tolist() == [255, 255, 255]


def test_a_picture_of_one_colour_has_a_range_too() -> None:
    assert to_eight_bit(torch.zeros(1, 1, 2, 2)).own().tolist() == [[[[0], [0]], [[0], [0]]]]


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_precisions_and_orders_in_memory(dtype: torch.dtype) -> None:
    x = some(1.0).to(dtype).contiguous(memory_format=torch.channels_last)
    pictures = to_eight_bit(x)
    assert pictures.levels.shape == (3, 6, 5, 2)
    assert pictures.nbytes == 180
    np.testing.assert_array_equal(pictures.levels, to_eight_bit(x.contiguous()).levels)
    with pytest.raises(ValueError, match="read-only"):
        pictures.levels[0] = 0
