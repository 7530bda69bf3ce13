"""Frames on their way to the window, no more of them than it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ddpm_studio.gui.worker.jobs import Frame
from ddpm_studio.gui.worker.mailbox import Mailbox

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording

INTERVAL_S = 1 / 30
"""Between two deliveries; more often nobody sees a difference, and painting them would slow the sampling down."""


class Delivery:
    """Puts the newest frames of a run into the box and calls `wake`, which tells the window that it was empty."""

    def __init__(self, recording: RunRecording, box: Mailbox[tuple[Frame, ...]], wake: Callable[[], None]) -> None:
        box.take()  # What nobody took of an older run would keep this one's first frames from being told of.
        self._recording, self._box, self._wake = recording, box, wake
        self._due = 0.0
        self._pending = False

    def offer(self) -> None:
        """There is something new; deliver it if the last was taken, and not only just. Nothing is copied if not."""
        self._pending = True
        if not self._box.full and time.monotonic() >= self._due:
            self.flush()

    def flush(self) -> None:
        """Deliver what is new in place of what nobody has taken yet: before a pause, and at the end."""
        if self._pending:
            self._pending, self._due = False, time.monotonic() + INTERVAL_S
            if self._box.put(self._recording.newest()):
                self._wake()
