"""Specs, the one-line text form of schedules, "kind:T=300,key=value,…": parsing and writing."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from ddpm_studio.diffusion.formula.curve_formula import CurveFormula
from ddpm_studio.diffusion.formula.names_typed import QUANTITIES
from ddpm_studio.diffusion.kinds import KINDS, Points
from ddpm_studio.diffusion.kinds.typed_curve import FORMULA
from ddpm_studio.diffusion.quantities import quantity_key
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ObjectiveError, ScheduleError

ZERO_SNR = "zero_snr"

POINTS = "points"
"""The key of the points of a kind that is drawn, as u/log SNR with semicolons between them."""

AS = "as"
"""The key of the quantity that a file holds where it does not say so, or holds another than it says."""

NO_NUMBERS = ("path", POINTS, AS, *QUANTITIES)
"""Keys whose values are no number, and have no range."""

WORDS = {ZERO_SNR: ("0", "1", "after", "comfyui")}
"""How values that are a choice are written, by their keys; the number of each is its place."""

_OTHER_WORDS = {ZERO_SNR: {"off": 0.0, "before": 1.0}}

_PATH_END = re.compile(r",(?=\s*(?:(?:T|zero_snr|snr_shift|shift|path|as)\s*=|n\s*=\s*\d+\s*(?:,|$)))")
_COMMA = re.compile(",")
_SETS = re.compile(r",\s*\w+\s*=")
_BRACKET = re.compile(r"[(),]")
NAME_MARK = re.compile(r"(?<=\s\s)#(?=\s|$)")
"""A # in a path that is no letter of it: a name comes behind it."""

_ESCAPED = re.compile("%(25|2C|00)")
_NUMBER = r"[+-]?(?:\d++(?:\.(?!\.)\d*+)?|\.\d++)(?:[eE][+-]?\d++)?"
_BETWEEN = r"(?>\s++(?=[+-]?\.?\d)|\s*+(?:[,;/|:&–-]|…|\.{2,}|to\b|and\b)\s*+)"
_LISTED = re.compile(rf"[\[({{]?\s*+{_NUMBER}(?:{_BETWEEN}{_NUMBER})+\s*+[\])}}]?")
_FIRST, _NEXT = re.compile(rf"[\[({{]?\s*+({_NUMBER})"), re.compile(rf"{_BETWEEN}({_NUMBER})")
"""Numbers one after the other, with whatever people write between them and around all."""

_MEANING = {"25": "%", "2C": ",", "00": ""}
"""Escapes in a path, needed only for a comma before a key or a # between blanks, which would end it, and for blanks
at its ends."""

RENAMED = {"shift": "snr_shift"}
"""Keys of older texts and what they are called today, where the kind itself has no parameter of the old name."""


