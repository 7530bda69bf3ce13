"""Conventions in which two lists of steps may differ, each with a name, a sentence and how it changes a list."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from ddpm_studio.diffusion.levels import log_snr_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.spec import ZERO_SNR, shortest
from ddpm_studio.diffusion.steps.differences.compared_steps import ComparedSteps
from ddpm_studio.diffusion.steps.differences.fitted import fitted_values
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas, log_snr_of_sigmas, log_snr_of_taus
from ddpm_studio.diffusion.steps.spacing_registry import ENDS, RANGE
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.step_operators import STEP_OPERATORS
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.interruption import check
from ddpm_studio.texts import SourceText

Change = tuple[Mapping[str, object], ComparedSteps]
Changes = Callable[[ComparedSteps, ComparedSteps], Iterator[Change]]

FORMS = {"comfyui": "comfyui_form", "diffusers": "diffusers_form", "multistep": "one_more_step"}
"""The last words of spacings that are another program's form of the one before them, and the convention."""

OF_THEIR_OWN = {"offset", "shift", ENDS.key, *(option.key for option in RANGE)}
"""Options that are conventions with a name."""

KEPT = 12
"""Schedules that are kept: the forms of zero terminal SNR of both, and of those that another kind makes of them."""


@dataclass(frozen=True)
class Convention:
    """A convention: `changes` takes steps and the list that is to come out, and yields values and other steps.

    `sentence` is filled with `side`, the list that follows the convention, and with the values. StudioErrors of
    `changes` mean that it cannot be tried.
    """

    name: str
    sentence: SourceText
    changes: Changes


CONVENTIONS: dict[str, Convention] = {}
"""Every convention by name, those that change a spec before those that change a list."""


def convention(name: str, sentence: SourceText) -> Callable[[Changes], Changes]:
    """A decorator that makes a convention of a function."""

    def register(changes: Changes) -> Changes:
        CONVENTIONS[name] = Convention(name, sentence, changes)
        return changes

    return register


def _with_source(steps: ComparedSteps, name: str) -> ComparedSteps:
    """The spacing of another name, with the options that both have."""
    spec = steps.spec
    assert spec is not None
    known = {option.key for option in SPACINGS[name].options}
    given = tuple((key, value) for key, value in spec.given if key in known)
    return steps.respecified(replace(spec, source=name, given=given))


def _with_option(steps: ComparedSteps, **values: object) -> ComparedSteps:
    spec = steps.spec
    assert spec is not None
    return steps.respecified(replace(spec, given=tuple({**dict(spec.given), **values}.items())))


def _options(spec: StepsSpec) -> set[str]:
    return {option.key for option in SPACINGS[spec.source].options}


def _stem(name: str) -> tuple[str, str]:
    stem, _, form = name.rpartition("_")
    return (stem, form) if form in FORMS and stem in SPACINGS else (name, "")


def _form_of(one: str, other: str) -> str:
    """The convention in which two spacings differ."""
    (stem, form), (other_stem, other_form) = _stem(one), _stem(other)
    return FORMS[other_form or form] if stem == other_stem else "spacing"


def _spacings(steps: ComparedSteps, target: ComparedSteps, convention: str) -> Iterator[Change]:
    if steps.spaced is None:
        return
    # Where it is known how the target is spaced, another spacing that comes to the same is no explanation.
    for name in SPACINGS if target.spaced is None else (target.spaced.source,):
        if name != steps.spaced.source and _form_of(steps.spaced.source, name) == convention:
            values = {"spacing": name, "other": steps.spaced.source}
            yield from _tried(values, partial(_with_source, steps, name))


def _tried(values: Mapping[str, object], make: Callable[[], ComparedSteps]) -> Iterator[Change]:
    check()
    try:
        made = make()
    except StudioError:
        return
    yield values, made


