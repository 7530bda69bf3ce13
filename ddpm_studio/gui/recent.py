"""Recent files of one kind, and recent prompts, kept from one start to the next."""

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
    """What is remembered: each kind of file, and what was drawn; the value is part of the list's name."""

    PROJECTS = "projects"
    SCHEDULES = "schedules"
    PICTURES = "pictures"
    CHECKPOINTS = "checkpoints"
    PROMPTS = "prompts"


class Recent:
    """Paths, names or prompts, the newest first, at most LIMIT; none if their file cannot be read or written."""

    def __init__(self, file: Path | None = None, kind: RecentKind = RecentKind.CHECKPOINTS) -> None:
        self._given, self._kind = file, kind

    def paths(self) -> tuple[str, ...]:
        """The files that were opened, the newest first."""
        return tuple(self.frames())

    def frames(self) -> dict[str, int]:
        """The same files, each with the frame of it that was shown last, 1 for what has none."""
        try:
            file = ForeignFile(self._file)
            content = parse(file.whole(MIB), file.budget, self._file)
        except FileError:
            return {}
        entries = content if isinstance(content, list) else []
        return dict(list(filter(None, map(_entry, entries)))[:LIMIT])

    def add(self, path: str, frame: int = 1) -> None:
        """Put a path first, with the frame that is shown."""
        frames = {path: frame} | {other: last for other, last in self.frames().items() if other != path}
        entries = [path if frame == 1 else {"path": path, "frame": frame} for path, frame in frames.items()]
        content = json.dumps(entries[:LIMIT], ensure_ascii=False, indent=1)
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


def remember_file(kind: RecentKind, path: str, frame: int = 1) -> None:
    """Put a file, by its absolute path, first among the recent ones of its kind, with the frame that is shown."""
    Recent(kind=kind).add(str(Path(path).absolute()), frame)


def _entry(value: object) -> tuple[str, int] | None:
    """A path, and a frame from 1 on; None for what is neither a path nor an object with both."""
    path, frame = (value.get("path"), value.get("frame")) if isinstance(value, dict) else (value, 1)
    return (path, frame) if isinstance(path, str) and type(frame) is int and frame >= 1 else None
