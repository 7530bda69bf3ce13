"""Content of a path, as far as it tells what lies there: the beginning of a file and the names in a zip archive."""

from __future__ import annotations

import stat
import sys
import zipfile
from functools import cached_property
from pathlib import Path

from ddpm_studio.errors import FileError
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.zipped import archive_in, root_of

START = 512
"""The number of bytes looked at."""

ZIP_MAGIC = b"PK\x03\x04"


class Content:
    """A path and the beginning of what lies there, each part read when first asked for.

    Nothing is read from a pipe or a device: whoever reads it afterwards would miss what was looked at.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def is_folder(self) -> bool:
        """True for a folder."""
        return stat.S_ISDIR(self._mode)

    @property
    def is_file(self) -> bool:
        """True for an ordinary file, which is neither a folder, a pipe nor a device."""
        return stat.S_ISREG(self._mode)

    @cached_property
    def file(self) -> ForeignFile:
        """The file, opened when first asked for; FileError if it is not an ordinary one or cannot be read."""
        return ForeignFile(self.path)

    @cached_property
    def start(self) -> bytes:
        """The first 512 bytes; none if it is not an ordinary file or cannot be read."""
        try:
            return self.file.read_at(0, START)
        except (OSError, FileError):
            return b""

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The names in a zip archive without its root folder; none if it is not one, or is broken."""
        if not self.start.startswith(ZIP_MAGIC):
            return ()
        try:
            with archive_in(self.file) as archive:
                names = archive.namelist()
                self.file.budget.spend(sum(map(sys.getsizeof, names)))  # They stay, while the directory is read again.
                root = root_of(names)
                return tuple(name.removeprefix(root) for name in names)
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
            return ()

    @cached_property
    def _mode(self) -> int:
        try:
            return self.path.stat().st_mode
        except (OSError, ValueError):  # ValueError for a NUL in the name.
            return 0
