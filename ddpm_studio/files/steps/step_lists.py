"""Lists of steps from files: plain numbers, CSV, JSON, NPY or code, through the gate; nothing in them is executed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ddpm_studio.diffusion.options import typed
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.steps.model_sigmas import taus_of_log_snr
from ddpm_studio.diffusion.steps.steps_spec import Applied, FoundList
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.betas import UTF_16, encoding_of
from ddpm_studio.files.betas_numpy import from_npy
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.columns.other_containers import check_container
from ddpm_studio.files.columns.other_texts import check_text
from ddpm_studio.files.content import START
from ddpm_studio.files.filetypes import NPY
from ddpm_studio.files.reading import ForeignFile, from_home
from ddpm_studio.files.steps.whole_lists import COLUMNS, HEADING, whole_list

MAX_LIST = 16 * MIB
"""Bytes of the largest file; 100 000 rows with every column take less."""

NAMES = {
    "sigma": "sigmas",
    "sigmas": "sigmas",
    "tau": "taus",
    "taus": "taus",
    "timestep": "timesteps",
    "timesteps": "timesteps",
}
"""Columns and keys that are read, the first of them that is there, and what they hold."""

_OWN_KEYS = {"schedule", "spacing", "step"}
"""What an object that is our own has besides the columns."""

_BETWEEN = re.compile(r"(?:^|\s*\n\s*)-\s+|[\s,;]+")
_IN_CODE = re.compile(r"\b(sigmas|taus|timesteps|log_snr)\s*=\s*[\w.(]*\[([^\[\]]*)\]")
_INFINITE = ("np.inf", "-np.inf", "inf", "-inf")


def read_step_list(path: str) -> FoundList:
    """What the numbers in a file are, sigmas, taus, timesteps or "" if it does not say so, the numbers, and what stands
    behind them in one that says where they end.

    An NPY, a JSON list or object, a CSV with one of these columns, code that sets one of these names to a list, or
    numbers with anything of blanks, commas and semicolons in between, which may stand under or behind one of the names.
    Raises FileError for a file of another kind, one of more than 16 MiB or of more than 100 000 numbers.
    """
    file = ForeignFile(from_home(path))
    start = file.read_at(0, START)
    if NPY.starts(start):
        return FoundList("", _numbers(from_npy(file.stream(), file.budget, path).tolist(), path))
    check_container(start, path)
    check_text(start, path)
    encoding = encoding_of(start)
    if encoding[0] != UTF_16 and b"\0" in start:
        raise _no_text(path)
    text = file.whole(MAX_LIST).decode(encoding[0], "replace").strip()
    if text.startswith("{") or (text.startswith("[") and text.endswith("]")):
        return _from_value(parse(text, file.budget, path), path)
    file.budget.spend(64 * text.count(",") + 128 * text.count("\n"))
    assigned = {name: _cells(cells) for name, cells in _IN_CODE.findall(text)}
    if assigned:
        return _from_code(assigned, text, path)
    heading = HEADING.match(text)
    if heading:
        return _headed(heading, _numbers(_cells(text[heading.end() :]), path))
    lines = text.splitlines()
    header = [cell.strip(" #\"'").lower() for cell in re.split("[,;\t]", lines[0])] if lines else []
    if any(map(str.isalpha, header)) and not any(map(_is_number, header)):
        return _from_table(header, lines[1:], path)
    cells = _cells(text)
    if cells and not _is_number(cells[0]):
        raise _no_list(path)
    return FoundList("", _numbers(cells, path))


def _headed(heading: re.Match[str], numbers: tuple[float, ...]) -> FoundList:
    """A list below a heading that says what it is, and perhaps where it ends."""
    sort, end = NAMES[heading[1].lower()], typed(heading[3] or "")
    if heading[2]:
        return whole_list(sort, numbers)
    behind = (Applied("above", end),) if isinstance(end, float) and 0 < end < math.inf else ()
    return FoundList(sort, numbers, behind)


def _cells(text: str) -> list[str]:
    return [each for each in _BETWEEN.split(text.strip("[]() ,;\n")) if each]


def _from_code(assigned: Mapping[str, list[str]], text: str, path: str) -> FoundList:
    """The first list that is assigned in code; from pure noise on, which has no σ, that of log SNR beside it as τ.

    Code with log SNR is our own, and has the end among the levels, as that for Euler's scheduler of diffusers has. One
    for flows adds the 0 itself.
    """
    own = "log_snr" in assigned
    if own and _INFINITE[0] in assigned.get("sigmas", ()):
        return whole_list("taus", _taus_of(assigned["log_snr"], path))
    name = next((name for name in NAMES if name in assigned), "")
    if not name:
        raise _no_list(path)
    sort, numbers = _sort_in_code(name, text), _numbers(assigned[name], path)
    if sort == "taus" and "FlowMatch" in text:
        return FoundList(sort, numbers if numbers[-1:] == (0.0,) else (*numbers, 0.0))
    whole = sort != "timesteps" and (own or "EulerDiscreteScheduler" in text)
    return whole_list(sort, numbers) if whole else FoundList(sort, numbers)


def _taus_of(cells: Iterable[str], path: str) -> tuple[float, ...]:
    """τ of the log SNR in code."""
    levels = [cell.replace("np.", "") if cell in _INFINITE else _numbers([cell], path)[0] for cell in cells]
    return tuple(taus_of_log_snr(np.array(levels, float)).tolist())


def _sort_in_code(name: str, text: str) -> str:
    """What is assigned to a name: to diffusers, σ of a flow are τ, and without a scheduler in the code nobody knows."""
    if NAMES[name] != "sigmas":
        return NAMES[name]
    if "FlowMatch" in text:
        return "taus"
    return "sigmas" if "Scheduler" in text or "log_snr" in text else ""


def _from_value(value: object, path: str) -> FoundList:
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        if len(value) > 1:
            raise _several(len(value), path)
        value = value[0]
    if isinstance(value, Mapping):
        there = [key for key in NAMES if isinstance(value.get(key), list)]
        # Pure noise has no σ, but the same steps may be there as τ.
        key = next((key for key in there if math.inf not in value[key]), next(iter(there), None))
        if key is None:
            raise _no_list(path)
        listed = value[key]
        if NAMES[key] == "timesteps" and listed[-1:] == [None]:
            listed = listed[:-1]
        numbers = _numbers(listed, path)
        if NAMES[key] == "timesteps" or not value.keys() >= _OWN_KEYS:
            return FoundList(NAMES[key], numbers)
        boundary = value.get("boundary")
        return whole_list(NAMES[key], numbers, boundary if isinstance(boundary, float) else None)
    return FoundList("", _numbers(value if isinstance(value, list) else [value], path))


def _from_table(header: Sequence[str], lines: Sequence[str], path: str) -> FoundList:
    """The first column that is known of a table."""
    rows = [re.split("[,;\t]", line) for line in lines if line.strip()]
    if header[0] == "spacing":  # Which may have commas itself, unlike all that follows.
        if len(texts := {tuple(row[: 1 - len(header)]) for row in rows}) > 1:
            raise _several(len(texts), path)
        header, rows = header[1:], [row[1 - len(header) :] for row in rows]
    columns = {
        name: [row[place].strip() if place < len(row) else "" for row in rows] for place, name in enumerate(header)
    }
    column = next((name for name in NAMES if name in columns), None)
    if column is None:
        raise _no_list(path)
    if "inf" in columns[column] and "tau" in columns:
        column = "tau"
    cells = columns[column]
    # The clean picture, where steps end, has no timestep.
    if NAMES[column] == "timesteps" and cells and not cells[-1]:
        cells.pop()
    numbers = _numbers(cells, path)
    if NAMES[column] == "timesteps" or not columns.keys() >= set(COLUMNS):
        return FoundList(NAMES[column], numbers)
    return whole_list(NAMES[column], numbers, _boundary(columns, path))


def _boundary(columns: Mapping[str, list[str]], path: str) -> float | None:
    """A τ that has the steps shared out between two experts as a table does, None where there is one."""
    marks = columns.get("expert", [])
    first = [tau for tau, mark in zip(columns["tau"], marks, strict=False) if mark == "high"]
    return None if not marks else _numbers([first[-1] if first else "1"], path)[0]


def _is_number(cell: str) -> bool:
    return not isinstance(typed(cell), str)


def _numbers(cells: Iterable[object], path: str) -> tuple[float, ...]:
    numbers: list[float] = []
    for cell in cells:
        try:
            number = float(cell) if isinstance(cell, str | int | float) else math.nan
        except (ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise FileError(
                QT_TRANSLATE_NOOP(
                    "errors", "Number {place} in {path} is “{cell}”, which is not a finite number; mend it there."
                ),
                place=len(numbers) + 1,
                cell=str(cell),
                path=path,
            )
        numbers.append(number)
        if len(numbers) > MAX_T:
            raise FileError(
                QT_TRANSLATE_NOOP(
                    "errors", "{path} has more than {most} numbers, the most that steps may be; choose a shorter list."
                ),
                path=path,
                most=MAX_T,
            )
    return tuple(numbers)


def _no_list(path: str) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} has no list of steps; it needs a column or key sigmas, taus or timesteps."),
        path=path,
    )


def _several(count: int, path: str) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} has {count} lists of steps; write each to a file of its own."),
        path=path,
        count=count,
    )


def _no_text(path: str) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} has no list of steps; give a text, CSV, JSON or NPY file of numbers."),
        path=path,
    )
