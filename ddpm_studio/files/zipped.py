"""Zip archives in foreign files: what a directory takes is spent before it is read, and few ways of packing are."""

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

_ENTRY, _ENTRY_ROOM = b"PK\1\2", 600
"""What an entry of a directory begins with, and the bytes that it takes beside twice those of the directory."""

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, UnicodeError)
"""What reading a damaged archive raises; RuntimeError is about a password."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""All that NumPy and torch write; the others ask for as much memory as the file likes before a byte is unpacked."""

_ENCRYPTED = 1


def archive_in(file: ForeignBytes) -> zipfile.ZipFile:
    """The archive that a file is; BadZipFile and the like if it is none, FileError beyond the budget of the file."""
    source = _Directory(file)
    archive = zipfile.ZipFile(source)
    source.is_read = True
    return archive


def member_in(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """A member as a stream, of which no more is unpacked than is read; one of DAMAGE if it cannot be."""
    member = archive.getinfo(name)
    check_packing(member)
    return archive.open(member)


def check_packing(member: zipfile.ZipInfo) -> None:
    """BadZipFile for a member that is packed in a way that is not read, or encrypted."""
    if member.flag_bits & _ENCRYPTED:
        raise zipfile.BadZipFile("encrypted")
    if member.compress_type not in _METHODS:
        raise zipfile.BadZipFile("compressed by a method that is not read")


def root_of(names: Sequence[str]) -> str:
    """The folder, with its slash, that torch puts all members in; empty if they are not all in one."""
    roots = {name.partition("/")[0] for name in names}
    return f"{roots.pop()}/" if len(roots) == 1 and all("/" in name for name in names) else ""


class _Directory(io.BufferedReader):
    """A file of which zipfile reads the directory, if it is no longer than MAX_DIRECTORY, out of the budget."""

    def __init__(self, file: ForeignBytes) -> None:
        super().__init__(file.raw())
        self._source, self._room, self.is_read = file, 0, False

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise zipfile.BadZipFile("too many members")
        content = super().read(size)
        if not self.is_read:
            self._room += 2 * len(content) + _ENTRY_ROOM * content.count(_ENTRY)
            self._pay()
        return content

    def _pay(self) -> None:
        """Take out of the budget what is not yet, since one directory of a file is in memory at a time."""
        more = self._room - self._source.directory_room
        if more > 0:
            self._source.budget.spend(more)
            self._source.directory_room = self._room
