"""Classes of flows: the schedulers of diffusers that go along τ, with a shift that most of their configs say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.files.configs.beta_classes import fields_of_class
from ddpm_studio.files.configs.config_fields import Config, class_of, number_in
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS

FLOW_CLASSES: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("FlowMatchEulerDiscrete", "FlowMatchHeunDiscrete", "FlowMatchLCM"), 1.0),
        **dict.fromkeys(("FlowMapEulerDiscrete", "LTXEulerAncestralRF"), 1.0),
        "MiniMaxH3": 12.0,
        "Piflow": 5.0,
    }
)
"""The shift of each class where its config leaves it out (diffusers 0.42)."""

MATCHING = ("FlowMatchEulerDiscrete", "FlowMatchHeunDiscrete", "FlowMatchLCM")
"""Those whose network predicts the velocity of flow matching."""

_DYNAMIC = ("FlowMatchEulerDiscrete", "FlowMatchLCM")
_WITHOUT_SHIFT = ("LTXEulerAncestralRF",)


def is_by_flag(config: Config) -> bool:
    """True for a class over β in its mode for flows, which keeps betas that it does not use."""
    over_betas = class_of(config) not in FLOW_CLASSES and class_of(config) not in OWN_LEVELS
    return over_betas and bool(config.get("use_flow_sigmas")) and fields_of_class(config).flows


def is_flow_config(config: Config) -> bool:
    """True if the network of this config predicts the velocity of flow matching, whatever its `prediction_type`."""
    return class_of(config) in MATCHING or is_by_flag(config)


def shifts_by_size(config: Config) -> bool:
    """True if the shift of a flow is one for each size of picture, which the config does not say."""
    return bool(config.get("use_dynamic_shifting")) and (is_by_flag(config) or class_of(config) in _DYNAMIC)


def flow_of(config: Config, path: str) -> Schedule:
    """The flow of a config, with a shift of 1 where that is one for each size of picture. FileError for no number."""
    key = "flow_shift" if is_by_flag(config) else "shift"
    known = number_in(config, key, FLOW_CLASSES.get(class_of(config), 1.0), path)
    shift = 1.0 if shifts_by_size(config) or class_of(config) in _WITHOUT_SHIFT else known
    return Schedule("flow", given={"shift": shift}).replace(T=number_in(config, "num_train_timesteps", 1000, path))
