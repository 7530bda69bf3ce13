"""How a run goes: how fast, how long still, in numbers and in a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


class Pace:
    """Network calls a second, over the time that was not spent paused."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """A run begins, and nothing is known yet."""
        self._spent = 0.0
        self._since: float | None = self._clock()

    def hold(self) -> None:
        """The clock stands still until `go_on`."""
        if self._since is not None:
            self._spent += self._clock() - self._since
            self._since = None

    def go_on(self) -> None:
        """The clock runs again."""
        if self._since is None:
            self._since = self._clock()

    @property
    def seconds(self) -> float:
        """How long the run has gone on."""
        return self._spent + (0.0 if self._since is None else self._clock() - self._since)


@dataclass(frozen=True)
class Progress:
    """`done` of `total` network calls of all rows in `seconds`, on `device`."""

    done: int
    total: int
    seconds: float
    device: str

    @property
    def rate(self) -> float:
        """Network calls a second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    def going_on(self) -> str:
        """The status line of a run that goes on."""
        text = _tr("call {done} of {total} · {rate} it/s · {left} left · NFE {total} · {device}")
        left = (self.total - self.done) / self.rate if self.rate else 0.0
        return self._filled(text, left=duration(left))

    def ended(self, stopped: bool) -> str:
        """The status line of a run that has ended."""
        text = _tr("{done} of {total} calls in {seconds} · {rate} it/s · NFE {total} · {device}")
        if stopped:
            text = _tr("stopped after {done} of {total} calls, {seconds} · {rate} it/s · {device}")
        return self._filled(text, seconds=duration(self.seconds))

    def _filled(self, text: str, **values: str) -> str:
        numbers = {"done": self.done, "total": self.total, "rate": f"{self.rate:.3g}", "device": self.device}
        return text.format(**numbers, **values)


def duration(seconds: float) -> str:
    """0.4 s, 12 s, 3:05 min, 2:10 h."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d} h"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Progress", text)
