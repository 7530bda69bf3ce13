"""Processes apart that this one, or a process that it started, has left or not."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ddpm_studio.apart import ahead
from tests.patience import PATIENCE_S

SERVING, FORKING = b"apart.serving", b"serve_forks"
"""What stands in the command of a process apart, and in that of one from which they are forked and so in theirs."""


def lives(number: int) -> bool:
    """Whether there is such a process, and not only what is left of it until somebody asks for its exit code."""
    try:
        return _fields(number)[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def apart_from(parent: int | None = None) -> list[int]:
    """The processes apart that a process has, by default this one, zombies among them, but not one that waits here."""
    waiting = [each.begun.process.pid for each in ahead._waiting]
    numbers = (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return [number for number in numbers if number not in waiting and _is_apart_from(parent or os.getpid(), number)]


def wait_for(event: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    moment, end = threading.Event(), time.monotonic() + PATIENCE_S
    while not event():
        assert time.monotonic() < end
        moment.wait(0.005)


def _is_apart_from(parent: int, number: int) -> bool:
    """Whether a process apart is a child of that process, or was forked for it by such a child."""
    try:
        state, above = _fields(number)[:2]
        line, forking = _command(number), FORKING in _command(int(above))
        serves = state == "Z" or SERVING in line or (forking and FORKING in line)
        return serves and parent == int(_fields(int(above))[1] if forking else above)
    except (FileNotFoundError, ProcessLookupError):
        return False


def _command(number: int) -> bytes:
    return Path(f"/proc/{number}/cmdline").read_bytes()


def _fields(number: int) -> list[str]:
    """The state, the parent, and so on."""
    return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
