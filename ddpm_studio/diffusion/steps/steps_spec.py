"""Specs of steps, their one-line text form: where they come from, then what is done with them."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.options import Option, as_number, check_keys, resolved, shown, typed
from ddpm_studio.diffusion.schedule import MAX_T, Schedule
from ddpm_studio.diffusion.spec import Assignment, Spec, Word, shortest, word_in
from ddpm_studio.diffusion.steps import layout
from ddpm_studio.diffusion.steps.listed_numbers import check_list, read_number, wrong_number
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.spacing_registry import Spacing
from ddpm_studio.diffusion.steps.spacings import spacing_named
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.step_operators import STEP_OPERATORS, StepOperator
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError
from ddpm_studio.texts import Typed, Verbatim, to_type

LISTS = {"sigmas": layout.through_sigmas, "taus": layout.through_taus, "timesteps": layout.through_timesteps}
"""What lays out a list, by what its numbers are."""

FILE = "file"
DEFAULT_STEPS = 20
LONGEST = 4_000_000
"""Letters of the longest text that is read: those of 100 000 numbers in full."""

DEEPEST = 8
"""Most brackets in brackets."""

AS_NOISE, LAST_SIGMA, EARLIEST = 1000.0, 10.0, 0.05
"""σ at the end of a schedule that is as good as pure noise, σ from which nobody goes to a picture at once, and the
share of the timesteps before which nobody begins."""

_SAID = re.compile(r"\s*,\s*as\s*=\s*([^\s,=/\\]+)$")
"""What the numbers of a file are said to be, behind its path."""

_NUMBERS, _BRACKETS = re.compile(r"[^\s,;]+"), "[]()"


class FoundList(NamedTuple):
    """What the numbers of a file are, "" for nobody knows, they, and what is done with them to go where it says."""

    sort: str
    numbers: tuple[float, ...]
    behind: tuple[Applied, ...] = ()


ListReader = Callable[[str], FoundList]
"""A function that returns what the file at a path lists."""


def no_files(path: str) -> FoundList:
    """The reader of those who read no files."""
    raise StepsError(
        QT_TRANSLATE_NOOP("errors", "Steps cannot be read from {path} here; give their text or their list.").in_window(
            QT_TRANSLATE_NOOP(
                "errors",
                "Steps in {path} are read only as they are typed or opened; type file: and that path among the steps.",
            )
        ),
        path=path,
    )


@dataclass(frozen=True)
class Applied:
    """An operator with its value, and with other steps if it takes some."""

    name: str
    value: float | None = None
    other: StepsSpec | None = None

    def __str__(self) -> str:
        value = "" if self.value is None else shortest(self.value)
        if self.other is None:
            return f"{self.name}={value}" if value else self.name
        return f"{self.name}=({self.other}){'@' if value else ''}{value}"


@dataclass(frozen=True)
class StepsSpec:
    """Steps as a text has them: a spacing with its options and perhaps a number of steps, or a list, or a file of one.

    `sort` is what the numbers of a file are said to be, "" if that is left to it; `applied` is done with them, in this
    order. Raises StepsError for a name, a key or a value that there is not.

    >>> spec = StepsSpec.parse("karras: rho=5, steps=10 | start=0.6")
    >>> print(spec)
    karras:steps=10,rho=5 | start=0.6
    >>> spec.levels(Schedule("linear", 1000)).count
    6
    """

    source: str
    steps: int | None = None
    given: tuple[tuple[str, object], ...] = ()
    numbers: tuple[float, ...] = ()
    path: str = ""
    sort: str = ""
    applied: tuple[Applied, ...] = ()

    def __post_init__(self) -> None:
        if self.source in LISTS:
            check_list(self.source, self.numbers)
        elif self.source != FILE:
            spacing = spacing_named(self.source)
            values = resolved(self.source, spacing.options, dict(self.given), StepsError)
            keys = dict(self.given)
            object.__setattr__(self, "given", tuple((key, value) for key, value in values.items() if key in keys))

    @classmethod
    def parse(cls, text: str, depth: int = 0) -> StepsSpec:
        """The steps that a text describes. StepsError for another, with the place of what is wrong in it.

        >>> str(StepsSpec.parse("sigmas: 14.6 6.47; 1, 0 | join=(taus:0.4,0)"))
        'sigmas:14.6,6.47,1,0 | join=(taus:0.4,0)'
        """
        if len(text) > LONGEST:
            raise StepsError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "The text of the steps has {count} letters, more than the {most} that are read; shorten it.",
                ),
                count=len(text),
                most=LONGEST,
            )
        if depth > DEEPEST:
            raise StepsError(
                QT_TRANSLATE_NOOP("errors", "The steps have more than {most} brackets in brackets; use fewer."),
                most=DEEPEST,
            )
        first, *rest = parts_of(text)
        return replace(_source(cls, first), applied=tuple(_applied(cls, part, depth) for part in rest))

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        """The text, kept: it is asked for at every move of a slider, and a list may have thousands of numbers."""
        return " | ".join([self._source_text(), *map(str, self.applied)])

    def _source_text(self) -> str:
        if self.source == FILE:
            return _file_text(self.path, self.sort)
        if self.source in LISTS:
            return f"{self.source}:{','.join(map(shortest, self.numbers))}"
        parts = [f"steps={self.steps}"] if self.steps is not None else []
        parts += [f"{key}={_value_text(value)}" for key, value in self.given]
        return f"{self.source}{':' if parts else ''}{','.join(parts)}"

    @property
    def is_list(self) -> bool:
        """Whether these are numbers, given or in a file, rather than what a spacing lays out."""
        return self.source in LISTS or self.source == FILE

    @property
    def has_number(self) -> bool:
        """Whether the text itself says how many steps there are, so that nobody else has a say in it."""
        return self.steps is not None or self.is_list

    @property
    def options(self) -> tuple[Option, ...]:
        """The options of the spacing; none of a list."""
        return () if self.is_list else spacing_named(self.source).options

    def with_option(self, key: str, value: object) -> Self:
        """The same steps with another value of an option, which the text leaves out if it is the default.

        >>> print(StepsSpec.parse("karras:rho=5").with_option("rho", 7).with_option("sigma_max", 80))
        karras:sigma_max=80
        """
        default = {option.key: option.default for option in self.options}.get(key)
        given = tuple((name, old) for name, old in self.given if name != key)
        return replace(self, given=given if value == default else (*given, (key, value)))

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all files that lists are in, also those of steps that are joined or blended."""
        own = (self.path,) if self.source == FILE else ()
        return own + tuple(path for each in self.applied if each.other for path in each.other.files)

    def levels(self, schedule: Schedule, steps: int | None = None, read: ListReader = no_files) -> StepLevels:
        """The steps over a schedule, `steps` of them unless the text says how many; files are read by `read`.

        StepsError if both say so and differ, and for what this schedule does not have.
        """
        levels = self._laid_out(schedule, self._count(steps), read)
        for each in self.applied:
            levels = _apply(each, levels, schedule, read)
        return levels

    def _count(self, steps: int | None) -> int | None:
        if self.steps is not None and steps not in (None, self.steps):
            raise StepsError(
                QT_TRANSLATE_NOOP("errors", "steps is {steps}, but “{text}” says {own}; leave one of them out."),
                steps=steps,
                text=str(self),
                own=self.steps,
            )
        return steps if self.steps is None else self.steps

    def listed(self, schedule: Schedule, read: ListReader = no_files) -> FoundList:
        """What a list lists; the numbers of a file that does not say what they are are taken by the schedule.

        StepsError for numbers that are no list.
        """
        if self.source != FILE:
            return FoundList(self.source, self.numbers)
        found = read(self.path)
        found = found if self.sort in ("", found.sort) else FoundList(self.sort, found.numbers)
        found = found._replace(sort=found.sort or _sort_of(found.numbers, schedule, self.path))
        check_list(found.sort, found.numbers, self.path)
        return found

    def _laid_out(self, schedule: Schedule, steps: int | None, read: ListReader) -> StepLevels:
        if not self.is_list:
            count = min(DEFAULT_STEPS, schedule.T) if steps is None else steps
            laid_out, moved = layout.spaced(schedule, count, self.source, dict(self.given))
            return StepLevels(schedule, *laid_out, moved, count)
        found = self.listed(schedule, read)
        levels = StepLevels(schedule, *LISTS[found.sort](schedule, found.numbers, {}))
        for each in found.behind:
            levels = _apply(each, levels, schedule, read)
        if steps not in (None, levels.count):
            raise StepsError(
                QT_TRANSLATE_NOOP("errors", "steps is {steps}, but the list has {count}; leave steps out."),
                steps=steps,
                count=levels.count,
            )
        return levels


