"""Zip archives in foreign files, whose directory is bounded before anything of it is read."""

from __future__ import annotations

import io
import zipfile

from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile

MAX_DIRECTORY = 16 * MIB
"""Bytes of the longest zip directory that is read; each member takes about a hundred."""


def archive_in(file: ForeignFile) -> zipfile.ZipFile:
    """The archive that a file is; BadZipFile and the like if it is none, or has too many members."""
    return zipfile.ZipFile(_Bounded(file))


class _Bounded(io.BufferedReader):
    """A file of which zipfile reads no directory longer than MAX_DIRECTORY."""

    def __init__(self, file: ForeignFile) -> None:
        super().__init__(file.raw())

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise zipfile.BadZipFile("too many members")
        return super().read(size)
