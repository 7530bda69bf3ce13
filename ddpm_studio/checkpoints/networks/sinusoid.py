"""Timesteps as waves, which is how networks are told them (Vaswani 2017)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def sinusoid(timesteps: Tensor, channels: int, *, shift: float = 0.0, sines_first: bool = False) -> Tensor:
    """(B,) → (B, channels), float32: cosines, then sines, of frequencies from 1 down towards 1/10 000.

    They end at 1/10 000 itself with `shift` 1, as in Ho et al. 2020. A zero fills up an odd number of channels.
    """
    half = channels // 2
    exponents = -math.log(10_000) * torch.arange(half, device=timesteps.device, dtype=torch.float32)
    angles = timesteps.float()[:, None] * torch.exp(exponents / (half - shift))
    waves = [angles.sin(), angles.cos()] if sines_first else [angles.cos(), angles.sin()]
    return nn.functional.pad(torch.cat(waves, -1), (0, channels % 2))
