"""The gate for files that somebody else may have made: each is an ordinary file, opened once and read within bounds."""

from __future__ import annotations

import errno
import io
import os
import stat
import weakref
from pathlib import Path
from typing import BinaryIO, Protocol

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.budget import MIB, Budget
from ddpm_studio.interruption import check

MAX_BYTES = 128 * MIB
"""Largest file that is read as a table of betas; every coefficient of 100 000 steps takes half of it as CSV."""

_PIECE = 16 * MIB
"""Bytes that are read at a time; between two pieces, whoever waits can end it."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""Between looking at a path and opening it somebody may put a pipe there, which would be waited for."""

_NOT_A_FILE = QT_TRANSLATE_NOOP("errors", "{path} is a device or a pipe; choose a file.")
_MISSING = QT_TRANSLATE_NOOP("errors", "There is no file {path}; check its name and folder.")
_REASONS = {
    errno.ENOENT: _MISSING,
    errno.ENOTDIR: _MISSING,
    errno.EISDIR: QT_TRANSLATE_NOOP("errors", "{path} is a folder; name a file in it."),
    errno.EACCES: QT_TRANSLATE_NOOP("errors", "{path} cannot be read: you do not have permission; ask its owner."),
}


class ForeignBytes(Protocol):
    """Bytes that somebody else may have made, read from any place, and the budget for whatever comes of them."""

    size: int
    budget: Budget
    directory_room: int
    """What the directory of the archive that they are took out of the budget: reading it again takes no more."""

    def read_at(self, start: int, count: int) -> bytes:
        """Up to `count` bytes from `start` on, fewer only at the end."""

    def fill(self, buffer: memoryview, start: int) -> None:
        """Fill `buffer`, of bytes, with those from `start` on; EOFError if there are not so many."""

    def raw(self) -> io.RawIOBase:
        """A stream of them."""


class HeldBytes:
    """Bytes out of a file that are in memory, read as if they were a file of their own, within that file's budget."""

    directory_room = 0

    def __init__(self, content: memoryview, budget: Budget) -> None:
        self._content, self.size, self.budget = content, len(content), budget

    def read_at(self, start: int, count: int) -> bytes:
        return bytes(self._content[start : start + count])

    def fill(self, buffer: memoryview, start: int) -> None:
        if start + len(buffer) > self.size:
            raise EOFError("cut short")
        buffer[:] = self._content[start : start + len(buffer)]

    def raw(self) -> io.RawIOBase:
        return _Stream(self, False)


class ForeignFile:
    """An ordinary file that is open for reading, of `size` bytes: what it grows by afterwards is not read.

    FileError if there is no such file, if it is a folder, a pipe or a device, and if it may not be read.
    """

    directory_room = 0

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        try:
            _check_ordinary(self.path, self.path.stat())
            self._number = os.open(self.path, _FLAGS)
            self._close = weakref.finalize(self, os.close, self._number)
            found = os.fstat(self._number)
            _check_ordinary(self.path, found)
        except FileError:
            raise
        except (OSError, ValueError) as error:
            raise _refusal(path, error) from error
        self.size = found.st_size
        self.budget = Budget(self.path, self.size)

    def read_at(self, start: int, count: int) -> bytes:
        """Up to `count` bytes from `start` on, fewer only at the end."""
        pieces, end = [], min(self.size, start + count)
        while start < end and (piece := os.pread(self._number, end - start, start)):
            pieces.append(piece)
            start += len(piece)
        return b"".join(pieces)

    def fill(self, buffer: memoryview, start: int) -> None:
        """Fill `buffer`, of bytes, with those from `start` on; EOFError if there are not so many."""
        if start + len(buffer) > self.size:
            raise EOFError("cut short")
        filled = 0
        while filled < len(buffer):
            check()
            count = os.preadv(self._number, [buffer[filled : filled + _PIECE]], start + filled)
            if not count:
                raise EOFError("cut short while it was read")
            filled += count

    def check_size(self, limit: int) -> None:
        """FileError if it has more than `limit` bytes, or none."""
        if self.size > limit:
            raise FileError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} is larger than {limit} MiB, the most that is read from such a file; choose a smaller one.",
                ),
                path=self.path,
                limit=limit // MIB,
            )
        if not self.size:
            raise FileError(QT_TRANSLATE_NOOP("errors", "{path} is empty; choose another file."), path=self.path)

    def whole(self, limit: int) -> bytes:
        """All of its bytes; FileError if they are more than `limit`, or none."""
        self.check_size(limit)
        return self.read_at(0, self.size)

    def raw(self, spending: bool = False) -> io.RawIOBase:
        """The file as a stream with a position of its own, which keeps it open.

        What is read of one that is `spending` comes out of the budget, for whoever is led about by what the file says.
        """
        return _Stream(self, spending)

    def stream(self, spending: bool = False) -> BinaryIO:
        """The same stream with a buffer."""
        return io.BufferedReader(_Stream(self, spending))


def contents(path: str | os.PathLike[str], limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file of 1 to `limit` bytes; FileError if it is not an ordinary file, empty or larger."""
    return ForeignFile(path).whole(limit)


def from_home(path: str) -> str:
    """`path` with a leading ~ expanded to the home folder; if there is none, the ~ is part of a name."""
    return os.path.expanduser(path)  # noqa: PTH111  # Path.expanduser raises where there is none.


class _Stream(io.RawIOBase):
    """A position in a ForeignFile."""

    def __init__(self, file: ForeignBytes, spending: bool) -> None:
        super().__init__()
        self._file, self._at, self._spending = file, 0, spending

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence] + offset)
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        check()
        piece = self._file.read_at(self._at, len(buffer))
        if self._spending:
            self._file.budget.spend(len(piece))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def _check_ordinary(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise FileError(_NOT_A_FILE, path=path)


def _refusal(path: str | os.PathLike[str], error: OSError | ValueError) -> FileError:
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
