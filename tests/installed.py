"""The installed files of the program, to see that it writes nothing among them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import ddpm_studio
from ddpm_studio.files.resources import resource_folder


def installed() -> dict[Path, str]:
    """A digest of every file of the program and its resources, but for what Python caches."""
    folders = Path(ddpm_studio.__file__).parent, resource_folder()
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path: sha256(path.read_bytes()).hexdigest() for path in files if "__pycache__" not in path.parts}
