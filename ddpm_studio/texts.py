"""Texts for the user, from modules that know nothing of Qt: the window translates them where it shows them."""

from __future__ import annotations

import html
import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from numbers import Number
from pathlib import PurePath
from typing import Protocol, Self, cast

LONGEST, LONGEST_PATH = 80, 160
"""Characters of a text, and of a path, that are shown of what may come out of a file."""

LONGEST_TYPED = 4096
"""Characters of what a remedy has to be typed with a path in it: as many as a path has on Linux."""

LONGEST_SENTENCE = 299
"""Characters of a sentence, whatever it is filled with and whichever language it is in."""

_SHORTER = (None, 100, 60, 30)
"""Characters of each text out of a file, the fewer the longer the sentence is; at first all that are kept."""

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


class Verbatim(str):
    """A text that is the same in every language, and of use only as a whole: what a remedy has to be typed."""


class Typed(Verbatim):
    """A Verbatim with a path in it, one word to the shell; `plain` is what a field of the window takes for it."""

    plain: str

    def __new__(cls, word: str, plain: str) -> Self:
        made = super().__new__(cls, word)
        made.plain = plain
        return made


_WITH_A_PATH = {"path", "spec"}

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that no document of XML has, not even as &#0;: control characters, surrogates, U+FFFE and U+FFFF."""


def visible(text: object, longest: int = LONGEST) -> str:
    """`text`, which may be anybody's, as it can be shown: in one line, no longer, and doing nothing to a terminal.

    What is not printable is escaped as in Python, and what is too long so loses its middle.

    >>> visible("a\\tb\\x1b[2J"), visible("x" * 50 + "y" * 50, 9)
    ('a\\\\tb\\\\x1b[2J', 'xxxx…yyyy')
    """
    whole = str(text)
    shown = "".join(_escaped(whole[: longest + 1]))
    if len(shown) <= longest:
        return shown
    half = (longest - 1) // 2
    end = _fitting(_escaped(whole[-half:][::-1]), half)
    return "…".join(("".join(_fitting(_escaped(whole[:half]), half)), "".join(reversed(end))))


def sound(text: str) -> str:
    r"""`text` with a mark, U+FFFD, in place of each letter with which no document of XML could be read.

    >>> sound("a\x00b\ufffec"), sound("\t\U0001f642")
    ('a�b�c', '\t🙂')
    """
    return _NOT_IN_XML.sub("\ufffd", text)


def as_data(text: str) -> str:
    r"""`text`, which may be anybody's, as it is read back from XML and HTML: between tags, and between quotes.

    >>> as_data("<a title='&'>\x1b")
    '&lt;a title=&#x27;&amp;&#x27;&gt;�'
    """
    return html.escape(sound(text))


def visible_name(path: str | PurePath) -> str:
    """The name of a file or folder as it can be shown.

    >>> visible_name("a/b\\u202egnp.exe")
    'b\\\\u202egnp.exe'
    """
    return visible(PurePath(path).name or path)


def visible_path(path: str | PurePath) -> str:
    """A whole path as it can be shown."""
    return visible(path, LONGEST_PATH)


def _escaped(text: str) -> Iterable[str]:
    """The letters of a text, each as it can be shown: as they are in most texts, which are asked as a whole."""
    if text.isprintable():
        return text
    return (each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


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
    if value is None or isinstance(value, Number | SourceText | Verbatim) or hasattr(value, "template"):
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
        return sentence(self)


class Phrase(Protocol):
    """A Text, or an error that has a template and values as well."""

    @property
    def template(self) -> SourceText: ...

    @property
    def values(self) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Language:
    """A language by how it writes our own texts, the floats among the values of a Text, and what is to be typed."""

    text: Callable[[SourceText], str]
    number: Callable[[float], float]
    typed: Callable[[Typed], str] = str


SOURCE = Language(str, lambda value: value)


def verbatim(text: object) -> Verbatim:
    """What a remedy has to be typed, which may have anybody's words in it, as it can be shown."""
    return Verbatim(visible(text, LONGEST_PATH))


def to_type(text: object) -> Typed:
    r"""What a remedy has to be typed with anybody's path in it: whole, and in the shell one word that means just this.

    >>> to_type("file:my steps.csv"), to_type("it's\x1b.pt"), to_type("a.pt")
    ("'file:my steps.csv'", "$'it\\x27s\\x1b.pt'", 'a.pt')
    """
    whole = str(text)
    plain = visible(whole, LONGEST_TYPED)
    if plain == whole or len(whole) > LONGEST_TYPED:
        return Typed(shlex.quote(plain), plain)
    return Typed(f"$'{''.join(map(_in_shell, whole))}'", plain)


def _in_shell(letter: str) -> str:
    """A letter between $' and ', where bytes that are not printable stand as numbers."""
    if letter.isprintable() and letter not in "'\\":
        return letter
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(letter))


def sentence(phrase: Phrase, language: Language = SOURCE) -> str:
    """A phrase, filled in: no longer than LONGEST_SENTENCE, or by no more than what is verbatim in it.

    Where it would be, what it quotes loses more of its middle, also within another one, which ends without its stop.
    """
    most = LONGEST_SENTENCE + sum(map(len, _verbatims(phrase)))
    for longest in _SHORTER:
        made = _filled(phrase, language, longest)
        if len(made) <= most:
            return made
    return visible(made, most)


def fits(phrase: Phrase) -> bool:
    """Whether a phrase can be shown whole."""
    return len(_filled(phrase, SOURCE, None)) <= LONGEST_SENTENCE


def _verbatims(phrase: Phrase) -> Iterator[str]:
    for value in phrase.values.values():
        if isinstance(value, Verbatim):
            yield value
        elif hasattr(value, "template"):
            yield from _verbatims(cast(Phrase, value))


def _filled(phrase: Phrase, language: Language, longest: int | None) -> str:
    number = (language if isinstance(phrase, Text) else SOURCE).number
    values = {
        name: number(value) if isinstance(value, float) else _filling(value, language, longest)
        for name, value in phrase.values.items()
    }
    template = language.text(phrase.template)
    made = template.format(**values)
    # A reason that ends in a question ends the sentence that it stands in.
    return made[:-1] if template.endswith("}.") and made.endswith("?.") else made


def _filling(value: object, language: Language, longest: int | None) -> object:
    if isinstance(value, SourceText):
        return language.text(value)
    if isinstance(value, Typed):
        return language.typed(value)
    if isinstance(value, str):
        return value if longest is None or isinstance(value, Verbatim) else visible(value, longest)
    if not hasattr(value, "template"):
        return value
    inner = _filled(cast(Phrase, value), language, longest)
    return inner.rstrip(".") if isinstance(value, Exception) else inner


Readable = str | Text
"""Anything the user reads; a plain str, such as a number or a name, is the same in every language."""
