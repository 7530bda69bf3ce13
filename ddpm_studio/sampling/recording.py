"""What is kept of a run: frames in 8 bits, as many as a memory budget holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ddpm_studio.sampling.engine import Step

BUDGET = 256 * 2**20
"""Bytes of frames that are kept."""

Pictures = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Frame:
    """One step in 8 bits: its place in the run, and x and x0 as (B, H, W, C), −1 … 1 mapped to 0 … 255 and clipped."""

    index: int
    timestep: float
    x: Pictures
    x0: Pictures


class Recording:
    """Every step of a run, or every second, fourth …, so that the frames take at most `budget` bytes; and the last."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._stride = 1
        self._kept: list[Frame] = []
        self.last: Step | None = None

    def add(self, step: Step) -> None:
        """Keep a step, which follows the one added before."""
        self.last = step
        if step.index % self._stride:
            return
        self._kept.append(_frame(step))
        if len(self._kept) > 1 and len(self._kept) * 2 * self._kept[0].x.nbytes > self._budget:
            self._stride *= 2
            self._kept = [frame for frame in self._kept if frame.index % self._stride == 0]

    @property
    def frames(self) -> list[Frame]:
        """What is kept, in order; ends with the last step added."""
        if self.last is None or self._kept[-1].index == self.last.index:
            return list(self._kept)
        return [*self._kept, _frame(self.last)]

    @property
    def complete(self) -> bool:
        """Whether the last step of the run is in."""
        return self.last is not None and self.last.index == self.last.total - 1


def as_bytes(x: Tensor) -> Pictures:
    """x (B, C, H, W) in ±1 as 8-bit pictures (B, H, W, C); converted where x lies, so that a byte a value travels."""
    scaled = ((x + 1) * 127.5).clamp(0, 255).round().to(torch.uint8)
    return scaled.permute(0, 2, 3, 1).contiguous().cpu().numpy()


def _frame(step: Step) -> Frame:
    return Frame(step.index, step.timestep, as_bytes(step.x), as_bytes(step.x0))
