"""Paths in a project: written relative to it, and read only if they name a plain file or folder of this machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

_SYSTEM = ("/dev", "/proc", "/sys")


def relative(path: str, folder: Path) -> str:
    """The path as seen from `folder`, with slashes; the absolute path where there is no way from one to the other."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # Another drive.
        return Path(path).absolute().as_posix()


def absolute(path: str, folder: Path) -> str:
    """The path that a project in `folder` means, whether or not anything is there."""
    return os.path.abspath(folder / path)  # noqa: PTH100  # Path.absolute keeps “..”.


def found(path: str, folder: Path) -> Path:
    """The absolute path of an existing file or folder that a project in `folder` names.

    FileError for what is not there, for an address in a network and for what is neither a file nor a folder: opening
    it could fetch something, never end, or change something.
    """
    if "://" in path or path.replace("\\", "/").startswith("//"):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} is an address in a network, not opened from a project."),
            path=path,
        )
    try:
        real = Path(os.path.realpath(folder / path, strict=True))
        mode = real.stat().st_mode
    except (OSError, ValueError) as error:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "There is no file {path} any more; put it back, or open another."), path=path
        ) from error
    places = (real, Path(absolute(path, folder)))
    of_the_system = any(place.is_relative_to(each) for place in places for each in _SYSTEM)
    if of_the_system or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} is neither a file nor a folder, so it is not opened; choose another."),
            path=path,
        )
    return places[1]


def is_gone(path: str, folder: Path) -> bool:
    """Whether nothing is there that a project in `folder` may open at this path."""
    try:
        found(path, folder)
    except FileError:
        return True
    return False
