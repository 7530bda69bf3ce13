"""Betas from CSV and JSON text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice
from pathlib import Path
from typing import NamedTuple, TextIO

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB, Budget
from ddpm_studio.files.diffusers_config import schedule_from_config
from ddpm_studio.files.stored import MAX_STORED, Stored, betas_array, no_betas, no_table, too_many_schedules
from ddpm_studio.interruption import check

CHECKED_EVERY = 100
"""So many rows are read between two checks."""

MAX_ROW = MIB
"""Characters of the longest row that is read; one with every curve has a few hundred."""


class _Row(NamedTuple):
    """What counts in a row; "" for a column that is not there."""

    betas: str
    schedule: str
    name: str
    t: str


def from_csv(text: str | TextIO, path: str) -> list[Stored]:
    """The column `betas`, one Stored for each run of rows with the same `schedule`; commas, semicolons or tabs.

    The header is read without regard to case, and without the # that numpy.savetxt puts before it. A text that is a
    stream, whose line breaks are those of the file, is read row by row.
    """
    rows = _rows(_Lines(io.StringIO(text, newline="") if isinstance(text, str) else text, path), path)
    written = [cell.strip(" #") for cell in next(rows, [])]
    header = [cell.lower() for cell in written]
    if len(header) == 1 and _is_number(header[0]):
        return [Stored("", betas_array(chain(header, (row[0] for row in rows)), path))]
    if "betas" not in header:
        raise no_betas(path, written)
    place_of = {column: place for place, column in enumerate(header)}
    places = [place_of.get(column) for column in _Row._fields]
    kept = (_Row(*("" if place is None else row[place] for place in places)) for row in rows)
    stored = list(islice(_runs(kept, "schedule" in header, path), MAX_STORED + 1))
    if not stored:
        raise no_betas(path)
    if len(stored) > MAX_STORED:
        raise too_many_schedules(path, MAX_STORED)
    return stored


def _runs(rows: Iterator[_Row], several: bool, path: str) -> Iterator[Stored]:
    """Each run of rows with one spec; the same schedule may occur twice in a row, each from t = 1."""
    number, last = 0, ""

    def run_of(row: _Row) -> int:
        nonlocal number, last
        number += several and (row.schedule != last or row.t == "1")
        last = row.schedule
        return number

    for _, run in groupby(rows, run_of):
        first = next(run)
        yield Stored(first.schedule, betas_array((row.betas for row in chain([first], run)), path), first.name)


def from_json(text: str, path: str, budget: Budget | None = None) -> list[Stored]:
    """A list of betas, an object with `betas`, a scheduler_config, or a list of objects as the export writes them.

    `budget` is that of its file; a text that is in none has one of its own.
    """
    value = parse(text, budget or Budget(Path(path), len(text)), path)
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        if len(value) > MAX_STORED:
            raise too_many_schedules(path, MAX_STORED)
        return [_from_object(item, path) for item in value]
    if isinstance(value, dict):
        return [_from_object(value, path)]
    return [Stored("", betas_array(value if isinstance(value, list) else [value], path))]


def _from_object(value: dict[str, object], path: str) -> Stored:
    betas = value.get("betas")
    if isinstance(betas, list):
        spec, name = (str(value.get(key, "")) for key in ("schedule", "name"))
        return Stored(spec, betas_array(betas, path), name)
    schedule = schedule_from_config(value, path)
    return Stored(str(schedule), schedule.betas)


class _Lines(Iterator[str]):
    """The lines of a text; FileError for a zero byte, and where no row ends in time."""

    def __init__(self, text: TextIO, path: str) -> None:
        self._text, self._path = text, path
        self.number = self._length = 0

    def __next__(self) -> str:
        line = self._text.readline(MAX_ROW + 1)
        self.number += 1
        self._length += len(line)
        if self.number % CHECKED_EVERY == 0:
            check()
        if self._length > MAX_ROW:
            raise FileError(
                QT_TRANSLATE_NOOP(
                    "errors", "The row in line {line} of {path} has more than {most} characters; it is not a table."
                ),
                line=self.number,
                path=self._path,
                most=MAX_ROW,
            )
        if "\0" in line:
            raise no_table(self._path)
        if not line:
            raise StopIteration
        return line

    def end_row(self) -> None:
        """Say that another row begins."""
        self._length = 0


def _rows(lines: _Lines, path: str) -> Iterator[Sequence[str]]:
    """The rows that are not blank, the header first; FileError for one that ends before the header's last column."""
    first = next((line for line in lines if not line.isspace()), "").lstrip()
    delimiter = next((mark for mark in "\t;" if mark in first), ",")
    width = 0
    try:
        for row in filter(None, csv.reader(chain([first], lines), delimiter=delimiter)):
            lines.end_row()
            width = width or len(row)
            if len(row) < width:
                raise FileError(
                    QT_TRANSLATE_NOOP(
                        "errors", "Line {line} of {path} has {count} of {width} cells; the file may be cut off."
                    ),
                    line=lines.number,
                    path=path,
                    count=len(row),
                    width=width,
                )
            yield row
    except csv.Error as error:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} is not valid CSV: {reason}."), path=path, reason=error
        ) from error


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
