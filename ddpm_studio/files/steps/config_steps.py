"""Steps of a diffusers scheduler_config.json: its step fields as the text of steps, and what that cannot say."""

from __future__ import annotations

import math
import reprlib
from dataclasses import dataclass, replace

import numpy as np

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.spacing_registry import ENDS
from ddpm_studio.diffusion.steps.steps_spec import Applied, StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.configs.config_fields import Config, class_of, no_null, number_in
from ddpm_studio.files.steps.scheduler_classes import ALPHA, CLASSES, FINAL, LEAST, SIGMAS, SchedulerClass
from ddpm_studio.texts import Text

CAP = float(np.sqrt(2.0**24 - 1))
"""σ that some schedulers take for pure noise: that of ᾱ = 2⁻²⁴."""


@dataclass(frozen=True)
class ConfigSteps:
    """Steps that a config describes, and sentences about what they do not have of it."""

    spec: StepsSpec
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class ConfigRequest:
    """What is asked for: the steps of a config, read from a path, over a schedule, and how many."""

    config: Config
    schedule: Schedule
    steps: int
    path: str

    @property
    def name(self) -> str:
        """The class of the scheduler, without “Scheduler”."""
        return class_of(self.config)

    def flag(self, key: str, default: bool = False) -> bool:
        """Whether a field is set, which null does not; FileError for anything but true, false and null."""
        value = self.config.get(key, default)
        if value not in (None, True, False):
            raise FileError(
                QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be true or false."),
                key=key,
                path=self.path,
                value=reprlib.repr(value),
            )
        return bool(value)

    def word(self, key: str, known: tuple[str, ...]) -> str:
        """One of the words that are known, the first where the config leaves it out; FileError for another, or null."""
        value = self.config.get(key, known[0])
        if value is None:
            raise no_null(key, known[0], self.path)
        template = QT_TRANSLATE_NOOP("errors", "{path} has the unknown {key} “{name}”; {remedy}")
        check_named(value, known, template, FileError, path=self.path, key=key)
        return str(value)

    def number(self, key: str, usual: float) -> float:
        """The number in a field, the usual one where the config leaves it out; FileError for null, or no number."""
        return number_in(self.config, key, usual, self.path)

    def number_or_none(self, key: str) -> float | None:
        """The number in a field that may be null, or left out; FileError for something else."""
        return None if self.config.get(key) is None else number_in(self.config, key, 0.0, self.path)

    def one_of(self, keys: tuple[str, ...]) -> str | None:
        """The field of these that is set, None if there is none; FileError for two, as in diffusers."""
        found = [key for key in keys if self.flag(key)]
        if len(found) > 1 and found != ["use_karras_sigmas", "use_lu_lambdas"]:
            raise FileError(
                QT_TRANSLATE_NOOP("errors", "{path} has both {first} and {second}; set one of them to false."),
                path=self.path,
                first=found[0],
                second=found[1],
            )
        return next(iter(found), None)

    def check_several(self) -> None:
        """Raise FileError where the last step would be left out and is the only one."""
        if self.steps == 1:
            raise FileError(
                QT_TRANSLATE_NOOP(
                    "errors", "The only step of {name} in {path} leads from a level to itself; take 2 steps or more."
                ),
                name=self.name,
                path=self.path,
            )

    def refused(self, key: str) -> FileError:
        """The error that no steps have what this field says."""
        return FileError(
            QT_TRANSLATE_NOOP(
                "errors", "{key} in {path} is {value}, which no steps here have; leave it out, or choose a spacing."
            ),
            key=key,
            path=self.path,
            value=reprlib.repr(self.config.get(key)),
        )


def stepless(count: int) -> Text:
    """The note that the last step is left out, and how many remain."""
    return Text(
        QT_TRANSLATE_NOOP(
            "conventions",
            "diffusers ends with a step between two equal levels, which is left out; steps that remain: {count}.",
        ),
        {"count": count},
    )


def rounded_up(sigma: float) -> float:
    """A σ of nine digits that is above this one, by 1.1e-8 of it at most, so that a cut at it leaves that level out.

    >>> rounded_up(0.029167158)
    0.0291671582
    """
    return float(f"{sigma * (1 + 6e-9):.9g}")


def cut_at_last(asked: ConfigRequest, spec: StepsSpec, notes: tuple[Text, ...]) -> ConfigSteps:
    """The steps of a spec that end at the last of their own levels."""
    asked.check_several()
    last = rounded_up(float(spec.levels(asked.schedule, None if spec.has_number else asked.steps).sigmas[-2]))
    steps = None if spec.is_list else asked.steps
    return ConfigSteps(
        replace(spec, steps=steps, applied=(Applied("above", last),)), (*notes, stepless(asked.steps - 1))
    )


def steps_over_betas(asked: ConfigRequest) -> ConfigSteps:
    """The steps of a scheduler that has β, those of CLASSES."""
    kind = CLASSES[asked.name]
    over = asked.one_of(kind.sigmas)
    return _over_sigmas(asked, kind, over) if over else _evenly(asked, kind)


