"""Written fields: what the config of a class of diffusers says of a schedule, as far as that class has it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ddpm_studio.diffusion.operators import ZeroSnr
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.files.configs.beta_classes import BETA_CLASSES, KIND_OF, BetaClass
from ddpm_studio.files.configs.flow_classes import FLOW_CLASSES
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS, SIGMA_CLASSES

_WORD_OF = {kind: word for word, kind in KIND_OF.items()}
_ENDS = ("beta_start", "beta_end")


def fields_of_schedule(name: str, schedule: Schedule) -> dict[str, object] | None:
    """The fields by which a class has this schedule, None if it cannot have it.

    A class over β has it by name, as a flow where it can be one, or else by `trained_betas`, to float32's precision.

    >>> fields_of_schedule("FlowMatchEulerDiscrete", Schedule("flow", 1000, {"shift": 3}))
    {'num_train_timesteps': 1000, 'shift': 3.0}
    >>> fields_of_schedule("DDIM", Schedule("scaled_linear", 1000, {"zero_snr": 1}))["rescale_betas_zero_snr"]
    True
    >>> fields_of_schedule("EDMEuler", Schedule("linear")) is None
    True
    """
    if name in FLOW_CLASSES:
        return _of_flow("shift", schedule)
    if name in SIGMA_CLASSES:
        return _of_sigmas(name, schedule)
    if name in OWN_LEVELS:
        return _of_vp(schedule) if name == "ScoreSdeVp" else _by_number(name, schedule)
    own = BETA_CLASSES.get(name)
    if own is None:
        return None
    flow = _of_flow("flow_shift", schedule) if own.flows else None
    return by_name(name, schedule) or _as_flow(flow) or _listed(own, schedule)


def by_name(name: str, schedule: Schedule) -> dict[str, object] | None:
    """The fields of a class over β that has this schedule by a `beta_schedule`, None if it is none of these."""
    own, word = BETA_CLASSES[name], _WORD_OF.get(schedule.kind)
    if word not in own.words or not _operates_alike(own, schedule) or not _is_usual(schedule):
        return None
    ends = {key: schedule.values[key] for key in _ENDS if key in schedule.values}
    zero = {"rescale_betas_zero_snr": True} if schedule.values["zero_snr"] else {}
    shift = {} if own.shift is None else {"snr_shift_scale": schedule.values["snr_shift"]}
    return {"num_train_timesteps": schedule.T, "beta_schedule": word, **ends, **shift, **zero}


def _is_usual(schedule: Schedule) -> bool:
    fixed = [p for p in schedule.parameters if p.key not in (*_ENDS, "zero_snr", "snr_shift")]
    return all(schedule.values[p.key] == p.default for p in fixed)


def _operates_alike(own: BetaClass, schedule: Schedule) -> bool:
    """True if the class shifts and rescales as this schedule does."""
    zero, shift = schedule.values["zero_snr"], schedule.values["snr_shift"]
    if shift != 1 and own.shift is None:
        return False
    if zero == ZeroSnr.OFF:
        return True
    either = shift == 1 and zero == ZeroSnr.BEFORE
    return own.rescales and (either or zero == ZeroSnr.AFTER) and _rescales_alike(schedule)


def _rescales_alike(schedule: Schedule) -> bool:
    """True if the rescaling to zero terminal SNR survives float32, in which diffusers computes it.

    It does not where ᾱ leaves float32's range, where all β are tiny, or at T = 1, where diffusers divides 0 by 0.
    """
    with np.errstate(all="ignore"):
        root = np.sqrt(np.cumprod(1 - schedule.replace(zero_snr=0).betas.astype(np.float32)))
        root = (root - root[-1]) * (root[0] / (root[0] - root[-1]))
        theirs = 1 - (root[1:] / root[:-1]) ** 2
        return bool(root[0] > 0 and np.allclose(theirs, schedule.betas[1:], rtol=1e-3, atol=1e-6))


def _of_flow(key: str, schedule: Schedule) -> dict[str, object] | None:
    """A flow by its shift, which ends in pure noise without any rescaling."""
    if schedule.kind != "flow" or schedule.values["zero_snr"] == ZeroSnr.COMFYUI:
        return None
    return {"num_train_timesteps": schedule.T, key: ModelSigmas(schedule).shift}


def _as_flow(fields: Mapping[str, object] | None) -> dict[str, object] | None:
    return None if fields is None else {**fields, "use_flow_sigmas": True, "prediction_type": "flow_prediction"}


def _of_sigmas(name: str, schedule: Schedule) -> dict[str, object] | None:
    """Between σ_min and σ_max, times the root of an SNR shift."""
    own, spread = SIGMA_CLASSES[name], {"edm": "karras", "ve": "exponential"}.get(schedule.kind)
    if spread is None or schedule.values["zero_snr"] or (spread != own.spread and not own.chooses):
        return None
    if spread == "exponential" and schedule.T == 1:
        return None  # A single one of these is σ_min there, and σ_max here.
    root = math.sqrt(schedule.values["snr_shift"])
    ends = {key: schedule.values[key] * root for key in ("sigma_min", "sigma_max")}
    rho = {"rho": schedule.values["rho"]} if spread == "karras" else {}
    chosen = {"sigma_schedule": spread} if own.chooses else {}
    return {"num_train_timesteps": schedule.T, **ends, **rho, **chosen}


def _listed(own: BetaClass, schedule: Schedule) -> dict[str, object] | None:
    if not (own.listed and own.loads_list):
        return None
    known = schedule.kind == CUSTOM.name and not (schedule.values["zero_snr"] or schedule.values["snr_shift"] != 1)
    betas = list(schedule.trained_betas) if known else schedule.betas.tolist()
    shift = {} if own.shift is None else {"snr_shift_scale": 1.0}
    return {"num_train_timesteps": schedule.T, "trained_betas": betas, **shift}


def _of_vp(schedule: Schedule) -> dict[str, object] | None:
    values = schedule.values
    if schedule.kind != "vp" or values["zero_snr"] or values["snr_shift"] != 1:
        return None
    low, high = values["beta_min"], values["beta_min"] + values["beta_d"]
    return {"num_train_timesteps": schedule.T, "beta_min": low, "beta_max": high}


def _by_number(name: str, schedule: Schedule) -> dict[str, object] | None:
    """The number of timesteps, for a class whose levels nothing else is said about."""
    fields: dict[str, object] = {"num_train_timesteps": schedule.T}
    return fields if OWN_LEVELS[name](fields, "") == schedule else None
