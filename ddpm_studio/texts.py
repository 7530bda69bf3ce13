"""Texts that a person reads, from modules that know no Qt: the window translates them where it shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


class SourceText(str):
    """A text in the language of the source, English, that knows the context under which Qt translates it."""

    context: str

    def __new__(cls, text: str = "", context: str = "") -> Self:
        made = super().__new__(cls, text)
        made.context = context
        return made


@dataclass(frozen=True)
class Text:
    """A template and what fills it in, other texts perhaps; `str()` has it in the language of the source."""

    template: SourceText
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template.format(**self.values)


Readable = str | Text
"""What a person reads; a plain str, such as a number or a name, is the same in every language."""
