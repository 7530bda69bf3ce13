"""Lists of steps from files: plain numbers, CSV, JSON, NPY or code, through the gate; nothing in them is executed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from ddpm_studio.diffusion.options import typed
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.betas import UTF_16, encoding_of
from ddpm_studio.files.betas_numpy import from_npy
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.columns.other_texts import check_text
from ddpm_studio.files.content import START
from ddpm_studio.files.filetypes import NPY
from ddpm_studio.files.reading import ForeignFile, from_home

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

_BETWEEN = re.compile(r"[\s,;]+")
_HEADING = re.compile(r"[\s#\"']*(sigmas?|taus?|timesteps?)[ \r\"']*(?:[:=]|$)", re.IGNORECASE | re.MULTILINE)
_IN_CODE = re.compile(r"\b(sigmas|taus|timesteps)\s*=\s*[\w.(]*\[([^\[\]]*)\]")


def read_step_list(path: str) -> tuple[str, tuple[float, ...]]:
    """What the numbers in a file are, sigmas, taus, timesteps or "" if it does not say so, and the numbers.

    An NPY, a JSON list or object, a CSV with one of these columns, code that sets one of these names to a list, or
    numbers with anything of blanks, commas and semicolons in between, which may stand under or behind one of the names.
    Raises FileError for a file of another kind, one of more than 16 MiB or of more than 100 000 numbers.
    """
    file = ForeignFile(from_home(path))
    start = file.read_at(0, START)
    if NPY.starts(start):
        return "", _numbers(from_npy(file.stream(), file.budget, path).tolist(), path)
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
    heading = _HEADING.match(text)
    if heading:
        return NAMES[heading[1].lower()], _numbers(_cells(text[heading.end() :]), path)
    lines = text.splitlines()
    header = [cell.strip(" #\"'").lower() for cell in re.split("[,;\t]", lines[0])] if lines else []
    if any(map(str.isalpha, header)) and not any(map(_is_number, header)):
        return _from_table(header, lines[1:], path)
    cells = _cells(text)
    if cells and not _is_number(cells[0]):
        raise _no_list(path)
    return "", _numbers(cells, path)


def _cells(text: str) -> list[str]:
    return [each for each in _BETWEEN.split(text.strip("[]() ,;\n")) if each]


def _from_code(assigned: Mapping[str, list[str]], text: str, path: str) -> tuple[str, tuple[float, ...]]:
    """The first list that is assigned in code, of those without pure noise if there are any."""
    finite = [name for name, cells in assigned.items() if not any(cell.endswith("inf") for cell in cells)]
    name = next((name for name in NAMES if name in (finite or assigned)), "")
    return _sort_in_code(name, text), _numbers(assigned[name], path)


def _sort_in_code(name: str, text: str) -> str:
    """What is assigned to a name: to diffusers, σ of a flow are τ, and without a scheduler in the code nobody knows."""
    if NAMES[name] != "sigmas":
        return NAMES[name]
    if "FlowMatch" in text:
        return "taus"
    return "sigmas" if "Scheduler" in text or "log_snr" in text else ""


def _from_value(value: object, path: str) -> tuple[str, tuple[float, ...]]:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
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
        return NAMES[key], _numbers(listed, path)
    return "", _numbers(value if isinstance(value, list) else [value], path)


def _from_table(header: Sequence[str], lines: Sequence[str], path: str) -> tuple[str, tuple[float, ...]]:
    column = next((name for name in NAMES if name in header), None)
    if column is None:
        raise _no_list(path)
    place = header.index(column)
    rows = (re.split("[,;\t]", line) for line in lines if line.strip())
    cells = [row[place].strip() if place < len(row) else "" for row in rows]
    # The clean picture, where steps end, has no timestep.
    if NAMES[column] == "timesteps" and cells and not cells[-1]:
        cells.pop()
    if "inf" in cells and "tau" in header and column != "tau":
        return _from_table([name if name == "tau" else "" for name in header], lines, path)
    return NAMES[column], _numbers(cells, path)


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
                QT_TRANSLATE_NOOP("errors", "{path} has more than {most} numbers, the most that steps may be."),
                path=path,
                most=MAX_T,
            )
    return tuple(numbers)


def _no_list(path: str) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} has no list of steps; it needs a column or key sigmas, taus or timesteps."),
        path=path,
    )


def _no_text(path: str) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} has no list of steps; give a text, CSV, JSON or NPY file of numbers."),
        path=path,
    )
