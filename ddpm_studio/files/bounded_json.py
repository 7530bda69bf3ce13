"""Bounded JSON: what a foreign text describes is estimated before it is built, so that no text makes gigabytes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.budget import MIB, Budget
from ddpm_studio.files.columns.other_texts import check_merged, check_text
from ddpm_studio.files.content import START
from ddpm_studio.interruption import check

_LONGEST_WHOLE = 20
"""Digits of the longest whole number that is kept as one: those of 2^64."""

_CHECKED_EVERY = 1000

_BYTES = {"[": 104, "{": 128, ":": 88, ",": 48, '"': 32}
"""The memory of what each of these stands for, at most: a list, an object, an entry of one, a number, half a text."""

_BEYOND_TWO_BYTES = re.compile(r"\\u[dD][89abAB]")
"""A letter by its number, written in two parts: it has the whole text kept in four bytes a letter."""

_PIECE, _SEAM = MIB, 5
"""Letters that are looked at in one go, and some of the next piece, lest a letter by its number is cut in two."""

_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
"""A text in quotation marks."""

_QUOTE = re.compile(r'(?<!\\)"')
"""A quotation mark that is no letter of a text."""

MAX_TEXT = 4 * MIB
"""Letters of the longest text in a file that holds no picture; nothing else gets a word in while one is read."""


class JsonError(FileError):
    """A text that is not JSON, or not such as is read here."""


def parse(
    data: bytes | str, budget: Budget, path: str | Path, *, unique: bool = False, longest: int = MAX_TEXT
) -> object:
    """The value in a text of JSON, of the file at `path`, once its `budget` has room for all that this may be.

    JsonError for what is not JSON or nested too deeply, and, where entries are to be `unique`, for an object with two
    of one name, of which the last would hold. Whole numbers of more than 20 digits become floats, infinite ones from
    10^309 on, so that none is too long to reckon with. FileError if it would take more memory, or has a text of more
    than about `longest` letters.
    """
    try:
        text = data if isinstance(data, str) else data.decode(json.detect_encoding(data))
        budget.spend(sys.getsizeof(text) + _estimated(text))
        _check_texts(text, longest, path)
        pairs = _unique if unique else None
        return json.loads(text, parse_int=_checked(_whole), parse_float=_checked(float), object_pairs_hook=pairs)
    except RecursionError as error:
        raise _invalid(path, QT_TRANSLATE_NOOP("errors", "it is nested too deeply")) from error
    except FileError:
        raise
    except ValueError as error:
        _check_meant(data, path)
        raise _invalid(path, str(error)) from error


def _check_meant(data: bytes | str, path: str | Path) -> None:
    text = data if isinstance(data, str) else data.decode(errors="replace")
    check_text(text[:START].encode(errors="replace"), str(path))
    check_merged(text, str(path))


def _estimated(text: str) -> int:
    """The most bytes that the value of a text takes, by the marks in it; those inside of strings count, too."""
    marks, width = 0, 0
    for start in range(0, len(text), _PIECE):
        check()
        piece = text[start : start + _PIECE + _SEAM]
        marks += sum(each * piece.count(mark) for mark, each in _BYTES.items())
        if width < 4 and "\\u" in piece:
            width = 4 if _BEYOND_TWO_BYTES.search(piece) else 2
    return marks + (len(text) * width or sys.getsizeof(text))


def _check_texts(text: str, longest: int, path: str | Path) -> None:
    """JsonError if a text in it is too long, of which no more is looked at than may be."""
    half = longest // 2
    if all(_QUOTE.search(text, start, start + half) for start in range(0, len(text) - half + 1, half)):
        return  # None has room between two marks that are certainly the end or the beginning of one.
    number, start = 0, text.find('"')
    while 0 <= start < len(text) - longest:  # What begins later ends in time.
        if number % _CHECKED_EVERY == 0:
            check()
        found = _TEXT.match(text, start, start + longest + 1)
        if found is None:
            raise JsonError(
                QT_TRANSLATE_NOOP(
                    "errors", "{path} has a text of more than {limit} MiB in it, more than it needs; choose another."
                ),
                path=path,
                limit=longest // MIB,
            )
        number, start = number + 1, text.find('"', found.end())


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise ValueError("two entries have one name")
    return entries


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _LONGEST_WHOLE else float(digits)


def _checked(read: Callable[[str], float]) -> Callable[[str], float]:
    """`read`, in which other threads get a word in and whoever waits can end it, even in the middle of a long text."""
    number = count()

    def checked(digits: str) -> float:
        if next(number) % _CHECKED_EVERY == 0:
            check()
        return read(digits)

    return checked


def _invalid(path: str | Path, reason: str) -> JsonError:
    return JsonError(
        QT_TRANSLATE_NOOP("errors", "{path} is not valid JSON; it may be cut off: {reason}."), path=path, reason=reason
    )
