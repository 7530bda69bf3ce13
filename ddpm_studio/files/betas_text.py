"""Betas from CSV and JSON text, or the numbers that they follow from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import chain, groupby, islice
from pathlib import Path
from typing import NamedTuple, TextIO, cast

from ddpm_studio.diffusion.quantities import BETAS, quantities_named
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB, Budget
from ddpm_studio.files.columns.choosing import Chosen, check_units, chosen_of, symbol_of
from ddpm_studio.files.columns.contradictions import compared_names, numbers_in, stored_with
from ddpm_studio.files.columns.json_tables import in_columns, without_lines
from ddpm_studio.files.columns.named_rows import Cells
from ddpm_studio.files.columns.nested_tables import inner_table
from ddpm_studio.files.columns.other_texts import check_merged
from ddpm_studio.files.columns.text_table import (
    TextTable,
    is_number,
    joined_decimals,
    numbers_alone,
    text_table_of,
)
from ddpm_studio.files.configs.config_fields import class_of, list_in
from ddpm_studio.files.configs.continuous_training import check_continuous
from ddpm_studio.files.configs.refused_classes import refuse
from ddpm_studio.files.diffusers_config import is_scheduler_config, schedule_from_config
from ddpm_studio.files.stored import (
    MAX_STORED,
    Stored,
    betas_array,
    no_betas,
    no_table,
    steps_alone,
    too_many_schedules,
)
from ddpm_studio.files.table_rows import unguarded
from ddpm_studio.interruption import check

CHECKED_EVERY = 100
"""So many rows are read between two checks."""

MAX_ROW = MIB
"""Characters of the longest row that is read; one with every curve has a few hundred."""


STEPS_COLUMNS = {"step", "timestep"}
"""Columns of the steps that `ddpm-studio steps` writes."""


_HEADER_ALONE = QT_TRANSLATE_NOOP("errors", "{path} has no numbers below “{name}”; the file may be cut off.")
_TWICE = QT_TRANSLATE_NOOP("errors", "{path} has {count} columns called {name}; keep one of them.")


class _Row(NamedTuple):
    """What counts in a row; "" for a column that is not there. `others` say once more what the number says."""

    number: str
    schedule: str
    name: str
    t: str
    others: tuple[str, ...]


def from_csv(text: str | TextIO, path: str, wanted: str = "") -> list[Stored]:
    """The column from which β follow, one Stored for each run of rows with the same `schedule`.

    Commas, semicolons, tabs or blanks stand between cells. The header is read without regard to case, and without the
    # that numpy.savetxt puts before it. A text that is a stream, whose line breaks are those of the file, is read row
    by row. `wanted` is the key of the quantity to read, "" for the one that says most.
    """
    lines = _Lines(io.StringIO(text, newline="") if isinstance(text, str) else text, path)
    try:
        table = text_table_of(lines, lines.end_row)
        return _unnamed(table, path) if not table.header else _named(table, lines, path, wanted)
    except csv.Error as error:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} is not valid CSV: {reason}; write one number a line."),
            path=path,
            reason=error,
        ) from error


def _unnamed(table: TextTable, path: str) -> list[Stored]:
    first = next(table.rows, [])
    numbers = numbers_alone(chain([first], table.rows))
    if numbers is None:
        raise no_betas(path, first)
    return [Stored("", betas_array(numbers, path))]


def _named(table: TextTable, lines: _Lines, path: str, wanted: str) -> list[Stored]:
    header = [cell.lower() for cell in table.header]
    chosen = chosen_of(header, wanted)
    check_units(chosen, table.header, path)
    if {*header} >= STEPS_COLUMNS:
        raise steps_alone(path)
    if chosen is None:
        raise no_betas(path, table.header)
    column = table.header[chosen.place]
    if (count := header.count(header[chosen.place])) > 1:
        raise FileError(_TWICE, path=path, count=count, name=column)
    place_of = {**{name: place for place, name in enumerate(header)}, "number": chosen.place}
    places = [place_of.get(each) for each in _Row._fields[:-1]]
    compared = compared_names(header, header[chosen.place], wanted)
    others = [header.index(name) for name in compared.values()]

    def kept_of(row: Cells) -> _Row:
        number, spec, name, t = ("" if place is None else row[place] for place in places)
        return _Row(number, unguarded(spec), unguarded(name), t, tuple(row[place] for place in others))

    kept: Iterator[_Row] = map(kept_of, _whole(table, lines, path))
    if not chosen.named:
        first = next(kept, None)
        if first is None or not is_number(first.number):
            raise no_betas(path, table.header)
        kept = chain([first], kept)
    runs = _runs(kept, "schedule" in header, path, column, chosen, tuple(compared))
    stored = list(islice(runs, MAX_STORED + 1))
    if not stored:
        raise FileError(_HEADER_ALONE, path=path, name=column)
    if len(stored) > MAX_STORED:
        raise too_many_schedules(path, MAX_STORED)
    return stored


def _runs(
    rows: Iterator[_Row], several: bool, path: str, column: str, chosen: Chosen, others: tuple[str, ...]
) -> Iterator[Stored]:
    """Each run of rows with one spec; the same schedule may occur twice in a row, each from t = 1."""
    number, last = 0, ""

    def run_of(row: _Row) -> int:
        nonlocal number, last
        number += several and (row.schedule != last or row.t == "1")
        last = row.schedule
        return number

    for _, run in groupby(rows, run_of):
        first = next(run)
        again: list[tuple[str, ...]] = []

        def numbers_of(row: _Row, again: list[tuple[str, ...]] = again) -> str:
            if others:
                again.append(row.others)
            return row.number

        numbers = betas_array(map(numbers_of, chain([first], run)), path, symbol_of(chosen.named, column))
        said = dict(zip(others, map(numbers_in, others, zip(*again, strict=True)), strict=True))
        yield stored_with(first.schedule, numbers, first.name, chosen, said, path)


def from_json(text: str, path: str, budget: Budget | None = None, wanted: str = "") -> list[Stored]:
    """A list of numbers, an object with one from which β follow, a scheduler_config, a table of rows, or a list of
    objects as the export writes them.

    `budget` is that of its file; a text that is in none has one of its own. `wanted` is as for `from_csv`.
    """
    value = in_columns(parse(without_lines(text), budget or Budget(Path(path), len(text)), path))
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        if len(value) > MAX_STORED:
            raise too_many_schedules(path, MAX_STORED)
        return [_from_object(item, path, wanted) for item in value]
    if isinstance(value, dict):
        return [_from_object(value, path, wanted)]
    return [Stored("", betas_array(value if isinstance(value, list) else [value], path))]


def from_lists(lists: Mapping[str, list[str]], path: str, wanted: str = "") -> list[Stored]:
    """The one of several lists by their names from which β follow; `wanted` is as for `from_csv`."""
    return [_from_object({**lists}, path, wanted)]


def _from_object(value: dict[str, object], path: str, wanted: str) -> Stored:
    if not (wanted or isinstance(value.get(BETAS), list)) and is_scheduler_config(value):
        schedule = schedule_from_config(value, path)
        return Stored(str(schedule), schedule.betas, named=(BETAS,), agreed=True)
    lists = [key for key, entry in value.items() if isinstance(entry, list)]
    chosen = chosen_of(lists, wanted)
    check_units(chosen, lists, path)
    if (chosen is None or not chosen.named) and (inner := _within(value, path)) is not None:
        return _from_object(inner, path, wanted)
    if chosen is None:
        refuse(value, path)
    key = lists[chosen.place]
    entries = value[key]
    assert isinstance(entries, list)
    if not chosen.named and not any(isinstance(entry, int | float) for entry in entries):
        refuse(value, path)
    spec, name = (str(value.get(key, "")) for key in ("schedule", "name"))
    numbers = betas_array(entries, path, symbol_of(chosen.named, key))
    compared = compared_names(lists, key, wanted)
    said = {other: numbers_in(other, cast(list[object], value[entry])) for other, entry in compared.items()}
    return stored_with(spec, numbers, name, chosen, said, path)


def _within(value: dict[str, object], path: str) -> dict[str, object] | None:
    """The object within another that holds a schedule, if there is one; FileError for what cannot be one."""
    check_continuous(value, path)
    _check_lists(value, path)
    return inner_table(value, path)


def _check_lists(value: dict[str, object], path: str) -> None:
    """FileError for what has the name of a quantity and is no list, in an object that names no class."""
    for key in value if not class_of(value) else ():
        if quantities_named(key):
            list_in(value, key, path)


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
                    "errors", "The row in line {line} of {path} has more than {most} characters; write one step a line."
                ),
                line=self.number,
                path=self._path,
                most=MAX_ROW,
            )
        if "\0" in line:
            raise no_table(self._path)
        check_merged(line, self._path)
        if not line:
            raise StopIteration
        return line

    def end_row(self) -> None:
        """Say that another row begins."""
        self._length = 0


def _whole(table: TextTable, lines: _Lines, path: str) -> Iterator[Cells]:
    """The rows below a header; FileError for one that ends before the header's last column, or goes on behind it.

    Under a single name, two cells of digits are a number with a decimal comma.
    """
    width = len(table.header)
    for row in table.rows:
        if len(row) == 2 and width == 1 and (joined := joined_decimals(row)):
            yield [joined]
            continue
        if len(row) < width or (len(row) > width and any(row[width:])):
            raise FileError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "Line {line} of {path} has {count} of {width} cells; the file may be cut off, or have decimal "
                    "commas, which want semicolons between cells.",
                ),
                line=lines.number,
                path=path,
                count=len(row),
                width=width,
            )
        yield row
