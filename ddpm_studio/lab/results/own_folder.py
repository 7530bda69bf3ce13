"""Own folder of results: where the window keeps what it has drawn for questions, until a person forgets it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ddpm_studio.files.places import data_folder
from ddpm_studio.lab.results.folder_lock import locked
from ddpm_studio.lab.results.result_folder import MAIN, PICTURES


def own_results_folder() -> Path:
    """The folder of the results of all questions. FileError if the user has no home folder."""
    return data_folder() / "lab"


def size_of_results(path: Path) -> int:
    """The bytes that a folder of results takes."""
    return sum(_size(file) for file in _files(path))


def forget_results(path: Path) -> None:
    """Delete all results in a folder; FileError if another process writes there, OSError where the disk fails."""
    if not path.is_dir():
        return
    with locked(path / f"{MAIN}.lock"):
        for file in _files(path):
            file.unlink(missing_ok=True)


def _files(path: Path) -> list[Path]:
    """The database, with what SQLite has beside it, and the pictures."""
    return [*path.glob(f"{MAIN}.sqlite*"), *(path / PICTURES).glob("*.npy")]


def _size(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0
