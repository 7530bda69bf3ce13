"""Training of a network as a diffusers scheduler_config.json describes it, whatever class of scheduler wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from ddpm_studio.checkpoints.answers import Answers, UnansweredError
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.diffusers.scheduler_prediction import (
    FLOW,
    knows_prediction,
    positive,
    prediction_type_of,
)
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.configs.flow_classes import shifts_by_size
from ddpm_studio.files.diffusers_config import is_scheduler_config, schedule_from_config
from ddpm_studio.sampling import Thresholding
from ddpm_studio.texts import Text

_CLIPS_BY_DEFAULT = ("DDPM", "DDPMParallel", "DDIM", "DDIMParallel", "DDIMInverse", "UnCLIP", "RePaint")
_KIND = QT_TRANSLATE_NOOP("errors", "the config of {name}")
_LINEAR = QT_TRANSLATE_NOOP("checkpoints", "schedule {schedule}, since there is no scheduler_config.json")
_EPSILON = QT_TRANSLATE_NOOP("checkpoints", "prediction type epsilon, since there is no scheduler_config.json")
_CLIPPED = QT_TRANSLATE_NOOP("checkpoints", "clip 1 and variance fixed_small, since there is no scheduler_config.json")
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


def training(path: Path | None, steps: int | None = None, said: Answers | None = None) -> Training:
    """The training that the scheduler_config.json at `path` describes, but for the schedule and the prediction type
    that are `said`; without a config, DDPM's own linear schedule with this many `steps`, and ε.

    UnansweredError for a scheduler whose noise levels are not known (score SDEs), and for a file that is no config,
    unless both are said; CheckpointError for an unknown prediction type.
    """
    said = said or Answers()
    if path is None:
        return _of_ddpm(steps or 1000, said)
    config = _config(path, said)
    _demand(config, path, said)
    variance, assumed = _variance(config)
    return Training(
        said.schedule or schedule_from_config(_with_prediction(config, said), str(path)),
        said.prediction_type or prediction_type_of(config, path, along_another=said.schedule is not None),
        variance,
        _clip(config, path),
        _thresholding(config, path),
        (*assumed, *_unshifted(config)),
    )


def _config(path: Path, said: Answers) -> Settings:
    """The settings in a file, none of one that is not JSON where the person says all that is needed of it, and
    UnansweredError where they don't.
    """
    try:
        return read_settings(path)
    except StudioError as error:
        if missing := [name for name in ("schedule", "prediction_type") if name not in said.said]:
            raise UnansweredError(path, Text(_KIND, {"name": path.name}), missing, unread=error) from error
        return {}


def _demand(config: Settings, path: Path, said: Answers) -> None:
    """UnansweredError if the schedule or the prediction type is still missing."""
    known = {"schedule": is_scheduler_config(config), "prediction_type": knows_prediction(config)}
    missing = [name for name, is_known in known.items() if not is_known and name not in said.said]
    name = config.get("_class_name", QT_TRANSLATE_NOOP("errors", "an unknown scheduler"))
    if missing:
        raise UnansweredError(path, Text(_KIND, {"name": name}), missing)


def _with_prediction(config: Settings, said: Answers) -> Settings:
    """A config whose prediction_type keeps nobody from its β where another one is said."""
    said_other = said.prediction_type is not None and Parametrisation.parse(said.prediction_type).name != FLOW
    return {**config, "prediction_type": None} if said_other and config.get("prediction_type") == FLOW else config


def _unshifted(config: Settings) -> tuple[Assumption, ...]:
    text = QT_TRANSLATE_NOOP("checkpoints", "shift 1, where use_dynamic_shifting has one for each size of picture")
    return (Assumption(text, about=("schedule",)),) if shifts_by_size(config) else ()


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
    clips = config.get("clip_denoised", True) if kind == "CMStochasticIterative" else config.get("clip_sample")
    if clips if clips is not None else kind in _CLIPS_BY_DEFAULT:
        return positive(config, "clip_sample_range", 1.0, path)
    return None


def _thresholding(config: Settings, path: Path) -> Thresholding | None:
    if not config.get("thresholding"):
        return None
    ratio = positive(config, "dynamic_thresholding_ratio", 0.995, path)
    return Thresholding(ratio, positive(config, "sample_max_value", 1.0, path))


def _of_ddpm(steps: int, said: Answers) -> Training:
    """The training of Ho et al. 2020, but for what is said, with a note of the rest."""
    schedule = said.schedule or Schedule("linear", steps)
    prediction = said.prediction_type or "epsilon"
    notes = (
        Assumption(_LINEAR, {"schedule": str(schedule)}, about=("schedule",)),
        Assumption(_EPSILON, about=("prediction_type",)),
        Assumption(_CLIPPED, about=("variance", "clip")),
    )
    assumed = tuple(note for note in notes if said.said.keys().isdisjoint(note.about))
    return Training(schedule, prediction, clip=1.0, assumed=assumed)