@dataclass(frozen=True)
class Word:
    """A piece of a text, without the blanks around it, and where it starts."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def place(self) -> tuple[int, int]:
        """Where it starts and ends."""
        return self.start, self.end

    def part(self, start: int, end: int) -> Word:
        """What stands in it from one of its letters to before another."""
        return word_in(self.text, start, end).moved(self.start)

    def moved(self, by: int) -> Word:
        """The same so many letters further on."""
        return Word(self.text, self.start + by)


@dataclass(frozen=True)
class Assignment:
    """One “key=value” of a spec, `whole`, and its two words; without an “=” it is a key alone.

    What it `sets` is the key as it is called today.
    """

    whole: Word
    key: Word
    value: Word | None
    sets: str


@dataclass(frozen=True)
class Listing:
    """Several numbers where one value of a key is expected, in the whole of what stands there, commas included."""

    key: Word
    word: Word
    numbers: tuple[float, ...]


@dataclass(frozen=True)
class Spec:
    """A spec word by word: the kind, then what is set, whether or not that means anything."""

    text: str
    kind: Word
    settings: tuple[Assignment, ...]

    @classmethod
    def of(cls, text: str) -> Spec:
        """The words of a text.

        >>> spec = Spec.of("cosine: T=9, s")
        >>> spec.kind.text, [(each.key.text, each.whole.place) for each in spec.settings]
        ('cosine', [('T', (8, 11)), ('s', (13, 14))])
        """
        colon = text.find(":") % (len(text) + 1)
        kind = word_in(text, 0, colon)
        ends = [*_separators(text, kind.text, colon + 1), len(text)]
        starts = [colon + 1, *(end + 1 for end in ends[:-1])]
        return cls(text, kind, tuple(_setting(text, kind.text, *part) for part in zip(starts, ends, strict=True)))

    @property
    def given(self) -> tuple[Assignment, ...]:
        """What is set, without the blanks between commas."""
        return tuple(each for each in self.settings if each.whole.text)

    @property
    def listings(self) -> Iterator[Listing]:
        """The keys that have several numbers, as in "s=0.01,0.02", which a comma makes a setting and a rest.

        >>> [(each.key.text, each.word.text, each.numbers) for each in Spec.of("cosine:T=9,s=0.01,0.02").listings]
        [('s', '0.01,0.02', (0.01, 0.02))]
        """
        given = self.given
        for place, each in enumerate(given):
            if each.value is not None and each.key.text not in NO_NUMBERS:
                behind = map(given.__getitem__, range(place + 1, len(given)))
                rest = itertools.takewhile(lambda other: other.value is None, behind)
                end = [each.whole, *(other.whole for other in rest)][-1].end
                whole = word_in(self.text, each.value.start, end)
                if numbers := numbers_listed(whole.text):
                    yield Listing(each.key, whole, numbers)

    @contextmanager
    def at(self, word: Word) -> Iterator[None]:
        """Give this word's place to an error that has none."""
        try:
            yield
        except (ObjectiveError, ScheduleError) as error:
            error.place = error.place or word.place
            raise

    @contextmanager
    def at_values(self) -> Iterator[None]:
        """Give the place of the values that an error is about to it, or if they are not there, that of everything."""
        try:
            yield
        except ScheduleError as error:
            values = [each.value for each in self.given if each.sets in error.about and each.value]
            whole = [word_in(self.text, 0, len(self.text))]
            error.place = error.place or ((values or whole)[0].start, (values or whole)[-1].end)
            raise

    def check_form(self) -> None:
        """Raise ScheduleError unless everything that is set is set as key=value, and once."""
        seen: set[str] = set()
        for each in self.given:
            seen.add(self._one(each, seen)[0])

    def read(self) -> tuple[str, dict[str, float]]:
        """(path or "", the given numbers, including T). Raises ScheduleError for a text of another form."""
        path = ""
        values: dict[str, float] = {}
        seen: set[str] = set()
        for each in self.given:
            key, value = self._one(each, seen)
            seen.add(key)
            if key == "path":
                path = _ESCAPED.sub(lambda match: _MEANING[match[1]], value.text)
            elif key not in NO_NUMBERS:
                with self.at(value if value.text else each.whole):
                    values[key] = read_value(key, value.text)
        return path, values

    @property
    def points(self) -> Points:
        """The points that are given, none without that key. Raises ScheduleError for what are no points.

        >>> Spec.of("drawn:points=0/10;1/-10").points
        ((0.0, 10.0), (1.0, -10.0))
        """
        words = [each.value or each.whole for each in self.given if each.key.text == POINTS]
        for word in words:
            with self.at(word):
                return read_points(word.text)
        return ()

    @property
    def quantity(self) -> str:
        """The key of the quantity that the file is said to hold, "" without one. Raises ScheduleError for another name.

        >>> Spec.of("custom:path=a.npy,as=alpha_bar").quantity
        'alphas_cumprod'
        """
        words = [each.value or each.whole for each in self.given if each.key.text == AS]
        for word in words:
            with self.at(word):
                return quantity_key(word.text)
        return ""

    @property
    def formula(self) -> str:
        """The formula that is given, as it is written: "beta=0.02*u"; "" without one. Raises ScheduleError for what is
        none, and for a second.

        >>> Spec.of("formula:T=9, log_snr = -2·log(u) + a, a=1").formula
        'log_snr=-2*log(u)+a'
        """
        given = [each for each in self.given if each.key.text in QUANTITIES and each.value is not None]
        if self.kind.text != FORMULA or not given:
            return ""
        first, *others = given
        for other in others:
            with self.at(other.whole):
                self._check_alone(first, other)
        start = first.key.start
        assert first.value is not None
        end = first.value.end
        try:
            return str(CurveFormula.parse(self.text[start:end]))
        except ScheduleError as error:
            place = error.place
            error.place = first.whole.place if place is None else (place[0] + start, place[1] + start)
            raise

    def _check_alone(self, first: Assignment, other: Assignment) -> None:
        if first.sets == other.sets:
            raise self._twice(first.sets)
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "“{text}” gives both {first} and {second}; keep one of them."),
            text=self.text,
            first=first.sets,
            second=other.sets,
        )

    def _one(self, setting: Assignment, seen: set[str]) -> tuple[str, Word]:
        with self.at(setting.whole):
            if setting.value is None:
                raise ScheduleError(
                    QT_TRANSLATE_NOOP(
                        "errors", "“{part}” in “{text}” is not of the form key=value; write kind:T=300,key=value."
                    ),
                    part=setting.whole.text,
                    text=self.text,
                )
            if setting.sets in seen:
                raise self._twice(setting.sets)
        return setting.sets, setting.value

    def _twice(self, key: str) -> ScheduleError:
        """What is wrong where a key stands twice, perhaps once by the name that it had in old texts."""
        old = next((each.key.text for each in self.given if each.sets == key != each.key.text), None)
        if old is None:
            template = QT_TRANSLATE_NOOP("errors", "“{text}” gives {key} twice; keep one of them.")
            return ScheduleError(template, text=self.text, key=key)
        return ScheduleError(
            QT_TRANSLATE_NOOP(
                "errors", "“{text}” gives {key} twice, of which {old} is the old name; keep one of them."
            ),
            text=self.text,
            key=key,
            old=old,
        )


