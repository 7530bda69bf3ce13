"""Completion of a schedule's text: the kinds, presets and keys that fit where the caret stands, or an objective."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ddpm_studio.diffusion.formula.names_typed import QUANTITIES
from ddpm_studio.diffusion.kinds import KINDS, Kind, Parameter
from ddpm_studio.diffusion.kinds.monotone_spline import DRAWN, FEWEST, FIRST_POINTS, MOST_POINTS
from ddpm_studio.diffusion.kinds.typed_curve import FIRST_FORMULA, FORMULA
from ddpm_studio.diffusion.operators import ZERO_SNR_FORMS
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.quantities import TAU
from ddpm_studio.diffusion.schedule import CUSTOM, DEFAULT_T, STEPS, Schedule, parameters_with_steps
from ddpm_studio.diffusion.schedule_family import (
    COUNT,
    DOTS,
    LEAST,
    MOST,
    USUAL,
    ScheduleFamily,
    listings_in,
    range_for,
)
from ddpm_studio.diffusion.spec import AS, POINTS, RENAMED, Assignment, Spec, path_spec, points_text, read_spec
from ddpm_studio.diffusion.training.objective import HEAD
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.files.filetypes import FileKind, types_of
from ddpm_studio.gui.completing.folder_contents import TypedPath
from ddpm_studio.gui.completing.formula_completion import A_FORMULA, formula_completions
from ddpm_studio.gui.completing.offers import BOUNDS, Completion, assignment_at, is_value_at
from ddpm_studio.gui.steps.spacing_completion import steps_named
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.number_box import number_text
from ddpm_studio.texts import Text

CHOICES = QT_TRANSLATE_NOOP("completion", "{symbol}: {words}")
MEMBERS = QT_TRANSLATE_NOOP("completion", "members of the family, {least} to {most}")
A_RANGE = QT_TRANSLATE_NOOP("completion", "several values: {count} schedules as one line")
OF_POINTS = QT_TRANSLATE_NOOP("completion", "points u/log SNR, {least} to {most}")
AN_OBJECTIVE = QT_TRANSLATE_NOOP("completion", "what a network is trained for along the chosen schedule")
A_FLOW = QT_TRANSLATE_NOOP("completion", "a flow: its levels are told in τ")
OF_A_FILE = QT_TRANSLATE_NOOP("completion", "a file with β")

EXAMPLES = {
    "log_snr": FIRST_FORMULA.removeprefix("log_snr="),
    "alpha_bar": "cos(pi*u/2)^2",
    "beta": "a*u",
}
"""What is offered with each thing that a formula can give."""

_FEW = 16
_PATH = "path"


def completions(text: str, caret: int, steps: int = DEFAULT_T) -> list[Completion]:
    """What can stand where the caret does, given what is typed before it; a kind with `steps` where no T is typed.

    Without a T a text means DEFAULT_T wherever it is read, so another one is written.
    """
    spec = Spec.of(text)
    if caret <= len(text.partition(":")[0]):
        return list(_starts(text, spec, text[spec.kind.start : caret].lower(), steps))
    listing = next((each for each in listings_in(spec) if each.key.start <= caret <= each.word.end), None)
    if listing is not None:
        wanted = range_for(listing, spec)
        return [_range(wanted, len(listing.numbers), listing.key.start, listing.word.end)]
    setting = assignment_at(spec, caret)
    if is_value_at(spec, setting, caret):
        return list(_values(spec, setting, caret))
    return list(_keys(spec, setting, text[setting.key.start : caret]))


def path_of_schedule(text: str, caret: int) -> TypedPath | None:
    """The path of a file with β that the caret stands in; None elsewhere."""
    spec = Spec.of(text)
    if spec.kind.text != CUSTOM.name or caret <= spec.kind.end:
        return None
    setting = assignment_at(spec, caret)
    if setting.value is None or setting.key.text != _PATH or not is_value_at(spec, setting, caret):
        return None
    value = setting.value
    typed = _path_read(text[value.start : max(caret, value.start)])
    patterns = tuple(pattern for each in types_of(FileKind.SCHEDULES) for pattern in each.patterns)
    return TypedPath(typed, *value.place, patterns, _path_written)


def _path_read(text: str) -> str:
    return read_spec(f"{CUSTOM.name}:{_PATH}={text}")[1]


def _path_written(path: str) -> str | None:
    text = path_spec(path).partition("=")[2]
    return text if _path_read(text) == path else None


def steps_wanted(text: str, steps: int) -> tuple[int, str] | None:
    """What has to be typed into a text that names a kind and no T, so that it has `steps`, and where; None if nothing.

    >>> steps_wanted("cosine:s=0.01", 1000), steps_wanted("cosine", 1000), steps_wanted("cosine:T=50", 1000)
    ((7, 'T=1000,'), (6, ':T=1000'), None)
    """
    spec = Spec.of(text)
    if steps == DEFAULT_T or spec.kind.text not in KINDS or any(each.key.text == STEPS.key for each in spec.given):
        return None
    value = f"{STEPS.key}={steps}"
    if ":" not in text:
        return spec.kind.end, f":{value}"
    return text.index(":") + 1, f"{value}," if spec.given else value


def _starts(text: str, spec: Spec, typed: str, steps: int) -> Iterator[Completion]:
    if typed and HEAD.startswith(typed):
        yield _objective(text, spec)
    for kind in sorted(plain_first(), key=lambda kind: (kind.name != typed, not kind.name.startswith(typed))):
        if typed in kind.name or typed in translated(kind.label).lower():
            yield _kind(kind, "" if ":" in text else _behind(kind, steps), spec)
    if not typed:
        yield _objective(text, spec)
    yield from steps_named(text, typed, steps)
    for preset in PRESETS:
        name, group = translated(preset.name), translated(preset.group)
        if typed in name.lower() or typed in group.lower():
            told = [group, translated(preset.source), *filter(None, [preset.objective_text])]
            yield Completion(name, " · ".join(told), preset.spec, 0, len(text), is_preset=True)


def plain_first() -> list[Kind]:
    """The kinds in their order, but where a name begins as another one does, sigmoid_beta as sigmoid, behind that."""
    kinds = [*KINDS.values(), CUSTOM]
    plain = {kind.name: min((k.name for k in kinds if kind.name.startswith(k.name)), key=len) for kind in kinds}
    order = [kind.name for kind in kinds]
    return sorted(kinds, key=lambda kind: (order.index(plain[kind.name]), len(kind.name)))


def _objective(text: str, spec: Spec) -> Completion:
    return Completion(HEAD, translated(AN_OBJECTIVE), HEAD + ("" if ":" in text else ":"), *spec.kind.place)


def _behind(kind: Kind, steps: int) -> str:
    """What goes on behind a kind that is typed alone."""
    wanted = steps_wanted(kind.name, steps)
    return ":" if wanted is None else wanted[1]


def _kind(kind: Kind, behind: str, spec: Spec) -> Completion:
    chosen = len(behind.partition("=")[2])
    return Completion(kind.name, translated(kind.source), kind.name + behind, *spec.kind.place, chosen)


def _keys(spec: Spec, setting: Assignment, typed: str) -> Iterator[Completion]:
    given = {each.sets for each in spec.given if each is not setting}
    if spec.kind.text == FORMULA and given.isdisjoint(QUANTITIES):
        yield from _formulas(setting, typed)
    for parameter in _parameters(spec):
        names = [parameter.key, *(old for old, new in RENAMED.items() if new == parameter.key)]
        if any(name.startswith(typed) for name in names) and parameter.key not in given:
            value = "" if setting.value is not None else f"={number_text(parameter.default)}"
            text = parameter.key + value
            yield Completion(parameter.key, _bounds(parameter), text, *setting.key.place, max(0, len(value) - 1))
    ranged = any(DOTS in each.whole.text and each.key.text != _PATH for each in spec.given)
    if ranged and COUNT.startswith(typed) and COUNT not in given:
        yield Completion(COUNT, _members(), f"{COUNT}={USUAL}", *setting.key.place, 1)
    if spec.kind.text == DRAWN and POINTS.startswith(typed) and POINTS not in given:
        text = f"{POINTS}={points_text(FIRST_POINTS)}"
        yield Completion(POINTS, _points(), text, *setting.key.place, len(text) - len(POINTS) - 1)
    if spec.kind.text == DRAWN and AS.startswith(typed) and AS not in given:
        text = f"{AS}={TAU}"
        yield Completion(text, translated(A_FLOW), text, *setting.key.place)
    if spec.kind.text == CUSTOM.name and _PATH.startswith(typed) and _PATH not in given:
        yield Completion(_PATH, translated(OF_A_FILE), f"{_PATH}=", *setting.key.place)


def _formulas(setting: Assignment, typed: str) -> Iterator[Completion]:
    """What a formula can give, each with an example, or with what stands there already."""
    for key, example in EXAMPLES.items():
        if key.startswith(typed):
            value = "" if setting.value is not None else f"={example}"
            yield Completion(key, translated(A_FORMULA), key + value, *setting.key.place, max(0, len(value) - 1))


def _values(spec: Spec, setting: Assignment, caret: int) -> Iterator[Completion]:
    if spec.kind.text == FORMULA and setting.sets in QUANTITIES:
        yield from formula_completions(spec.text, (setting.value or setting.whole).start, caret)
    if spec.kind.text == DRAWN and setting.sets == POINTS:
        yield Completion(POINTS, _points())
    for parameter in _parameters(spec):
        if parameter.key != setting.sets:
            continue
        if parameter.words:
            yield from _words(parameter, setting)
        else:
            yield Completion(parameter.key, _bounds(parameter))
            yield from _ranges(spec, setting)


def _words(parameter: Parameter, setting: Assignment) -> Iterator[Completion]:
    """Each value of a choice that starts with what is typed, with what it means."""
    typed = setting.value or setting.whole
    for word, meaning in zip(parameter.words, ZERO_SNR_FORMS.values(), strict=True):
        if word.startswith(typed.text):
            yield Completion(word, translated(meaning), word, *typed.place)


def _ranges(spec: Spec, setting: Assignment) -> Iterator[Completion]:
    """A range about the value that is typed, or about the default, unless the spec is one of a family already.

    What names a file has none, since that would have to be read.
    """
    key, value = setting.sets, setting.value
    if spec.kind.text == CUSTOM.name or any(DOTS in each.whole.text or each.key.text == COUNT for each in spec.given):
        return
    with suppress(ScheduleError):
        is_alone = value is None or not value.text
        schedule = Schedule(spec.kind.text, formula=spec.formula) if is_alone else Schedule.parse(spec.text)
        if key != STEPS.key:
            # What a range may be does not depend on T, and a few steps are quickly made.
            schedule = schedule.replace(T=min(schedule.T, _FEW))
        family = ScheduleFamily.around(schedule, key)
        yield _range(family.range_text, family.count, *setting.whole.place)


def _range(text: str, count: int, start: int, end: int) -> Completion:
    return Completion(text, translated(Text(A_RANGE, {"count": count})), text, start, end)


def _points() -> str:
    return translated(Text(OF_POINTS, {"least": FEWEST, "most": MOST_POINTS}))


def _members() -> str:
    return translated(Text(MEMBERS, {"least": LEAST, "most": MOST}))


def _parameters(spec: Spec) -> tuple[Parameter, ...]:
    try:
        return parameters_with_steps(spec.kind.text, spec.formula)
    except ScheduleError:
        return ()


def _bounds(parameter: Parameter) -> str:
    if parameter.words:
        return translated(Text(CHOICES, {"symbol": parameter.symbol, "words": ", ".join(parameter.words)}))
    numbers = {name: number_text(getattr(parameter, name)) for name in ("low", "high", "default")}
    return translated(Text(BOUNDS, {"symbol": parameter.symbol, **numbers}))