def _check_clipped(asked: ConfigRequest, kind: SchedulerClass) -> None:
    value = asked.config.get("lambda_min_clipped", -math.inf)
    if not kind.clips_lambda or value in (-math.inf, "-Infinity"):
        return
    if asked.number("lambda_min_clipped", -math.inf) > asked.schedule.coefficients.log_snr[-1] / 2:
        raise asked.refused("lambda_min_clipped")


def _evenly(asked: ConfigRequest, kind: SchedulerClass) -> ConfigSteps:
    word = _spacing_word(asked, kind)
    if _is_log_linear(asked):
        told = Text(
            QT_TRANSLATE_NOOP("conventions", "diffusers tells the network the timesteps of {spacing}, whatever σ is."),
            {"spacing": word},
        )
        return ConfigSteps(StepsSpec("exponential", given=((ENDS.key, False),)), (told, *_capped(asked, kind)))
    _check_clipped(asked, kind)
    offset = asked.number("steps_offset", 0) if word == "leading" else 0
    if offset != int(offset):
        raise asked.refused("steps_offset")
    given = (("offset", int(offset)),) if offset else ()
    spec = StepsSpec(kind.spacings[word], given=given)
    timesteps = spec.levels(asked.schedule, asked.steps).timesteps
    return _ended(asked, kind, spec, float(timesteps[-1]), _notes_on(spec, timesteps, asked, kind))


def _spacing_word(asked: ConfigRequest, kind: SchedulerClass) -> str:
    return asked.word("timestep_spacing", tuple(kind.spacings)) if len(kind.spacings) > 1 else kind.usual


def _is_log_linear(asked: ConfigRequest) -> bool:
    known = ("linear", "log_linear")
    return asked.name == "EulerDiscrete" and asked.word("interpolation_type", known) == "log_linear"


def _notes_on(spec: StepsSpec, timesteps: Array, asked: ConfigRequest, kind: SchedulerClass) -> list[Text]:
    """What is different where steps are even in timesteps."""
    said = [*(_capped(asked, kind) if timesteps[0] > asked.schedule.T - 2 else ()), *_overrun(asked, kind)]
    if kind.strides and not _strides_alike(timesteps, asked, kind):
        said.append(_strides(asked))
    if asked.steps == 1 and spec.source in ("linspace", "normal"):
        said.append(Text(SINGLE))
    if 1 < asked.steps == asked.schedule.T and spec.source in _EACH:
        return [*said, Text(_EACH[spec.source])]
    return said + ([_interpolated(spec, timesteps, asked, kind)] if (timesteps % 1).any() else [])


_EACH = {
    "linspace_multistep": QT_TRANSLATE_NOOP(
        "conventions",
        "diffusers rounds the timesteps to whole ones, of which one may come twice; here they lie evenly.",
    ),
    "leading_multistep": QT_TRANSLATE_NOOP(
        "conventions", "diffusers stays at one timestep with as many steps as there are; here each is visited."
    ),
}
"""What diffusers makes of as many steps as there are timesteps, of which it lays out one more and drops it."""


def _interpolated(spec: StepsSpec, timesteps: Array, asked: ConfigRequest, kind: SchedulerClass) -> Text:
    """The note on timesteps between two, and how far σ differs there."""
    sigmas = asked.schedule.coefficients.sigmas
    capped = np.minimum(sigmas, CAP) if _capped(asked, kind) else sigmas
    theirs = np.interp(timesteps, np.arange(len(capped)), capped)
    ours, known = spec.levels(asked.schedule, asked.steps).sigmas[:-1], np.isfinite(theirs) & (timesteps % 1 > 0)
    share = np.max(np.abs(ours[known] / theirs[known] - 1), initial=0.0)
    return Text(_INTERPOLATED, {"percent": f"{100 * share:.2g}"})


def _overrun(asked: ConfigRequest, kind: SchedulerClass) -> list[Text]:
    """The note where T, T − T/N, … has N + 1 numbers above 0 in float64, as in diffusers, which takes off 1 then."""
    is_one_more = len(np.arange(asked.schedule.T, 0, -asked.schedule.T / asked.steps)) > asked.steps
    return [Text(_OVERRUN)] if is_one_more and kind.spacings[_spacing_word(asked, kind)] == "trailing" else []


_OVERRUN = QT_TRANSLATE_NOOP(
    "conventions", "diffusers goes on to timestep −1 with this number of steps, a slip in rounding that is left out."
)

SINGLE = QT_TRANSLATE_NOOP("conventions", "diffusers takes a single step from the least noisy level.")
_INTERPOLATED = QT_TRANSLATE_NOOP(
    "conventions",
    "diffusers interpolates σ between two timesteps, here it is log SNR: σ differs by about {percent} % at most.",
)


