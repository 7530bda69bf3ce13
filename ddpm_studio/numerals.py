"""Numerals: the one way in which a number that is read off the window is written.

Two rules say how many digits it has. Where one number is read off, it has five (`numeral`): at the curves and in their
legend, at the foot, in explanations and tables, and under pictures that have room. Where many are taken in at a glance
it has three (`brief`): in the equation, on the scales and lanes, of a run, of a measurement, under small pictures. So
one number is one text in all places of a kind.
"""

from __future__ import annotations

import math
import re

DIGITS = 5
"""Significant digits of a number that is read off; its tip and its copy have all of them."""

FEW = 3
"""Significant digits of a number that is one of many."""

LOW, HIGH = -3, 6
"""The powers of ten from which on, and below which, a number is written without an exponent."""

MISSING = "–"
FIGURE_SPACE, POINT_SPACE = "\u2007", "\u2008"
"""Blanks as wide as a digit and as wide as a decimal point."""

_ROOM = 10
"""Characters that a column has for the decimal point and what is behind it: .6543e−300 is the longest."""

_WHOLE = re.compile(r"−?[\d∞]+|–")
_EXPONENT = re.compile(r"e([+-])0*(\d+)")


def numeral(value: float | None, digits: int = DIGITS) -> str:
    """`value` to so many significant digits, or fewer where those are all it has; a dash for None and NaN.

    >>> numeral(0.92911813), numeral(0.5), numeral(-2116.34), numeral(4.0361e-5), numeral(-float("inf"))
    ('0.92912', '0.5', '−2116.3', '4.0361e−5', '−∞')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return typeset(str(value))
    rounded = f"{value:.{digits - 1}e}"
    power = int(rounded.partition("e")[2])
    text = f"{value or 0.0:.{max(0, digits - 1 - power)}f}" if LOW <= power < HIGH else rounded
    return typeset(_shortened(text) if float(text) == value else text)


def brief(value: float | None) -> str:
    """`value` as one of many numbers that are taken in at a glance.

    >>> brief(0.92911813), brief(0.5), brief(-24.713)
    ('0.929', '0.5', '−24.7')
    """
    return numeral(value, FEW)


def typeset(text: str) -> str:
    """A number as Python writes it, in print: a true minus sign, ∞, and no zeros before an exponent.

    >>> typeset("-1.5e-05"), typeset("1e+20"), typeset("inf")
    ('−1.5e−5', '1e20', '∞')
    """
    if "e" in text:  # Most have none, and hundreds of numbers follow a move of t.
        text = _EXPONENT.sub(_exponent, text)
    return text.replace("-", "−").replace("inf", "∞")


def lined_up(text: str) -> str:
    """A numeral followed by blanks, so that decimal points stand below each other in a column flush right."""
    whole = _WHOLE.match(text)
    if whole is None:
        return text
    behind = text[whole.end() :] or POINT_SPACE
    return whole[0] + behind + FIGURE_SPACE * (_ROOM - len(behind))


class Numeral(float):
    """A float that any template fills in as `number` writes it, whatever format the template asks for.

    >>> "{snr:.2g} at {t}".format(snr=Numeral(1.2345678e-5), t=3)
    '1.2346e−5 at 3'
    """

    def __format__(self, spec: str) -> str:
        return numeral(float(self))


class Typeset(float):
    """A float that a template fills in with the digits it asks for, but in print.

    >>> "{beta:.3g}".format(beta=Typeset(1e-8))
    '1e−8'
    """

    def __format__(self, spec: str) -> str:
        return typeset(float(self).__format__(spec))


def _shortened(text: str) -> str:
    """The same number without zeros at its end."""
    mantissa, mark, exponent = text.partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + mark + exponent


def _exponent(match: re.Match[str]) -> str:
    return f"e{match[1].removeprefix('+')}{match[2]}"


def grouped(count: int) -> str:
    """A whole number with its digits in groups of three.

    >>> grouped(1234567)
    '1 234 567'
    """
    return f"{count:,}".replace(",", " ")
