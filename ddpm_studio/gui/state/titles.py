"""Titles of the schedules in a list: names that were given, or as much of a description as tells them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import PurePath
from typing import Protocol

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.operators import ZERO_SNR_FORMS, ZeroSnr
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.schedule import OPERATORS, STEPS
from ddpm_studio.diffusion.schedule_family import ScheduleFamily
from ddpm_studio.diffusion.spec import shortest, value_text
from ddpm_studio.diffusion.training.objective import HEAD, PLAIN, WORDS, Objective
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.state.given_names import one_line
from ddpm_studio.gui.translation import translated
from ddpm_studio.numerals import typeset
from ddpm_studio.texts import Text

DIGITS = 3
"""Significant digits of a parameter in a title, unless they are too few to tell two of them apart."""

MOST_DIGITS = 17
"""Significant digits that tell any two floats apart."""

SEPARATOR = ", "
"""Between the facts of a title."""

_FACTS = re.compile(r", | (?=T=)")

ZERO_SNR, COUNT = OPERATORS[0].key, "n"
SAID = {
    ZeroSnr.OFF: QT_TRANSLATE_NOOP("titles", "no zero SNR"),
    ZeroSnr.BEFORE: QT_TRANSLATE_NOOP("titles", "zero SNR"),
}
"""What a title says of the two forms that are usual; of others, which they are."""

PRESET_NAMES = {str(preset.name): preset.name for preset in PRESETS}

Value = float | str
Values = Mapping[str, Value]
Write = Callable[[Value], str]


@dataclass(frozen=True)
class Base:
    """The schedule that an entry began as, and the name under which that is known: a preset's or a checkpoint's.

    `train` is the objective that it came with.
    """

    name: str
    schedule: Schedule
    train: Objective = PLAIN


class Titled(Protocol):
    """What a title is made from."""

    @property
    def schedule(self) -> Schedule:
        """The schedule."""

    @property
    def family(self) -> ScheduleFamily | None:
        """The family of which it is a member, if it is one."""

    @property
    def name(self) -> str:
        """The name that a person gave, or ""."""

    @property
    def base(self) -> Base | None:
        """The schedule that it began as, if that had a name."""

    @property
    def train(self) -> Objective:
        """What a network is trained for along it."""


@dataclass(frozen=True)
class _Description:
    """The words that an entry's title begins with, and the values by which it may have to be told from others.

    Those of one `kind` are compared. `usual` holds the values that go without saying, by the same keys; `ends` those of
    a range, which the stem tells.
    """

    stem: str
    kind: str = ""
    values: Values = field(default_factory=dict)
    usual: Values = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)
    ends: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def all_of(self, key: str) -> tuple[Value, ...]:
        """Its values of a key: one, none, or both ends of a range."""
        return self.ends.get(key) or ((self.values[key],) if key in self.values else ())

    def trained(self, train: Objective, base: Objective = PLAIN) -> _Description:
        """The same description with what a network is trained for among its values; that of `base` is usual."""
        values = _trained_values(train)
        usual = {**_usual_values(train), **_trained_values(base)}
        # No parameter has such a key, but an option, such as s, may be called like one.
        symbols = {key: f"{HEAD} {key}" if key in self.symbols.values() else key for key in values}
        return replace(
            self,
            values={**self.values, **{f"{HEAD} {key}": value for key, value in values.items()}},
            usual={**self.usual, **{f"{HEAD} {key}": value for key, value in usual.items()}},
            symbols={**self.symbols, **{f"{HEAD} {key}": symbol for key, symbol in symbols.items()}},
        )

    @property
    def unusual(self) -> list[str]:
        """The keys whose values do not go without saying."""
        return [key for key, value in self.values.items() if value != self.usual[key]]


def titles_of(entries: Sequence[Titled]) -> list[str]:
    """A title of one line for each entry, no two the same.

    An automatic one has the kind and T, then whatever of the schedule and its training objective differs from the
    defaults and among the entries of that kind: what it leaves out is the default, or the same in all of them. A preset
    is described in the same way, by how it differs from the preset.
    """
    paths = {entry.schedule.path for entry in entries}
    descriptions = [_described(entry, paths) for entry in entries]
    groups: dict[str, list[_Description]] = {}
    for description in descriptions:
        groups.setdefault(description.kind, []).append(description)
    told = {kind: _told(group) for kind, group in groups.items()}
    return list(_distinct(_title(each, told[each.kind]) for each in descriptions))


def shown_titles_of(entries: Sequence[Titled], titles: Sequence[str]) -> list[str]:
    """The titles of the schedules that are shown of entries of these titles, no two the same.

    Of a family that is its member's, which may be what another entry is called without the values that are its own.
    """
    if not any(entry.family for entry in entries):
        return list(titles)
    shown = [title_of_shown(entry, title) for entry, title in zip(entries, titles, strict=True)]
    times = Counter(shown)
    return list(
        _distinct(
            title if times[title] == 1 or has_name(entry) else _full(entry.schedule, entry.train)
            for entry, title in zip(entries, shown, strict=True)
        )
    )


def telling_titles_of(titles: Sequence[str]) -> list[str]:
    """The titles without what all of them say, where there is no room for that; one that says nothing else stays whole.

    >>> telling_titles_of(["cosine T=1000, s=0.01", "cosine T=1000, s=0.02, snr_shift=2", "cosine T=1000"])
    ['s=0.01', 's=0.02, snr_shift=2', 'cosine T=1000']
    >>> telling_titles_of(["cosine T=1000, s=0.01", "linear T=1000"])
    ['cosine, s=0.01', 'linear']
    """
    facts = [_FACTS.split(title) for title in titles]
    shared = set[str].intersection(*map(set, facts)) if len(titles) > 1 else set[str]()
    telling = (SEPARATOR.join(fact for fact in each if fact not in shared) for each in facts)
    return [told.replace(", T=", " T=") or title for told, title in zip(telling, titles, strict=True)]


def full_title(schedule: Schedule) -> str:
    """The automatic title of a schedule that stands alone, with all that differs from its kind's defaults."""
    return _full(schedule)


