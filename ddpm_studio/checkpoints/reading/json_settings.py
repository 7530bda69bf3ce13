"""JSON settings of a checkpoint: bounded in size, an object, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile

Settings = Mapping[str, object]


def read_settings(path: Path) -> Settings:
    """The object in a JSON file of at most 16 MiB; CheckpointError if it is none, FileError if it cannot be read."""
    file = ForeignFile(path)
    value = parse(file.whole(limit=16 * MIB), file.budget, path)
    if not isinstance(value, dict):
        raise CheckpointError(QT_TRANSLATE_NOOP("errors", "{path} is not a JSON object; download it again."), path=path)
    return value