def are_timesteps(numbers: Sequence[float], schedule: Schedule) -> bool | None:
    """Whether numbers are timesteps of a schedule, rather than levels, τ of a flow else σ; None if they may be either.

    They are if they are whole, and too large for a level of it. One that ends in as good as pure noise has any σ, but
    nobody goes from one of 10 to a picture at once, nobody begins with a twentieth of the timesteps, and no σ from half
    of them on down to 1 lie evenly.

    >>> linear, cosine = Schedule("linear", 1000), Schedule("cosine", 1000)
    >>> are_timesteps([999, 500, 0], linear), are_timesteps([2, 1, 0], linear)
    (True, False)
    >>> [are_timesteps(numbers, cosine) for numbers in ([999, 749, 499, 249], [2, 1, 0], [981, 501, 21, 1])]
    [True, False, None]
    >>> are_timesteps([751, 501, 251, 1], cosine)
    True
    """
    if not numbers or not all(math.isfinite(number) and number == int(number) for number in numbers):
        return False
    most = float(ModelSigmas(schedule).of_log_snr(schedule.coefficients.log_snr[-1:])[0])
    if not most < AS_NOISE:
        return _may_be_timesteps(numbers, schedule.T)
    return most < max(numbers) <= schedule.T - 1


def _may_be_timesteps(numbers: Sequence[float], T: int) -> bool | None:
    """Whether whole numbers are timesteps rather than any σ, None if they may be either."""
    falls = all(number > after for number, after in itertools.pairwise(numbers))
    if not (falls and max(numbers) <= T - 1 and min(numbers) >= 0) or max(numbers) <= EARLIEST * T:
        return False
    gaps = [number - after for number, after in itertools.pairwise(numbers)]
    evenly = len(gaps) > 1 and max(gaps) - min(gaps) <= 1 and numbers[-1] > 0
    known = (evenly and max(numbers) > T / 2) or min(number for number in numbers if number) > LAST_SIGMA
    return True if known else None


