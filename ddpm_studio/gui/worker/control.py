"""Control of one run: set from the window, checked by the sampling thread before every step."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ddpm_studio.interruption import Interrupted


class Control:
    """Pause, single-step and cancel, from any thread. One condition guards them all, so no wake-up can be missed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = self._cancelled = self._begun = self._called = False
        self._steps = 0

    def pause(self) -> None:
        """Pause before the next step."""
        self._set(paused=True)

    def resume(self) -> None:
        """Resume after a pause."""
        self._set(paused=False)

    def step(self) -> None:
        """Make one more step, then pause."""
        self._set(paused=True, steps=self._steps + 1)

    def cancel(self) -> bool:
        """End for good before the next step, even if paused. True if the run had begun; otherwise it never will."""
        self._set(paused=False, cancelled=True)
        return self._begun

    def call_aside(self) -> None:
        """Have the thread do what it does aside before the next step, also in a pause, which goes on then."""
        with self._changed:
            self._called = True
            self._changed.notify_all()

    def begin(self) -> bool:
        """Announce the first step; False if the run has been cancelled."""
        with self._changed:
            self._begun = not self._cancelled
            return self._begun

    @property
    def paused(self) -> bool:
        """True if the run is paused or about to be."""
        return self._paused

    @property
    def cancelled(self) -> bool:
        """True if the run is to end."""
        return self._cancelled

    def check(self) -> None:
        """Raise Interrupted if the run is to end: called often by what takes long between two steps."""
        if self._cancelled:
            raise Interrupted

    def wait_turn(self, before_waiting: Callable[[], None], aside: Callable[[], None] = lambda: None) -> bool:
        """Wait until the next step may be made, and claim it; False if the run is to end instead.

        `before_waiting` is called first if there is any waiting to do, and must not wait for anything itself; `aside`
        whenever that was called for.
        """
        while not self._claimed(before_waiting):
            aside()
        return not self._cancelled

    def _claimed(self, before_waiting: Callable[[], None]) -> bool:
        """Wait for a turn and claim it; False if something is to be done aside first."""
        with self._changed:
            if self._held():
                before_waiting()
            self._changed.wait_for(lambda: self._called or not self._held())
            if self._called and not self._cancelled:
                self._called = False
                return False
            self._steps = max(0, self._steps - 1)
            return True

    def _held(self) -> bool:
        return self._paused and not self._steps and not self._cancelled

    def _set(self, paused: bool, steps: int = 0, cancelled: bool = False) -> None:
        with self._changed:
            self._paused, self._steps = paused, steps
            self._cancelled = self._cancelled or cancelled
            self._changed.notify_all()
