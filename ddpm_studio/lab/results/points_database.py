"""Database of the points of a sweep: an SQLite file with one row for each that was drawn, or could not be.

One process writes it and any number may read it meanwhile. Nothing that is in such a file is believed: it may be
damaged, or made by anybody.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.lab.outcome import Drawn, Failed
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.release import version_here
from ddpm_studio.texts import LONGEST_SENTENCE, visible

FORMAT = 1
"""Raised with each change of the tables; a program reads those of its own format and of earlier ones."""

APPLICATION = 0x6464706D
"""“ddpm”, by which SQLite's header says whose file it is."""

WAIT_S = 30.0

MOST_ROWS = 1_000_000
"""Of a database; more than any folder of pictures holds."""

MOST_LETTERS = 4 << 20
"""Bytes of the longest text in a row: that of a point, or of a sweep."""

_TABLES = (
    "CREATE TABLE points (key TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL, "
    "state TEXT NOT NULL CHECK (state IN ('done', 'failed')), sentence TEXT NOT NULL, nfe INTEGER NOT NULL, "
    "stochastic INTEGER NOT NULL, network_s REAL NOT NULL, whole_s REAL NOT NULL, shape TEXT NOT NULL, "
    "digest TEXT NOT NULL, version TEXT NOT NULL, written TEXT NOT NULL) STRICT",
    "CREATE TABLE sweeps (number INTEGER PRIMARY KEY CHECK (number = 1), text TEXT NOT NULL, "
    "fingerprint TEXT NOT NULL, shape TEXT NOT NULL) STRICT",
)
_INSERT = "INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SHAPE = re.compile(r"\[(\d{1,6}(?:, \d{1,6}){0,3})\]")

_DAMAGED = QT_TRANSLATE_NOOP(
    "errors", "{path} is damaged ({reason}); move it away, and the sweep draws its pictures anew."
)
_CANNOT = QT_TRANSLATE_NOOP(
    "errors",
    "{path} cannot be used: {reason}; make room on its disk and allow writing there, or choose another folder.",
)
_NO_DATABASE = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is no database; name results of a sweep, or, if it was such, move it away, and the sweep draws anew.",
)
_OF_THE_DISK = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
}
"""Codes of what is no fault of the file."""

_NEWER = QT_TRANSLATE_NOOP("errors", "{path} is of a newer version of the program; update the program to read it.")
_NOT_OURS = QT_TRANSLATE_NOOP("errors", "{path} is no result of a sweep; choose another folder.")
_ODD_ROW = QT_TRANSLATE_NOOP("errors", "a row has values that no sweep writes")
_ODD_TABLES = QT_TRANSLATE_NOOP("errors", "it has other tables")


@dataclass(frozen=True)
class PointRow:
    """What is kept of a point: its pictures by shape and SHA-256, what they cost, or the sentence of its failure."""

    point: SweepPoint
    sentence: str = ""
    nfe: int = 0
    stochastic: bool = False
    network_s: float = 0.0
    whole_s: float = 0.0
    shape: tuple[int, ...] = ()
    digest: str = ""
    version: str = ""
    written: str = ""

    @classmethod
    def drawn(cls, point: SweepPoint, drawn: Drawn, digest: str) -> Self:
        """The row of pictures that are in their file."""
        costs = (drawn.nfe, drawn.stochastic, drawn.network_s, drawn.whole_s)
        return cls(point, "", *costs, drawn.pictures.shape, digest, version_here(), _now())

    @classmethod
    def failed(cls, point: SweepPoint, failed: Failed) -> Self:
        """The row of a point without pictures."""
        return cls(point, failed.sentence, version=version_here(), written=_now())

    @property
    def done(self) -> bool:
        """Whether it has pictures."""
        return not self.sentence


@dataclass(frozen=True)
class AskedSweep:
    """The sweep that was asked for last: its text, the fingerprint of its checkpoint, and the shape of a picture."""

    text: str
    fingerprint: str
    shape: tuple[int, ...]


