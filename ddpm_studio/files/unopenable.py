"""Refusals of files that cannot be opened, each with the reason."""

from __future__ import annotations

import errno
import os

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

NOT_A_FILE = QT_TRANSLATE_NOOP("errors", "{path} is a device or a pipe; choose a file.")
_MISSING = QT_TRANSLATE_NOOP("errors", "There is no file {path}; check its name and folder.")
_REASONS = {
    errno.ENOENT: _MISSING,
    errno.ENOTDIR: _MISSING,
    errno.EISDIR: QT_TRANSLATE_NOOP("errors", "{path} is a folder; name a file in it."),
    errno.EACCES: QT_TRANSLATE_NOOP("errors", "{path} cannot be read: you do not have permission; ask its owner."),
}


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
