"""Betas from CSV and JSON text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.diffusers_config import is_scheduler_config, schedule_from_config
from ddpm_studio.files.reading import CHECKED_EVERY, checked_float
from ddpm_studio.files.stored import Stored, betas_array, no_betas
from ddpm_studio.interruption import check


def from_csv(text: str, path: str) -> list[Stored]:
    """The column `betas`, one Stored for each run of rows with the same `schedule`; commas, semicolons or tabs.

    The header is read without regard to case, and without the # that numpy.savetxt puts before it.
    """
    rows = _rows(text, path)
    header = [cell.strip(" #").lower() for cell in next(rows, [])]
    if len(header) == 1 and _is_number(header[0]):
        return [Stored("", betas_array([header[0], *(row[0] for row in rows)], path))]
    if "betas" not in header:
        raise no_betas(path, header)
    place_of = {column: place for place, column in enumerate(header)}
    places = [place_of.get(column) for column in ("betas", "schedule", "name", "t")]
    kept = [tuple("" if place is None else row[place] for place in places) for row in rows]
    if not kept:
        raise no_betas(path)
    betas, specs, names, t = zip(*kept, strict=True)
    starts = _run_starts(specs, t) if "schedule" in header else [0]
    return [
        Stored(specs[start], betas_array(betas[start:stop], path), names[start])
        for start, stop in pairwise([*starts, len(kept)])
    ]


def _run_starts(specs: Sequence[str], t: Sequence[str]) -> list[int]:
    """The rows at which a run with one spec begins; the same schedule may occur twice in a row, each from t = 1."""
    return [i for i in range(len(specs)) if i == 0 or specs[i] != specs[i - 1] or t[i] == "1"]


def from_json(text: str, path: str) -> list[Stored]:
    """A list of betas, an object with `betas`, a scheduler_config, or a list of objects as the export writes them."""
    try:
        value = json.loads(text, parse_float=checked_float())
    except (ValueError, RecursionError) as error:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} is not valid JSON; it may be cut off: {reason}."),
            path=path,
            reason=error,
        ) from error
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return [_from_object(item, path) for item in value]
    if isinstance(value, dict):
        return [_from_object(value, path)]
    return [Stored("", betas_array(value, path))]


def _from_object(value: dict[str, object], path: str) -> Stored:
    betas = value.get("betas")
    if isinstance(betas, list):
        spec, name = (str(value.get(key, "")) for key in ("schedule", "name"))
        return Stored(spec, betas_array(betas, path), name)
    if is_scheduler_config(value):
        schedule = schedule_from_config(value, path)
        return Stored(str(schedule), schedule.betas)
    raise no_betas(path, value)


def _rows(text: str, path: str) -> Iterator[Sequence[str]]:
    """The rows that are not blank, the header first; FileError for one that ends before the header's last column."""
    first_line = text.lstrip().partition("\n")[0]
    delimiter = next((mark for mark in "\t;" if mark in first_line), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    width = 0
    try:
        for row in filter(None, reader):
            if reader.line_num % CHECKED_EVERY == 0:
                check()
            width = width or len(row)
            if len(row) < width:
                raise FileError(
                    QT_TRANSLATE_NOOP(
                        "errors", "Line {line} of {path} has {count} of {width} cells; the file may be cut off."
                    ),
                    line=reader.line_num,
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
