"""Completion of a schedule's text: the kinds, presets and keys that fit where the caret stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ddpm_studio.diffusion.kinds import KINDS, Parameter
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.schedule import CUSTOM, STEPS, parameters
from ddpm_studio.diffusion.schedule_family import COUNT, DOTS, LEAST, MOST, USUAL
from ddpm_studio.diffusion.spec import RENAMED, Assignment, Spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.number_box import number_text
from ddpm_studio.texts import Text

BOUNDS = QT_TRANSLATE_NOOP("completion", "{symbol}, {low} to {high}, default {default}")
CHOICES = QT_TRANSLATE_NOOP("completion", "{symbol}: {words}")
MEANINGS = (
    QT_TRANSLATE_NOOP("completion", "off"),
    QT_TRANSLATE_NOOP("completion", "before the SNR shift"),
    QT_TRANSLATE_NOOP("completion", "after the SNR shift, as CogVideoX"),
    QT_TRANSLATE_NOOP("completion", "before it, to ᾱ_T = 4.9e-8 only"),
)
"""What each word of zero_snr means."""

MEMBERS = QT_TRANSLATE_NOOP("completion", "members of the family, {least} to {most}")
OF_A_FILE = QT_TRANSLATE_NOOP("completion", "a file with β")


@dataclass(frozen=True)
class Completion:
    """One offer: `text` takes the place of the letters from `start` to `end`, and its last `chosen` letters are chosen.

    Without a `text` it only tells what can be typed there.
    """

    label: str
    detail: str
    text: str = ""
    start: int = 0
    end: int = 0
    chosen: int = 0
    is_preset: bool = False


def completions(text: str, caret: int) -> list[Completion]:
    """What can stand where the caret does, given what is typed before it."""
    spec = Spec.of(text)
    if caret <= len(text.partition(":")[0]):
        return list(_starts(text, spec, text[spec.kind.start : caret].lower()))
    setting = next(each for each in reversed(spec.settings) if _start(text, each) <= caret)
    if setting.value is not None and caret > text.index("=", setting.key.end):
        return list(_values(spec, setting))
    return list(_keys(spec, setting, text[setting.key.start : caret]))


def _start(text: str, setting: Assignment) -> int:
    """Where a setting starts, with the blanks before it."""
    before = text[: setting.whole.start]
    return len(before.rstrip())


def _starts(text: str, spec: Spec, typed: str) -> Iterator[Completion]:
    colon = "" if ":" in text else ":"
    kinds = [*KINDS.values(), CUSTOM]
    for kind in sorted(kinds, key=lambda kind: not kind.name.startswith(typed)):
        if typed in kind.name or typed in translated(kind.label).lower():
            yield Completion(kind.name, translated(kind.source), kind.name + colon, *spec.kind.place)
    for preset in PRESETS:
        name, group = translated(preset.name), translated(preset.group)
        if typed in name.lower() or typed in group.lower():
            yield Completion(name, f"{group} · {translated(preset.source)}", preset.spec, 0, len(text), is_preset=True)


def _keys(spec: Spec, setting: Assignment, typed: str) -> Iterator[Completion]:
    given = {each.sets for each in spec.given if each is not setting}
    for parameter in _parameters(spec.kind.text):
        names = [parameter.key, *(old for old, new in RENAMED.items() if new == parameter.key)]
        if any(name.startswith(typed) for name in names) and parameter.key not in given:
            value = "" if setting.value is not None else f"={number_text(parameter.default)}"
            text = parameter.key + value
            yield Completion(parameter.key, _bounds(parameter), text, *setting.key.place, max(0, len(value) - 1))
    ranged = any(DOTS in each.whole.text and each.key.text != "path" for each in spec.given)
    if ranged and COUNT.startswith(typed) and COUNT not in given:
        yield Completion(COUNT, _members(), f"{COUNT}={USUAL}", *setting.key.place, 1)
    if spec.kind.text == CUSTOM.name and "path".startswith(typed) and "path" not in given:
        yield Completion("path", translated(OF_A_FILE), "path=", *setting.key.place)


def _values(spec: Spec, setting: Assignment) -> Iterator[Completion]:
    for parameter in _parameters(spec.kind.text):
        if parameter.key == setting.sets:
            yield from (
                _words(parameter, setting) if parameter.words else [Completion(parameter.key, _bounds(parameter))]
            )


def _words(parameter: Parameter, setting: Assignment) -> Iterator[Completion]:
    """Each value of a choice that starts with what is typed, with what it means."""
    typed = setting.value or setting.whole
    for word, meaning in zip(parameter.words, MEANINGS, strict=True):
        if word.startswith(typed.text):
            yield Completion(word, translated(meaning), word, *typed.place)


def _members() -> str:
    return translated(Text(MEMBERS, {"least": LEAST, "most": MOST}))


def _parameters(kind: str) -> tuple[Parameter, ...]:
    try:
        return (*(() if kind == CUSTOM.name else (STEPS,)), *parameters(kind))
    except ScheduleError:
        return ()


def _bounds(parameter: Parameter) -> str:
    if parameter.words:
        return translated(Text(CHOICES, {"symbol": parameter.symbol, "words": ", ".join(parameter.words)}))
    numbers = {name: number_text(getattr(parameter, name)) for name in ("low", "high", "default")}
    return translated(Text(BOUNDS, {"symbol": parameter.symbol, **numbers}))
