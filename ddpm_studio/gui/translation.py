"""Translation of the texts of layers without Qt into the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ddpm_studio.errors import StudioError
from ddpm_studio.numerals import Typeset
from ddpm_studio.texts import Language, Readable, SourceText, Typed, sentence


def translated(text: Readable | StudioError) -> str:
    """`text` in the user's language, including the values that fill it; a plain str is the same in every language.

    Where the shell's remedy is an option, the sentence is the one with the window's; what is to be typed has no marks
    of the shell's around it.
    """
    if isinstance(text, str):
        return _looked_up(text)
    return sentence(text, _OURS)


def _looked_up(text: str) -> str:
    if not isinstance(text, SourceText):
        return text
    shown = text.window or text
    return QCoreApplication.translate(shown.context, shown)


def _plain(text: Typed) -> str:
    return text.plain


_OURS = Language(_looked_up, Typeset, _plain)
