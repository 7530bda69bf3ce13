"""Digits of the numbers in a schedule's text: which number is where, and one digit more or less of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from ddpm_studio.diffusion.kinds import Parameter
from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.schedule import OPERATORS, STEPS, parameters
from ddpm_studio.diffusion.schedule_family import range_in
from ddpm_studio.diffusion.spec import Spec, Word
from ddpm_studio.errors import ScheduleError

_NUMBER = re.compile(r"([+-]?\d*\.?\d*)(?:[eE]([+-]?\d+))?")


class NumberRole(Enum):
    """What a number says: a value, or one thing or another of a range."""

    ALONE = "alone"
    FIRST = "first"
    LAST = "last"
    COUNT = "count"


@dataclass(frozen=True)
class TypedNumber:
    """A number in a text, and the parameter that it is the value of, or that goes over its range."""

    word: Word
    parameter: Parameter
    part: NumberRole = NumberRole.ALONE

    @property
    def value(self) -> float:
        """What the text says that it is."""
        return float(self.word.text)


def numbers_in(text: str) -> list[TypedNumber]:
    """The numbers in a text that can have one value or another, those of a range included.

    >>> [(number.word.text, number.parameter.key, number.part.value) for number in numbers_in("cosine:T=9,s=0..1,n=5")]
    [('9', 'T', 'alone'), ('0', 's', 'first'), ('1', 's', 'last'), ('5', 's', 'count')]
    """
    text = name_apart(text)[0]
    spec = Spec.of(text)
    try:
        own = parameters(spec.kind.text, spec.formula, _given(spec))
        known = {each.key: each for each in (STEPS, *own) if each is not OPERATORS[0]}
    except ScheduleError:
        return []
    alone = [
        TypedNumber(each.value, known[each.sets])
        for each in spec.given
        if each.value is not None and each.sets in known and _is_number(each.value.text)
    ]
    return [*alone, *_of_range(text, spec, known)]


def numbers_typed(text: str) -> list[Word]:
    """All numbers in a text whose digits can be changed, also those of a switch.

    >>> [word.text for word in numbers_typed("cosine:T=100,zero_snr=0..1,n=2")]
    ['100', '0', '1', '2']
    """
    alone = [number.word for number in numbers_in(text) if number.part is NumberRole.ALONE]
    return [*alone, *(word for word in _range_in(name_apart(text)[0]) if _is_number(word.text))]


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


def _of_range(text: str, spec: Spec, known: Mapping[str, Parameter]) -> Iterator[TypedNumber]:
    words = _range_in(text)
    for word, part in zip(words, (NumberRole.FIRST, NumberRole.LAST, NumberRole.COUNT), strict=False):
        key = next((each.sets for each in spec.given if each.value and each.value.start == words[0].start), "")
        if key in known and _is_number(word.text):
            yield TypedNumber(word, known[key], part)


def _range_in(text: str) -> tuple[Word, ...]:
    try:
        return range_in(text)
    except ScheduleError:
        return ()


def _given(spec: Spec) -> dict[str, float]:
    """The numbers that are given."""
    return {each.sets: float(each.value.text) for each in spec.given if each.value and _is_number(each.value.text)}


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