def _sort_of(numbers: tuple[float, ...], schedule: Schedule, path: str) -> str:
    """What other programs call sigma, or what can only be timesteps; within 0 … 1 nobody knows, but for a flow."""
    are = are_timesteps(numbers, schedule)
    if are is None:
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The numbers in {path} may be σ or timesteps, of which {schedule} has both; "
                "write {sigmas} or {others}.",
            ),
            path=path,
            schedule=str(schedule),
            **_ways_to_say(path, "timesteps"),
        )
    if are:
        return "timesteps"
    if ModelSigmas(schedule).flow:
        return "taus"
    if numbers and max(numbers) <= 1:
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The numbers in {path} lie from 0 to 1, and may be σ or τ; write {sigmas} or {others}.",
            ),
            path=path,
            **_ways_to_say(path, "taus"),
        )
    return "sigmas"


def _ways_to_say(path: str, sort: str) -> dict[str, Typed]:
    """What is to be typed for a file of σ, and for one of another sort."""
    return {"sigmas": to_type(_file_text(path, "sigmas")), "others": to_type(_file_text(path, sort))}


def _file_text(path: str, sort: str) -> str:
    return f"{FILE}:{path}" + (f",as={sort}" if sort else "")


def parts_of(text: str) -> Iterator[Word]:
    """What stands between the bars that are in no brackets.

    >>> [(part.text, part.start) for part in parts_of("karras | join=(a | b)|start=1")]
    [('karras', 0), ('join=(a | b)', 9), ('start=1', 22)]
    """
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            yield word_in(text, start, place)
            start = place + 1
    yield word_in(text, start, len(text))


