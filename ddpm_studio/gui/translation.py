"""Translation of the texts of layers without Qt into the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ddpm_studio.errors import StudioError
from ddpm_studio.numerals import Typeset
from ddpm_studio.texts import Readable, SourceText, Text


def translated(text: Readable | StudioError) -> str:
    """`text` in the user's language, including the values that fill it; a plain str is the same in every language.

    Where the shell's remedy is an option, the sentence is the one with the window's.
    """
    if isinstance(text, str):
        return _looked_up(text)
    values = {name: _filling(value) for name, value in text.values.items()}
    if isinstance(text, Text):
        values = {name: Typeset(value) if isinstance(value, float) else value for name, value in values.items()}
    return _looked_up(text.template).format(**values)


def _looked_up(text: str) -> str:
    if not isinstance(text, SourceText):
        return text
    shown = text.window or text
    return QCoreApplication.translate(shown.context, shown)


def _filling(value: object) -> object:
    if isinstance(value, StudioError):
        return translated(value).rstrip(".")
    return translated(value) if isinstance(value, SourceText | Text) else value
