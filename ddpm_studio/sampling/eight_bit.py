"""Pictures in bytes, to be displayed in either range: −1 … 1 for all, or each picture's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ddpm_studio.sampling.device_errors import on_device

Pictures = NDArray[np.uint8]
"""(B, H, W, C)"""


@dataclass(frozen=True, eq=False)
class EightBit:
    """Pictures as `levels`, uint8 (B, H, W, C): level n of picture b is the value low[b] + n/255 (high[b] − low[b]).

    `low` and `high`, float32 (B,), are −1 and 1 for a picture within that range, otherwise its extremes.
    """

    levels: Pictures
    low: NDArray[np.float32]
    high: NDArray[np.float32]

    @classmethod
    def of_bytes(cls, pictures: Pictures) -> Self:
        """Pictures in −1 … 1 of these levels."""
        ones = np.ones(len(pictures), np.float32)
        return cls(pictures, -ones, ones)

    @property
    def nbytes(self) -> int:
        """The memory that the levels take, in bytes."""
        return self.levels.nbytes

    def only(self, number: int) -> EightBit:
        """One of the pictures, by itself."""
        one = slice(number, number + 1)
        return EightBit(self.levels[one], self.low[one], self.high[one])

    def first(self, count: int) -> EightBit:
        """The first pictures of a batch, no more than `count`."""
        return EightBit(self.levels[:count], self.low[:count], self.high[:count])

    def fixed(self) -> Pictures:
        """−1 … 1 mapped to 0 … 255, clipped outside; exact for a picture within that range."""
        if self.low.min() == -1 and self.high.max() == 1:
            return self.levels
        values = self.low[:, None] + np.arange(256) / 255 * (self.high - self.low)[:, None]
        return self._mapped((values + 1) * 127.5)

    def own(self) -> Pictures:
        """Each picture's smallest value mapped to 0 and its largest to 255."""
        lowest, highest = (extreme(self.levels, axis=(1, 2, 3))[:, None].astype(float) for extreme in (np.min, np.max))
        return self._mapped((np.arange(256) - lowest) * 255 / np.maximum(highest - lowest, 1))

    def _mapped(self, bytes_of_levels: NDArray[np.floating]) -> Pictures:
        """Every level through its picture's line of a (B, 256) table."""
        table = bytes_of_levels.clip(0, 255).round().astype(np.uint8)
        return np.stack([line[levels] for line, levels in zip(table, self.levels, strict=True)])


def as_bytes(x: Tensor) -> Pictures:
    """x (B, C, H, W), −1 … 1 mapped to 0 … 255 and clipped; converted on the device of x, to move one byte per value.

    SamplingError if its memory does not suffice for that.

    >>> as_bytes(torch.tensor([-1.0, 0.0, 1.0, 3.0]).reshape(1, 1, 1, 4)).flatten().tolist()
    [0, 128, 255, 255]
    """
    with on_device(len(x), x.device):
        return _moved(((x + 1) * 127.5).clamp(0, 255))


def to_eight_bit(x: Tensor) -> EightBit:
    """x (B, C, H, W) over each picture's range, converted on the device of x; SamplingError as of as_bytes.

    >>> pictures = to_eight_bit(torch.tensor([-1.0, 0.0, 1.0, 3.0]).reshape(1, 1, 1, 4))
    >>> pictures.low.tolist(), pictures.high.tolist(), pictures.levels.flatten().tolist()
    ([-1.0], [3.0], [0, 64, 128, 255])
    >>> pictures.fixed().flatten().tolist(), pictures.own().flatten().tolist()
    ([0, 128, 255, 255], [0, 64, 128, 255])
    """
    with on_device(len(x), x.device):
        # aminmax and round would wake every thread for a handful of numbers, which takes longer than computing them.
        low, high = x.flatten(1).amin(dim=1).clamp(max=-1), x.flatten(1).amax(dim=1).clamp(min=1)
        levels = _moved((x - low[:, None, None, None]) * (255 / (high - low))[:, None, None, None])
        ends = torch.stack([low, high]).float().cpu().numpy()
    return EightBit(levels, ends[0], ends[1])


def _moved(scaled: Tensor) -> Pictures:
    """0 … 255, (B, C, H, W), as bytes in the host's memory, (B, H, W, C), read-only."""
    pictures: Pictures = (scaled + 0.5).to(torch.uint8).permute(0, 2, 3, 1).contiguous().cpu().numpy()
    pictures.flags.writeable = False
    return pictures
