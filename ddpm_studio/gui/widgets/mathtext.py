"""Rich text: formulas, "x_t", "cos^{2τ}" and "1e-05", with real scripts, and texts of anybody that are none."""

from __future__ import annotations

import html
import re

_NUMBER = re.compile(r"(\d(?:\.\d+)?)e([+-])0*(\d+)")
_MINUS = re.compile(r"(?<!\w)-(?=[\d∞])")
_SUBSCRIPT = re.compile(r"_(?:\{([^}]*)\}|(\w+(?:→\w+)?(?:[−+]\d(?![\d.]))?))")
_SUPERSCRIPT = re.compile(r"\^(?:\{([^}]*)\}|\(([^)]*)\)|(\w+))")


def math_html(text: str) -> str:
    """`text` as HTML: what follows "_" is lowered ("_t−1" as a whole, without spaces), what follows "^" is raised.

    Braces hold longer scripts together, as do parentheses after "^". All else is escaped; infinities become ∞, and a
    hyphen before a number a minus.
    """
    shown = _NUMBER.sub(_power_of_ten, html.escape(text, quote=False))
    shown = _SUBSCRIPT.sub(r"<sub>\1\2</sub>", shown)
    shown = _SUPERSCRIPT.sub(r"<sup>\1\2\3</sup>", shown)
    return _MINUS.sub("−", re.sub(r"\binf\b", "∞", shown))


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


def _power_of_ten(number: re.Match[str]) -> str:
    mantissa, sign, exponent = number.groups()
    return f"{mantissa}·10^{{{'−' if sign == '-' else ''}{exponent}}}"
