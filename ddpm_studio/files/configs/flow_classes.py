"""Classes of flows: the schedulers of diffusers that go along τ, with a shift that most of their configs say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.configs.beta_classes import fields_of_class
from ddpm_studio.files.configs.config_fields import Config, class_of, number_in
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS
from ddpm_studio.texts import Verbatim

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


FLOW_PREDICTION = "flow_prediction"


def is_by_flag(config: Config) -> bool:
    """True for a class over β in its mode for flows, which keeps betas that it does not use."""
    return _has_betas(config) and bool(config.get("use_flow_sigmas")) and fields_of_class(config).flows


def _has_betas(config: Config) -> bool:
    return class_of(config) not in FLOW_CLASSES and class_of(config) not in OWN_LEVELS


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


def flow_beside_betas(config: Config, path: str) -> Schedule | None:
    """The flow that the network of a config over β was likely trained along, where it is one of flow matching, for
    which no β are; None for any other. FileError for no number.
    """
    if config.get("prediction_type") != FLOW_PREDICTION or not _has_betas(config) or is_by_flag(config):
        return None
    shift = number_in(config, "flow_shift", 1.0, path)
    return Schedule("flow", given={"shift": shift}).replace(T=number_in(config, "num_train_timesteps", 1000, path))


def check_no_flow(config: Config, path: str) -> None:
    """FileError for a network of flow matching along β, naming the flow that is likely meant."""
    if (flow := flow_beside_betas(config, path)) is not None:
        name = config.get("_class_name") or QT_TRANSLATE_NOOP("errors", "a scheduler")
        remedy = _FLAG if fields_of_class(config).flows else _OTHER_CLASS
        raise FileError(remedy, path=path, name=name, spec=Verbatim(flow))


_FLAG = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is for {name} with flow_prediction, but along β, which no flow has; write {spec} in place of the file, or "
    "set use_flow_sigmas to true in it.",
)
_OTHER_CLASS = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is for {name} with flow_prediction, but along β, which no flow has; write {spec} in place of the file, or "
    "correct its prediction_type.",
)
