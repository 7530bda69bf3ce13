"""Config texts: fields of a scheduler of diffusers where they stand in YAML, or are given to one of its examples."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.files.configs.beta_classes import ELSEWHERE
from ddpm_studio.files.diffusers_config import schedule_from_config

CONFIG_KEYS = (
    *("_class_name", "beta_schedule", "beta_start", "beta_end", "trained_betas", "num_train_timesteps"),
    *("rescale_betas_zero_snr", "snr_shift_scale", "prediction_type", "timestep_type"),
    *("shift", "flow_shift", "use_flow_sigmas", "use_dynamic_shifting"),
    *("sigma_min", "sigma_max", "sigma_schedule", "sigma_data", "rho"),
    *("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"),
)
"""The fields by which a schedule is another one."""

EXAMPLE_KEYS = ("ddpm_beta_schedule", "ddpm_num_steps")
"""The arguments of the examples of diffusers that its DDPMScheduler is made with."""

_ENDS = tuple(key for key, field in ELSEWHERE.items() if field == "beta_end" and "beta" in key)
_STARTS = tuple(key for key, field in ELSEWHERE.items() if field == "beta_start" and "beta" in key)
"""What other programs call β_T and β_1."""

_TOLD = {"true": True, "false": False, "null": None, "none": None, "~": None}


def has_config(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether entries of YAML, as text, are those of a scheduler."""
    names = {name for name, _ in pairs}
    return names >= {"beta_schedule", "num_train_timesteps"} or any(map(names_scheduler, pairs))


def names_scheduler(pair: tuple[str, str]) -> bool:
    """Whether an entry names the class of a scheduler, and not that of a network beside it."""
    name, value = pair
    return name == "_class_name" and value.strip(" \t\r\"',}").endswith("Scheduler")


def keys_in(names: Collection[str]) -> tuple[str, ...]:
    """The keys to read among these: those of diffusers, and, where β_T has another's name, those of both ends."""
    others = [name for name in names if name.lower() in (*_ENDS, *_STARTS)]
    return (*CONFIG_KEYS, *(others if any(name.lower() in _ENDS for name in others) else ()))


def schedule_of_fields(said: Mapping[str, str], path: str) -> Schedule:
    """The schedule of these fields, as `schedule_from_config` has it, with numbers, flags and null for their texts."""
    return schedule_from_config({key: _told(value) for key, value in said.items()}, path)


def schedule_of_example(said: Mapping[str, str], path: str) -> Schedule:
    """The schedule of the DDPMScheduler that an example of diffusers makes with these arguments."""
    fields = zip(("beta_schedule", "num_train_timesteps"), EXAMPLE_KEYS, strict=True)
    given = {field: said[key] for field, key in fields if key in said}
    return schedule_of_fields({"_class_name": "DDPMScheduler", **given}, path)


def _told(value: str) -> object:
    if value.lower() in _TOLD:
        return _TOLD[value.lower()]
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value
