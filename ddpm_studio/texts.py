"""Texts for the user, from modules that know nothing of Qt: the window translates them where it shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


class SourceText(str):
    """A text in the source language, English, that knows the context in which Qt translates it."""

    context: str

    def __new__(cls, text: str = "", context: str = "") -> Self:
        made = super().__new__(cls, text)
        made.context = context
        return made


@dataclass(frozen=True)
class Text:
    """A template and the values that fill it in, possibly other texts; `str()` gives it in the source language."""

    template: SourceText
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template.format(**self.values)


Readable = str | Text
"""Anything the user reads; a plain str, such as a number or a name, is the same in every language."""