def title_of_shown(entry: Titled, title: str) -> str:
    """The title of the schedule that is shown of an entry of this title: of a family, with the value of that member."""
    family = entry.family
    if family is None:
        return title
    if entry.name:
        return f"{title}, {value_of_shown(entry)}"
    return _full(entry.schedule, entry.train, family.key)


def value_of_shown(entry: Titled) -> str:
    """The value by which the member that is shown of a family differs from the others, as in "s=0.0175", or ""."""
    family = entry.family
    if family is None:
        return ""
    value = family.values[family.place_of(entry.schedule)]
    text = value_text(family.key, value) if family.parameter.words else _exact(value)
    return f"{_symbols(entry.schedule)[family.key]}={text}"


def has_name(entry: Titled) -> bool:
    """True if the title is, or refers to, a name; False if it only describes the schedule."""
    based = entry.base is not None and entry.family is None and _is_alike(entry.schedule, entry.base.schedule)
    return bool(entry.name) or based


def _described(entry: Titled, paths: set[str]) -> _Description:
    schedule, base, family = entry.schedule, entry.base, entry.family
    if entry.name:
        return _Description(one_line(entry.name))
    if family is not None:
        return _of_family(family, paths).trained(entry.train)
    if base is None or not _is_alike(schedule, base.schedule):
        return _automatic(schedule, paths).trained(entry.train)
    name = one_line(translated(PRESET_NAMES.get(base.name, base.name)))
    if schedule == base.schedule:
        return _Description(name, name).trained(entry.train, base.train)
    based = translated(Text(QT_TRANSLATE_NOOP("titles", "based on {name}"), {"name": name}))
    described = _Description(based, based, _values(schedule), _values(base.schedule), _symbols(schedule))
    return described.trained(entry.train, base.train)


def _is_alike(schedule: Schedule, base: Schedule) -> bool:
    """True if only numbers were changed, so that one can be said to be based on the other."""
    return (schedule.kind, schedule.path, schedule.formula) == (base.kind, base.path, base.formula)


def _automatic(schedule: Schedule, paths: set[str]) -> _Description:
    kind = one_line(_file(schedule.path, paths)) if schedule.path else schedule.formula or schedule.kind
    usual = {"T": schedule.T, **{p.key: p.default for p in schedule.parameters}}
    return _Description(f"{kind} T={schedule.T}", kind, _values(schedule), usual, _symbols(schedule))