def _capped(asked: ConfigRequest, kind: SchedulerClass) -> list[Text]:
    pure = np.isneginf(asked.schedule.coefficients.log_snr[-1])
    return [Text(_CAPPED)] if pure and kind.capped else []


_CAPPED = QT_TRANSLATE_NOOP("conventions", "diffusers takes σ = 4096 for pure noise.")


def _ended(asked: ConfigRequest, kind: SchedulerClass, spec: StepsSpec, last: float, notes: list[Text]) -> ConfigSteps:
    """The same steps with the end that the scheduler has, which begin their last step at the timestep `last`."""
    if _ends_clean(asked, kind):
        return ConfigSteps(spec, tuple(notes))
    if last > 0:
        return ConfigSteps(_with(spec, **{ENDS.key: False}), tuple(notes))
    asked.check_several()
    source, fewer = spec.source, asked.steps - 1
    # Without its last level, leading has those of one step more; what is left of the others ends at timestep 0.
    same = {"leading": "leading_multistep", "trailing": "linspace"}.get(source, source)
    return ConfigSteps(StepsSpec(same, fewer, ((ENDS.key, False),)), (*notes, stepless(fewer)))


def _ends_clean(asked: ConfigRequest, kind: SchedulerClass) -> bool:
    if kind.ends == ALPHA:
        return asked.flag(ALPHA, asked.name != "PNDM")
    if kind.ends == FINAL:
        return asked.word(FINAL, ("zero", "sigma_min")) == "zero"
    return kind.ends != LEAST


def _strides_alike(timesteps: Array, asked: ConfigRequest, kind: SchedulerClass) -> bool:
    """True if ⌊T/N⌋ timesteps further on is the next one, and after the last one the end."""
    stride = asked.schedule.T // asked.steps
    end = 0 if _ends_clean(asked, kind) else 1
    return bool((np.diff(timesteps) == -stride).all()) and bool(timesteps[-1] < stride + end)


def _strides(asked: ConfigRequest) -> Text:
    return Text(
        QT_TRANSLATE_NOOP(
            "conventions",
            "{name} of diffusers steps by {stride} timesteps each time, which is not always the next level.",
        ),
        {"name": asked.name, "stride": asked.schedule.T // asked.steps},
    )


def _over_sigmas(asked: ConfigRequest, kind: SchedulerClass, key: str) -> ConfigSteps:
    spec = StepsSpec(SIGMAS[key], given=tuple(_range(asked, kind).items()))
    notes = [*([Text(_ROUNDED)] if key in kind.rounded else []), *_capped(asked, kind)]
    notes += _overrun(asked, kind) if kind.own_range else []
    begins = kind.range_fields and asked.number_or_none("sigma_max") is not None
    if asked.steps == 1 and kind.own_range and not begins and _evenly(asked, kind).spec.source == "normal":
        notes.append(Text(SINGLE))
    if _ends_clean(asked, kind):
        return ConfigSteps(spec, tuple(notes))
    lowest = dict(spec.given).get("sigma_min")
    if lowest is not None and not kind.ends_where_it_is:
        return ConfigSteps(_with(spec, **{ENDS.key: False}), tuple(notes))
    if lowest is not None:
        return cut_at_last(asked, spec, tuple(notes))
    if kind.ends_where_it_is:
        asked.check_several()
    fewer = max(asked.steps - 1, 1)
    notes += [] if asked.steps == 1 else [stepless(fewer)]
    return ConfigSteps(replace(_with(spec, **{ENDS.key: False}), steps=fewer), tuple(notes))


_ROUNDED = QT_TRANSLATE_NOOP("conventions", "diffusers tells the network whole timesteps, σ is as it is here.")


def _range(asked: ConfigRequest, kind: SchedulerClass) -> dict[str, object]:
    """σ_min and σ_max where they are not those of the schedule."""
    ends: dict[str, float] = {"sigma_max": CAP} if _capped(asked, kind) else {}
    if kind.own_range and not _is_log_linear(asked):
        ends |= _visited(asked, kind)
    if kind.range_fields:
        fields = {key: asked.number_or_none(key) for key in ("sigma_min", "sigma_max")}
        ends |= {key: value for key, value in fields.items() if value is not None}
    return dict(ends)


def _visited(asked: ConfigRequest, kind: SchedulerClass) -> dict[str, float]:
    even = _evenly(replace(asked, config={**asked.config, FINAL: "zero"}), kind).spec
    log_snr = even.levels(asked.schedule, asked.steps).log_snr[:-1]
    known = asked.schedule.coefficients.log_snr
    first, last = np.exp(-0.5 * log_snr[[0, -1]]).tolist()
    ends = {"sigma_min": last} if log_snr[-1] < known[0] and asked.steps > 1 else {}
    return ends | ({"sigma_max": first} if log_snr[0] > known[-1] else {})


def _with(spec: StepsSpec, **values: object) -> StepsSpec:
    return replace(spec, given=(*spec.given, *values.items()))
