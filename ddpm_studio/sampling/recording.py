"""What is kept of a run: frames in bytes, as many as a memory budget holds."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from ddpm_studio.sampling.eight_bit import EightBit, Pictures, as_bytes, to_eight_bit
from ddpm_studio.sampling.engine import Step
from ddpm_studio.sampling.memory import memory_for

BUDGET = 256 * 2**20
"""Bytes of frames that are kept."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One step in bytes: its place in the run, x, and the estimate x0."""

    index: int
    timestep: float
    x: EightBit
    x0: EightBit

    @property
    def nbytes(self) -> int:
        """The memory that is taken."""
        return self.x.nbytes + self.x0.nbytes


class Recording:
    """Every step of a run, or every second, fourth …, so that the frames take at most `budget` bytes; and the last.

    One thread adds steps while any other reads. The first frame stays even if it is larger than the budget.

    >>> import torch
    >>> recording = Recording(budget=4 * 2 * 64)  # room for four steps of x and x0 in 8 × 8 bytes
    >>> for index in range(20):
    ...     recording.add(Step(index, 20, 999.0 - index, x=torch.zeros(1, 1, 8, 8), x0=torch.zeros(1, 1, 8, 8)))
    >>> recording.stride, [frame.index for frame in recording.frames]
    (8, [0, 8, 16, 19])
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._stride = 1
        self._kept: list[Frame] = []
        self._newest: Frame | None = None
        self._lock = threading.Lock()
        self.last: Step | None = None
        """The step added last, in full precision and where it was made."""

    def add(self, step: Step) -> None:
        """Keep a step, which follows the one added before; SamplingError where memory does not hold its bytes."""
        frame = None if step.index % self._stride else _frame(step)
        with self._lock:
            self.last, self._newest = step, frame
            if frame is not None:
                self._kept.append(frame)
                self._thin(frame.nbytes)

    def _thin(self, size: int) -> None:
        while len(self._kept) > 1 and len(self._kept) * size > self._budget:
            self._stride *= 2
            self._kept = [frame for frame in self._kept if frame.index % self._stride == 0]

    def finish(self) -> None:
        """Keep the last step whatever its place; none is added afterwards."""
        frames = self.frames
        with self._lock:
            self._kept = frames

    @property
    def stride(self) -> int:
        """k where every k-th step is kept."""
        return self._stride

    @property
    def newest(self) -> Frame | None:
        """The step added last, converted on demand where it is not one that is kept."""
        with self._lock:
            step, frame = self.last, self._newest
        if step is None or frame is not None:
            return frame
        frame = _frame(step)
        with self._lock:
            if self.last is step:
                self._newest = frame
        return frame

    @property
    def kept(self) -> list[Frame]:
        """What is at hand, in order, without converting anything; ends with the last step once it is finished."""
        with self._lock:
            return list(self._kept)

    @property
    def frames(self) -> list[Frame]:
        """What is kept, in order; ends with the last step added."""
        newest = self.newest
        return [] if newest is None else [*(frame for frame in self.kept if frame.index < newest.index), newest]

    @property
    def pictures(self) -> Pictures:
        """What at least one step came to, −1 … 1 as 0 … 255: its x, or of a run that was stopped the estimate x0."""
        assert self.last is not None, "there is nothing to see before the first step"
        return as_bytes(self.last.x if self.complete else self.last.x0)

    @property
    def complete(self) -> bool:
        """Whether the last step of the run is in."""
        return self.last is not None and self.last.index == self.last.total - 1


def _frame(step: Step) -> Frame:
    with memory_for(len(step.x), step.x.device):
        return Frame(step.index, step.timestep, to_eight_bit(step.x), to_eight_bit(step.x0))
