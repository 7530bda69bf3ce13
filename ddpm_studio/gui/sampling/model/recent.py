"""Recent checkpoints, kept from one start to the next."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from ddpm_studio.errors import FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.places import settings_file

LIMIT = 10


class Recent:
    """Paths or names, the newest first, at most LIMIT; none if their file cannot be read or written."""

    def __init__(self, file: Path | None = None) -> None:
        self._given = file

    def paths(self) -> tuple[str, ...]:
        """The checkpoints that were opened, the newest first."""
        try:
            content = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return ()
        paths = content if isinstance(content, list) else []
        return tuple(path for path in paths if isinstance(path, str))[:LIMIT]

    def add(self, path: str) -> None:
        """Put a path first."""
        others = [other for other in self.paths() if other != path]
        content = json.dumps([path, *others][:LIMIT], ensure_ascii=False, indent=1)
        # A list that cannot be saved is no reason to disturb somebody opening a checkpoint.
        with suppress(OSError, FileError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(self._file) as file:
                file.write(content.encode())

    @property
    def _file(self) -> Path:
        return self._given or settings_file("recent-checkpoints.json")
