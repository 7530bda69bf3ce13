"""Half or twice the size of a picture, without weights."""

from __future__ import annotations

from typing import Literal

from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

Resizing = Literal["", "smaller", "larger"]
_INDEXED = 2**31
"""Of so many elements on, PyTorch's repeating of pixels in channels_last fails on CUDA (its issue 141831)."""


def resized(x: Tensor, resizing: Resizing) -> Tensor:
    """(B, C, H, W) → half the size by means of four pixels, or twice by repeated ones."""
    if resizing == "smaller":
        return avg_pool2d(x, 2)
    return enlarged(x) if resizing == "larger" else x


def enlarged(x: Tensor) -> Tensor:
    """(B, C, H, W) → (B, C, 2H, 2W) by repeated pixels."""
    if 4 * x.numel() >= _INDEXED:
        x = x.contiguous()
    return interpolate(x, scale_factor=2, mode="nearest")
