"""Frames on their way to the window, no more of them than it takes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ddpm_studio.gui.state.run import RunFrame
from ddpm_studio.gui.worker.mailbox import Mailbox

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording

SHARE = 0.01
"""Of one core, for showing frames: what they take is taken from the sampling, where that keeps every core busy."""

SHORTEST_S, LONGEST_S = 1 / 60, 1 / 4


class FrameRate:
    """How long to wait between two deliveries; set by the thread that shows frames, read by the one that makes them."""

    interval_s = 1 / 30

    def note_cost(self, seconds: float) -> None:
        """Showing the last frames took so many seconds of a core."""
        self.interval_s = min(max(seconds / SHARE, SHORTEST_S), LONGEST_S)


class Delivery:
    """Puts the newest frames of a run into the box and calls `wake`, which tells the window that it was empty."""

    def __init__(
        self,
        recording: RunRecording,
        box: Mailbox[tuple[RunFrame, ...]],
        rate: FrameRate,
        wake: Callable[[], None],
    ) -> None:
        box.take()  # What nobody took of an older run would keep this one's first frames from being told of.
        self._recording, self._box, self._rate, self._wake = recording, box, rate, wake
        self._last = -math.inf
        self._pending = False

    def offer(self) -> None:
        """There is something new; deliver it if the last was taken, and not only just. Nothing is copied if not."""
        self._pending = True
        if not self._box.full and time.monotonic() >= self._last + self._rate.interval_s:
            self.flush()

    def flush(self) -> None:
        """Deliver what is new in place of what nobody has taken yet: before a pause, and at the end."""
        if self._pending:
            self._pending, self._last = False, time.monotonic()
            if self._box.put(self._recording.newest()):
                self._wake()
