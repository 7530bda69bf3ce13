"""The location of a checkpoint: a path of the user's, a bundled one, or one in the Hugging Face cache."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ddpm_studio.checkpoints.hub import fetched
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.filetypes import FOLDER
from ddpm_studio.files.reading import from_home
from ddpm_studio.files.resources import resource_folder

DEFAULT = "pixel-portraits"
"""The bundled checkpoint that is sampled when none is named."""

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


_NAMELESS = QT_TRANSLATE_NOOP("errors", "The name of the checkpoint is empty; name a file or a folder.")


def bundled() -> Mapping[str, Path]:
    """The checkpoints that come with the program, by name."""
    return {
        path.parent.name: path.parent for path in sorted((resource_folder() / "checkpoints").glob("*/model_index.json"))
    }


def locate(path_or_name: str | os.PathLike[str], download: bool = False) -> Path:
    """The existing path of a checkpoint. CheckpointError if there is nothing with this path or name."""
    name = os.fspath(path_or_name)
    if not name.strip():
        raise CheckpointError(_NAMELESS)
    path = Path(from_home(name))
    if _exists(path):
        return path
    if name in bundled():
        return bundled()[name]
    if _HUB_NAME.fullmatch(name):
        return fetched(name, download)
    raise CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "There is no checkpoint {name}; name a file, a folder, org/name on the Hugging Face hub, "
            "or one of: {known}.",
        ),
        name=name,
        known=", ".join(bundled()),
    )


def is_hub_name(name: str) -> bool:
    """True for org/name that is no path here: the name of a checkpoint on the Hugging Face hub."""
    return _HUB_NAME.fullmatch(name) is not None and not _exists(Path(name))


def whole_checkpoint(path: str) -> str:
    """The folder of a checkpoint if the file is only its index; else the path itself."""
    return str(Path(path).parent) if Path(path).name in FOLDER.names else path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