def _full(schedule: Schedule, train: Objective = PLAIN, always: str = "") -> str:
    """A title with all that differs from the defaults, and one value besides; T is told in any case.

    What it may have to be told from is not known here, so it has every digit.
    """
    description = _automatic(schedule, {schedule.path}).trained(train)
    told = [key for key in description.values if key in description.unusual or key == always != STEPS.key]
    return _joined(description, {key: _exact(description.values[key]) for key in told})


def _of_family(family: ScheduleFamily, paths: set[str]) -> _Description:
    """The words of all members, the range in place of the value that differs."""
    alike = _automatic(family.schedule, paths)
    ends = " … ".join(typeset(value_text(family.key, end)) for end in (family.first, family.last))
    if family.key == STEPS.key:
        stem = f"{alike.stem.removesuffix(f'T={family.schedule.T}')}T {ends}"
    else:
        stem = f"{alike.stem}, {alike.symbols[family.key]} {ends}"
    values = {key: value for key, value in alike.values.items() if key != family.key}
    # Of another range a number of members tells nothing, so each range has a key of its own for it.
    count = f"{COUNT} {stem}"
    return replace(
        alike,
        stem=stem,
        values={**values, count: family.count},
        usual={**alike.usual, count: 0},
        symbols={**alike.symbols, count: COUNT},
        ends={family.key: (family.first, family.last)},
    )


def _file(path: str, paths: set[str]) -> str:
    """The name of a file, with as many of the folders it lies in as tell it from the other paths."""
    parts = PurePath(path).parts
    others = [PurePath(other).parts for other in paths - {path}]
    for count in range(1, len(parts)):
        if all(other[-count:] != parts[-count:] for other in others):
            return str(PurePath(*parts[-count:]))
    return path


def _told(group: Sequence[_Description]) -> dict[str, Write]:
    """The keys whose values tell the descriptions of a group apart, and what writes these."""
    told: dict[str, Write] = {}
    for key in dict.fromkeys(key for description in group for key in description.values):
        values = {value for other in group for value in other.all_of(key)}
        if len(values) > 1:
            told[key] = _writer(values)
    return told


def _title(description: _Description, told: Mapping[str, Write]) -> str:
    """The words of a description, with its values of the keys that are told."""
    values = description.values
    return _joined(description, {key: told[key](values[key]) for key in description.unusual if key in told})


def _joined(description: _Description, told: Mapping[str, str]) -> str:
    facts = (_fact(description, key, text) for key, text in told.items())
    return SEPARATOR.join([description.stem, *facts])


def _fact(description: _Description, key: str, text: str) -> str:
    if key != ZERO_SNR:
        return f"{description.symbols[key]}={text}"
    form = ZeroSnr(int(description.values[key]))
    other = Text(QT_TRANSLATE_NOOP("titles", "zero SNR {form}"), {"form": ZERO_SNR_FORMS[form]})
    return translated(SAID.get(form, other))


def _writer(values: Collection[Value]) -> Write:
    """What writes these values, numbers with DIGITS digits, or as many as tell those apart that differ."""
    count = len({*values})
    digits = (digits for digits in range(DIGITS, MOST_DIGITS) if len({_rounded(v, digits) for v in values}) == count)
    return partial(_rounded, digits=next(digits, MOST_DIGITS))


def _rounded(value: Value, digits: int = DIGITS) -> str:
    return _exact(float(f"{value:.{digits}g}") if isinstance(value, float) else value)


def _exact(value: Value) -> str:
    return typeset(shortest(value)) if isinstance(value, float) else str(value)


def _symbols(schedule: Schedule) -> Mapping[str, str]:
    """What stands for each parameter: its symbol, or the key of an operator, whose symbol says little by itself."""
    return {"T": "T", **{p.key: p.key if p in OPERATORS else p.symbol for p in schedule.parameters}}


def _trained_values(train: Objective) -> Values:
    return {**{key: getattr(train, key) for key in WORDS}, **train.values}


@lru_cache(maxsize=64)
def _usual_values(train: Objective) -> Values:
    """What an objective's names go with; kept, since every state has titles, and to make one is to check it."""
    return _trained_values(Objective(train.predict, train.draw, train.weight))


def _values(schedule: Schedule) -> Values:
    return {"T": schedule.T, **schedule.values}


def _distinct(titles: Iterator[str]) -> Iterator[str]:
    """The titles, a number behind each that was there before."""
    taken: set[str] = set()
    for title in titles:
        count, free = 1, title
        while free in taken:
            count += 1
            free = f"{title} ({count})"
        taken.add(free)
        yield free
