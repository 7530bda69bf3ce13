"""Resources that come with the program: the paths of its icons, texts, pictures and checkpoints."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError


@cache
def resource_folder() -> Path:
    """The folder of resources: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def is_resource(path: Path) -> bool:
    """True for what comes with the program, where nothing is to be written."""
    return path.resolve().is_relative_to(resource_folder().resolve())


def resource(*parts: str) -> Path:
    """The path of a resource, such as resource("i18n"); FileError if it is missing from the installation."""
    path = resource_folder().joinpath(*parts)
    if not path.exists():
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} is missing from this installation; install ddpm-studio again."),
            path=path,
        )
    return path
