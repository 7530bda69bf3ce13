"""Whether a path is to be opened as a checkpoint: by its name, or by its first bytes where that does not say."""

from __future__ import annotations

import os
from pathlib import Path

from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.files.betas import SUFFIXES as BETAS

PARTS_OF_A_FOLDER = ("model_index.json", "config.json")
"""Files that stand for the folder they lie in."""

SUFFIXES = (".safetensors", ".pt", ".pth", ".ckpt", ".bin", ".pt2", ".pkl")
"""How files of checkpoints are usually named."""


def is_checkpoint(path: str | os.PathLike[str]) -> bool:
    """Whether what lies at `path` is meant to be a checkpoint, though perhaps none that can be opened."""
    place = Path(path)
    if place.name in PARTS_OF_A_FOLDER or place.suffix.lower() in SUFFIXES:
        return True
    # Of a pipe, whoever reads it afterwards would miss what was looked at.
    looked_at = place.is_dir() or (place.is_file() and place.suffix.lower() not in BETAS)
    return looked_at and _looks_like_one(StoredFile(place))


def whole_checkpoint(path: str) -> str:
    """The folder of a checkpoint for a file that is only the index of it; else the path itself."""
    return str(Path(path).parent) if Path(path).name in PARTS_OF_A_FOLDER else path


def _looks_like_one(source: StoredFile) -> bool:
    if source.container == "zip":
        return "data.pkl" in source.members or source.is_program
    if source.container == "safetensors":
        return b"\0" in source.start[:8]  # The header's length; eight letters before a brace are text.
    return source.container in ("folder", "pickle")
