"""Bounds of x0 as the config of a diffusers scheduler has them: clipping, and dynamic thresholding (diffusers 0.42)."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Mapping
from pathlib import Path

from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.configs.beta_classes import BETA_CLASSES
from ddpm_studio.files.configs.config_fields import NO_FLAG, class_of
from ddpm_studio.files.configs.flow_classes import FLOW_CLASSES
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS
from ddpm_studio.sampling import Thresholding
from ddpm_studio.texts import SourceText

_CLIPS: Mapping[str, bool] = {
    **dict.fromkeys(("DDPM", "DDPMParallel", "DDIM", "DDIMParallel", "DDIMInverse", "UnCLIP", "RePaint"), True),
    **dict.fromkeys(("HeunDiscrete", "LCM"), False),
}
"""Whether the classes that can clip do, where their config leaves it out."""

_THRESHOLDS = (
    *("DDPM", "DDPMParallel", "DDIM", "DDIMParallel", "LCM", "DEISMultistep", "DPMSolverMultistep"),
    *("DPMSolverMultistepInverse", "DPMSolverSinglestep", "EDMDPMSolverMultistep", "SASolver", "UniPCMultistep"),
)
_KNOWN = {*BETA_CLASSES, *FLOW_CLASSES, *OWN_LEVELS}

_ABOVE_0 = QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a finite number above 0.")
_SHARE = QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a number above 0 and at most 1.")
_FROM_1 = QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a number from 1 on, or null.")


def clip_of(config: Settings, path: Path) -> float | None:
    """The bound that the scheduler of a config clips x0 to, None if it doesn't; what a class has no field for is of no
    account.

    CheckpointError for what is no flag, or no number above 0.
    """
    name = class_of(config)
    if name == "CMStochasticIterative":
        return 1.0 if _flag(config, "clip_denoised", True, path) else None
    if name in _KNOWN - _CLIPS.keys() or not _flag(config, "clip_sample", _CLIPS.get(name, False), path):
        return None
    return 1.0 if name == "RePaint" else positive(config, "clip_sample_range", 1.0, path)


def thresholding_of(config: Settings, path: Path) -> Thresholding | None:
    """The thresholding of the scheduler of a config, None if it has none. CheckpointError as for `clip_of`."""
    if class_of(config) in _KNOWN.difference(_THRESHOLDS) or not _flag(config, "thresholding", False, path):
        return None
    ratio = _number(config, "dynamic_thresholding_ratio", 0.995, path, _SHARE, lambda value: 0 < value <= 1)
    if config.get("sample_max_value", 1.0) is None:
        return Thresholding(ratio)
    return Thresholding(ratio, _number(config, "sample_max_value", 1.0, path, _FROM_1, lambda value: value >= 1))


def positive(config: Settings, key: str, default: float, path: Path) -> float:
    """The number called `key`, or the default; CheckpointError unless it is finite and above 0."""
    return _number(config, key, default, path, _ABOVE_0, lambda value: 0 < value < math.inf)


def _number(
    config: Settings, key: str, default: float, path: Path, template: SourceText, fits: Callable[[float], bool]
) -> float:
    value = config.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not fits(value):
        raise CheckpointError(template, key=key, path=path, value=_written(value))
    return value


def _flag(config: Settings, key: str, default: bool, path: Path) -> bool:
    value = config.get(key, default)
    if value not in (None, True, False):
        raise CheckpointError(NO_FLAG, key=key, path=path, value=_written(value))
    return bool(value)


def _written(value: object) -> str:
    return "null" if value is None else reprlib.repr(value)
