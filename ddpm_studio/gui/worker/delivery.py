"""Delivery of frames to the window, no more of them than it takes."""

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
"""The share of one core for showing frames, which is lost to sampling where that keeps every core busy."""

SHORTEST_S, LONGEST_S = 1 / 60, 1 / 4


class FrameRate:
    """The interval between two deliveries; set by the thread that shows frames, read by the one that makes them."""

    interval_s = 1 / 30

    def note_cost(self, seconds: float) -> None:
        """Note that showing the last frames took this many seconds of a core."""
        self.interval_s = min(max(seconds / SHARE, SHORTEST_S), LONGEST_S)


class Delivery:
    """Puts the newest frames of a run into the box and, if it was empty, calls `wake`, which notifies the window."""

    def __init__(
        self,
        recording: RunRecording,
        box: Mailbox[tuple[RunFrame, ...]],
        rate: FrameRate,
        wake: Callable[[], None],
    ) -> None:
        box.take()  # Frames left from an older run would keep this one's first from being announced.
        self._recording, self._box, self._rate, self._wake = recording, box, rate, wake
        self._last = -math.inf
        self._pending = False

    def offer(self) -> None:
        """Deliver the newest frames if the last were taken, and not only just; otherwise nothing is copied."""
        self._pending = True
        if not self._box.full and time.monotonic() >= self._last + self._rate.interval_s:
            self.flush()

    def renew(self) -> None:
        """Have the newest frames delivered once more, which have other pictures now."""
        self._pending = True

    def flush(self) -> None:
        """Deliver new frames, replacing any not taken yet: before a pause, and at the end."""
        if self._pending:
            self._pending, self._last = False, time.monotonic()
            if self._box.put(self._recording.newest()):
                self._wake()
