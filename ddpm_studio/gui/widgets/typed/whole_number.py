"""Whole numbers as they are typed: 1000, 1 000, +5, 1e3; what else is typed stays to be told, letter by letter."""

from __future__ import annotations

import re

PARTS = r"[\d.,eE+\-−\s]*"
"""What numbers consist of: nothing of it may be left out of what is typed, or 1e2 would be 12, and 1,5 be 15."""

_PLAIN = re.compile(r"[+-]?\d{1,4000}")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\s\d{3})+(?!\d)")
_POWER = re.compile(r"(\d{1,20})[eE]\+?(\d{1,2})")


def number_in(text: str) -> int | None:
    """The whole number that a text says; None if it says none.

    >>> [number_in(each) for each in ("1000", "1 000", "−5", "2e3", "1,5", "1 5", "1.000", "1e", "")]
    [1000, 1000, -5, 2000, None, None, None, None, None]
    """
    plain = ungrouped(text.replace("−", "-"))
    if _PLAIN.fullmatch(plain):
        return int(plain)
    power = _POWER.fullmatch(plain.removeprefix("+"))
    return int(power[1]) * 10 ** int(power[2]) if power else None


def ungrouped(text: str) -> str:
    """A number as it is typed, without blanks around it and those that part its thousands; others stay to be told.

    >>> ungrouped("12 000.5 "), ungrouped("1 5")
    ('12000.5', '1 5')
    """
    bare = text.strip()
    grouped = _GROUPED.match(bare)
    return bare if grouped is None else "".join(grouped[0].split()) + bare[grouped.end() :]
