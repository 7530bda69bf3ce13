"""Interruption of long work: whoever waits for it says when it is to end, and whoever does it asks often."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Check = Callable[[], None]
"""What long work calls often; it ends with whatever that raises."""


class Interrupted(BaseException):
    """Not an error: nobody waits for the work any more. No `except Exception` on its way takes it for damage."""


def _go_on() -> None:
    """The Check of work that nobody ends."""


_check: ContextVar[Check] = ContextVar("check", default=_go_on)


def check() -> None:
    """End the work if whoever waits for it wants that; else go on."""
    _check.get()()


@contextmanager
def interruptible(by: Check) -> Iterator[None]:
    """Have `check` call this, too, in what is done inside, in this thread."""
    outer = _check.get()

    def both() -> None:
        outer()
        by()

    token = _check.set(both)
    try:
        yield
    finally:
        _check.reset(token)


@contextmanager
def deadline(seconds: float, late: Exception) -> Iterator[None]:
    """Raise `late` from what is done inside if it still asks after so many seconds."""
    end, mine = time.monotonic() + seconds, Interrupted()

    def look() -> None:
        if time.monotonic() > end:
            raise mine

    try:
        with interruptible(look):
            yield
    except Interrupted as interrupted:
        if interrupted is mine:
            raise late from None
        raise
