"""Recording of a run: frames in bytes, as many as a memory budget holds."""

from __future__ import annotations

import threading

from ddpm_studio.sampling.eight_bit import Pictures, as_bytes
from ddpm_studio.sampling.engine import Step
from ddpm_studio.sampling.recorded_frame import Frame, decoded_frame, frame_of

MIB = 2**20
BUDGET = 256 * MIB
"""Bytes of frames to keep."""

DECODED = 64 * MIB
"""Bytes of pictures to keep that were decoded of steps on the way: those asked for last, and one however large."""


class Recording:
    """Every step of a run, or every second, fourth …, so that the frames take at most `budget` bytes; and the last.

    One thread adds steps while others read. The first frame is kept even if it is larger than the budget. Frames of
    latents have previews until they are decoded.

    >>> import torch
    >>> recording = Recording(budget=4 * 2 * 64)  # room for four steps of x and x0 in 8 × 8 bytes
    >>> for index in range(20):
    ...     recording.add(Step(index, 20, 999.0 - index, x=torch.zeros(1, 1, 8, 8), x0=torch.zeros(1, 1, 8, 8)))
    >>> recording.stride, [frame.index for frame in recording.frames]
    (8, [0, 8, 16, 19])
    """

    def __init__(self, budget: int = BUDGET, decoded: int = DECODED) -> None:
        """`decoded` bounds the pictures that are kept of steps that were decoded."""
        self._budget, self._decoded_budget = budget, decoded
        self._stride = 1
        self._kept: list[Frame] = []
        self._newest: Frame | None = None
        # What there was before each step that is decoded, the one asked for last at the end, and its pictures' bytes.
        self._previews: dict[int, tuple[Frame, int]] = {}
        self._lock = threading.Lock()
        self.last: Step | None = None
        """The step added last, in full precision and on its own device."""

    def add(self, step: Step) -> None:
        """Add a step, which follows the one added before. Raises SamplingError if its bytes do not fit into memory."""
        frame = None if step.index % self._stride else frame_of(step)
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

    def decode(self, index: int) -> None:
        """Replace the previews of this step, if it is kept or the newest, by its pictures; SamplingError.

        Where they take too much memory, those of steps that were decoded earlier are previews again, but for the last
        of a run.
        """
        step = self.last
        frame = next((frame for frame in self.frames if frame.index == index), None)
        if step is not None and frame is not None and frame.previewed:
            self._show_decoded(frame, decoded_frame(frame, step))

    def _show_decoded(self, frame: Frame, decoded: Frame) -> None:
        size = decoded.x.nbytes + decoded.x0.nbytes
        with self._lock:
            self._put(decoded)
            if not (self.complete and self.last is not None and frame.index == self.last.index):
                self._previews[frame.index] = frame, size
            while len(self._previews) > 1 and sum(size for _, size in self._previews.values()) > self._decoded_budget:
                earliest, _ = self._previews.pop(next(iter(self._previews)))
                self._put(earliest)

    def _put(self, frame: Frame) -> None:
        """Have this frame in the place of the one of the same step."""
        self._kept = [frame if each.index == frame.index else each for each in self._kept]
        if self._newest is not None and self._newest.index == frame.index:
            self._newest = frame

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
        frame = frame_of(step)
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
        """The result after at least one step, −1 … 1 as 0 … 255: x, or the estimate x0 of a run that was stopped.

        Latents are decoded for that, x once for all; SamplingError if the decoder fails.
        """
        step = self.last
        assert step is not None, "there are no pictures before the first step"
        if step.index < step.total - 1:
            return as_bytes(step.decoded(step.x0))
        self.decode(step.index)
        newest = self.newest
        return as_bytes(step.decoded(step.x)) if newest is None or not step.is_latent else newest.x.fixed()

    @property
    def complete(self) -> bool:
        """True once the last step of the run has been added."""
        return self.last is not None and self.last.index == self.last.total - 1