def read_spec(text: str) -> tuple[str, str, dict[str, float]]:
    """(kind, path or "", the given values, including T) of a spec. Raises ScheduleError for text of another form.

    Keys are those of today: the SNR shift was once called shift, as the shift of a flow is.

    >>> read_spec("cosine:T=1000,s=0.008")
    ('cosine', '', {'T': 1000.0, 's': 0.008})
    >>> read_spec("custom:path=a,b.csv,snr_shift=4")
    ('custom', 'a,b.csv', {'snr_shift': 4.0})
    >>> read_spec("cosine:shift=4")
    ('cosine', '', {'snr_shift': 4.0})
    """
    spec = Spec.of(text)
    return spec.kind.text, *spec.read()


def _separators(text: str, kind: str, start: int) -> Iterator[int]:
    """Where settings of a spec end, from a place on: at commas, of which a path has some, and of a formula those in
    parentheses are part, unless something is set behind.
    """
    if kind != FORMULA:
        separator = _PATH_END if kind == "custom" else _COMMA
        yield from (match.start() for match in separator.finditer(text, start))
        return
    depth = 0
    for match in _BRACKET.finditer(text, start):
        if match[0] == "," and (depth <= 0 or _SETS.match(text, match.start())):
            depth = 0
            yield match.start()
        elif match[0] != ",":
            depth += 1 if match[0] == "(" else -1


def _setting(text: str, kind: str, start: int, end: int) -> Assignment:
    equals = text.find("=", start, end)
    if equals < 0:
        word = word_in(text, start, end)
        return Assignment(word, word, None, _renamed(kind, word.text))
    key = word_in(text, start, equals)
    return Assignment(word_in(text, start, end), key, word_in(text, equals + 1, end), _renamed(kind, key.text))


def _renamed(kind: str, key: str) -> str:
    own = KINDS[kind].parameters if kind in KINDS else ()
    return key if any(parameter.key == key for parameter in own) else RENAMED.get(key, key)


def word_in(text: str, start: int, end: int) -> Word:
    """The word that stands in a part of a text, without the blanks around it."""
    piece = text[start:end]
    return Word(piece.strip(), start + len(piece) - len(piece.lstrip()))


def write_spec(
    kind: str,
    steps: int | None,
    path: str,
    values: Mapping[str, float],
    points: Points = (),
    quantity: str = "",
    formula: str = "",
) -> str:
    """The spec that `read_spec` parses back, with numbers in their shortest round-trip form.

    >>> write_spec("cosine", 1000, "", {"s": 0.008, "snr_shift": 4.0})
    'cosine:T=1000,s=0.008,snr_shift=4'
    """
    parts = [f"T={steps}"] if steps is not None else []
    parts += [f"path={_escape(path)}"] if path else []
    parts += [f"{AS}={quantity}"] if quantity else []
    parts += [f"{POINTS}={points_text(points)}"] if points else []
    parts += [formula] if formula else []
    parts += [f"{key}={value_text(key, value)}" for key, value in values.items()]
    return f"{kind}:{','.join(parts)}"


