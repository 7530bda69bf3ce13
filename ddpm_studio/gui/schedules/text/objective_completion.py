"""Completion of a training objective's text: its keys, the names of its parts, and the options that these have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ddpm_studio.diffusion.options import Option, as_number
from ddpm_studio.diffusion.parametrisation import FORMS
from ddpm_studio.diffusion.spec import Assignment, Spec
from ddpm_studio.diffusion.training.draws import DRAWS, Draw
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS, LossWeight
from ddpm_studio.diffusion.training.objective import PLAIN, WORDS, Objective
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.completing.offers import BOUNDS, Completion, assignment_at, is_value_at
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.number_box import number_text
from ddpm_studio.texts import Text

MEANINGS = {
    "predict": QT_TRANSLATE_NOOP("completion", "what the network predicts"),
    "draw": QT_TRANSLATE_NOOP("completion", "how noise levels are drawn"),
    "weight": QT_TRANSLATE_NOOP("completion", "by what the loss is multiplied"),
}
"""What the keys set whose values are names."""


def objective_completions(text: str, caret: int) -> list[Completion]:
    """What can stand where the caret does, behind the head of an objective."""
    spec = Spec.of(text)
    setting = assignment_at(spec, caret)
    if is_value_at(spec, setting, caret):
        return list(_values(spec, setting))
    return list(_keys(spec, setting, text[setting.key.start : caret]))


def _keys(spec: Spec, setting: Assignment, typed: str) -> Iterator[Completion]:
    given = {each.key.text for each in spec.given if each is not setting}
    behind = "" if setting.value is not None else "="
    for key in WORDS:
        if key.startswith(typed) and key not in given:
            yield Completion(key, translated(MEANINGS[key]), key + behind, *setting.key.place)
    for option in _named(spec).options:
        if option.key.startswith(typed) and option.key not in given:
            value = f"{behind}{number_text(as_number(option.default))}" if behind else ""
            chosen = max(0, len(value) - 1)
            yield Completion(option.key, _bounds(option), option.key + value, *setting.key.place, chosen)


def _values(spec: Spec, setting: Assignment) -> Iterator[Completion]:
    if setting.key.text not in WORDS:
        options = {option.key: option for option in _named(spec).options}
        if setting.key.text in options:
            yield Completion(setting.key.text, _bounds(options[setting.key.text]))
        return
    word = setting.value or setting.whole
    told, typed = _names(setting.key.text), word.text.lower()
    for name in sorted(told, key=lambda name: (name != typed, not name.startswith(typed))):
        if typed in name or typed in told[name].lower():
            yield Completion(name, told[name], name, *word.place)


def _names(key: str) -> Mapping[str, str]:
    """The names that a key can have, each with what is said of it."""
    tables: dict[str, Mapping[str, Draw] | Mapping[str, LossWeight]] = {"draw": DRAWS, "weight": LOSS_WEIGHTS}
    if key not in tables:
        return {name: FORMS[name].symbol for name in PREDICTIONS}
    return {name: f"{translated(each.label)} · {translated(each.source)}" for name, each in tables[key].items()}


def _named(spec: Spec) -> Objective:
    """What the names in a text describe, as far as there are such; options are left out."""
    given = {each.key.text: each.value.text for each in spec.given if each.value is not None}
    return PLAIN.replace(**{key: given[key] for key in WORDS if given.get(key) in _names(key)})


def _bounds(option: Option) -> str:
    numbers = {"low": option.low, "high": option.high, "default": as_number(option.default)}
    shown = {name: number_text(number) for name, number in numbers.items()}
    bounds = translated(Text(BOUNDS, {"symbol": translated(option.label), **shown}))
    return f"{bounds} · {translated(option.meaning)}"
