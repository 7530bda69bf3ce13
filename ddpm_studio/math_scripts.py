"""Scripts of formulas: what of "x_t", "cos^{2τ}" and "1e-05" stands lower or higher than the rest."""

from __future__ import annotations

import html
import re
from functools import lru_cache

_NUMBER = re.compile(r"(\d(?:\.\d+)?)e([+-])0*(\d+)")
_MINUS = re.compile(r"(?<!\w)-(?=[\d∞])")
_SUBSCRIPT = re.compile(r"_(?:\{([^}]*)\}|(\w+(?:→\w+)?(?:[−+]\d(?![\d.]))?))")
_SUPERSCRIPT = re.compile(r"\^(?:\{([^}]*)\}|\(([^)]*)\)|(\w+))")
_RUN = re.compile(r"<(su[bp])>(.*?)</su[bp]>|([^<]+)")

SCRIPT_SIZE = 0.72
"""Size of a script as a fraction of the line's."""

SUBSCRIPT, SUPERSCRIPT = "sub", "sup"

Runs = tuple[tuple[str, str], ...]
"""Parts of a line from left to right: SUBSCRIPT, SUPERSCRIPT or "", and the text."""


def marked(text: str) -> str:
    """`text`, escaped for HTML, with its scripts in <sub> and <sup>.

    What follows "_" is lowered ("_t−1" as a whole, without spaces), what follows "^" is raised. Braces hold longer
    scripts together, as do parentheses after "^". Infinities become ∞, and a hyphen before a number a minus.
    """
    shown = _NUMBER.sub(_power_of_ten, text)
    shown = _SUBSCRIPT.sub(r"<sub>\1\2</sub>", shown)
    shown = _SUPERSCRIPT.sub(r"<sup>\1\2\3</sup>", shown)
    return _MINUS.sub("−", re.sub(r"\binf\b", "∞", shown))


@lru_cache(maxsize=256)
def runs_of(symbol: str) -> Runs:
    """The parts of a symbol.

    >>> runs_of("√ᾱ_t−1 + 1e-05")
    (('', '√ᾱ'), ('sub', 't−1'), ('', ' + 1·10'), ('sup', '−5'))
    """
    found = _RUN.findall(marked(html.escape(symbol, quote=False)))
    return tuple((kind, html.unescape(scripted or plain)) for kind, scripted, plain in found)


def _power_of_ten(number: re.Match[str]) -> str:
    mantissa, sign, exponent = number.groups()
    return f"{mantissa}·10^{{{'−' if sign == '-' else ''}{exponent}}}"
