"""Typesetting of a figure's words: their scripts, and how wide they are at most in any plain sans-serif font."""

from __future__ import annotations

import re
import unicodedata

from ddpm_studio.math_scripts import SCRIPT_SIZE, Runs, runs_of
from ddpm_studio.texts import visible

LINE = 1.25
"""Distance of two lines of words, in sizes of the font."""

ASCENT, DESCENT = 0.74, 0.24
"""Height of a capital over the baseline and depth of a g below it, in sizes of the font."""

_WIDTHS = {
    0.37: "ijlf.,:;'|/\\I-· \N{NO-BREAK SPACE}",
    0.41: "t!()[]",
    1.0: "mwMWΜ@%—…∞",
    0.84: "GHNOQω=+−±<>~^#×÷≥≤→",
    0.79: "ABCDEKPRUVXYΗΘΛΝΟΠΣΦΨΩ&√",
    0.69: "ZΑΒΔΖΚΧαφψ",
}
"""Widths of letters in sizes of the font, those of the widest of FONTS; others are as wide as a digit."""

_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_DIGIT, _WIDE = 0.64, 1.0

_SLACK = 1e-6
"""Points that a name may be wider than its room by rounding: the room may have been made for it."""

_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
_POWER = re.compile(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_EXPONENT = re.compile(r"e(−?\d+)$")


def tick_runs(label: str) -> Runs:
    """The parts of a tick's label, its power of ten raised.

    >>> tick_runs("10⁻³"), tick_runs("5e−6"), tick_runs("0.25")
    ((('', '10'), ('sup', '−3')), (('', '5·10'), ('sup', '−6')), (('', '0.25'),))
    """
    power = _POWER.search(label)
    if power:
        return ("", label[: power.start()]), ("sup", power.group().translate(_RAISED))
    exponent = _EXPONENT.search(label)
    if exponent:
        return ("", f"{label[: exponent.start()]}·10"), ("sup", exponent.group(1))
    return (("", label),)


def symbol_runs(symbol: str) -> Runs:
    """The parts of a curve's symbol."""
    return runs_of(symbol)


def name_runs(name: str) -> Runs:
    """A name, which may be anybody's, as one part in which nothing stands for a script."""
    return (("", visible(name)),)


def width_of(runs: Runs, size: float) -> float:
    """The width in points that a line of words has at most, `size` being that of its font.

    >>> width_of(runs_of("ᾱ_t"), 10.0) < width_of(name_runs("cosine"), 10.0) < 40
    True
    """
    return size * sum(_width_of(text) * (SCRIPT_SIZE if kind else 1.0) for kind, text in runs)


def cut(runs: Runs, size: float, room: float) -> Runs:
    """A name, its middle cut out where it is wider than `room` points: its end may be what tells it from another.

    >>> cut(name_runs("a long name (2)"), 10.0, 60.0)
    (('', 'a lon…(2)'),)
    """
    if width_of(runs, size) <= room + _SLACK:
        return runs
    text = "".join(text for _, text in runs)
    cuts = (_without_middle(text, kept) for kept in range(len(text) - 1, 0, -1))
    return (("", next((each for each in cuts if size * _width_of(each) <= room), "…")),)


def _without_middle(text: str, kept: int) -> str:
    """Text of which so many letters are left."""
    return f"{text[: kept - kept // 2].rstrip()}…{text[len(text) - kept // 2 :].lstrip()}"


def _width_of(text: str) -> float:
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return _WIDTH.get(unicodedata.normalize("NFD", letter)[0], _DIGIT)
