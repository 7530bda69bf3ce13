"""Recent files of one kind, kept from one start to the next."""

from __future__ import annotations

import json
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from ddpm_studio.errors import FileError
from ddpm_studio.files.atomic import encoded, written_whole
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.places import settings_file
from ddpm_studio.files.reading import ForeignFile

LIMIT = 10


class RecentKind(StrEnum):
    """What is remembered of each kind of file; the value is part of the list's name."""

    PROJECTS = "projects"
    SCHEDULES = "schedules"
    PICTURES = "pictures"
    CHECKPOINTS = "checkpoints"


class Recent:
    """Paths or names, the newest first, at most LIMIT; none if their file cannot be read or written."""

    def __init__(self, file: Path | None = None, kind: RecentKind = RecentKind.CHECKPOINTS) -> None:
        self._given, self._kind = file, kind

    def paths(self) -> tuple[str, ...]:
        """The files that were opened, the newest first."""
        try:
            file = ForeignFile(self._file)
            content = parse(file.whole(MIB), file.budget, self._file)
        except FileError:
            return ()
        paths = content if isinstance(content, list) else []
        return tuple(path for path in paths if isinstance(path, str))[:LIMIT]

    def add(self, path: str) -> None:
        """Put a path first."""
        others = [other for other in self.paths() if other != path]
        content = json.dumps([path, *others][:LIMIT], ensure_ascii=False, indent=1)
        # A list that cannot be saved is no reason to disturb somebody opening a file.
        with suppress(OSError, FileError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(self._file) as file:
                file.write(encoded(content))

    def forget(self) -> None:
        """Empty the list."""
        with suppress(OSError, FileError):
            self._file.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return self._given or settings_file(f"recent-{self._kind}.json")


def remember_file(kind: RecentKind, path: str) -> None:
    """Put a file, by its absolute path, first among the recent ones of its kind."""
    Recent(kind=kind).add(str(Path(path).absolute()))