@contextmanager
def _at(word: Word) -> Iterator[None]:
    """Give this word's place to an error that has none."""
    try:
        yield
    except StepsError as error:
        error.place = error.place or word.place
        raise


def _source(cls: type[StepsSpec], part: Word) -> StepsSpec:
    colon = part.text.find(":") % (len(part.text) + 1)
    name, rest = part.part(0, colon), part.part(colon + 1, len(part.text))
    if name.text == FILE:
        return _file(cls, part, rest)
    if name.text in LISTS:
        return _list(cls, part, name.text, rest)
    with _at(name):
        spacing = _spacing_named(name.text)
    settings: dict[str, object] = {}
    for each in Spec.of(part.text).given:
        with _at(each.whole.moved(part.start)):
            settings[each.key.text] = _setting(part, spacing, each, settings)
    steps = settings.pop("steps", None)
    return cls(name.text, None if steps is None else _whole("steps", steps), tuple(settings.items()))


def _file(cls: type[StepsSpec], part: Word, rest: Word) -> StepsSpec:
    said = _SAID.search(rest.text)
    path = rest.text[: said.start()] if said else rest.text
    with _at(part):
        if not path:
            raise StepsError(QT_TRANSLATE_NOOP("errors", "“{text}” names no file; write file:PATH."), text=part.text)
    if said is None:
        return cls(FILE, path=path)
    with _at(rest.part(*said.span(1))):
        template = QT_TRANSLATE_NOOP("errors", "No list of steps is one of “{name}”; {remedy}")
        check_named(said[1], LISTS, template, StepsError)
    return cls(FILE, path=path, sort=said[1])


def _named_lists(text: str) -> Mapping[str, object]:
    """What is to be typed for numbers without a name: the whole of the likeliest, and the other names."""
    numbers = [float(each) for each in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text)]
    are_whole = all(number % 1 == 0 for number in numbers)
    likely = "taus" if max(numbers, default=0) <= 1 else "timesteps" if are_whole else "sigmas"
    others = [f"{name}:" for name in LISTS if name != likely]
    return {"spec": to_type(f"{likely}:{text}"), "others": Verbatim(" / ".join(others))}


def _spacing_named(name: str) -> Spacing:
    """The spacing of a name; a list that has none is told which it may have."""
    first = _NUMBERS.match(name)
    if first and not isinstance(typed(first[0].strip(_BRACKETS)), str):
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors",
                "“{text}” does not say what its numbers are; write {spec}, or with {others} before them.",
            ),
            text=name,
            **_named_lists(name),
        )
    return spacing_named(name, (*LISTS, FILE))


def _list(cls: type[StepsSpec], part: Word, name: str, rest: Word) -> StepsSpec:
    cells = [cell for cell in _NUMBERS.finditer(rest.text) if cell[0].strip(_BRACKETS)]
    numbers: list[float] = []
    try:
        for cell in cells:
            numbers.append(read_number(name, len(numbers), cell[0].strip(_BRACKETS)))
        return cls(name, numbers=tuple(numbers))
    except StepsError as error:
        fault = len(numbers) if len(numbers) < len(cells) else wrong_number(numbers)
        error.place = part.place if fault is None else rest.part(*cells[fault].span()).place
        raise


