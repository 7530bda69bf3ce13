"""Code that the user has named for a checkpoint, kept in the user's own folder, where no download puts anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ddpm_studio.errors import StudioError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.places import state_file
from ddpm_studio.files.reading import MIB, contents

LIMIT = 200
"""The number of checkpoints kept, the latest ones."""


def trusted_network(path: Path) -> str | None:
    """The "package.module:factory" that was named for this checkpoint in this working directory, if any."""
    known = _known().get(str(path.resolve()))
    return known[0] if known and known[1] == str(Path.cwd()) else None


def trust(path: Path, network: str | None) -> None:
    """Keep that the user named `network` for this checkpoint, here, or no longer names any; without a place to keep it,
    it holds once.
    """
    known = {name: entry for name, entry in _known().items() if name != str(path.resolve())}
    if network:
        known[str(path.resolve())] = [network, str(Path.cwd())]
    with suppress(StudioError, OSError):
        _file().parent.mkdir(parents=True, exist_ok=True)
        with written_whole(_file()) as file:
            file.write(json.dumps(dict(list(known.items())[-LIMIT:]), indent=2).encode())


def _file() -> Path:
    return state_file("networks.json")


def _known() -> Mapping[str, list[str]]:
    """The kept entries; none if the file is missing or not as it was written."""
    try:
        known = json.loads(contents(_file(), limit=MIB))
    except (StudioError, ValueError, RecursionError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {
        path: entry for path, entry in known.items() if isinstance(entry, list) and list(map(type, entry)) == [str] * 2
    }
