"""Opened config: that of a scheduler from which a schedule came, so that it goes back with what has been changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import Budget
from ddpm_studio.files.configs.config_fields import Config, class_of
from ddpm_studio.files.configs.flow_classes import shifts_by_size
from ddpm_studio.files.configs.sigma_classes import between_sigmas, has_own_sigmas
from ddpm_studio.files.configs.written_fields import fields_of_schedule
from ddpm_studio.files.diffusers_config import is_scheduler_config, schedule_from_config

_BETAS, _FLOWS = "trained_betas", "use_flow_sigmas"
_CLEARED = {_BETAS: None, "rescale_betas_zero_snr": False, "snr_shift_scale": 1.0, _FLOWS: False}
"""What a field says that has nothing to say any more."""

_SAME = 1e-9
"""Difference in log SNR of schedules that are the same but for rounding."""


@dataclass(frozen=True)
class OpenedConfig:
    """A config as text of JSON, all of its fields as they were; an empty list of betas stands for the schedule's."""

    text: str

    @classmethod
    def of(cls, config: Config) -> Self:
        """What is kept of a config."""
        schedule = schedule_from_config(config)
        # With operators besides, the β of a schedule out of a file are no longer those of the list.
        own = schedule.trained_betas and not schedule.given and config.get(_BETAS) == list(schedule.trained_betas)
        return cls(json.dumps({**config, **({_BETAS: []} if own else {})}))

    @classmethod
    def read(cls, text: str) -> Self:
        """The config that was kept as this text. ValueError if it is of no scheduler, JsonError if it is no JSON."""
        config = parse(text, Budget(Path("config"), len(text)), "config")
        if not isinstance(config, dict) or not is_scheduler_config(config):
            raise ValueError(text)
        return cls(text)

    @cached_property
    def fields(self) -> Config:
        """The fields."""
        fields: dict[str, object] = json.loads(self.text)
        return fields

    @property
    def name(self) -> str:
        """The class, without “Scheduler”."""
        return class_of(self.fields)

    def of_schedule(self, schedule: Schedule) -> Config | None:
        """The config with what a schedule has in place of its own; None if its class cannot have that.

        >>> opened = OpenedConfig.of({"_class_name": "DDIMScheduler", "beta_end": 0.02, "steps_offset": 1})
        >>> opened.of_schedule(Schedule("linear", 1000))
        {'_class_name': 'DDIMScheduler', 'beta_end': 0.02, 'steps_offset': 1}
        >>> opened.of_schedule(Schedule("linear", 1000, {"beta_end": 0.03}))["beta_end"]
        0.03
        >>> opened.of_schedule(Schedule("flow")) is None
        False
        """
        own = self.with_betas_of(schedule)
        if _has(own, schedule):
            return own
        return next((made for made in _changed(own, schedule) if _has(made, schedule)), None)

    def with_betas_of(self, schedule: Schedule) -> Config:
        """The config with the betas of a schedule where those stand in place of its own."""
        return {**self.fields, **({_BETAS: list(schedule.trained_betas)} if self.fields.get(_BETAS) == [] else {})}


def _changed(own: Config, schedule: Schedule) -> Iterator[Config]:
    """The config with the fields that this schedule gives another value, and with all that its class says of it."""
    said = _fields(own, schedule)
    if said is None:
        return
    for before in (_said_of_itself(own), own):
        # What is listed is rescaled already, and float32 fails at rescaling some of it again.
        told = own if said.get(_BETAS) else before
        cleared = {key: value for key, value in _CLEARED.items() if told.get(key) not in (None, False)}
        changed = {key: value for key, value in {**cleared, **said}.items() if before.get(key) != value}
        # UniPC does not load with it where it goes along β.
        ended = {"shift_terminal": None} if changed.get(_FLOWS) is False and "shift_terminal" in own else {}
        yield {**own, **changed, **ended}


def _said_of_itself(config: Config) -> Config:
    """What the class says of the config's own schedule, the config itself where it has none."""
    try:
        return _fields(config, schedule_from_config(config)) or config
    except StudioError:
        return config


def _fields(config: Config, schedule: Schedule) -> dict[str, object] | None:
    if has_own_sigmas(config) and between_sigmas(config, "").kind == schedule.kind:
        ends = {key: schedule.values[key] for key in ("sigma_min", "sigma_max")}
        return {"num_train_timesteps": schedule.T, **ends}
    return fields_of_schedule(class_of(config), schedule)


def _has(config: Config, schedule: Schedule) -> bool:
    """Whether this is the config of a schedule, or leaves its shift to each size of picture."""
    try:
        own = schedule_from_config(config)
    except StudioError:
        return False
    if own.T != schedule.T:
        return False
    if own.kind == schedule.kind == "flow" and shifts_by_size(config):
        return True
    return np.allclose(own.coefficients.log_snr, schedule.coefficients.log_snr, rtol=1e-12, atol=_SAME)
