"""ScheduleFamily: schedules that differ in one value, which goes over a range, written and read as one line of text."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from ddpm_studio.diffusion.kinds import Parameter
from ddpm_studio.diffusion.schedule import CUSTOM, OPERATORS, STEPS, BetasReader, Schedule, betas_in
from ddpm_studio.diffusion.spec import NO_NUMBERS, Assignment, Listing, Spec, Word, read_value, shortest, value_text
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

LEAST, MOST, USUAL = 2, 16, 5
"""Members that a family may have, and those that it has where it is not said."""

COUNT = "n"
"""The key that says how many members a range makes."""

DOTS = ".."

DIGITS = 4
"""Digits of a value beyond the first in which it differs from its neighbours: more would only be hard to read."""

_DECIMAL_COMMA, _THOUSANDS = re.compile(r"[+-]?\d+,\d+"), re.compile(r"\d{1,3}(,\d{3})+")

_WHOLE = {STEPS.key, OPERATORS[0].key}


@dataclass(frozen=True)
class ScheduleFamily:
    """Schedules along which the value `key`, T, a parameter or an operator, goes from that of `schedule` to `last`.

    There are 2 to 16 of them, evenly spaced, or geometrically where the scale of the value is logarithmic; T is
    rounded. Raises ScheduleError if one of them cannot be, or if two would be the same.

    >>> family = ScheduleFamily.parse("cosine:T=1000,s=0.005..0.03")
    >>> str(family)
    'cosine:T=1000,s=0.005..0.03,n=5'
    >>> family.values
    (0.005, 0.01125, 0.0175, 0.02375, 0.03)
    >>> str(family.members[1])
    'cosine:T=1000,s=0.01125'
    >>> ScheduleFamily.parse("linear:T=1000..10,n=3").values
    (1000, 100, 10)
    """

    schedule: Schedule
    key: str
    last: float
    count: int = USUAL

    def __post_init__(self) -> None:
        _check_count(self.count, str(self.count))
        end = self.schedule.replace(**{self.key: self.last})
        object.__setattr__(self, "schedule", self.schedule.replace(**{self.key: self.first}))
        object.__setattr__(self, "last", _value(end, self.key))
        _check_ends(self.key, self.first, self.last)
        _check_apart(self)
        _ = self.members

    @classmethod
    def parse(cls, text: str, betas_at: BetasReader = betas_in) -> Self:
        """The family that a text with one range, low..high, and at will with n, its number of members, describes.

        Those of `custom` have β by `betas_at`, by default from the file that the text names.

        >>> ScheduleFamily.parse("cosine:s=0.03..0.005,n=2").values
        (0.03, 0.005)
        >>> ScheduleFamily.parse("cosine:s=0.005..2")
        Traceback (most recent call last):
        ddpm_studio.errors.ScheduleError: s is 2; choose a value from 0 to 1.
        """
        spec = Spec.of(text)
        spec.check_form()
        found = _Range.of(spec)
        return cls._made(spec, found, Schedule.parse(found.begun(text), betas_at))

    @classmethod
    def over(cls, schedule: Schedule, text: str) -> Self:
        """The family that goes through a schedule along a range that stands alone.

        >>> str(ScheduleFamily.over(Schedule.parse("cosine:s=0.0175,snr_shift=2"), "s=0.005..0.03,n=5"))
        'cosine:T=300,s=0.005..0.03,snr_shift=2,n=5'
        """
        spec = Spec.of(f"{schedule.kind}:{text}")
        spec.check_form()
        found = _Range.of(spec)
        first = read_value(found.key, found.first.text)
        return cls._made(spec, found, schedule.replace(**{found.key: first}))

    @classmethod
    def around(cls, schedule: Schedule, key: str) -> Self:
        """The family about a value of a schedule, from half of it to twice it within bounds, or else along its slider.

        Raises ScheduleError if neither can be.

        >>> str(ScheduleFamily.around(Schedule.parse("cosine:T=1000"), "s"))
        'cosine:T=1000,s=0.004..0.016,n=5'
        """
        value, (low, high) = _value(schedule, key), _parameter(schedule, key).slider
        for first, last in (sorted((value / 2, value * 2)), (low, high), (low, (low + high) / 2)):
            with suppress(ScheduleError):
                return cls._between(schedule, key, first, last)
        return cls._between(schedule, key, (low + high) / 2, high)

    @classmethod
    def _between(cls, schedule: Schedule, key: str, first: float, last: float) -> Self:
        """The family along a range that is kept within the bounds."""
        parameter = _parameter(schedule, key)
        ends = (min(max(end, parameter.low), parameter.high) for end in (first, last))
        first, last = map(round, ends) if key in _WHOLE else ends
        return cls(schedule.replace(**{key: first}), key, last, _most(parameter, first, last, USUAL))

    @classmethod
    def _made(cls, spec: Spec, found: _Range, schedule: Schedule) -> Self:
        with spec.at(found.last if found.last.text else found.whole):
            last = read_value(found.key, found.last.text)
            schedule.replace(**{found.key: last})
        with spec.at_values():
            _check_ends(found.key, _value(schedule, found.key), last)
            return cls(schedule, found.key, last, found.count(schedule, last))

    def __str__(self) -> str:
        spec = Spec.of(str(self.schedule))
        value = next(each.value for each in spec.given if each.sets == self.key and each.value)
        return f"{spec.text[: value.start]}{self._ends}{spec.text[value.end :]},{COUNT}={self.count}"

    @property
    def range_text(self) -> str:
        """The range alone, as `over` reads it: "s=0.005..0.03,n=5"."""
        return f"{self.key}={self._ends},{COUNT}={self.count}"

    @property
    def _ends(self) -> str:
        return f"{value_text(self.key, self.first)}{DOTS}{value_text(self.key, self.last)}"

    @property
    def first(self) -> float:
        """The value at which the range begins."""
        return _value(self.schedule, self.key)

    @property
    def parameter(self) -> Parameter:
        """The value that differs, with its bounds and its scale."""
        return _parameter(self.schedule, self.key)

    @cached_property
    def values(self) -> tuple[float, ...]:
        """The value of each member, from `first` to `last`; of each member but these two with few digits."""
        return _spaced(self.parameter, self.first, self.last, self.count)

    @cached_property
    def members(self) -> tuple[Schedule, ...]:
        """The schedules, in the order of the range."""
        return (self.schedule, *(self.schedule.replace(**{self.key: value}) for value in self.values[1:]))

    @property
    def middle(self) -> Schedule:
        """The member in the middle, of an even number the first of the two."""
        return self.members[(self.count - 1) // 2]

    def place_of(self, schedule: Schedule) -> int:
        """The place of a schedule among the members, 0 being the first; that of the middle one if it is none."""
        return self.members.index(schedule if schedule in self.members else self.middle)

    def replace(self, **changes: float) -> Self:
        """The same range with T or other parameters changed in every member.

        >>> str(ScheduleFamily.parse("cosine:s=0.005..0.03").replace(T=500))
        'cosine:T=500,s=0.005..0.03,n=5'
        """
        return type(self)(self.schedule.replace(**changes), self.key, self.last, self.count)

    def along(self, first: float, last: float, count: int) -> Self:
        """The same schedule along another range of the same value."""
        return type(self)(self.schedule.replace(**{self.key: first}), self.key, last, count)

    def light(self) -> Self:
        """The same family without its members, which it makes again when asked for them."""
        same = object.__new__(type(self))
        same.__dict__.update(schedule=copy(self.schedule), key=self.key, last=self.last, count=self.count)
        return same


Specified = Schedule | ScheduleFamily
"""What one line of text describes."""


def specified(text: str, betas_at: BetasReader = betas_in) -> Specified:
    """The schedule that a text describes, or if there is a range in it, the family. Raises ScheduleError.

    Those of `custom` have β by `betas_at`, by default from the file that the text names.

    >>> str(specified("cosine")), str(specified("cosine:s=0..0.1,n=2"))
    ('cosine:T=300', 'cosine:T=300,s=0..0.1,n=2')
    """
    _check_lists(Spec.of(text))
    return _parsed(text, betas_at)


def _parsed(text: str, betas_at: BetasReader) -> Specified:
    return (ScheduleFamily.parse if _is_family(Spec.of(text)) else Schedule.parse)(text, betas_at)


def listings_in(spec: Spec) -> list[Listing]:
    """What in a spec may be meant as a range and is none.

    >>> spec = Spec.of("cosine:s=0.01,0.02,0.05")
    >>> [range_for(each, spec) for each in listings_in(spec)]
    ['s=0.01..0.05,n=3']
    """
    return [each for each in spec.listings if each.key.text != COUNT and not _is_plain_range(each)]


def range_for(listing: Listing, spec: Spec) -> str:
    """The range between the ends of a listing in a spec, as what is set in place of it."""
    numbers = listing.numbers
    ends = (min(numbers), max(numbers))
    first, last = map(shortest, ends if numbers[0] <= numbers[-1] else reversed(ends))
    is_counted = any(each.key.text == COUNT for each in spec.given)
    count = "" if is_counted else f",{COUNT}={max(LEAST, min(len({*numbers}), MOST))}"
    return f"{listing.key.text}={first}{DOTS}{last}{count}"


def range_in(text: str) -> tuple[Word, ...]:
    """Both ends of the only range in a text, and its number of members if that is there. Raises ScheduleError.

    >>> [word.text for word in range_in("cosine:s=0.005..0.03,n=5")]
    ['0.005', '0.03', '5']
    """
    found = _Range.of(Spec.of(text))
    return (found.first, found.last, *(() if found.number is None else (_value_of(found.number),)))


def path_in(text: str) -> str:
    """The path of the file that a text names, which is not opened, or "". Raises ScheduleError for a text of no form.

    >>> path_in("custom:path=betas.csv,snr_shift=1..4,n=3")
    'betas.csv'
    """
    spec = Spec.of(text)
    if _is_family(spec):
        spec.check_form()
        spec = Spec.of(_Range.of(spec).begun(text))
    return spec.read()[0]


def members_of(what: Specified) -> tuple[Schedule, ...]:
    """All members of a family, or the one schedule."""
    return what.members if isinstance(what, ScheduleFamily) else (what,)


def shown_of(what: Specified) -> Schedule:
    """The member of a family that stands for it, the middle one, or the schedule itself."""
    return what.middle if isinstance(what, ScheduleFamily) else what


@dataclass(frozen=True)
class _Range:
    """The range in a spec: its key, the whole of its value and both ends, and what says how many members it makes."""

    key: str
    whole: Word
    first: Word
    last: Word
    number: Assignment | None

    @classmethod
    def of(cls, spec: Spec) -> _Range:
        """The only range in a spec whose form is right."""
        ranges = [each for each in spec.given if _is_range(each)]
        number = next((each for each in spec.given if each.key.text == COUNT), None)
        if not ranges:
            raise _without_range(spec, number)
        for other in ranges[1:]:
            with spec.at(_value_of(other)):
                raise _two_ranges(ranges[0].sets, other.sets)
        whole = _value_of(ranges[0])
        middle = whole.text.index(DOTS)
        first = Word(whole.text[:middle].rstrip(), whole.start)
        rest = whole.text[middle + len(DOTS) :]
        last = Word(rest.strip(), whole.end - len(rest.lstrip()))
        with spec.at(whole):
            _check_both(ranges[0].sets, whole.text, first, last)
        return cls(ranges[0].sets, whole, first, last, number)

    def begun(self, text: str) -> str:
        """The text of the first member, in which everything stands where it stood in `text`."""
        places = [(self.first.end, self.whole.end)]
        if self.number is not None:
            before = text[: self.number.whole.start].rstrip()
            places.append((len(before) - before.endswith(","), self.number.whole.end))
        for start, end in places:
            text = text[:start] + " " * (end - start) + text[end:]
        return text

    def count(self, schedule: Schedule, last: float) -> int:
        """The number of members, as many of the usual ones as differ where it is not said."""
        if self.number is None:
            return _most(_parameter(schedule, self.key), _value(schedule, self.key), last, USUAL)
        text = _value_of(self.number).text
        count = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0
        _check_count(count, text)
        return count


def _is_family(spec: Spec) -> bool:
    return any(_is_range(each) or each.key.text == COUNT for each in spec.given)


def _is_range(setting: Assignment) -> bool:
    return setting.key.text not in NO_NUMBERS and setting.value is not None and DOTS in setting.value.text


def _value_of(setting: Assignment) -> Word:
    return setting.value or setting.whole


def _value(schedule: Schedule, key: str) -> float:
    return schedule.T if key == STEPS.key else schedule.values[key]


def _parameter(schedule: Schedule, key: str) -> Parameter:
    return next(each for each in (STEPS, *schedule.parameters) if each.key == key)


def _spaced(parameter: Parameter, first: float, last: float, count: int) -> tuple[float, ...]:
    """Values from `first` to `last`, in whole numbers if only these make sense."""
    values = (np.geomspace if parameter.log else np.linspace)(first, last, count)
    if parameter.key in _WHOLE:
        inner = [float(round(value)) for value in values[1:-1]]
    else:
        step = float(np.abs(np.diff(values)).min())
        inner = [_short(float(value), step) for value in values[1:-1]]
    spaced = (first, *inner, last)
    return tuple(map(int, spaced)) if parameter is STEPS else spaced


def _short(value: float, step: float) -> float:
    """A value with as few digits as tell it well from one that is a step away."""
    return round(value, DIGITS - math.floor(math.log10(step))) if step > 0 else value


def _most(parameter: Parameter, first: float, last: float, count: int) -> int:
    """The greatest number of members, up to `count`, of which no two have the same value."""
    return next(n for n in range(count, 1, -1) if n == LEAST or len({*_spaced(parameter, first, last, n)}) == n)


def _check_lists(spec: Spec) -> None:
    """Raise ScheduleError where a key has several numbers, with the range that they may be meant as."""
    listings = listings_in(spec)
    for other in listings[1:]:
        with spec.at(other.word):
            raise _two_ranges(listings[0].key.text, other.key.text)
    for listing in listings:
        with spec.at(listing.word):
            raise _single_meant(spec, listing) or _range_meant(spec, listing)


def _single_meant(spec: Spec, listing: Listing) -> ScheduleError | None:
    single = _single(listing)
    if not single or _why_not(spec, listing, f"{listing.key.text}={single}"):
        return None
    return ScheduleError(
        QT_TRANSLATE_NOOP("errors", "{key} is “{text}”, which may be two numbers; write {key}={single}."),
        about=(listing.key.text,),
        key=listing.key.text,
        text=listing.word.text,
        single=single,
    )


def _range_meant(spec: Spec, listing: Listing) -> ScheduleError:
    wanted = range_for(listing, spec)
    return _why_not(spec, listing, wanted) or ScheduleError(
        QT_TRANSLATE_NOOP("errors", "“{text}” is more than one value of {key}; write a range, {wanted}."),
        about=(listing.key.text,),
        text=listing.word.text,
        key=listing.key.text,
        wanted=wanted,
    )


def _is_plain_range(listing: Listing) -> bool:
    return len(listing.numbers) == LEAST and DOTS in listing.word.text.replace("...", "")


def _single(listing: Listing) -> str:
    """The one number that digits with a comma may be: with a decimal one, or, of a T, with one before each thousand."""
    text = listing.word.text
    if listing.key.text == STEPS.key:
        return text.replace(",", "") if _THOUSANDS.fullmatch(text) else ""
    return text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else ""


def _why_not(spec: Spec, listing: Listing, setting: str) -> ScheduleError | None:
    """The reason why a text is none with another setting in place of a listing; None if it is one.

    No file is read to find out.
    """
    start = listing.key.start
    if spec.kind.text == CUSTOM.name:
        return None
    try:
        _parsed(spec.text[:start] + setting + spec.text[listing.word.end :], betas_in)
    except ScheduleError as error:
        if error.place is not None and error.place[1] >= start:
            error.place = None
        return error
    return None


def _check_apart(family: ScheduleFamily) -> None:
    most = _most(family.parameter, family.first, family.last, family.count)
    if most < family.count:
        raise ScheduleError(
            QT_TRANSLATE_NOOP(
                "errors", "n is {count}, but {key} from {first} to {last} has {most} different values; lower n."
            ),
            about=(COUNT,),
            count=family.count,
            most=most,
            key=family.key,
            first=value_text(family.key, family.first),
            last=value_text(family.key, family.last),
        )


def _check_ends(key: str, first: float, last: float) -> None:
    if first == last:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "{key} goes from {first} to {first}; choose two different ends."),
            about=(key,),
            key=key,
            first=value_text(key, first),
        )


def _check_count(count: int, text: str) -> None:
    if not LEAST <= count <= MOST:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "n is {text}; it must be a whole number from {least} to {most}."),
            about=(COUNT,),
            text=text or "“”",
            least=LEAST,
            most=MOST,
        )


def _check_both(key: str, text: str, first: Word, last: Word) -> None:
    if not (first.text and last.text):
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "“{text}” has one end; write both of them, {key}=low..high."),
            text=text,
            key=key,
        )


def _two_ranges(first: str, second: str) -> ScheduleError:
    return ScheduleError(
        QT_TRANSLATE_NOOP("errors", "{first} and {second} are both ranges; keep one of them."),
        first=first,
        second=second,
    )


def _without_range(spec: Spec, number: Assignment | None) -> ScheduleError:
    error = ScheduleError(
        QT_TRANSLATE_NOOP("errors", "“{text}” gives n without a range to divide; write key=low..high, or leave n out."),
        text=spec.text,
    )
    error.place = number.whole.place if number else None
    return error
