"""Marks under letters of a field, such as under what is wrong, and how a field comes to show them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QColor, QInputMethodEvent, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QApplication, QLineEdit

from ddpm_studio.gui.theme import Tokens

Letters = tuple[int, int]

_TRACE = 30
"""Of a colour, as little as can be seen behind letters, of 255."""


def wrong(place: Letters, tokens: Tokens) -> QTextLayout.FormatRange:
    """The look of letters that are wrong."""
    found = underlined(place, tokens.error, QTextCharFormat.UnderlineStyle.WaveUnderline)
    ground = QColor(tokens.error)
    ground.setAlpha(_TRACE)
    found.format.setBackground(ground)
    found.format.setForeground(QColor(tokens.error))
    return found


def underlined(place: Letters, color: str, style: QTextCharFormat.UnderlineStyle) -> QTextLayout.FormatRange:
    """A line under some of the letters, over what they look like otherwise."""
    found = QTextLayout.FormatRange()
    found.start, found.length = place[0], place[1] - place[0]
    found.format.setUnderlineStyle(style)
    found.format.setUnderlineColor(QColor(color))
    return found


def show_looks(line: QLineEdit, looks: Iterable[QTextLayout.FormatRange]) -> None:
    """Give letters of a line their looks, by the way that Qt has for a text that an input method composes."""
    kind, caret = QInputMethodEvent.AttributeType.TextFormat, line.cursorPosition()
    attributes = [QInputMethodEvent.Attribute(kind, each.start - caret, each.length, each.format) for each in looks]
    QApplication.sendEvent(line, QInputMethodEvent("", attributes))
