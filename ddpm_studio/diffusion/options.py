"""Options of spacings, solvers, predictions and objectives: keys, defaults and bounds, and errors for other values."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.texts import Readable, Text

LARGEST_WHOLE = 1e16
"""Whole numbers up to here are written with all of their digits."""

DECADES = 100.0
"""Ratio of an option's bounds from which on a logarithmic scale tells it best."""


@dataclass(frozen=True)
class Option:
    """A setting: a number from `low` to `high`, or one of `choices`; a default of None is computed later.

    `label` is what a form calls it, `meaning` says what it does, and `needs` what has to be so for it to do anything.

    >>> print(Option("eta", 0.0, low=0.0, high=1.0).bounds, Option("order", 2, choices=(1, 2, 3)).bounds, sep="; ")
    0 to 1; 1, 2, 3
    """

    key: str
    default: float | str | bool | None
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[object, ...] = ()
    label: str = ""
    meaning: str = ""
    needs: str = ""

    @property
    def bounds(self) -> Readable:
        """The allowed values in words: "1, 2, 3" or "0 to 1"."""
        if self.choices:
            return ", ".join(map(str, self.choices))
        return Text(QT_TRANSLATE_NOOP("options", "{low:g} to {high:g}"), {"low": self.low, "high": self.high})

    @property
    def spans_decades(self) -> bool:
        """Whether its bounds are two powers of ten apart or more, so that it is best told on a logarithmic scale.

        >>> Option("rho", 7.0, 0.1, 100.0).spans_decades, Option("eta", 0.0, 0.0, 1.0).spans_decades
        (True, False)
        """
        return self.low > 0 and self.high / self.low >= DECADES


def resolved(
    owner: Readable, options: Sequence[Option], given: Mapping[str, object], error: type[StudioError]
) -> dict[str, object]:
    """Every option of `owner` by key, defaults filled in. Raises `error` for an unknown key or a value out of bounds.

    >>> from ddpm_studio.errors import SolverError
    >>> resolved("ddim", [Option("eta", 0.0, 0.0, 1.0)], {}, SolverError)
    {'eta': 0.0}
    >>> resolved("ddim", [Option("eta", 0.0, 0.0, 1.0)], {"eta": 2}, SolverError)
    Traceback (most recent call last):
    ddpm_studio.errors.SolverError: eta of ddim is 2; choose from 0 to 1.
    """
    known = {option.key: option for option in options}
    check_keys(owner, given, known, error)
    chosen = {key: _checked(owner, known[key], value, error) for key, value in given.items()}
    return {key: chosen.get(key, option.default) for key, option in known.items()}


def check_keys(owner: Readable, given: Iterable[str], known: Collection[str], error: type[StudioError]) -> None:
    """Raise `error` for a key that is given to `owner` and is none of those known."""
    template = QT_TRANSLATE_NOOP("errors", "{owner} has no option “{name}”; {remedy}")
    takes = QT_TRANSLATE_NOOP("errors", "leave it out. It takes: {known}.")
    for key in given:
        if not known:
            raise error(QT_TRANSLATE_NOOP("errors", "{owner} has no options; leave “{key}” out."), owner=owner, key=key)
        check_named(key, known, template, error, takes, owner=owner)


def as_number(value: object) -> float:
    """`value` as float64; NaN if it is not a single number, or one that float64 cannot hold.

    >>> as_number(3), as_number("3")
    (3.0, nan)
    """
    try:
        # Not isinstance of SupportsFloat, which takes seconds for the β of a long schedule.
        return float(value) if hasattr(value, "__float__") else math.nan
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return math.nan


def typed(text: str) -> float | str:
    """The value of an option that somebody typed: a number, or else a word.

    >>> typed("1e-3"), typed("tau")
    (0.001, 'tau')
    """
    try:
        return float(text)
    except ValueError:
        return text


def shown(value: object) -> object:
    """`value` as it appears in a sentence: a whole number without a fraction, others as they are; else in quotes.

    >>> shown(3), shown(500.0), shown(0.5), shown("3")
    (3, 500, 0.5, '“3”')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_WHOLE:
        return int(value)
    return value if value is None or isinstance(value, Real) else f"“{value}”"


def _checked(owner: Readable, option: Option, value: object, error: type[StudioError]) -> object:
    number = as_number(value)
    for choice in option.choices:
        if choice == (value if isinstance(value, str) else number):
            return choice
    if not option.choices and math.isfinite(number) and option.low <= number <= option.high:
        return number
    raise error(
        QT_TRANSLATE_NOOP("errors", "{key} of {owner} is {value}; choose from {bounds}."),
        key=option.key,
        owner=owner,
        value=shown(value),
        bounds=option.bounds,
    )
