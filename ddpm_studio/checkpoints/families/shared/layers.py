"""Layers that several networks share: sizes halved or doubled, timesteps as waves (Vaswani 2017), tables of vectors."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate

Resizing = Literal["", "smaller", "larger"]
_INDEXED = 2**31
"""From this many elements on, PyTorch's repeating of pixels in channels_last fails on CUDA (its issue 141831)."""


def resized(x: Tensor, resizing: Resizing) -> Tensor:
    """(B, C, H, W) → half the size by averaging four pixels, or twice the size by repeating them."""
    if resizing == "smaller":
        return avg_pool2d(x, 2)
    return enlarged(x) if resizing == "larger" else x


def enlarged(x: Tensor) -> Tensor:
    """(B, C, H, W) → (B, C, 2H, 2W) by repeated pixels."""
    if 4 * x.numel() >= _INDEXED:
        x = x.contiguous()
    return interpolate(x, scale_factor=2, mode="nearest")


def sinusoid(timesteps: Tensor, channels: int, *, shift: float = 0.0, sines_first: bool = False) -> Tensor:
    """(B,) → (B, channels), float32: cosines, then sines, of frequencies from 1 down towards 1/10 000.

    They end at 1/10 000 itself with `shift` 1, as in Ho et al. 2020. A zero fills up an odd number of channels.
    """
    half = channels // 2
    exponents = -math.log(10_000) * torch.arange(half, device=timesteps.device, dtype=torch.float32)
    angles = timesteps.float()[:, None] * torch.exp(exponents / (half - shift))
    waves = [angles.sin(), angles.cos()] if sines_first else [angles.cos(), angles.sin()]
    return nn.functional.pad(torch.cat(waves, -1), (0, channels % 2))


def table_of(entries: int, channels: int) -> nn.Embedding:
    """Vectors by their number, yet to be filled: to draw them without memory, torch would import its compiler."""
    return nn.Embedding(entries, channels, _weight=torch.empty(entries, channels))
