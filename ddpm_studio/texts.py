"""Texts for the user, from modules that know nothing of Qt: the window translates them where it shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from numbers import Number
from pathlib import PurePath
from typing import Self

LONGEST, LONGEST_PATH = 80, 160
"""Characters of a text, and of a path, that are shown of what may come out of a file."""

MOST_BITS = 256
"""Length of a whole number from which on it is told in hexadecimal digits, few of them."""


class SourceText(str):
    """A text in the source language, English, that knows the context in which Qt translates it.

    `window` is what the window says in its place: where a sentence has an option of the shell's as remedy, the same
    sentence with the window's.
    """

    context: str
    window: SourceText | None = None

    def __new__(cls, text: str = "", context: str = "") -> Self:
        made = super().__new__(cls, text)
        made.context = context
        return made

    def in_window(self, text: SourceText) -> SourceText:
        """The same text, in place of which the window says `text`."""
        both = SourceText(self, self.context)
        both.window = text
        return both


_WITH_A_PATH = {"path", "spec"}


def visible(text: object, longest: int = LONGEST) -> str:
    """`text`, which may be anybody's, as it can be shown: in one line, no longer, and doing nothing to a terminal.

    What is not printable is escaped as in Python, and what is too long so loses its middle.

    >>> visible("a\\tb\\x1b[2J"), visible("x" * 50 + "y" * 50, 9)
    ('a\\\\tb\\\\x1b[2J', 'xxxx…yyyy')
    """
    whole = str(text)
    shown = "".join(map(_escaped, whole[: longest + 1]))
    if len(shown) <= longest:
        return shown
    half = (longest - 1) // 2
    end = _fitting(map(_escaped, reversed(whole[-half:])), half)
    return "…".join(("".join(_fitting(map(_escaped, whole[:half]), half)), "".join(reversed(end))))


def _escaped(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")


def _fitting(parts: Iterable[str], most: int) -> list[str]:
    """As many of the parts as have no more than `most` characters together, so that none is cut in two."""
    kept = list(parts)
    return [part for part, end in zip(kept, accumulate(map(len, kept)), strict=True) if end <= most]


def visible_values(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a sentence by name, each as it can be shown: our own texts and numbers as they are."""
    return {name: _visible_value(name, value) for name, value in values.items()}


def _visible_value(name: str, value: object) -> object:
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        return visible(hex(value))  # Python refuses to write out one of thousands of digits.
    if value is None or isinstance(value, Number | SourceText) or hasattr(value, "template"):
        return value  # What has a template is made of such values itself.
    return visible(value, LONGEST_PATH if isinstance(value, PurePath) or name in _WITH_A_PATH else LONGEST)


@dataclass(frozen=True)
class Text:
    """A template and the values that fill it in, possibly other texts; `str()` gives it in the source language.

    Of a value that is a plain text no more is kept than can be shown.
    """

    template: SourceText
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", visible_values(self.values))

    def __str__(self) -> str:
        return self.template.format(**self.values)


Readable = str | Text
"""Anything the user reads; a plain str, such as a number or a name, is the same in every language."""
