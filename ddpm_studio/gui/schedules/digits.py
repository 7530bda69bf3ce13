"""Digits of the numbers in a schedule's text: which number is where, and one digit more or less of it."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from ddpm_studio.diffusion.kinds import Parameter
from ddpm_studio.diffusion.schedule import OPERATORS, STEPS, parameters
from ddpm_studio.diffusion.schedule_family import range_in
from ddpm_studio.diffusion.spec import Spec, Word
from ddpm_studio.errors import ScheduleError

_NUMBER = re.compile(r"([+-]?\d*\.?\d*)(?:[eE]([+-]?\d+))?")


def numbers_in(text: str) -> list[tuple[Parameter, Word]]:
    """The numbers in a text that can have one value or another, each with the parameter that it is the value of."""
    spec = Spec.of(text)
    try:
        known = {each.key: each for each in (STEPS, *parameters(spec.kind.text)) if each is not OPERATORS[0]}
    except ScheduleError:
        return []
    return [
        (known[each.key.text], each.value)
        for each in spec.given
        if each.value is not None and each.key.text in known and _is_number(each.value.text)
    ]


def numbers_typed(text: str) -> list[Word]:
    """All numbers in a text: those of `numbers_in`, the ends of a range, and its number of members.

    >>> [word.text for word in numbers_typed("cosine:T=100,s=0.005..0.03,n=5")]
    ['100', '0.005', '0.03', '5']
    """
    try:
        ends = range_in(text)
    except ScheduleError:
        ends = ()
    return [*(word for _, word in numbers_in(text)), *(word for word in ends if _is_number(word.text))]


def stepped_digit(number: str, caret: int, step: int) -> str | None:
    """The number with `step` added to the digit left of the caret; None if there is no digit.

    >>> stepped_digit("300", 2, 1), stepped_digit("0.008", 5, -1), stepped_digit("1e-4", 4, 1), stepped_digit("9", 1, 1)
    ('310', '0.007', '1e-3', '10')
    """
    read = _NUMBER.fullmatch(number)
    if read is None or not 0 < caret <= len(number) or not number[caret - 1].isdigit():
        return None
    mantissa, exponent = read.groups()
    if caret > len(mantissa):
        # The sign of an exponent has its letter before it, its digits theirs behind them.
        return f"{number[: len(mantissa) + 1]}{int(exponent) + step * 10 ** (len(number) - caret)}"
    point = mantissa.find(".") % (len(mantissa) + 1)
    power = point - caret if caret <= point else point - caret + 1
    stepped = f"{Decimal(mantissa) + step * Decimal(1).scaleb(power):f}"
    return stepped + number[len(mantissa) :]


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
