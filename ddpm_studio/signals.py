"""Signals that ask the process to end, noticed at any moment by a thread of their own and never as an exception.

An exception out of a signal handler comes up wherever the main thread happens to be: in an import, which then prints a
traceback, in a slot that Qt calls, or in a destructor, which drops it. Here handlers do nothing. What acts is a thread
that Python wakes through a pipe, also while the main thread is in a long call of C.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ddpm_studio.leaving import leave

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
SAME_S = 0.1
"""Signals this close together are one request: `timeout` and a terminal that closes send theirs twice."""

Act = Callable[[int], object]
"""What a signal leads to, in the watching thread; called with the exit code, 128 + the number of the signal."""

_act: Act = leave
_latest = float("-inf")


class Interruption:
    """The outcome of a block within which the first signal is no end yet: 0, or the exit code that it asks for."""

    def __init__(self) -> None:
        self.code = 0


def watch_signals() -> None:
    """From now on end the process at once when a signal asks for it, with an exit code as a shell has it.

    To be called in the main thread. A signal that the process was started to ignore, as by nohup, stays ignored.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _handle)
    terminals = [stream for stream in (1, 2) if os.isatty(stream)]
    threading.Thread(target=_watch, args=(reading, terminals), name="signals", daemon=True).start()


@contextmanager
def first_signal(act: Act) -> Iterator[Interruption]:
    """Within this block let the first signal do no more than `act`; the second one ends the process at once."""
    global _act
    interruption = Interruption()

    def interrupt(code: int) -> None:
        interruption.code = code
        act(code)

    _act = interrupt
    try:
        yield interruption
    finally:
        _act = leave


def take(number: int) -> None:
    """Do what a signal of this number leads to."""
    global _act, _latest
    before, _latest = _latest, time.monotonic()
    if _latest - before > SAME_S:
        act, _act = _act, leave
        act(128 + number)


def _handle(number: int, frame: object) -> None:
    """Nothing: that there is a handler is enough for Python to wake the watching thread."""


def _watch(reading: int, terminals: list[int]) -> None:
    while True:
        for number in os.read(reading, 64):
            if number == getattr(signal, "SIGHUP", None):
                _silence(terminals)
            if number in ENDING:
                take(number)


def _silence(terminals: list[int]) -> None:
    """Point what was written on a terminal to nowhere: it is gone, and writing on it would be an error."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in terminals:
            os.dup2(nowhere, stream)
