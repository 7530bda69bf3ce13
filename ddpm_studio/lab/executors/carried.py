"""Carried: a checkpoint that calls on other machines need, found there by its path and content, or else sent."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

from ddpm_studio.checkpoints.identity import files_of, size_of
from ddpm_studio.checkpoints.location import bundled, locate, whole_checkpoint
from ddpm_studio.errors import FileError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.temporaries import temporary_path

MOST_BYTES = 2048 * MIB
"""Of a checkpoint that is sent: it passes through memory here and on each machine."""

_BLOCK = MIB

CheckpointContent = Mapping[str, bytes]
"""The files of a checkpoint by their names in it; "" is that of one which is no folder."""


@dataclass(frozen=True)
class CarriedCheckpoint:
    """A checkpoint that is `named` by a path or name on the machine that asks, lies at `path` there, and of which all
    files together have this SHA-256 and size.
    """

    named: str
    path: Path
    sha256: str
    size: int

    @classmethod
    def of(cls, named: str) -> Self:
        """The checkpoint of this path or name here; CheckpointError or FileError if there is none that can be read."""
        path = Path(whole_checkpoint(str(locate(named)))).absolute()
        return cls(named, path, digest_at(path), size_of(path))

    def place(self, folder: Path) -> Path | None:
        """Where it lies on this machine: at its path, among what is bundled, or received in this folder; None if the
        same content is at none of them.
        """
        for place in (self.path, *bundled().values(), self._received(folder)):
            try:
                if digest_at(place) == self.sha256:
                    return place
            except (OSError, FileError):
                continue
        return None

    def receive(self, content: CheckpointContent, folder: Path) -> None:
        """Write what was sent where `place` finds it."""
        target = self._received(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary_path(target.parent) as received:
            for name, data in content.items():
                file = received / name if name else received
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            if digest_at(received) == self.sha256:
                received.rename(target)

    def _received(self, folder: Path) -> Path:
        return folder / f"{self.sha256}{self.path.suffix}"


def content_at(path: Path) -> CheckpointContent:
    """The files of a checkpoint; FileError if they cannot be read."""
    return {name: ForeignFile(file).whole(MOST_BYTES) for name, file in _named(path)}


def digest_at(path: Path) -> str:
    """The SHA-256 of the names and bytes of all files of a checkpoint, read anew once one has changed."""
    files = _named(path)
    return _digest(tuple((name, file, *_stamps(file)) for name, file in files))


@lru_cache(maxsize=64)
def _digest(files: tuple[tuple[str, Path, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for name, file, *_ in files:
        stored = ForeignFile(file)
        digest.update(f"{name}\0{stored.size}\0".encode("utf-8", "surrogateescape"))
        for start in range(0, stored.size, _BLOCK):
            digest.update(stored.read_at(start, _BLOCK))
    return digest.hexdigest()


def _stamps(file: Path) -> tuple[int, int]:
    status: os.stat_result = file.stat()
    return status.st_size, status.st_mtime_ns


def _named(path: Path) -> list[tuple[str, Path]]:
    return [(name.lstrip("/"), file) for name, file in files_of(path)]
