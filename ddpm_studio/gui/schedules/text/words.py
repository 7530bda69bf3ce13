"""Words of a schedule's text as they look: the kind, keys, values and numbers that can be dragged."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextLayout

from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.spec import Spec
from ddpm_studio.gui.theme import Tokens

CUT = "…"
"""In place of what a line has no room for."""


def looks(text: str, tokens: Tokens, *, muted: bool = False) -> list[QTextLayout.FormatRange]:
    """How the words of a text look: the kind stands out, and keys and punctuation stand back."""
    spec = Spec.of(name_apart(text)[0])
    back = tokens.muted
    front = back if muted else tokens.text
    found = [_look(0, len(text), back), _look(*spec.kind.place, front, QFont.Weight.DemiBold)]
    found += [_look(*each.value.place, front) for each in spec.given if each.value is not None]
    return found


def looks_cut(text: str, shown: str, tokens: Tokens, *, muted: bool = False) -> list[QTextLayout.FormatRange]:
    """How the words of a text look in what is `shown` of it, which may leave out a part in the middle."""
    found = looks(text, tokens, muted=muted)
    if shown == text:
        return found
    cut, left_out = shown.index(CUT), len(text) - len(shown)
    head = (_part(each, 0, cut, 0) for each in found)
    tail = (_part(each, cut + len(CUT) + left_out, len(text), left_out) for each in found)
    return [each for each in (*head, *tail) if each.length > 0]


def _part(whole: QTextLayout.FormatRange, first: int, end: int, back: int) -> QTextLayout.FormatRange:
    """What of a look lies between two letters, so many letters further to the left."""
    found = QTextLayout.FormatRange()
    start, stop = max(whole.start, first), min(whole.start + whole.length, end)
    found.start, found.length, found.format = start - back, stop - start, whole.format
    return found


def _look(start: int, end: int, color: str, weight: QFont.Weight = QFont.Weight.Normal) -> QTextLayout.FormatRange:
    look = QTextCharFormat()
    look.setForeground(QColor(color))
    look.setFontWeight(weight)
    found = QTextLayout.FormatRange()
    found.start, found.length, found.format = start, end - start, look
    return found
