"""Completion of steps as text: spacings and lists by name, and the options that a spacing has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.options import Option, as_number
from ddpm_studio.diffusion.schedule import MAX_T, Schedule
from ddpm_studio.diffusion.spec import Assignment, Spec, Word
from ddpm_studio.diffusion.steps.bare_lists import is_steps
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.steps_spec import DEFAULT_STEPS, FILE
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.completing.offers import BOUNDS, Completion, assignment_at, is_value_at
from ddpm_studio.gui.state.stepping import own_values
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.number_box import number_text
from ddpm_studio.numerals import MISSING
from ddpm_studio.texts import Text

COUNT = QT_TRANSLATE_NOOP("completion", "number of steps, 1 to {most}")
OF_STEPS = {
    "sigmas": QT_TRANSLATE_NOOP("completion", "steps as a list of σ"),
    "taus": QT_TRANSLATE_NOOP("completion", "steps as a list of τ, the noise level of a flow"),
    "timesteps": QT_TRANSLATE_NOOP("completion", "steps as a list of timesteps"),
    FILE: QT_TRANSLATE_NOOP("completion", "steps in a file: a list of them, or a scheduler config"),
}
"""Steps that no spacing lays out, by their names."""

_KEY = "steps"


def steps_named(text: str, typed: str, T: int | None) -> Iterator[Completion]:
    """The spacings and lists whose names have these letters, those first that begin with them.

    A spacing comes with a number of steps over a schedule of T, without one if that is None. Where more is typed behind
    a colon, only the name is offered, and only in place of another one.
    """
    place = Spec.of(text).kind.place
    alone = ":" not in text
    if not (alone or is_steps(text)):
        return
    count = "" if T is None else str(min(DEFAULT_STEPS, T))
    for name in sorted(SPACINGS, key=lambda name: (name != typed, not name.startswith(typed))):
        if typed in name and (alone or name not in KINDS):
            whole = f"{name}:{_KEY}={count}" if alone and count else name
            yield Completion(whole, translated(SPACINGS[name].source), whole, *place, len(count) if alone else 0)
    for name, meaning in OF_STEPS.items():
        if alone and name.startswith(typed):
            yield Completion(name, translated(meaning), f"{name}:", *place)


def spacing_completions(text: str, caret: int, schedule: Schedule) -> list[Completion]:
    """What can stand where the caret does, behind the name of a spacing, for steps over a schedule."""
    spec = Spec.of(text.partition("|")[0])
    spacing = SPACINGS.get(spec.kind.text)
    if spacing is None or caret > len(spec.text):
        return []
    setting = assignment_at(spec, caret)
    if is_value_at(spec, setting, caret):
        return list(_values(spacing.options, setting, own_values(schedule)))
    return list(_keys(spec, setting, text[setting.key.start : caret], schedule))


def _keys(spec: Spec, setting: Assignment, typed: str, schedule: Schedule) -> Iterator[Completion]:
    own = own_values(schedule)
    given = {each.key.text for each in spec.given if each is not setting}
    behind = "" if setting.value is not None else "="
    if _KEY.startswith(typed) and _KEY not in given:
        value = str(min(DEFAULT_STEPS, schedule.T)) if behind else ""
        yield Completion(_KEY, _count(), f"{_KEY}{behind}{value}", *setting.key.place, len(value))
    for option in SPACINGS[spec.kind.text].options:
        if option.key.startswith(typed) and option.key not in given:
            value = _usual(option, own) if behind else ""
            yield Completion(
                option.key, _told(option, own), option.key + behind + value, *setting.key.place, len(value)
            )


def _values(options: tuple[Option, ...], setting: Assignment, own: Mapping[str, float]) -> Iterator[Completion]:
    if setting.key.text == _KEY:
        yield Completion(_KEY, _count())
    for option in options:
        if option.key != setting.key.text:
            continue
        if option.choices:
            yield from _choices(option, setting.value or setting.whole)
        else:
            yield Completion(option.key, _told(option, own))


def _choices(option: Option, typed: Word) -> Iterator[Completion]:
    for choice in map(_written, option.choices):
        if choice.startswith(typed.text):
            yield Completion(choice, translated(option.meaning), choice, *typed.place)


def _usual(option: Option, own: Mapping[str, float]) -> str:
    """The value that is written first: the default, or what it comes to over the schedule."""
    usual = own.get(option.key) if option.default is None else option.default
    return "" if usual is None else _written(usual)


def _written(value: object) -> str:
    return value if isinstance(value, str) else number_text(as_number(value))


def _told(option: Option, own: Mapping[str, float]) -> str:
    """The bounds of an option that is a number, and what it does."""
    if option.choices:
        words = ", ".join(map(_written, option.choices))
        return f"{words} · {translated(option.meaning)}"
    numbers = {
        "low": number_text(option.low),
        "high": number_text(option.high),
        "default": _usual(option, own) or MISSING,
    }
    bounds = translated(Text(BOUNDS, {"symbol": translated(option.label or option.key), **numbers}))
    return f"{bounds} · {translated(option.meaning)}"


def _count() -> str:
    return translated(Text(COUNT, {"most": MAX_T}))
