"""Schedules as huggingface/diffusers writes them: scheduler_config.json in, and out for DDPMScheduler."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.operators import ZeroSnr
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule, parameters
from ddpm_studio.files.configs.beta_classes import BETA_CLASSES, KIND_OF, names_betas, schedule_of_betas
from ddpm_studio.files.configs.config_fields import Config, class_of
from ddpm_studio.files.configs.flow_classes import FLOW_CLASSES, flow_of, is_by_flag
from ddpm_studio.files.configs.refused_classes import REFUSED, refuse
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS, between_sigmas, has_own_sigmas

DDPM_NAMES = {kind: name for name, kind in KIND_OF.items() if name != "exp"}
"""The `beta_schedule` of each kind that DDPMScheduler has; only HeunDiscreteScheduler has `exp`."""


def is_scheduler_config(config: Config) -> bool:
    """True if this is the config of a scheduler whose noise levels are known: by its β, as a flow, or by its σ."""
    name = class_of(config)
    known = name in BETA_CLASSES or name in FLOW_CLASSES or name in OWN_LEVELS
    return known or (name not in REFUSED and (names_betas(config) or is_by_flag(config)))


def schedule_from_config(config: Config, path: str = "scheduler_config.json") -> Schedule:
    """The schedule with which a diffusers scheduler of this config adds noise, with the defaults of its class filled
    in.

    Flow matching becomes a flow with the shift of the config, but for one that depends on the size of the picture; EDM
    and consistency models go from `sigma_min` to `sigma_max`. `trained_betas` and the levels of IPNDM become a custom
    schedule. Raises FileError naming `path` if the levels are not known, with the reason, for an unknown
    `beta_schedule` or something other than a number, and ScheduleError for a value out of bounds.
    """
    name = class_of(config)
    if not is_scheduler_config(config):
        refuse(config, path)
    if name in OWN_LEVELS:
        return OWN_LEVELS[name](config, path)
    if name in FLOW_CLASSES or is_by_flag(config):
        return flow_of(config, path)
    return between_sigmas(config, path) if has_own_sigmas(config) else schedule_of_betas(config, path)


def config_from_schedule(schedule: Schedule) -> dict[str, object]:
    """A config from which DDPMScheduler.from_config builds this schedule, to float32's precision.

    It names diffusers' own `beta_schedule` if that gives the same values, and lists `trained_betas` otherwise.
    """
    config: dict[str, object] = {"_class_name": "DDPMScheduler", "num_train_timesteps": schedule.T}
    if not _is_native(schedule):
        return config | {"trained_betas": schedule.betas.tolist()}
    ends = {key: value for key, value in schedule.values.items() if key in ("beta_start", "beta_end")}
    config |= {"beta_schedule": DDPM_NAMES[schedule.kind], **ends}
    return config | ({"rescale_betas_zero_snr": True} if schedule.values["zero_snr"] else {})


def _is_native(schedule: Schedule) -> bool:
    if schedule.kind == CUSTOM.name or schedule.kind not in DDPM_NAMES or schedule.values["snr_shift"] != 1:
        return False
    fixed = [p for p in parameters(schedule.kind) if p.key not in ("beta_start", "beta_end", "zero_snr")]
    at_default = all(schedule.values[p.key] == p.default for p in fixed)
    plain = schedule.values["zero_snr"] == ZeroSnr.OFF
    return at_default and (plain or (schedule.values["zero_snr"] != ZeroSnr.COMFYUI and _rescales_alike(schedule)))


def _rescales_alike(schedule: Schedule) -> bool:
    """True if the rescaling to zero terminal SNR survives float32, in which diffusers computes it.

    It does not where ᾱ leaves float32's range, where all β are tiny, or at T = 1, where diffusers divides 0 by 0.
    """
    with np.errstate(all="ignore"):
        root = np.sqrt(np.cumprod(1 - schedule.replace(zero_snr=0).betas.astype(np.float32)))
        root = (root - root[-1]) * (root[0] / (root[0] - root[-1]))
        theirs = 1 - (root[1:] / root[:-1]) ** 2
        return root[0] > 0 and np.allclose(theirs, schedule.betas[1:], rtol=1e-3, atol=1e-6)