class PointsDatabase:
    """The rows at a path, read and perhaps written, in one thread; FileError for a file that is not one of these."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._connection = path, connection

    def rows(self) -> dict[str, PointRow]:
        """Every row by the key of its point."""
        with self._told():
            if self._connection.execute("SELECT count(*) FROM points").fetchone()[0] > MOST_ROWS:
                raise ValueError(_ODD_ROW)
            return {row[0]: _row(row) for row in self._connection.execute("SELECT * FROM points ORDER BY key")}

    def keep(self, row: PointRow) -> None:
        """Write a row, in place of an earlier one of its point; at once, whatever becomes of the process then."""
        point = row.point
        state = "done" if row.done else "failed"
        costs = (row.nfe, int(row.stochastic), row.network_s, row.whole_s, json.dumps(row.shape), row.digest)
        told = (point.key, point.text, state, row.sentence, *costs, row.version, row.written)
        with self._told(), self._connection:
            self._connection.execute(_INSERT, told)

    def drop(self, key: str) -> None:
        """Take out the row of a point."""
        with self._told(), self._connection:
            self._connection.execute("DELETE FROM points WHERE key = ?", (key,))

    @property
    def asked(self) -> AskedSweep | None:
        """The sweep that was asked for last, None before there was one."""
        with self._told():
            found = self._connection.execute("SELECT text, fingerprint, shape FROM sweeps").fetchone()
            return None if found is None else AskedSweep(found[0], found[1], _sizes(found[2]))

    def ask(self, asked: AskedSweep) -> None:
        """Write which sweep this is, in place of an earlier one."""
        told = (asked.text, asked.fingerprint, json.dumps(asked.shape))
        with self._told(), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO sweeps VALUES (1, ?, ?, ?)", told)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in a sentence what SQLite, or what is in a row, has against it."""
        try:
            yield
        except (sqlite3.Error, StudioError, ValueError) as error:
            raise _refusal(self._path, error) from error


@contextmanager
def writing(path: Path, shared: bool = True) -> Iterator[PointsDatabase]:
    """The database at a path, made if there is none; `shared` ones can be read meanwhile, on a disk of this machine."""
    exists = path.exists()
    if exists:
        ForeignFile(path)
    with _connected(path, f"{path.absolute().as_uri()}?mode=rwc") as connection:
        if not exists or not connection.execute("PRAGMA application_id").fetchone()[0]:
            _begin(path, connection)
        _check(path, connection)
        connection.execute(f"PRAGMA journal_mode = {'WAL' if shared else 'DELETE'}")
        connection.execute("PRAGMA synchronous = NORMAL")
        yield PointsDatabase(path, connection)


@contextmanager
def reading(path: Path) -> Iterator[PointsDatabase]:
    """The database at a path, only read, also while another process writes it; FileError if there is none."""
    ForeignFile(path)
    # Where nothing can be written, nobody writes meanwhile, and SQLite cannot make the file by which it would know.
    still = "" if os.access(path.parent, os.W_OK) else "&immutable=1"
    with _connected(path, f"{path.absolute().as_uri()}?mode=ro{still}") as connection:
        _check(path, connection)
        yield PointsDatabase(path, connection)


@contextmanager
def _connected(path: Path, place: str) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(place, timeout=WAIT_S, uri=True)
    except sqlite3.Error as error:
        raise _refusal(path, error) from error
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_LETTERS)
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection
    except sqlite3.Error as error:
        raise _refusal(path, error) from error
    finally:
        connection.close()


def _begin(path: Path, connection: sqlite3.Connection) -> None:
    """Make the tables, all or none; FileError for a file of something else."""
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise FileError(_NOT_OURS, path=path)
    with connection:
        connection.execute("BEGIN")
        for table in _TABLES:
            connection.execute(table)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")


def _check(path: Path, connection: sqlite3.Connection) -> None:
    """FileError unless this is a database of ours: with its tables, and with nothing that would act by itself."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise FileError(_NOT_OURS, path=path)
    if connection.execute("PRAGMA user_version").fetchone()[0] > FORMAT:
        raise FileError(_NEWER, path=path)
    made = {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    if made != set(_TABLES):
        raise FileError(_DAMAGED, path=path, reason=_ODD_TABLES)
    sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if sound != "ok":
        raise FileError(_DAMAGED, path=path, reason=str(sound))


def _row(told: tuple[object, ...]) -> PointRow:
    """A row as it was read; StudioError or ValueError for one that nobody wrote."""
    key, text, state, sentence, nfe, stochastic, network_s, whole_s, shape, digest, version, written = told
    point = SweepPoint.parse(str(text))
    sizes, done = _sizes(shape), state == "done"
    if point.key != key or done != (not sentence) or done != (len(sizes) == 4 and int(str(nfe)) > 0):
        raise ValueError(_ODD_ROW)
    costs = (int(str(nfe)), bool(stochastic), float(str(network_s)), float(str(whole_s)))
    return PointRow(point, visible(sentence, LONGEST_SENTENCE), *costs, sizes, str(digest), str(version), str(written))


def _sizes(told: object) -> tuple[int, ...]:
    """The whole numbers of a shape, none for what is no shape."""
    found = _SHAPE.fullmatch(str(told))
    return tuple(map(int, found[1].split(", "))) if found else ()


def _refusal(path: Path, error: Exception) -> FileError:
    if isinstance(error, FileError):
        return error
    # An extended code has the plain one in its last byte.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return FileError(_NO_DATABASE, path=path)
    return FileError(_CANNOT if code in _OF_THE_DISK else _DAMAGED, path=path, reason=str(error).rstrip("."))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
