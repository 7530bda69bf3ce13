"""Serving: a process that does what it is told line by line, in JSON, and answers in the same way."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

from tests.hostile.measuring import mapped

Message = dict[str, Any]

END_WITH_PARENT = 1  # PR_SET_PDEATHSIG in sys/prctl.h.
MOST_WORK_S = 20.0
"""Seconds that the processor may work for a case before its process is ended."""

MOST_ADDRESSES = 6 << 30
"""Bytes that may be mapped beyond what is at first, lest a case that is wrong takes the machine along."""


def serve(do: Callable[[Message], Message], replies: int) -> None:
    """Answer each message, after one that says that the process is ready."""
    with os.fdopen(replies, "w", encoding="ascii") as out:
        out.write("{}\n")
        out.flush()
        for line in sys.stdin:
            out.write(json.dumps(do(json.loads(line))) + "\n")
            out.flush()


def private_replies() -> int:
    """The descriptor for replies, into which nothing else gets that is printed; the process ends with its parent."""
    replies = os.dup(1)
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
    return replies


def bound_memory() -> None:
    """Have the system refuse this process what would take the machine along."""
    most = mapped() + MOST_ADDRESSES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def bound_work(seconds: float) -> None:
    """Have the system end this process once the processor has worked so long for it from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def written(descriptor: int) -> str:
    """All that was written there; what is not UTF-8 is shown as Python escapes it."""
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode("utf-8", "backslashreplace")
