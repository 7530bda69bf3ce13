"""Config of a schedule whose betas were read from another config: that one, with what has been set besides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ddpm_studio.diffusion.schedule import CUSTOM, Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.configs.config_fields import Config, class_of
from ddpm_studio.files.diffusers_config import config_from_schedule, is_scheduler_config, schedule_from_config
from ddpm_studio.files.steps.asked_steps import config_at
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.texts import Text, Verbatim


def config_written_for(schedule: Schedule) -> Config:
    """The config in the file that a custom schedule names, with its operators; else that of `config_from_schedule`."""
    config = _config_behind(schedule)
    if config is not None:
        opened = OpenedConfig.of(config)
        for each in _readings(schedule, schedule_from_config(config)):
            again = opened.of_schedule(each)
            if again is not None:
                return again
    return config_from_schedule(schedule)


def other_class(schedule: Schedule, written: Config) -> Text | None:
    """What is to be said of a config that is written for another class than that in the file; None if it is not."""
    before = _config_behind(schedule)
    if before is None or class_of(before) in ("", class_of(written)):
        return None
    return class_left(f"{class_of(before)}Scheduler", written)


def class_left(before: str, written: Config) -> Text:
    """What is to be said of a config in the place of one for a class that cannot have the schedule."""
    return Text(_OTHER_CLASS, {"before": Verbatim(before), "name": Verbatim(str(written["_class_name"]))})


_OTHER_CLASS = QT_TRANSLATE_NOOP(
    "conventions", "{before} has no fields for this schedule, so that the config is one for {name}."
)


def _config_behind(schedule: Schedule) -> Config | None:
    """The config of the file, None if there is none of which these are the betas, as far as can be told today."""
    if schedule.kind != CUSTOM.name or not schedule.path:
        return None
    try:
        config = config_at(schedule.path)
        known = config is not None and is_scheduler_config(config)
        return config if config and known and _has_betas(config, schedule) else None
    except StudioError:
        return None


def _has_betas(config: Config, schedule: Schedule) -> bool:
    return bool(schedule_from_config(config).betas.tolist() == list(schedule.trained_betas))


def _readings(schedule: Schedule, own: Schedule) -> Iterator[Schedule]:
    """The schedule as the config has it, with the operators that came besides where it can have them, and as it is."""
    if not schedule.given:
        yield own
        return
    values, shift = schedule.values, own.values["snr_shift"] * schedule.values["snr_shift"]
    try:
        both = own.replace(snr_shift=shift, zero_snr=values["zero_snr"] or own.values["zero_snr"])
    except StudioError:
        both = own
    if np.allclose(both.coefficients.alphas_cumprod, schedule.coefficients.alphas_cumprod, rtol=1e-9, atol=1e-15):
        yield both
    yield schedule
