"""Tokens of a formula: numbers, names and signs, each with where it starts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

_ALIKE = {
    "π": "pi",
    "·": "*",
    "×": "*",
    "∗": "*",
    "⋅": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "²": "^2",
    "³": "^3",
    "√": "sqrt",
    "**": "^",
}
"""Signs as papers and other programs write them, and what they mean here."""

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*+|π|√)"
    r"|(?P<sign>\*\*|[-+*/^(),·×∗⋅÷−–²³])"
)


class Sort(Enum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    SIGN = "sign"
    END = "end"


class Token(NamedTuple):
    """A piece of a formula: what it is, what it means, how it is typed, and where it starts."""

    sort: Sort
    text: str
    typed: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.typed)


def wrong_at(error: ScheduleError, start: int, end: int) -> ScheduleError:
    """An error with the place in a formula that it is about."""
    error.place = start, end
    return error


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens of a formula, last of all its end. Raises ScheduleError for a letter that has no meaning.

    >>> [(token.text, token.start) for token in tokens_of("-2·log(u)")]
    [('-', 0), ('2', 1), ('*', 2), ('log', 3), ('(', 6), ('u', 7), (')', 8), ('', 9)]
    """
    place = 0
    while place < len(text):
        if text[place] == " ":
            place += 1
            continue
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise _meaningless(text, place)
        yield Token(Sort(found.lastgroup), _ALIKE.get(found[0], found[0]), found[0], place)
        place = found.end()
    yield Token(Sort.END, "", "", len(text))


def _meaningless(text: str, place: int) -> ScheduleError:
    template = QT_TRANSLATE_NOOP(
        "errors",
        "“{letter}” at column {column} of the formula means nothing there; write u, t, T, names and + − * / ^ ( ).",
    )
    return wrong_at(ScheduleError(template, letter=text[place], column=place + 1), place, place + 1)
