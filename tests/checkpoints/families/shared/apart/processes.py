"""Processes apart that this one, or a process that it started, has left or not."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ddpm_studio.apart import ahead
from tests.patience import PATIENCE_S


def lives(number: int) -> bool:
    """Whether there is such a process, and not only what is left of it until somebody asks for its exit code."""
    try:
        return _fields(number)[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def apart_from(parent: int | None = None) -> list[int]:
    """The processes apart that a process has, by default this one, zombies among them, but not one that waits here."""
    found, waiting = [], [each.begun.process.pid for each in ahead._waiting]
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) not in waiting:
            try:
                serves = b"apart.serving" in (folder / "cmdline").read_bytes() or _fields(int(folder.name))[0] == "Z"
                if serves and int(_fields(int(folder.name))[1]) == (parent or os.getpid()):
                    found.append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def wait_for(event: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    moment, end = threading.Event(), time.monotonic() + PATIENCE_S
    while not event():
        assert time.monotonic() < end
        moment.wait(0.005)


def _fields(number: int) -> list[str]:
    """The state, the parent, and so on."""
    return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
