"""Schedules as huggingface/diffusers writes them: scheduler_config.json in, and out for DDPMScheduler."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping

import numpy as np

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.operators import ZeroSnr
from ddpm_studio.diffusion.options import as_number
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule, parameters
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.lookalikes import check_betas
from ddpm_studio.files.stored import betas_array, no_betas

KIND_OF = {
    "linear": "linear",
    "scaled_linear": "scaled_linear",
    "squaredcos_cap_v2": "cosine",
    "sigmoid": "sigmoid_beta",
    "laplace": "laplace_diffusers",
    "exp": "exp",
}
"""Our kind for each `beta_schedule` that some scheduler of diffusers knows."""

DDPM_NAMES = {kind: name for name, kind in KIND_OF.items() if name != "exp"}
"""The `beta_schedule` of each kind that DDPMScheduler has; only HeunDiscreteScheduler has `exp`."""

Config = Mapping[str, object]

_DDPM, _KARRAS, _LATENT = ("linear", 1e-4, 0.02), ("linear", 0.00085, 0.012), ("scaled_linear", 0.00085, 0.012)
_DEFAULTS: dict[str, tuple[str, float, float]] = {
    **dict.fromkeys(("DDPM", "DDPMParallel", "DDIM", "DDIMInverse", "DDIMParallel", "PNDM", "RePaint"), _DDPM),
    **dict.fromkeys(("DPMSolverMultistep", "DPMSolverMultistepInverse", "DPMSolverSinglestep"), _DDPM),
    **dict.fromkeys(("EulerDiscrete", "EulerAncestralDiscrete", "LMSDiscrete", "DEISMultistep"), _DDPM),
    **dict.fromkeys(("UniPCMultistep", "SASolver"), _DDPM),
    **dict.fromkeys(("HeunDiscrete", "KDPM2Discrete", "KDPM2AncestralDiscrete", "DPMSolverSDE"), _KARRAS),
    **dict.fromkeys(("LCM", "TCD", "CogVideoXDDIM", "CogVideoXDPM"), _LATENT),
    "UnCLIP": ("squaredcos_cap_v2", 1e-4, 0.02),
}
"""(beta_schedule, beta_start, beta_end) of each scheduler class where its config leaves them out (diffusers 0.42)."""

_FLOWS = ("FlowMatchEulerDiscrete", "FlowMatchHeunDiscrete", "FlowMatchLCM")
_SIGMAS = {"EDMEuler": 1000, "EDMDPMSolverMultistep": 1000, "CMStochasticIterative": 40}
"""The schedulers that have σ in place of β, and their `num_train_timesteps` where a config leaves it out."""

_SHIFTED = ("CogVideoXDDIM", "CogVideoXDPM")
_SHIFT = 3.0


def is_scheduler_config(config: Config) -> bool:
    """True if this is the config of a scheduler whose noise levels are known: by its β, as a flow, or by its σ."""
    named = {"trained_betas", "beta_schedule", "beta_start", "beta_end"} & config.keys()
    return is_flow_config(config) or has_sigmas(config) or bool(named or _class(config) in _DEFAULTS)


def is_flow_config(config: Config) -> bool:
    """True if this is the config of a scheduler for flow matching."""
    return bool(config.get("use_flow_sigmas")) or _class(config) in _FLOWS


def has_sigmas(config: Config) -> bool:
    """True if this is the config of a scheduler for EDM or for consistency models."""
    return _class(config) in _SIGMAS


def schedule_from_config(config: Config, path: str = "scheduler_config.json") -> Schedule:
    """The schedule with which a diffusers scheduler of this config adds noise, with the defaults of its class filled
    in.

    Flow matching becomes a flow with the shift of the config, but for one that depends on the size of the picture; EDM
    and consistency models go from `sigma_min` to `sigma_max`. `trained_betas` become a custom schedule. diffusers
    rescales to zero terminal SNR after it shifts the SNR. Raises FileError naming `path` if the levels are not known,
    for an unknown `beta_schedule` or something other than a number, and ScheduleError for a value out of bounds.
    """
    if not is_scheduler_config(config):
        raise no_betas(path, config)
    if is_flow_config(config):
        return _flow(config, path)
    if has_sigmas(config):
        return _between_sigmas(config, path)
    shift = number_in(config, "snr_shift_scale", _SHIFT if _class(config) in _SHIFTED else 1.0, path)
    operators = {} if shift == 1 else {"snr_shift": shift}
    if config.get("rescale_betas_zero_snr"):
        operators["zero_snr"] = ZeroSnr.BEFORE if shift == 1 else ZeroSnr.AFTER
    return _unscaled(config, path).replace(**operators)


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


def _unscaled(config: Config, path: str) -> Schedule:
    betas = config.get("trained_betas")
    if isinstance(betas, list):
        stored = betas_array(betas, path)
        check_betas(stored, path)
        return Schedule.from_betas(stored)
    name, start, end = _DEFAULTS.get(_class(config), _DDPM)
    name = str(config.get("beta_schedule") or name)
    template = QT_TRANSLATE_NOOP("errors", "{path} has the unknown beta_schedule “{name}”; {remedy}")
    check_named(name, KIND_OF, template, FileError, path=path)
    kind = KIND_OF[name]
    ends = {
        "beta_start": number_in(config, "beta_start", start, path),
        "beta_end": number_in(config, "beta_end", end, path),
    }
    known = {p.key for p in parameters(kind)}
    T = number_in(config, "num_train_timesteps", 1000, path)
    return Schedule(kind, given={key: ends[key] for key in ends.keys() & known}).replace(T=T)


def _flow(config: Config, path: str) -> Schedule:
    known = number_in(config, "flow_shift" if config.get("use_flow_sigmas") else "shift", 1.0, path)
    shift = 1.0 if config.get("use_dynamic_shifting") else known
    return Schedule("flow", given={"shift": shift}).replace(T=number_in(config, "num_train_timesteps", 1000, path))


def _between_sigmas(config: Config, path: str) -> Schedule:
    usual = {"sigma_min": 0.002, "sigma_max": 80.0, "rho": 7.0}
    given = {key: number_in(config, key, default, path) for key, default in usual.items()}
    T = number_in(config, "num_train_timesteps", _SIGMAS[_class(config)], path)
    if config.get("sigma_schedule") == "exponential":
        return Schedule("ve", given={key: given[key] for key in ("sigma_min", "sigma_max")}).replace(T=T)
    return Schedule("edm", given=given).replace(T=T)


def _class(config: Config) -> str:
    return str(config.get("_class_name", "")).removesuffix("Scheduler")


def number_in(config: Config, key: str, default: float, path: str) -> float:
    """The finite number under a key of the config at `path`, or `default` if there is none; FileError for a text."""
    value = config.get(key)
    if value is None:
        return default
    number = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else as_number(value)
    if not math.isfinite(number):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a finite number."),
            key=key,
            path=path,
            value=reprlib.repr(value),
        )
    return number


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
