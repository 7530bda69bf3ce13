"""The reins of one run: the window holds them, the thread that samples asks them before every step."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Control:
    """Pause, single steps and cancel, from any thread. One condition guards them all, so no wake-up can be missed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = self._cancelled = self._begun = False
        self._steps = 0

    def pause(self) -> None:
        """Hold before the next step."""
        self._set(paused=True)

    def resume(self) -> None:
        """Go on from a pause."""
        self._set(paused=False)

    def step(self) -> None:
        """Do one step more, then hold."""
        self._set(paused=True, steps=self._steps + 1)

    def cancel(self) -> bool:
        """End before the next step, also from a pause; for good. Whether it had begun: else it never will."""
        self._set(paused=False, cancelled=True)
        return self._begun

    def begin(self) -> bool:
        """Say that the first step is near; False when there is to be none."""
        with self._changed:
            self._begun = not self._cancelled
            return self._begun

    @property
    def paused(self) -> bool:
        """Whether the run holds, or is about to."""
        return self._paused

    @property
    def cancelled(self) -> bool:
        """Whether the run is to end."""
        return self._cancelled

    def wait_turn(self, before_waiting: Callable[[], None]) -> bool:
        """Wait until the next step may be done, and take it; False when the run is to end instead.

        `before_waiting` is called first where that takes any waiting, and must not wait for anything itself.
        """
        with self._changed:
            if self._held():
                before_waiting()
            self._changed.wait_for(lambda: not self._held())
            self._steps = max(0, self._steps - 1)
            return not self._cancelled

    def _held(self) -> bool:
        return self._paused and not self._steps and not self._cancelled

    def _set(self, paused: bool, steps: int = 0, cancelled: bool = False) -> None:
        with self._changed:
            self._paused, self._steps = paused, steps
            self._cancelled = self._cancelled or cancelled
            self._changed.notify_all()
