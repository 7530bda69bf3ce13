"""Schedules as huggingface/diffusers writes them: scheduler_config.json in and out."""

from __future__ import annotations

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files.configs.beta_classes import BETA_CLASSES, names_betas, schedule_of_betas
from ddpm_studio.files.configs.config_fields import Config, check_choices, class_of
from ddpm_studio.files.configs.flow_classes import FLOW_CLASSES, check_no_flow, flow_of, is_by_flag
from ddpm_studio.files.configs.refused_classes import REFUSED, refuse
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS, between_sigmas, has_own_sigmas
from ddpm_studio.files.configs.written_fields import by_name, fields_of_schedule


def is_scheduler_config(config: Config) -> bool:
    """True if this is the config of a scheduler whose noise levels are known: by its β, as a flow, or by its σ."""
    name = class_of(config)
    known = name in BETA_CLASSES or name in FLOW_CLASSES or name in OWN_LEVELS
    return known or (name not in REFUSED and (names_betas(config) or is_by_flag(config)))


def schedule_from_config(config: Config, path: str = "scheduler_config.json") -> Schedule:
    """The schedule with which a diffusers scheduler of this config adds noise, with the defaults of its class filled
    in.

    Flow matching becomes a flow with the shift of the config, but for one that depends on the size of the picture; EDM
    and consistency models go from `sigma_min` to `sigma_max`, and IPNDM by a formula. `trained_betas` become a custom
    schedule. Raises FileError naming `path` if the levels are not known, with the reason, for an unknown
    `beta_schedule` or something other than a number or a flag, and ScheduleError for a value out of bounds.
    """
    check_choices(config, path)
    name = class_of(config)
    if not is_scheduler_config(config):
        refuse(config, path)
    if name in OWN_LEVELS:
        return OWN_LEVELS[name](config, path)
    if name in FLOW_CLASSES or is_by_flag(config):
        return flow_of(config, path)
    if has_own_sigmas(config):
        return between_sigmas(config, path)
    check_no_flow(config, path)
    return schedule_of_betas(config, path)


def config_from_schedule(schedule: Schedule) -> dict[str, object]:
    """A config from which diffusers builds this schedule, to float32's precision.

    It is that of a class that has it by a formula, if there is one, and lists `trained_betas` otherwise.

    >>> config_from_schedule(Schedule("flow", 1000, {"shift": 3}))
    {'_class_name': 'FlowMatchEulerDiscreteScheduler', 'num_train_timesteps': 1000, 'shift': 3.0}
    """
    for name in _BY_FORMULA:
        fields = by_name(name, schedule) if name in BETA_CLASSES else fields_of_schedule(name, schedule)
        config = None if fields is None else {"_class_name": f"{name}Scheduler", **fields}
        if config is not None and _opens(config):
            return config
    return {"_class_name": "DDPMScheduler", **(fields_of_schedule("DDPM", schedule) or {})}


def _opens(config: Config) -> bool:
    """False where a shift of the SNR takes σ or the shift of a flow out of the bounds of its kind."""
    try:
        schedule_from_config(config)
    except StudioError:
        return False
    return True


_BY_FORMULA = ("DDPM", "HeunDiscrete", "CogVideoXDDIM", "FlowMatchEulerDiscrete", "EDMEuler")
"""The class that is written, of several that have a schedule: the first."""
