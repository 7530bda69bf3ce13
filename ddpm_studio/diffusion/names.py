"""Names that may be misspelt, and what is said to those who misspell one: the name meant, or else those there are."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from itertools import takewhile
from types import MappingProxyType

from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.texts import LONGEST as LONGEST_TEXT
from ddpm_studio.texts import Readable, SourceText, Text

LONGEST = 80
"""Letters of a name that are compared with those that are known; comparing takes longer than they are long."""

ALIKE = 0.6
"""Least likeness of a name to one that may be meant: twice the letters that they share, of those of both."""

SHORTEST_ABBREVIATION = 3
"""Letters of an abbreviation that is not a whole word of the name that it stands for."""

ANY_OF = QT_TRANSLATE_NOOP("errors", "choose one of {known}.")
"""What is said of the names that are known where none of them can be meant."""

STEPS_NAMES = {"sigmas", "taus", "timesteps", "file"}
"""What the texts of steps begin with, those of spacings as well, for whoever takes one for that of a schedule."""


def check_named(
    name: object,
    known: Collection[str],
    template: SourceText,
    error: type[StudioError],
    any_of: SourceText = ANY_OF,
    elsewhere: Mapping[str, str] = MappingProxyType({}),
    **values: object,
) -> None:
    """Raise `error` for a name that is not known, its template filled with `name`, a `remedy` and `values`.

    The remedy is a question after the name that is meant, with its options if only the colon before them is missing, or
    `any_of`, filled with those that are `known`, and ends the sentence. `known` must not be empty. Anything but text is
    not a name. What others call otherwise, in small letters, is meant by what it is `elsewhere`.

    >>> from ddpm_studio.errors import SolverError
    >>> check_named("dimm", ("ddim", "euler"), "No solver is called “{name}”; {remedy}", SolverError)
    Traceback (most recent call last):
    ddpm_studio.errors.SolverError: No solver is called “dimm”; did you mean “ddim”?
    >>> check_named("magic", ("ddim", "euler"), "No solver is called “{name}”; {remedy}", SolverError)
    Traceback (most recent call last):
    ddpm_studio.errors.SolverError: No solver is called “magic”; choose one of ddim, euler.
    """
    if not isinstance(name, str) or name not in known:
        meant = elsewhere.get(str(name).lower(), name)
        raise error(template, name=name, remedy=_remedy(meant, known, any_of), **values)


def nearest(name: object, known: Collection[str]) -> str | None:
    """The entry of `known` that a misspelt or abbreviated name stands for; None if it is like none of them.

    One letter too many or too few, a wrong one, or two exchanged come first, then what the name abbreviates, as
    “euler_a” does, and then the likest.

    >>> nearest("euler_a", ("euler", "heun", "euler-ancestral")), nearest("banana", ("euler", "heun"))
    ('euler-ancestral', None)
    """
    asked = _plain(str(name)[:LONGEST])

    def likeness(other: str) -> tuple[bool, bool, float]:
        known_as = _plain(other)
        ratio = difflib.SequenceMatcher(None, asked, known_as).ratio()
        return _is_slip(asked, known_as), _abbreviates(asked, known_as), ratio

    likest = max(known, key=likeness)
    slip, abbreviated, ratio = likeness(likest)
    return likest if slip or abbreviated or ratio >= ALIKE else None


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(" ", "-")


def _is_slip(asked: str, name: str) -> bool:
    """Whether one letter at most is too many, missing or wrong, of several, or two neighbours are exchanged."""
    before = _in_common(asked, name)
    asked, name = asked[before:], name[before:]
    behind = _in_common(asked[::-1], name[::-1])
    asked, name = asked[: len(asked) - behind], name[: len(name) - behind]
    exchanged = len(asked) == len(name) == 2 and asked == name[::-1]
    return exchanged or (max(len(asked), len(name)) <= 1 and before + behind > 0)


def _in_common(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _abbreviates(asked: str, name: str) -> bool:
    """Whether a name is shortened to its first word, or to some of its letters with the first, in their order."""
    if asked == name.partition("-")[0]:
        return True
    letters = iter(name)
    long_enough = len(asked) >= SHORTEST_ABBREVIATION and asked[0] == name[0]
    return long_enough and all(letter in letters for letter in asked)


def _remedy(name: object, known: Collection[str], any_of: SourceText) -> Text:
    meant = _with_colon(name, known) or nearest(name, known)
    if meant is None:
        return Text(any_of, {"known": listed(known)})
    return Text(QT_TRANSLATE_NOOP("errors", "did you mean “{nearest}”?"), {"nearest": meant})


def _with_colon(name: object, known: Collection[str]) -> str | None:
    """What was meant by a name and options between which there is no colon; None if it is something else.

    >>> _with_colon("cosine T=500, s=0.1", ("cosine",)), _with_colon("cosine", ("cosine",))
    ('cosine:T=500,s=0.1', None)
    """
    first, *options = str(name)[:LONGEST].replace(",", " ").split() or [""]
    is_so = first in known and options and all("=" in each[1:-1] for each in options)
    return f"{first}:{','.join(options)}" if is_so else None


def listed(known: Collection[str]) -> Readable:
    """The names, or as many whole ones as a sentence has room for, and how many more there are."""
    names = list(known)
    shown = next(count for count in range(min(len(names), LONGEST_TEXT), 0, -1) if count == 1 or _fits(names[:count]))
    if shown == len(names):
        return ", ".join(names)
    some = {"names": ", ".join(names[:shown]), "count": len(names) - shown}
    return Text(QT_TRANSLATE_NOOP("errors", "{names} and {count} more"), some)


def _fits(names: Collection[str]) -> bool:
    return len(", ".join(names)) <= LONGEST_TEXT
