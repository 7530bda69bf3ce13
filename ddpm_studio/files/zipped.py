"""Zip archives in foreign files, whose directory is bounded before anything of it is read."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from typing import IO

from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignBytes

MAX_DIRECTORY = 16 * MIB
"""Bytes of the longest zip directory that is read; each member takes about a hundred."""

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, UnicodeError)
"""What reading a damaged archive raises; RuntimeError is about a password."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""All that NumPy and torch write; the others ask for as much memory as the file likes before a byte is unpacked."""


def archive_in(file: ForeignBytes) -> zipfile.ZipFile:
    """The archive that a file is; BadZipFile and the like if it is none, or has too many members."""
    return zipfile.ZipFile(_Bounded(file))


def member_in(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """A member as a stream, of which no more is unpacked than is read; one of DAMAGE if it cannot be."""
    member = archive.getinfo(name)
    if member.compress_type not in _METHODS:
        raise zipfile.BadZipFile("compressed by a method that is not read")
    return archive.open(member)


def root_of(names: Sequence[str]) -> str:
    """The folder, with its slash, that torch puts all members in; empty if they are not all in one."""
    roots = {name.partition("/")[0] for name in names}
    return f"{roots.pop()}/" if len(roots) == 1 and all("/" in name for name in names) else ""


class _Bounded(io.BufferedReader):
    """A file of which zipfile reads no directory longer than MAX_DIRECTORY."""

    def __init__(self, file: ForeignBytes) -> None:
        super().__init__(file.raw())

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise zipfile.BadZipFile("too many members")
        return super().read(size)
