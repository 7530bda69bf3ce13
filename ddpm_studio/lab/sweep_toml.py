"""Text of a sweep, TOML that anybody may have written: read within bounds, with a sentence and a place for each fault.

docs/lab.md has the format.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields
from typing import Any

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.options import shown
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, LabError, StudioError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.toml.bounded_toml import tables_in
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.sweep import EMPTY, Sweep, placed
from ddpm_studio.texts import SourceText

MOST_BYTES = MIB
"""Those of the longest text that is read."""

MOST_BITS = 64
"""Of a whole number; none that is longer means anything here."""

_NOT_A_SWEEP = QT_TRANSLATE_NOOP("errors", "{path} cannot be read as a sweep: {reason}.")
_NO_TOML = QT_TRANSLATE_NOOP("errors", "{reason}; docs/lab.md shows the format.")
_UNKNOWN = QT_TRANSLATE_NOOP("errors", "There is no “{name}” in a sweep; {remedy}")
_WRONG = QT_TRANSLATE_NOOP("errors", "“{key}” is {value}; it must be {what}.")
_MISSING = QT_TRANSLATE_NOOP("errors", "“{key}” is missing; say it.")

_TEXT = QT_TRANSLATE_NOOP("errors", "a text in quotes")
_TEXTS = QT_TRANSLATE_NOOP("errors", "a list of texts in quotes")
_WHOLE = QT_TRANSLATE_NOOP("errors", "a whole number")
_SHORTER = QT_TRANSLATE_NOOP("errors", "a whole number with fewer digits")
_WHOLES = QT_TRANSLATE_NOOP("errors", "a list of whole numbers")
_NUMBER = QT_TRANSLATE_NOOP("errors", "a number")
_TABLE = QT_TRANSLATE_NOOP("errors", "a table")
_TABLES = QT_TRANSLATE_NOOP("errors", "a list of tables")
_A_LIST, _A_TABLE = QT_TRANSLATE_NOOP("errors", "a list"), QT_TRANSLATE_NOOP("errors", "a table")

_Read = Callable[[str, object], Any]


def read_sweep(path: str | os.PathLike[str]) -> Sweep:
    """The sweep in a file; FileError, with the reason and its place, if there is none."""
    content = ForeignFile(path).whole(MOST_BYTES)
    try:
        return parse_sweep(content)
    except StudioError as error:
        raise FileError(_NOT_A_SWEEP, path=os.fspath(path), reason=error) from error


def parse_sweep(text: str | bytes) -> Sweep:
    """The sweep that a text describes; LabError or another StudioError for what is wrong in it.

    >>> parse_sweep('solvers = ["ddim:eta=0", "heun"]\\ncounts = [5, 10]').solvers
    ('ddim:eta=0', 'heun')
    """
    try:
        told = tables_in(text)
    except FileError as error:
        raise LabError(_NO_TOML, reason=error) from error
    return Sweep(**_table(told, _SWEEP))


def sweep_text(sweep: Sweep) -> str:
    """The text of a sweep, all of it, which reads back as the same; the same for every sweep that is the same.

    >>> sweep = Sweep(solvers=("ddim",), counts=(5,))
    >>> parse_sweep(sweep_text(sweep)) == sweep
    True
    """
    values = {each.name: getattr(sweep, each.name) for each in fields(sweep)}
    tables = {"pairs": values.pop("pairs"), "conditions": values.pop("conditions")}
    reference = values.pop("reference")
    lines = [*_lines(values), "", "[reference]", *_lines(_way_told(reference))]
    for name, entries in tables.items():
        for entry in entries:
            told = _way_told(entry) if isinstance(entry, Contender) else entry.written
            lines += ["", f"[[{name}]]", *_lines(told)]
    return "\n".join(lines) + "\n"


def _lines(values: Mapping[str, object]) -> Iterator[str]:
    """A line for each value; what is None, or a list of nothing, is left out."""
    return (f"{key} = {_written(value)}" for key, value in values.items() if value is not None and value != ())


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, str):
        # TOML's basic strings are JSON's, but for one more control character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float):
        return shortest(value)
    return str(value)


def _way_told(way: Contender) -> dict[str, object]:
    return {"solver": way.solver, "steps": way.steps, "count": way.count, "along": way.along or None}


def _table(told: object, known: Mapping[str, _Read], needed: Collection[str] = ()) -> dict[str, Any]:
    """The values of a table by key, each as it is read; LabError for a key that is not known or is missing."""
    content = _kind("", told, dict, _TABLE)
    for key in content:
        check_named(key, known, _UNKNOWN, LabError)
    for key in needed:
        if key not in content:
            raise LabError(_MISSING, key=key)
    return {key: known[key](key, value) for key, value in content.items()}


def _kind(key: str, value: object, kind: type | tuple[type, ...], what: SourceText) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise LabError(_WRONG, key=key, value=_told(value), what=what)
    return value


def _list(key: str, value: object, what: SourceText) -> list[object]:
    """A list that has something: whoever writes an empty one may mean none, and would have what is taken without it."""
    entries: list[object] = _kind(key, value, list, what)
    if not entries:
        raise LabError(EMPTY, key=key)
    return entries


def _told(value: object) -> object:
    """A value in a sentence; lists and tables may be too long, or too deep, to be told."""
    if isinstance(value, list | dict):
        return _A_LIST if isinstance(value, list) else _A_TABLE
    return str(value).lower() if isinstance(value, bool) else shown(value)


def _text(key: str, value: object) -> str:
    text: str = _kind(key, value, str, _TEXT)
    return text


def _texts(key: str, value: object) -> tuple[str, ...]:
    return tuple(_kind(key, each, str, _TEXTS) for each in _list(key, value, _TEXTS))


def _whole(key: str, value: object) -> int:
    number: int = _kind(key, value, int, _WHOLE)
    if number.bit_length() > MOST_BITS:
        raise LabError(_WRONG, key=key, value=number, what=_SHORTER)
    return number


def _wholes(key: str, value: object) -> tuple[int, ...]:
    return tuple(_whole(key, each) for each in _list(key, value, _WHOLES))


def _number(key: str, value: object) -> float:
    number = _kind(key, value, (int, float), _NUMBER)
    return float(_whole(key, number) if isinstance(number, int) else number)


def _way(key: str, value: object) -> Contender:
    return Contender(**_table(_kind(key, value, dict, _TABLE), _WAY, ("solver",)))


def _reference(key: str, value: object) -> Contender:
    told = _kind(key, value, dict, _TABLE)
    with placed(key):
        return _way(key, told)


def _condition(key: str, value: object) -> Conditioned:
    return Conditioned(**_table(_kind(key, value, dict, _TABLE), _CONDITION))


def _each(read: _Read) -> _Read:
    """What reads a list of tables, each with its place."""

    def read_all(key: str, value: object) -> tuple[Any, ...]:
        return tuple(_at(key, number, read, each) for number, each in enumerate(_list(key, value, _TABLES), 1))

    return read_all


def _at(key: str, number: int, read: _Read, value: object) -> Any:
    with placed(key, number):
        return read(key, value)


_WAY: Mapping[str, _Read] = {"solver": _text, "steps": _text, "count": _whole, "along": _text}
_CONDITION: Mapping[str, _Read] = {"label": _whole, "guidance": _number, "prompt": _text, "negative_prompt": _text}
_SWEEP: Mapping[str, _Read] = {
    "checkpoint": _text,
    "solvers": _texts,
    "steps": _texts,
    "counts": _wholes,
    "calls": _wholes,
    "along": _texts,
    "pairs": _each(_way),
    "seeds": _wholes,
    "conditions": _each(_condition),
    "pictures": _whole,
    "batch": _whole,
    "clip": _number,
    "device": _text,
    "precision": _text,
    "reference": _reference,
}
"""The keys of a sweep, and what reads the value of each."""
