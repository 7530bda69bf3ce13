"""Folder of kept runs: there is no list of them beside their files, so that none can be damaged or out of date.

Windows that run at the same time add to one folder and never write the same file.
"""

from __future__ import annotations

import math
import os
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ddpm_studio.errors import StudioError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.filetypes import NPZ
from ddpm_studio.files.kept.kept_file import read_kept, read_pictures, write_kept
from ddpm_studio.files.kept.kept_run import KeptPictures, KeptRun, is_comparable
from ddpm_studio.files.places import data_folder
from ddpm_studio.files.reading import contents
from ddpm_studio.interruption import check

LONGEST_NAME = 120
"""Letters of the longest name."""

_KEY = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
_SUFFIX = NPZ.suffixes[0]
_NAMED = ".name"
_SMALL = 4096
_GONE_FOR_GOOD_S = 3600


@dataclass(frozen=True)
class KeptLimit:
    """How much is kept: so many runs, in so many bytes."""

    runs: int = 200
    nbytes: int = 1024 * MIB


def runs_folder() -> Path:
    """The folder of all kept runs. FileError if the user has no home folder."""
    return data_folder() / "runs"


class KeptFolder:
    """The runs in a folder, each in a file that is called by its key; OSError and FileError where the disk fails.

    `put_away` is True once this window has forgotten something that can be brought back.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._away = root / "forgotten"
        self.put_away = False
        self._known = dict[str, KeptRun]()
        self._distances = dict[tuple[str, str], float]()

    def runs(self) -> tuple[list[KeptRun], int]:
        """All runs that can be read, the latest first, and the number of files that cannot."""
        found, unread = list[KeptRun](), 0
        for file in reversed(self._files()):
            check()
            try:
                found.append(replace(self._read(file), name=self._name(file.stem)))
            except StudioError:
                unread += file.exists()
        self._known = {run.key: run for run in found}
        return found, unread

    def _read(self, file: Path) -> KeptRun:
        """What a file says, which is read once for as long as it keeps its size."""
        known = self._known.get(file.stem)
        return known if known is not None and known.nbytes == _size(file) else read_kept(file)

    def distances(self, pinned: KeptRun, runs: Iterable[KeptRun]) -> dict[str, float]:
        """The RMS distance of each run to the pinned one, by its key, of those that began as the same noise."""
        wanted = [run.key for run in runs if is_comparable(run, pinned) and run.key != pinned.key]
        missing = [key for key in wanted if (pinned.key, key) not in self._distances]
        if missing:
            self._measure(pinned.key, missing)
        found = {key: self._distances.get((pinned.key, key), math.nan) for key in wanted}
        return {key: distance for key, distance in found.items() if math.isfinite(distance)}

    def _measure(self, pinned: str, keys: Iterable[str]) -> None:
        """Measure distances; those of pictures that cannot be read are NaN."""
        with suppress(StudioError):
            first = self.pictures(pinned)
            for key in keys:
                check()
                self._distances[pinned, key] = math.nan
                with suppress(StudioError, ValueError):
                    self._distances[pinned, key] = self.pictures(key).distance_to(first)

    def pictures(self, key: str) -> KeptPictures:
        """All pictures of a run. FileError if it is no longer there, or damaged."""
        return read_pictures(self._file(key))

    def add(self, recipe: str, about: Mapping[str, object], pictures: KeptPictures) -> str:
        """Keep a run, and return its key."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        write_kept(self._file(key), recipe, about, pictures)
        return key

    def name(self, key: str, name: str) -> None:
        """Call a run by a name, or by none."""
        file = self._file(key).with_suffix(_NAMED)
        if name:
            with written_whole(file) as content:
                content.write(name[:LONGEST_NAME].encode("utf-8", "replace"))
        else:
            file.unlink(missing_ok=True)

    @property
    def pinned(self) -> str:
        """The key of the pinned run, which may be gone; "" if there is none."""
        key = _small_text(self._pin)
        return key if _KEY.fullmatch(key) else ""

    def pin(self, key: str) -> None:
        """Pin a run in place of the one that was, or none."""
        if key:
            with written_whole(self._pin) as content:
                content.write(key.encode())
        else:
            self._pin.unlink(missing_ok=True)

    def trim(self, limit: KeptLimit) -> None:
        """Delete the oldest runs but the pinned one until the rest are within a limit."""
        files = [(file, _size(file)) for file in self._files()]
        count, nbytes, pinned = len(files), sum(size for _, size in files), self.pinned
        for file, size in files:
            if count <= limit.runs and nbytes <= limit.nbytes:
                return
            check()
            if file.stem != pinned:
                self._delete(file)
                count, nbytes = count - 1, nbytes - size

    def forget(self, keys: Iterable[str]) -> None:
        """Put runs away, from where they can be brought back for a while; what was put away before is deleted."""
        self.clear_away()
        self._away.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.put_away = True
        for key in keys:
            for file in (self._file(key), self._file(key).with_suffix(_NAMED)):
                with suppress(FileNotFoundError):
                    os.utime(file)
                    file.replace(self._away / file.name)

    def bring_back(self, keys: Iterable[str]) -> None:
        """Undo `forget`, as far as they are still there."""
        for key in keys:
            for file in (self._file(key), self._file(key).with_suffix(_NAMED)):
                with suppress(FileNotFoundError):
                    (self._away / file.name).replace(file)

    def forget_for_good(self) -> None:
        """Delete everything."""
        for file in self._files():
            self._delete(file)
        self.pin("")
        self.clear_away()

    def clear_away(self, abandoned: bool = False) -> None:
        """Delete what was put away, or of that only what a window that is gone must have left."""
        for file in self._away.iterdir() if self._away.is_dir() else ():
            with suppress(OSError):
                if not abandoned or time.time() - file.stat().st_mtime > _GONE_FOR_GOOD_S:
                    file.unlink()

    def keys(self) -> list[str]:
        """The keys of all runs, the oldest first, be they readable or not."""
        return [file.stem for file in self._files()]

    @property
    def _pin(self) -> Path:
        return self.root / "pinned"

    def _files(self) -> list[Path]:
        """The files of all runs, the oldest first."""
        if not self.root.is_dir():
            return []
        return sorted(file for file in self.root.glob(f"*{_SUFFIX}") if _KEY.fullmatch(file.stem))

    def _file(self, key: str) -> Path:
        return self.root / f"{key}{_SUFFIX}"

    def _name(self, key: str) -> str:
        return _small_text(self._file(key).with_suffix(_NAMED))[:LONGEST_NAME]

    def _delete(self, file: Path) -> None:
        for each in (file, file.with_suffix(_NAMED)):
            each.unlink(missing_ok=True)


def _small_text(file: Path) -> str:
    """The text of a file that is not larger than it has to be, "" without one."""
    try:
        return contents(file, limit=_SMALL).decode("utf-8", "replace").strip()
    except StudioError:
        return ""


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