def path_spec(path: str, quantity: str = "") -> str:
    """The spec of the schedule that the file at `path` has, by the `quantity` that it is said to hold.

    >>> path_spec("a, b.csv", "sigmas")
    'custom:path=a, b.csv,as=sigmas'
    """
    return write_spec("custom", None, path, {}, quantity=quantity)


def _escape(path: str) -> str:
    path = NAME_MARK.sub("%00#", _PATH_END.sub("%2C", _ESCAPED.sub(r"%25\1", path)))
    return path if path == path.strip() else f"%00{path}%00"


def shortest(value: float) -> str:
    """The shortest text that reads back as the same float64: 0.008, 2, 1e-05."""
    return repr(float(value)).removesuffix(".0")


def value_text(key: str, value: float) -> str:
    """The shortest text that reads back as a value of `key`.

    >>> value_text("s", 0.008), value_text("zero_snr", 2.0)
    ('0.008', 'after')
    """
    return WORDS[key][int(value)] if key in WORDS else shortest(value)


def read_value(key: str, text: str) -> float:
    """The value of `key` that a text is. Raises ScheduleError if it is none.

    >>> read_value("s", "8e-3"), read_value("zero_snr", "before"), read_value("zero_snr", "after")
    (0.008, 1.0, 2.0)
    """
    if key not in WORDS:
        return read_number(key, text)
    places = {word: float(place) for place, word in enumerate(WORDS[key])} | _OTHER_WORDS[key]
    if text in places:
        return places[text]
    try:
        return places[shortest(float(text))]
    except (KeyError, ValueError):
        raise no_choice(key, text) from None


def no_choice(key: str, text: str) -> ScheduleError:
    """The error for a text that is none of the values of `key`, which is a choice."""
    return ScheduleError(
        QT_TRANSLATE_NOOP("errors", "{key} is {value}; choose one of {words}."),
        about=(key,),
        key=key,
        value=text or "“”",
        words=", ".join(written(key)),
    )


def written(key: str) -> Iterator[str]:
    """Every way to write each value of a key that is a choice.

    >>> list(written("zero_snr"))
    ['0 = off', '1 = before', 'after', 'comfyui']
    """
    for place, word in enumerate(WORDS[key]):
        yield " = ".join([word, *(other for other, value in _OTHER_WORDS[key].items() if value == place)])


def read_number(key: str, text: str) -> float:
    """The number that a text is, the value of `key`. Raises ScheduleError if it is none, or not finite.

    >>> read_number("s", "8e-3")
    0.008
    """
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not math.isfinite(value):
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "{key} is “{text}”; it must be a finite number."), key=key, text=text
        )
    return value


def points_text(points: Points) -> str:
    """The shortest text that reads back as these points.

    >>> points_text(((0.0, 10.0), (0.5, 1.25), (1.0, -10.0)))
    '0/10;0.5/1.25;1/-10'
    """
    return ";".join(f"{shortest(u)}/{shortest(level)}" for u, level in points)


def read_points(text: str) -> Points:
    """The points that a text is, whatever their number and order. Raises ScheduleError if they are no pairs of numbers.

    >>> read_points("0/10; 1/-10")
    ((0.0, 10.0), (1.0, -10.0))
    """
    return tuple(_point(part.strip()) for part in text.split(";"))


def _point(text: str) -> tuple[float, float]:
    u, slash, level = text.partition("/")
    try:
        point = float(u), float(level)
    except ValueError:
        point = math.nan, math.nan
    if slash and all(map(math.isfinite, point)):
        return point
    raise ScheduleError(
        QT_TRANSLATE_NOOP(
            "errors", "“{text}” is no point; write u/log SNR for each, with semicolons between them: 0/10;0.5/0;1/-10."
        ),
        about=(POINTS,),
        text=text,
    )


def numbers_listed(text: str) -> tuple[float, ...]:
    """The numbers of a text that has two or more of them and nothing else, however they are kept apart; else none.

    >>> numbers_listed("0.01; 0.02"), numbers_listed("[1e-4 -2]"), numbers_listed("0.01-0.02"), numbers_listed("0.01")
    ((0.01, 0.02), (0.0001, -2.0), (0.01, 0.02), ())
    """
    if not _LISTED.fullmatch(text):
        return ()
    first = _FIRST.match(text)
    assert first is not None
    found = [first[1], *(match[1] for match in _NEXT.finditer(text, first.end()))]
    numbers = tuple(float(number) for number in found)
    return numbers if all(map(math.isfinite, numbers)) else ()
