"""JSON settings of a checkpoint: bounded in size, an object, nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import contents

Settings = Mapping[str, object]


def read_settings(path: Path) -> Settings:
    """The object in a JSON file of at most 16 MiB; CheckpointError for anything else, FileError if it is missing."""
    data = contents(path, limit=16 * MIB)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise CheckpointError(QT_TRANSLATE_NOOP("errors", "{path} is not a JSON object; download it again."), path=path)
    return value
