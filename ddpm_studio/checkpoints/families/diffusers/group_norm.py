"""Group normalisation of pictures in channels_last, where PyTorch's own is slow on the CPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn

FEW_CHANNELS = 16
POSITIONS = range(128, 1024)
ELEMENTS = 2**15


class GroupNorm(nn.GroupNorm):
    """nn.GroupNorm, up to three times as fast for many small pictures in channels_last on the CPU.

    Below 1024 positions PyTorch 2.13 sums each group in runs as long as its channels, which is slow where they are
    few; from there on it sums whole pictures channel by channel, and so does this class from 128 positions on. The
    variance is E[x²] − E[x]², as in PyTorch's own kernel of that kind. Half precision has too few digits for that, and
    is left to PyTorch, which sums it in float32.
    """

    def forward(self, x: Tensor) -> Tensor:
        """x (B, C, …) → the same shape and memory format."""
        return self._by_channel(x) if self._is_slow(x) else super().forward(x)

    def _is_slow(self, x: Tensor) -> bool:
        return (
            x.ndim == 4
            and x.device.type == "cpu"
            and x.dtype.itemsize >= 4
            and x.numel() >= ELEMENTS
            and x.shape[2] * x.shape[3] in POSITIONS
            and x.shape[1] // self.num_groups < FEW_CHANNELS
            and x.is_contiguous(memory_format=torch.channels_last)
        )

    def _by_channel(self, x: Tensor) -> Tensor:
        pictures, channels, height, width = x.shape
        rows = x.permute(0, 2, 3, 1).view(pictures, height * width, channels)
        mean, square = (self._group_mean(values) for values in (rows, rows * rows))
        scale = self.weight.view(self.num_groups, -1) * (square - mean * mean).clamp(min=0).add(self.eps).rsqrt()
        shift = self.bias.view(self.num_groups, -1) - scale * mean
        normal = torch.addcmul(shift.view(pictures, 1, channels), rows, scale.view(pictures, 1, channels))
        return normal.view(pictures, height, width, channels).permute(0, 3, 1, 2)

    def _group_mean(self, rows: Tensor) -> Tensor:
        """(B, positions, C) → (B, groups, 1)."""
        sums = rows.sum(1).view(len(rows), self.num_groups, -1)
        return sums.sum(2, keepdim=True) / (rows.shape[1] * sums.shape[2])
