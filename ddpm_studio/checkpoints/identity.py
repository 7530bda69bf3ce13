"""Identity of a checkpoint: a key made of its content, by which it is known again wherever it lies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ddpm_studio.checkpoints.location import whole_checkpoint
from ddpm_studio.errors import FileError
from ddpm_studio.files.content import Content
from ddpm_studio.files.filetypes import FileKind, types_of
from ddpm_studio.files.reading import ForeignFile

BLOCK, BLOCKS = 1 << 16, 16
"""The bytes of a block, and how many of them are looked at, from the first to the last, evenly spaced."""

_FOLDERS = ("", "unet", "scheduler")
_SUFFIXES = (".json", *(suffix for each in types_of(FileKind.CHECKPOINT) for suffix in each.suffixes))


def key_of(path: Path, leaving_out: str = "") -> str | None:
    """The key of a checkpoint, None if it cannot be read: it follows from size and sampled blocks.

    That of a folder follows from all of its settings and weights and their names, but for names that end in
    `leaving_out`.
    """
    path = Path(whole_checkpoint(str(path)))
    digest = hashlib.sha256()
    try:
        for name, file in files_of(path):
            if not leaving_out or not name.endswith(leaving_out):
                for piece in _pieces(name, file):
                    digest.update(piece)
    except (OSError, FileError):
        return None
    return digest.hexdigest()[:40]


def size_of(path: Path) -> int:
    """The bytes of all files that make a checkpoint; 0 if they cannot be looked at."""
    try:
        return sum(file.stat().st_size for _, file in files_of(Path(whole_checkpoint(str(path)))))
    except OSError:
        return 0


def weights_of(path: Path) -> Path | None:
    """The largest of the files that make a checkpoint, which has its weights; None if there is none to look at."""
    try:
        files = [file for _, file in files_of(Path(whole_checkpoint(str(path))))]
        return max(files, key=lambda file: file.stat().st_size, default=None)
    except OSError:
        return None


def files_of(path: Path) -> Iterator[tuple[str, Path]]:
    """The files that make a checkpoint, each with its name in it; a file alone may be called anything."""
    if not Content(path).is_folder:
        yield "", path
        return
    for folder in _FOLDERS:
        if Content(path / folder).is_folder:
            for file in sorted((path / folder).iterdir()):
                if file.suffix in _SUFFIXES and Content(file).is_file:
                    yield f"{folder}/{file.name}", file


def _pieces(name: str, file: Path) -> Iterator[bytes]:
    stored = ForeignFile(file)
    yield f"{name}\0{stored.size}\0".encode("utf-8", "surrogateescape")
    last = max(0, stored.size - BLOCK)
    for start in sorted({last * number // (BLOCKS - 1) for number in range(BLOCKS)}):
        yield stored.read_at(start, BLOCK)
