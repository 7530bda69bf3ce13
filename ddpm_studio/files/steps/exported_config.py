"""Exported config: of a schedule and its steps, for the class that both came from where that has them."""

from __future__ import annotations

from collections.abc import Sequence

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.configs.config_fields import Config, class_of
from ddpm_studio.files.diffusers_config import schedule_from_config
from ddpm_studio.files.steps.config_again import class_left, config_written_for, other_class
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.files.steps.scheduler_steps import steps_of_config
from ddpm_studio.files.steps.written_config import WrittenConfig, config_of_steps, mu_of, taking
from ddpm_studio.texts import SourceText, Text, Verbatim

_Noted = tuple[Config, tuple[Text, ...]]


def config_for(schedule: Schedule, steps: Sequence[StepsSpec], opened: OpenedConfig | None = None) -> _Noted:
    """The config with the fields of the only line of steps, where there is one, and what is to be said of it.

    Steps that are those of the config that was `opened` leave its step fields alone, whatever the schedule is now.
    """
    kept = None if opened is None else opened.of_schedule(schedule)
    config, said = _with_steps(schedule, steps, opened, kept)
    if kept is not None:
        return config, said
    left = other_class(schedule, config) if opened is None else class_left(f"{opened.name}Scheduler", config)
    return config, said if left is None else (left, *said)


def _with_steps(
    schedule: Schedule, steps: Sequence[StepsSpec], opened: OpenedConfig | None, kept: Config | None
) -> _Noted:
    count = len(steps)
    if count != 1:
        return _alone(schedule, kept, *((Text(_SEVERAL, {"count": count}),) if count else ()))
    if opened is not None and kept is not None and _is_opened_with(opened, steps[0], schedule):
        return _as_it_came(schedule, steps[0], kept)
    try:
        written = config_of_steps(steps[0], steps[0].levels(schedule), opened)
    except StudioError as error:
        return _alone(schedule, kept, Text(_ALONE, {"reason": error}))
    if opened is None or kept is None or class_of(written.config) == opened.name:
        return written.config, (_call(_CALL, written),)
    return written.config, (_call(_OTHER_CLASS, written, before=Verbatim(f"{opened.name}Scheduler")),)


def _is_opened_with(opened: OpenedConfig, spec: StepsSpec, schedule: Schedule) -> bool:
    """True if these are the steps that the config had over its own schedule, perhaps of another number."""
    own = opened.with_betas_of(schedule)
    counts = {None, spec.steps, None if spec.steps is None else spec.steps + 1}
    return any(spec == _steps_of(own, count) for count in counts)


def _steps_of(config: Config, count: int | None) -> StepsSpec | None:
    try:
        return steps_of_config(config, schedule_from_config(config), count).spec
    except StudioError:
        return None


def _as_it_came(schedule: Schedule, spec: StepsSpec, kept: Config) -> _Noted:
    try:
        written = taking(kept, spec.levels(schedule))
    except StudioError:
        written = None
    return _alone(schedule, kept, Text(_KEPT)) if written is None else (kept, (_call(_CALL, written),))


def _call(template: SourceText, written: WrittenConfig, **said: Verbatim) -> Text:
    name, call = Verbatim(str(written.config["_class_name"])), Verbatim(written.call)
    return Text(template, {"name": name, "call": call, **said})


def _alone(schedule: Schedule, kept: Config | None, *said: Text) -> _Noted:
    """The config of a schedule, whose step fields are those that it was opened with, if it was."""
    if kept is None:
        return config_written_for(schedule), said
    mu = mu_of(kept, ModelSigmas(schedule).shift)
    return kept, said if mu is None else (*said, Text(_BY_SIZE, {"mu": f"{mu:.9g}"}))


_SEVERAL = QT_TRANSLATE_NOOP(
    "conventions", "It has none of the steps, since a config has room for one line of them, not {count}."
)
_ALONE = QT_TRANSLATE_NOOP("conventions", "It has none of the steps: {reason}.")
_KEPT = QT_TRANSLATE_NOOP(
    "conventions", "Its step fields are as they came; over this schedule they describe other steps than those here."
)
_BY_SIZE = QT_TRANSLATE_NOOP(
    "conventions", "Its shift is one for each size of picture; set_timesteps has that of this schedule with mu={mu}."
)
_CALL = QT_TRANSLATE_NOOP("conventions", "{name} takes these steps after {call}.")
_OTHER_CLASS = QT_TRANSLATE_NOOP(
    "conventions",
    "{name} takes these steps after {call}; {before} has no fields for them.",
)
