"""Places of what the program keeps for the user: settings, state that it could do without, logs, and additions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from platformdirs import user_config_path, user_data_path, user_log_path, user_state_path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

NAME = "ddpm-studio"


def state_file(name: str) -> Path:
    """The path of a state file. FileError if the user has no home folder."""
    try:
        return _brought(_earlier_state() / name, user_state_path(NAME, appauthor=False) / name)
    except RuntimeError as error:
        raise _homeless() from error


def settings_file(name: str) -> Path:
    """The path of a settings file. FileError if the user has no home folder."""
    try:
        folder = user_config_path(NAME, appauthor=False)
        return _brought(_earlier_settings(folder) / name, folder / name)
    except RuntimeError as error:
        raise _homeless() from error


def log_folder() -> Path:
    """The folder of the logs. FileError if the user has no home folder."""
    try:
        return user_log_path(NAME, appauthor=False)
    except RuntimeError as error:
        raise _homeless() from error


def data_folder() -> Path:
    """The folder of what a person adds to the program. FileError if the user has no home folder."""
    try:
        return user_data_path(NAME, appauthor=False)
    except RuntimeError as error:
        raise _homeless() from error


def drop_the_oldest(files: Iterable[Path], limit: int) -> None:
    """Delete all of these files but so many, those that were written last."""
    by_age = sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in by_age[limit:]:
        file.unlink(missing_ok=True)


def _earlier_state() -> Path:
    """The folder used before the platform was asked for one."""
    folder = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(folder) if folder else Path.home() / ".local" / "state") / NAME


def _earlier_settings(folder: Path) -> Path:
    """The folder that Qt chose, which names both an organization and a program."""
    return (Path.home() / "Library" / "Preferences" / NAME if sys.platform == "darwin" else folder) / NAME


def _brought(earlier: Path, file: Path) -> Path:
    """`file`, after moving there what an earlier version kept. What is already there stays."""
    # A relative folder was a different one in each working directory, and may be a stranger's in this one.
    if earlier.is_absolute() and earlier.is_file() and not file.exists():
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            earlier.rename(file)
            earlier.parent.rmdir()
    return file


def _homeless() -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP("errors", "There is no home folder to keep anything in; set HOME to an absolute path.")
    )
