"""Lifeline: a pipe to the program, at whose end the kernel ends this process, whatever its code is busy with."""

from __future__ import annotations

import fcntl
import os
import select
import signal
from contextlib import suppress
from pathlib import Path


def hold(descriptor: int) -> None:
    """End this process, and all of its group, as soon as the other end of the pipe is closed.

    Neither a loop in C nor a lock on the interpreter keeps the kernel from it.
    """
    if hasattr(fcntl, "F_SETSIG"):  # Elsewhere it is SIGIO, which ends a process too, unless its code ignores it.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([descriptor], [], [], 0)[0]:
        os._exit(1)  # It was closed before.


def offer_for_ending() -> None:
    """Have the kernel end this process first where the memory of the machine runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
