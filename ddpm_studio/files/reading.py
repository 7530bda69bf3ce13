"""Reading of the user's files: bounded, and refused in one sentence."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

MIB = 2**20
MAX_BYTES = 128 * MIB
"""Largest file that is read as a table of betas; every coefficient of 100 000 steps takes half of it as CSV."""

Check = Callable[[], None]
"""What long work calls often; it ends with whatever that raises."""

NOT_A_FILE = QT_TRANSLATE_NOOP("errors", "{path} is a device or a pipe; choose a file.")
_MISSING = QT_TRANSLATE_NOOP("errors", "There is no file {path}; check its name and folder.")
_REASONS = {
    errno.ENOENT: _MISSING,
    errno.ENOTDIR: _MISSING,
    errno.EISDIR: QT_TRANSLATE_NOOP("errors", "{path} is a folder; name a file in it."),
    errno.EACCES: QT_TRANSLATE_NOOP("errors", "{path} cannot be read: you do not have permission; ask its owner."),
}


def unchecked() -> None:
    """The Check of work that nobody ends."""


def contents(path: str | os.PathLike[str], limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file of 1 to `limit` bytes; FileError if it is missing, a folder, empty or larger."""
    try:
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = b"" if size > limit else file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise refusal(path, error) from error
    if max(size, len(data)) > limit:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} is larger than {limit} MiB, the most that is read from such a file."),
            path=os.fspath(path),
            limit=limit // MIB,
        )
    if not data:
        raise FileError(QT_TRANSLATE_NOOP("errors", "{path} is empty; choose another file."), path=os.fspath(path))
    return data


def from_home(path: str) -> str:
    """`path` with a leading ~ expanded to the home folder; if there is none, the ~ is part of a name."""
    return os.path.expanduser(path)  # noqa: PTH111  # Path.expanduser raises where there is none.


def refusal(path: str | os.PathLike[str], error: OSError | ValueError) -> FileError:
    """The error for a file that could not be opened; Python's ValueError is about a NUL in its name."""
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return FileError(_MISSING, path=repr(path))
    if error.errno in _REASONS:
        return FileError(_REASONS[error.errno], path=os.fspath(path))
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} cannot be read: {reason}; choose another file."),
        path=os.fspath(path),
        reason=error.strerror or str(error),
    )
