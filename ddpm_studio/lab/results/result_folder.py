"""Folder of the results of a sweep: its database, and the pictures of each point in a file of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.lab.outcome import Drawn, Outcome
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.folder_lock import locked
from ddpm_studio.lab.results.pictures_file import read_pictures, write_pictures
from ddpm_studio.lab.results.points_database import AskedSweep, PointRow, PointsDatabase, reading, writing

MAIN = "results"
PICTURES = "points"

_NO_FOLDER = QT_TRANSLATE_NOOP("errors", "{path} cannot be made a folder: {reason}; choose another place.")


@dataclass(frozen=True)
class Shard:
    """The `number`-th of so many equal parts of a sweep, from 1 on, each of which a process draws by itself."""

    number: int
    count: int

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"shard-{self.number}-of-{self.count}"


class ResultFolder:
    """A folder of results that this process alone writes; `rows` are those that are there, by the key of the point."""

    def __init__(self, path: Path, database: PointsDatabase) -> None:
        self.path, self.database = path, database
        self.rows = database.rows()
        self._mend()

    def keep(self, point: SweepPoint, outcome: Outcome) -> None:
        """Write what came of a point: first its pictures, then its row. FileError if that cannot be done."""
        if isinstance(outcome, Drawn):
            row = PointRow.drawn(point, outcome, write_pictures(_place(self.path, point.key), outcome.pictures))
        else:
            row = PointRow.failed(point, outcome)
        self.take(row)

    def take(self, row: PointRow) -> None:
        """Write a row whose pictures are in their file."""
        self.database.keep(row)
        self.rows[row.point.key] = row

    def _mend(self) -> None:
        """Drop rows whose pictures are missing or damaged, so that these are drawn anew."""
        for key, row in list(self.rows.items()):
            if row.done and not _is_whole(self.path, row):
                self.database.drop(key)
                del self.rows[key]


@contextmanager
def folder_of_results(path: Path, shard: Shard | None = None) -> Iterator[ResultFolder]:
    """The folder at a path, made if there is none, for this process alone; a shard has files of its own in it.

    FileError if another process writes there, or nothing can be written, and for a database that cannot be read.
    """
    name = MAIN if shard is None else shard.name
    try:
        (path / PICTURES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(_NO_FOLDER, path=path, reason=error.strerror) from error
    with locked(path / f"{name}.lock"), writing(path / f"{name}.sqlite", shared=shard is None) as database:
        folder = ResultFolder(path, database)
        if shard is None:
            _clear(folder)
        yield folder


@contextmanager
def results_at(path: Path) -> Iterator[PointsDatabase]:
    """The database of a folder, only read, also while a sweep runs there; FileError if there is none."""
    with reading(path / f"{MAIN}.sqlite") as database:
        yield database


def pictures_of_row(path: Path, row: PointRow) -> NDArray[np.float32]:
    """The pictures of a row, (N, C, H, W); FileError if they are missing or damaged."""
    return read_pictures(_place(path, row.point.key), row.shape, row.digest)


def shards_in(path: Path) -> list[Path]:
    """The databases of shards in a folder."""
    return sorted(path.glob("shard-*-of-*.sqlite"))


def united(folder: ResultFolder, databases: list[Path]) -> tuple[int, int]:
    """Take the rows of shards, each with its pictures from the folder it lies in: how many were new, and how many
    different sweeps they are of, the last of which is asked for from now on.

    FileError for a database, or pictures, that cannot be read, after all before it were taken.
    """
    before, questions = len(folder.rows), set[AskedSweep]()
    for database in databases:
        with reading(database) as shard:
            rows = shard.rows()
            asked = shard.asked
        if asked is not None:
            folder.database.ask(asked)
            questions.add(asked)
        for key, row in rows.items():
            if key not in folder.rows or not folder.rows[key].done:
                _bring(folder, row, database.parent)
    return len(folder.rows) - before, len(questions)


def _bring(folder: ResultFolder, row: PointRow, source: Path) -> None:
    if row.done:
        pictures = pictures_of_row(source, row)
        if source.resolve() != folder.path.resolve():
            write_pictures(_place(folder.path, row.point.key), pictures)
    folder.take(row)


def _place(folder: Path, key: str) -> Path:
    return folder / PICTURES / f"{key}.npy"


def _is_whole(path: Path, row: PointRow) -> bool:
    with suppress(StudioError, OSError):
        pictures_of_row(path, row)
        return True
    return False


def _clear(folder: ResultFolder) -> None:
    """Remove pictures without a row, unless a shard may still be going to write it."""
    if shards_in(folder.path):
        return
    for file in (folder.path / PICTURES).glob("[0-9a-f]" * 64 + ".npy"):
        if file.stem not in folder.rows:
            with suppress(OSError):
                file.unlink()
