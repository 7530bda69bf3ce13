"""Recording of a run: frames in bytes, as many as a memory budget holds."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from ddpm_studio.sampling.eight_bit import EightBit, Pictures, as_bytes, to_eight_bit
from ddpm_studio.sampling.engine import Step

BUDGET = 256 * 2**20
"""Bytes of frames to keep."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One step in bytes: its place in the run, and the pictures of x and of the estimate x0."""

    index: int
    timestep: float
    x: EightBit
    x0: EightBit

    @property
    def nbytes(self) -> int:
        """The memory that the pictures take, in bytes."""
        return self.x.nbytes + self.x0.nbytes


class Recording:
    """Every step of a run, or every second, fourth …, so that the frames take at most `budget` bytes; and the last.

    One thread adds steps while others read. The first frame is kept even if it is larger than the budget.

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
        """The step added last, in full precision and on its own device."""

    def add(self, step: Step) -> None:
        """Add a step, which follows the one added before. Raises SamplingError if its bytes do not fit into memory."""
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
        """Keep the last step, whatever its index; none is added afterwards."""
        frames = self.frames
        with self._lock:
            self._kept = frames

    @property
    def stride(self) -> int:
        """The k for which every k-th step is kept."""
        return self._stride

    @property
    def newest(self) -> Frame | None:
        """The step added last, converted on demand if it is not one of those kept."""
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
        """The frames at hand, in order, without any conversion; they end with the last step once finished."""
        with self._lock:
            return list(self._kept)

    @property
    def frames(self) -> list[Frame]:
        """The frames kept, in order, ending with the last step added."""
        newest = self.newest
        return [] if newest is None else [*(frame for frame in self.kept if frame.index < newest.index), newest]

    @property
    def pictures(self) -> Pictures:
        """The result after at least one step, −1 … 1 as 0 … 255: x, or the estimate x0 of a run that was stopped."""
        assert self.last is not None, "there are no pictures before the first step"
        return as_bytes(self.last.decoded(self.last.x if self.complete else self.last.x0))

    @property
    def complete(self) -> bool:
        """True once the last step of the run has been added."""
        return self.last is not None and self.last.index == self.last.total - 1


def _frame(step: Step) -> Frame:
    x, x0 = (to_eight_bit(step.decoded(one)) for one in (step.x, step.x0))
    return Frame(step.index, step.timestep, x, x0)
