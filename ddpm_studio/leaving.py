"""Leaving: the way out of the process that nothing holds up, neither a thread nor what the interpreter has to tidy."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress

TYPE_CHECKING = False  # The import of typing would take long, and this is imported before signals are watched.
if TYPE_CHECKING:
    from typing import NoReturn

_duties: list[Callable[[], None]] = []


def before_leaving(duty: Callable[[], None]) -> Callable[[], None]:
    """Have `leave` call this first. It must be quick and may be called from any thread; what it raises is dropped."""
    _duties.append(duty)
    return duty


def leave(code: int) -> NoReturn:
    """End the process at once with this exit code, from any thread and whatever the others are doing."""
    for duty in _duties:
        with suppress(Exception):
            duty()
    os._exit(code)


def leave_within(seconds: float, code: int) -> None:
    """Leave after this time, unless the process has ended by itself before."""
    timer = threading.Timer(seconds, leave, (code,))
    timer.daemon = True
    timer.start()
