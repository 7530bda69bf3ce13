"""Formulas, "x_t", "cos^{2τ}" and "1e-05", with real scripts, as rich text or painted; and texts that are none."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from ddpm_studio.math_scripts import SCRIPT_SIZE, marked, runs_of

_AROUND_SIGN = re.compile(r" (?=[=−+·×<>≤≥≈%](?!\S))|(?<= [=−+·×<>≤≥≈]) ")

_HATTED = re.compile("([A-Za-z])(\N{COMBINING CIRCUMFLEX ACCENT})")
_SEATED = "\\1\N{ZERO WIDTH JOINER}\\2"
"""A letter and its hat, which lies over it as over any other: of x, DejaVu Sans has it a whole line above."""

_WORD = re.compile(r"[a-z]{2,}")
_FUNCTIONS = ("log", "ln", "atan")
"""Words that belong to what follows them."""

_LOOSE = re.compile(r"(?<=[/|)\]])(?=[^\s^_)\],])")
"""Where Qt ends lines although there is no space."""

_WHOLE = 34
"""Letters of a part of a formula up to which it stands in one line: about the width of a narrow column."""

_DEEPEST = 3

SHIFT = {"": 0.0, "sub": 0.22, "sup": -0.38}
"""Offset of a subscript's baseline below the line's, as a fraction of the font's height."""


def math_html(text: str) -> str:
    """`text` as HTML, its scripts as `marked` reads them; all else is escaped.

    Letters with a hat are slanted, as variables are.

    >>> math_html("x̂_0 < 1").replace("\\N{ZERO WIDTH JOINER}", "~")
    '<i>x~̂</i><sub>0</sub> &lt; 1'
    """
    return _HATTED.sub(f"<i>{_SEATED}</i>", marked(html.escape(text, quote=False)))


def sentence_html(text: str) -> str:
    """`math_html` of a sentence, in which no line ends within an equation: it would be read as two things.

    >>> sentence_html("9 % are left at t = T.")
    '9\xa0% are left at t\xa0=\xa0T.'
    """
    return math_html(_AROUND_SIGN.sub("\N{NO-BREAK SPACE}", text))


@lru_cache(maxsize=1024)
def formula_html(formula: str) -> str:
    """`math_html` of a formula in which lines end before a sign, after a comma or between words, and nowhere else.

    They end outside of brackets, unless so much stands in them that a narrow column has no room for it; never within a
    script or a fraction, nor between what is defined and its sign.

    >>> formula_html("ᾱ = S/(1 + S), at least 1").replace("\\N{NO-BREAK SPACE}", "~").replace("\\N{WORD JOINER}", "^")
    'ᾱ~=~S/^(1~+~S), at least 1'
    """
    pieces = _pieces(formula, 0)
    for depth in range(1, _DEEPEST):
        if max(map(len, pieces)) <= _WHOLE:
            break
        pieces = _pieces(formula, depth)
    return math_html(" ".join(map(_held_together, pieces)))


def _pieces(formula: str, deepest: int) -> list[str]:
    """The pieces of a formula between which lines may end, in so many brackets at the most."""
    words = formula.split(" ")
    pieces, depth, is_defined = [words[0]], _opened(words[0]), False
    for before, word in pairwise(words):
        is_defined = is_defined and not before.endswith(",")
        if depth <= deepest and _may_part(before, word) and (word != "=" or is_defined):
            pieces.append(word)
        else:
            pieces[-1] += f" {word}"
        depth += _opened(word)
        is_defined = is_defined or word == "="
    return pieces


def _opened(word: str) -> int:
    """How many brackets a word opens and leaves open; braces, which hold scripts together, count for all."""
    return sum(word.count(each) - word.count(end) for each, end in ("()", "[]")) + _DEEPEST * (
        word.count("{") - word.count("}")
    )


def _may_part(before: str, word: str) -> bool:
    """Whether a line may end between two words of a formula."""
    is_said = any(_WORD.fullmatch(each) and each not in _FUNCTIONS for each in (before, word))
    return before.endswith(",") or word in "=−+" or (is_said and before not in _FUNCTIONS)


def _held_together(piece: str) -> str:
    return _LOOSE.sub("\N{WORD JOINER}", piece).replace(" ", "\N{NO-BREAK SPACE}")


def paint_math(painter: QPainter, left: float, baseline: float, symbol: str) -> float:
    """Draw `symbol`, as `math_html` reads it, in the painter's font and pen; returns its width in pixels."""
    line = painter.font()
    height, x = QFontMetricsF(line).height(), left
    for font, shift, text in _runs(line, symbol):
        painter.setFont(font)
        painter.drawText(QPointF(x, baseline + shift * height), text)
        x += QFontMetricsF(font).horizontalAdvance(text)
    painter.setFont(line)
    return x - left


def math_width(line: QFont, symbol: str) -> float:
    """The width in pixels at which `paint_math` draws `symbol` in this font."""
    return sum(QFontMetricsF(font).horizontalAdvance(text) for font, _, text in _runs(line, symbol))


def _runs(line: QFont, symbol: str) -> Iterator[tuple[QFont, float, str]]:
    """The parts of a symbol: the font of each, how far it is lowered, in heights of the line, and its text."""
    script = QFont(line)
    script.setPointSizeF(line.pointSizeF() * SCRIPT_SIZE)
    for kind, text in runs_of(symbol):
        yield script if kind else line, SHIFT[kind], _HATTED.sub(_SEATED, text)


def plain_tip(text: str) -> str:
    """A tip that shows `text` letter by letter; Qt takes whatever has a tag for rich text, and would open its files.

    >>> plain_tip("a & b"), plain_tip("<b>a")
    ('a & b', '<p style="white-space: pre-wrap">&lt;b&gt;a</p>')
    """
    return f'<p style="white-space: pre-wrap">{html.escape(text)}</p>' if "<" in text else text


def without_mnemonic(text: str) -> str:
    """`text` for a button or a menu, where & would underline what follows.

    >>> without_mnemonic("A&B")
    'A&&B'
    """
    return text.replace("&", "&&")