@convention("spacing", QT_TRANSLATE_NOOP("conventions", "{side} is spaced as {spacing}, the other as {other}."))
def _spacing(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    return _spacings(steps, target, "spacing")


@convention(
    "comfyui_form",
    QT_TRANSLATE_NOOP("conventions", "{side} is spaced as {spacing}, the other program’s form of {other}."),
)
def _comfyui_form(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    return _spacings(steps, target, "comfyui_form")


@convention(
    "diffusers_form",
    QT_TRANSLATE_NOOP("conventions", "{side} is spaced as {spacing}, the other program’s form of {other}."),
)
def _diffusers_form(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    return _spacings(steps, target, "diffusers_form")


@convention(
    "one_more_step",
    QT_TRANSLATE_NOOP(
        "conventions",
        "{side} is spaced as {spacing}: multistep schedulers of diffusers lay out N+1 steps and drop one.",
    ),
)
def _one_more_step(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    return _spacings(steps, target, "one_more_step")


@convention("steps_offset", QT_TRANSLATE_NOOP("conventions", "{side} adds {offset} to every timestep: steps_offset."))
def _steps_offset(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    spec = steps.spaced
    if spec is not None and "offset" in _options(spec):
        for offset in {0.0, 1.0, _given(target, "offset", 1.0)} - {_given(steps, "offset", 0.0)}:
            yield from _tried({"offset": shortest(offset)}, partial(_with_option, steps, offset=offset))
    elif spec is not None and SPACINGS[spec.source].over == "timesteps":
        timesteps = steps.levels.timesteps + 1
        yield from _tried({"offset": "1"}, partial(_at, steps, timesteps))


def _given(steps: ComparedSteps, key: str, default: float) -> float:
    value = dict(steps.spec.given).get(key, default) if steps.spec is not None else default
    return value if isinstance(value, float) else default


def _at(steps: ComparedSteps, timesteps: Array) -> ComparedSteps:
    """The levels that the schedule has at other timesteps, within it."""
    within = np.clip(timesteps, 0, steps.levels.schedule.T - 1)
    log_snr = log_snr_at(steps.levels.schedule, within)
    return steps.relaid(np.append(log_snr, steps.levels.log_snr[-1]), within)


@convention(
    "final_level",
    QT_TRANSLATE_NOOP("conventions", "{side} ends at σ = {sigma}: set_alpha_to_one, or the final σ, is another."),
)
def _final_level(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    clean = np.isposinf(steps.levels.log_snr[-1])
    least = steps.levels.schedule.coefficients.log_snr[0]
    values = {"sigma": f"{math.exp(-0.5 * least):.6g}" if clean else "0"}
    if steps.spaced is not None and ENDS.key in _options(steps.spaced):
        yield from _tried(values, partial(_with_option, steps, **{ENDS.key: not clean}))
    yield values, _ended(steps, least if clean else np.inf)


def _ended(steps: ComparedSteps, level: float) -> ComparedSteps:
    return steps.relaid(np.append(steps.levels.log_snr[:-1], level), steps.levels.timesteps)


@convention("sigma_range", QT_TRANSLATE_NOOP("conventions", "{side} goes from σ = {high} to {low}."))
def _sigma_range(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    spec = steps.spaced
    if spec is None or SPACINGS[spec.source].over != "sigmas":
        return
    ends = target.levels.sigmas[[0, -2]]
    if target.levels.count < 2 or not np.isfinite(ends).all() or not ends[0] > ends[1] > 0:
        return
    high, low = ends.tolist()
    values = {"high": f"{high:.6g}", "low": f"{low:.6g}"}
    for given in ({"sigma_max": high, "sigma_min": low}, {"sigma_max": high}, {"sigma_min": low}):
        yield from _tried(values, partial(_with_option, steps, **given))


@convention("spacing_option", QT_TRANSLATE_NOOP("conventions", "{side} has {option} = {value}."))
def _spacing_option(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    """Other values of an option of the spacing, such as ρ: the target's own, each choice, or the one that fits."""
    spec = steps.spaced
    for option in SPACINGS[spec.source].options if spec is not None else ():
        if option.key in OF_THEIR_OWN:
            continue
        make = partial(_with_one_option, steps, option.key)
        for value in option.choices or fitted_values(option, make, target, _given(target, option.key, math.nan)):
            shown = value if isinstance(value, str) else f"{value:.6g}"
            yield from _tried({"option": option.key, "value": shown}, partial(make, value))


def _with_one_option(steps: ComparedSteps, key: str, value: object) -> ComparedSteps:
    return _with_option(steps, **{key: value})


@convention("count", QT_TRANSLATE_NOOP("conventions", "{side} is laid out for a step count of {count}."))
def _count(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    spec, count = steps.spaced, target.levels.count
    if spec is not None and steps.levels.count != count:
        yield from _tried({"count": count}, lambda: steps.respecified(replace(spec, steps=count)))


@convention(
    "zero_terminal_snr", QT_TRANSLATE_NOOP("conventions", "{side} has betas rescaled to zero terminal SNR: {schedule}.")
)
def _zero_terminal_snr(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    own = steps.levels.schedule
    for form in {0.0, 1.0, 2.0, 3.0} - {own.values[ZERO_SNR]}:
        yield from _over(steps, _with_zero_snr(own, form))


@convention("schedule", QT_TRANSLATE_NOOP("conventions", "{side} lies in another schedule: {schedule}."))
def _schedule(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    """The schedule of the target with the own form of zero terminal SNR, which is a convention of its own."""
    own, other = steps.levels.schedule, target.levels.schedule
    kept = _with_zero_snr(other, own.values[ZERO_SNR])
    if kept != own:
        yield from _over(steps, kept)
    elif steps.spec is not None and not target.timed:
        for kind in {"linear", "scaled_linear", "cosine"} - {own.kind}:
            yield from _over(steps, _of_kind(own, kind))


@lru_cache(maxsize=KEPT)
def _with_zero_snr(schedule: Schedule, form: float) -> Schedule | None:
    """The schedule with this form of zero terminal SNR, None if it has none; every pair asks for it."""
    return _if_any(partial(schedule.replace, **{ZERO_SNR: form}))


@lru_cache(maxsize=KEPT)
def _of_kind(schedule: Schedule, kind: str) -> Schedule | None:
    return _if_any(partial(schedule.with_kind, kind))


def _if_any(make: Callable[[], Schedule]) -> Schedule | None:
    try:
        return make()
    except StudioError:
        return None


def _over(steps: ComparedSteps, schedule: Schedule | None) -> Iterator[Change]:
    spec = steps.spec
    if spec is not None and schedule is not None:
        yield from _tried({"schedule": str(schedule)}, lambda: steps.respecified(spec, schedule))


@convention("rounded", QT_TRANSLATE_NOOP("conventions", "{side} has timesteps rounded, and the σ of the rounded ones."))
def _rounded(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    for timesteps in _whole(steps):
        yield {}, _at(steps, timesteps)


@convention(
    "timesteps_rounded",
    QT_TRANSLATE_NOOP("conventions", "{side} tells the network rounded timesteps, and keeps the σ in between."),
)
def _timesteps_rounded(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    for timesteps in _whole(steps):
        yield {}, steps.relaid(steps.levels.log_snr, timesteps)


def _whole(steps: ComparedSteps) -> Iterator[Array]:
    timesteps = steps.levels.timesteps
    if (timesteps != np.round(timesteps)).any():
        yield np.round(timesteps)
        yield np.floor(timesteps)


@convention(
    "sigma_interpolated",
    QT_TRANSLATE_NOOP("conventions", "{side} interpolates σ itself between timesteps, not its logarithm."),
)
def _sigma_interpolated(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    timesteps, known = steps.levels.timesteps, steps.levels.schedule.coefficients.sigmas
    if (timesteps != np.round(timesteps)).any() and np.isfinite(known).all():
        sigmas = np.interp(timesteps, np.arange(len(known)), known)
        yield {}, steps.relaid(np.append(log_snr_of_sigmas(sigmas), steps.levels.log_snr[-1]), timesteps)


@convention(
    "counted_from_one",
    QT_TRANSLATE_NOOP("conventions", "{side} counts timesteps from one higher, with the same σ: t where indexes are."),
)
def _counted_from_one(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    yield {}, steps.relaid(steps.levels.log_snr, steps.levels.timesteps + 1)


@convention("reversed", QT_TRANSLATE_NOOP("conventions", "{side} is reversed."))
def _reversed(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    yield from _tried({}, lambda: replace(steps, levels=STEP_OPERATORS["reverse"].apply(steps.levels), spec=None))


@convention("tau_as_sigma", QT_TRANSLATE_NOOP("conventions", "{side} has τ = σ/(1+σ) taken for σ."))
def _tau_as_sigma(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    yield {}, steps.relaid(log_snr_of_sigmas(steps.levels.taus))


@convention("double_shift", QT_TRANSLATE_NOOP("conventions", "{side} is shifted twice by {shift}."))
def _double_shift(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    shift = ModelSigmas(steps.levels.schedule).shift
    if shift != 1:
        yield {"shift": f"{shift:.6g}"}, _multiplied(steps, shift)


@convention("shift_missing", QT_TRANSLATE_NOOP("conventions", "{side} lacks the shift of {shift}."))
def _shift_missing(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    shift = ModelSigmas(steps.levels.schedule).shift
    if shift != 1:
        yield {"shift": f"{shift:.6g}"}, _multiplied(steps, 1 / shift)


@convention(
    "shift", QT_TRANSLATE_NOOP("conventions", "{side} is shifted by {shift} more: every σ is {shift} times as large.")
)
def _shift(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    """Any other shift, which multiplies every σ by the same number."""
    if steps.levels.count != target.levels.count:
        return
    with np.errstate(invalid="ignore"):
        ratios = 0.5 * (steps.levels.log_snr - target.levels.log_snr)
    ratios = ratios[np.isfinite(ratios)]
    own = abs(math.log(ModelSigmas(steps.levels.schedule).shift))
    if len(ratios) > 1 and np.ptp(ratios) < 0.02 and min(abs(abs(ratios[0]) - own), abs(ratios[0])) > 1e-4:
        shift = float(np.exp(np.median(ratios)))
        yield {"shift": f"{shift:.6g}"}, _multiplied(steps, shift)


def _multiplied(steps: ComparedSteps, factor: float) -> ComparedSteps:
    return steps.relaid(steps.levels.log_snr - 2 * math.log(factor))


@convention(
    "terminal_shift", QT_TRANSLATE_NOOP("conventions", "{side} is stretched to end at τ = {tau}: shift_terminal.")
)
def _terminal_shift(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    own, end = steps.levels.taus, float(target.levels.taus[-2])
    if 0 < end < 1 and 0 < own[-2] < 1 and abs(end - own[-2]) > 1e-6:
        taus = 1 - (1 - own[:-1]) * (1 - end) / (1 - own[-2])
        if (taus >= 0).all():
            levels = np.append(log_snr_of_taus(taus), steps.levels.log_snr[-1])
            yield {"tau": f"{end:.6g}"}, steps.relaid(levels)


@convention("begins_later", QT_TRANSLATE_NOOP("conventions", "{side} leaves out steps at the start, {count} in all."))
def _begins_later(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    fewer = steps.levels.count - target.levels.count
    if fewer > 0:
        yield {"count": fewer}, replace(steps, levels=steps.levels.part(fewer, steps.levels.count), spec=None)


@convention("ends_earlier", QT_TRANSLATE_NOOP("conventions", "{side} leaves out steps at the end, {count} in all."))
def _ends_earlier(steps: ComparedSteps, target: ComparedSteps) -> Iterator[Change]:
    fewer = steps.levels.count - target.levels.count
    if fewer > 0:
        yield {"count": fewer}, replace(steps, levels=steps.levels.part(0, target.levels.count), spec=None)
