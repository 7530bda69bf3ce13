"""Files written whole or not at all: into a temporary file beside the target, which then takes its name.

The temporary file is there only while what is complete is copied into it, not while it is being encoded.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.temporaries import temporary_path

_IN_MEMORY, _AT_ONCE = 64 << 20, 1 << 20

_REASONS = {
    errno.ENOENT: QT_TRANSLATE_NOOP("errors", "{path} cannot be written: its folder does not exist; create it first."),
    errno.ENOTDIR: QT_TRANSLATE_NOOP(
        "errors", "{path} cannot be written: what should be its folder is a file; choose another folder."
    ),
    errno.EISDIR: QT_TRANSLATE_NOOP("errors", "{path} is a folder; name a file in it."),
    errno.EACCES: QT_TRANSLATE_NOOP(
        "errors", "{path} cannot be written: it or its folder is read-only; choose another."
    ),
    errno.ENOSPC: QT_TRANSLATE_NOOP("errors", "{path} cannot be written: the disk is full; free some space."),
    errno.ENAMETOOLONG: QT_TRANSLATE_NOOP("errors", "{path} cannot be written: the name is too long; shorten it."),
}
_REASONS |= {errno.EPERM: _REASONS[errno.EACCES], errno.EROFS: _REASONS[errno.EACCES]}
_REASONS |= {errno.EDQUOT: _REASONS[errno.ENOSPC]} if hasattr(errno, "EDQUOT") else {}


@contextmanager
def written_whole(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A binary file to write into; it replaces `path` when the block ends, and vanishes when the block raises.

    A file that is replaced keeps its mode, and a link stays a link: its target is replaced. Devices and pipes, such as
    /dev/null, are written directly. Raises FileError, naming the path and the remedy, if it cannot be written.
    """
    try:
        target = Path(os.path.realpath(path))
        if _is_special(target):
            with target.open("wb") as file:
                yield file
        else:
            _probe(target)  # A refusal comes before the work, not after it.
            with _unnamed() as content:
                yield content
                content.seek(0)
                with _replacing(target) as file:
                    shutil.copyfileobj(content, file, _AT_ONCE)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _refusal(path, error) from error


def check_writable(path: str | os.PathLike[str]) -> None:
    """FileError if `written_whole` could not write. Nothing is left behind, and a pipe's reader notices nothing."""
    try:
        target = Path(os.path.realpath(path))
        if not _is_special(target):
            _probe(target)
    except OSError as error:
        raise _refusal(path, error) from error


class _Probed(Exception):  # noqa: N818
    """The end of a probe, raised to leave everything as it was."""


def _probe(target: Path) -> None:
    """OSError if `target` cannot be replaced."""
    with suppress(_Probed), _replacing(target):
        raise _Probed


def _is_special(target: Path) -> bool:
    """True if there is something at `target` that a file cannot replace; OSError if nothing may be written there."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISREG(mode) and not (mode & 0o222 and os.access(target, os.W_OK)):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return not stat.S_ISREG(mode)


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    with temporary_path(target.parent) as temporary:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)


@contextmanager
def _unnamed() -> Iterator[BinaryIO]:
    """A file in memory, or on the disk if it is large; even there it has no name by which it could be left behind."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        yield cast(BinaryIO, file)


def _refusal(path: str | os.PathLike[str], error: OSError) -> FileError:
    if error.errno in _REASONS:
        return FileError(_REASONS[error.errno], path=os.fspath(path))
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} cannot be written: {reason}; choose another place."),
        path=os.fspath(path),
        reason=error.strerror or str(error),
    )


def encoded(text: str) -> bytes:
    """A text of JSON in UTF-8, where a surrogate, as the path of a file has it whose name is not in UTF-8, is written
    as JSON does, `\\udc80`, so that it comes back as it was.
    """
    return text.encode("utf-8", "backslashreplace")