def _setting(part: Word, spacing: Spacing, each: Assignment, settings: Mapping[str, object]) -> object:
    """The value of one setting of a spacing, after all that is wrong with it alone has been said."""
    if each.value is None or each.key.text in settings:
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors", "“{part}” in “{text}” has no “=”, or stands twice; write {name}:steps=10,key=value."
            ),
            part=each.whole.text,
            text=part.text,
            name=spacing.name,
        )
    check_keys(spacing.name, [each.key.text], ("steps", *(option.key for option in spacing.options)), StepsError)
    value = typed(each.value.text)
    if each.key.text == "steps":
        return _whole("steps", value)
    resolved(spacing.name, spacing.options, {each.key.text: value}, StepsError)
    return value


def _applied(cls: type[StepsSpec], part: Word, depth: int) -> Applied:
    equals = part.text.find("=") % (len(part.text) + 1)
    name, rest = part.part(0, equals), part.part(equals + 1, len(part.text))
    template = QT_TRANSLATE_NOOP("errors", "Nothing called “{name}” is done with steps; {remedy}")
    with _at(name):
        check_named(name.text, STEP_OPERATORS, template, StepsError)
    operator, other = STEP_OPERATORS[name.text], None
    if operator.takes_steps:
        with _at(rest if rest.text else part):
            other, rest = _bracketed(cls, part, rest, depth)
    with _at(rest if rest.text else part):
        return Applied(name.text, _operand(operator, rest.text), other)


def _bracketed(cls: type[StepsSpec], part: Word, rest: Word, depth: int) -> tuple[StepsSpec, Word]:
    """The steps in the brackets behind an operator, and what stands behind those."""
    end = rest.text.rfind(")")
    if end < 2 or not rest.text.startswith("("):
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "“{text}” has no steps in brackets; write {name}=(karras:steps=10)."),
            text=part.text,
            name=part.text.partition("=")[0].strip(),
        )
    try:
        other = cls.parse(rest.text[1:end], depth + 1)
    except StepsError as error:
        if error.place is not None:
            error.place = error.place[0] + rest.start + 1, error.place[1] + rest.start + 1
        raise
    behind = rest.part(end + 1, len(rest.text))
    return other, behind.part(int(behind.text.startswith("@")), len(behind.text))


def _operand(operator: StepOperator, text: str) -> float | None:
    value = operator.default if not text else as_number(typed(text)) if not isinstance(typed(text), str) else math.nan
    if not operator.takes_value:
        if text:
            raise StepsError(
                QT_TRANSLATE_NOOP("errors", "{name} takes no value; leave “{text}” out."), name=operator.name, text=text
            )
        return None
    if value is None:
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "{name} has no number; write {name}= and one from {low:g} to {high:g}."),
            name=operator.name,
            low=operator.low,
            high=operator.high,
        )
    if not operator.low <= value <= operator.high or (operator.whole and value != int(value)):
        whole = QT_TRANSLATE_NOOP("errors", "{name} is “{text}”; choose a whole number from {low:g} to {high:g}.")
        number = QT_TRANSLATE_NOOP("errors", "{name} is “{text}”; choose a number from {low:g} to {high:g}.")
        raise StepsError(
            whole if operator.whole else number,
            name=operator.name,
            text=text,
            low=operator.low,
            high=operator.high,
        )
    return value


def _apply(each: Applied, levels: StepLevels, schedule: Schedule, read: ListReader) -> StepLevels:
    operands: list[object] = [] if each.value is None else [each.value]
    if each.other is not None:
        blended = levels.count if each.name == "blend" and not each.other.has_number else None
        operands.insert(0, each.other.levels(schedule, blended, read))
    return STEP_OPERATORS[each.name].apply(levels, *operands)


def _whole(name: str, value: object) -> int:
    number = as_number(value)
    if isinstance(value, str) or not 1 <= number <= MAX_T or number != int(number):
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "{name} is {value}; it must be a whole number from 1 to {most}."),
            name=name,
            value=shown(value),
            most=MAX_T,
        )
    return int(number)


def _value_text(value: object) -> str:
    return value if isinstance(value, str) else shortest(float(value))  # type: ignore[arg-type]
