"""Training of a network as a diffusers scheduler_config.json describes it, whatever class of scheduler wrote it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path

from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.diffusers_config import is_scheduler_config, schedule_from_config
from ddpm_studio.sampling import Thresholding

_CLIPS_BY_DEFAULT = ("DDPM", "DDPMParallel", "DDIM", "DDIMParallel", "DDIMInverse", "UnCLIP", "RePaint")
_WORDS = ("epsilon", "sample", "v_prediction", "flow_prediction")
_VARIANCES = {
    **dict.fromkeys(("fixed_small", "fixed_small_log"), "fixed_small"),
    **dict.fromkeys(("fixed_large", "fixed_large_log"), "fixed_large"),
    "learned_range": "learned_range",
}


@dataclass(frozen=True)
class Training:
    """The fields of Denoiser that the scheduler's config decides, and what had to be assumed."""

    schedule: Schedule
    prediction_type: str = "epsilon"
    variance: str = "fixed_small"
    clip: float | None = None
    thresholding: Thresholding | None = None
    assumed: tuple[Assumption, ...] = field(default=())


def training(path: Path | None, steps: int | None = None) -> Training:
    """The training that the scheduler_config.json at `path` describes; without one, DDPM's own linear schedule with
    this many `steps`, and ε.

    CheckpointError for a scheduler without β (score SDEs, EDM, flow matching) and for an unknown prediction type.
    """
    if path is None:
        schedule = Schedule("linear", steps or 1000)
        return Training(schedule, clip=1.0, assumed=(_assumed_ddpm(schedule),))
    config = read_settings(path)
    if not is_scheduler_config(config):
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} belongs to {name}, which has no β; only networks trained with a β schedule can be sampled.",
            ),
            path=path,
            name=config.get("_class_name", QT_TRANSLATE_NOOP("errors", "an unknown scheduler")),
        )
    variance, assumed = _variance(config)
    return Training(
        schedule_from_config(config, str(path)),
        _prediction_type(config, path),
        variance,
        _clip(config, path),
        _thresholding(config, path),
        assumed,
    )


def _prediction_type(config: Settings, path: Path) -> str:
    name = str(config.get("prediction_type", "epsilon"))
    if name not in _WORDS:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} has the prediction_type “{name}”; known are {known}."),
            path=path,
            name=name,
            known=", ".join(_WORDS),
        )
    return name


def _variance(config: Settings) -> tuple[str, tuple[Assumption, ...]]:
    name = str(config.get("variance_type") or "fixed_small")
    return (_VARIANCES[name], ()) if name in _VARIANCES else ("fixed_small", (_assumed_variance(name),))


def without_learned_variance(trained: Training) -> Training:
    """The same for a network that returns no variance, whatever its scheduler says."""
    if trained.variance != "learned_range":
        return trained
    return replace(trained, variance="fixed_small", assumed=(*trained.assumed, _assumed_variance("learned_range")))


def _assumed_variance(name: str) -> Assumption:
    text = QT_TRANSLATE_NOOP("checkpoints", "variance fixed_small, in place of {name}")
    return Assumption(text, {"name": name}, ("variance",))


def _clip(config: Settings, path: Path) -> float | None:
    kind = str(config.get("_class_name", "")).removesuffix("Scheduler")
    clips = config.get("clip_sample")
    if clips if clips is not None else kind in _CLIPS_BY_DEFAULT:
        return _positive(config, "clip_sample_range", 1.0, path)
    return None


def _thresholding(config: Settings, path: Path) -> Thresholding | None:
    if not config.get("thresholding"):
        return None
    ratio = _positive(config, "dynamic_thresholding_ratio", 0.995, path)
    return Thresholding(ratio, _positive(config, "sample_max_value", 1.0, path))


def _positive(config: Settings, key: str, default: float, path: Path) -> float:
    value = config.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a finite number above 0."),
            key=key,
            path=path,
            value=repr(value)[:40],
        )
    return value


def _assumed_ddpm(schedule: Schedule) -> Assumption:
    return Assumption(
        QT_TRANSLATE_NOOP(
            "checkpoints",
            "schedule {schedule} with ε-prediction and clip 1, since there is no scheduler_config.json",
        ),
        {"schedule": str(schedule)},
        about=("schedule", "prediction_type", "variance", "clip"),
    )
