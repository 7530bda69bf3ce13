"""Lock of a folder: one process at a time writes there, and however it ends, the next one may."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

_HELD = QT_TRANSLATE_NOOP(
    "errors", "{path} is being written by another sweep{process}; wait until that has ended, or choose another folder."
)
_CANNOT = QT_TRANSLATE_NOOP("errors", "{path} cannot be locked: {reason}; choose another folder.")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that a file stands for, which the system lets go when the process ends; FileError if it is held.

    The file stays: one that is removed could be locked twice.
    """
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except OSError as error:
        raise FileError(_CANNOT, path=path.parent, reason=error.strerror) from error
    try:
        _hold(number, path)
        yield
    finally:
        os.close(number)


def _hold(number: int, path: Path) -> None:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(number, 0)
        os.pwrite(number, b"%d\n" % os.getpid(), 0)
    except BlockingIOError as error:
        raise FileError(_HELD, path=path.parent, process=_process(number)) from error
    except OSError as error:
        raise FileError(_CANNOT, path=path.parent, reason=error.strerror) from error


def _process(number: int) -> str:
    with suppress(OSError, ValueError):
        return f" (process {int(os.pread(number, 20, 0))})"
    return ""
