"""Training of a network as a diffusers scheduler_config.json describes it, whatever class of scheduler wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from ddpm_studio.checkpoints.answers import Answers, UnansweredError
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.diffusers.scheduler_bounds import clip_of, thresholding_of
from ddpm_studio.checkpoints.families.diffusers.scheduler_prediction import (
    knows_prediction,
    likely_prediction,
    prediction_type_of,
    unsuitable_word,
)
from ddpm_studio.checkpoints.families.diffusers.scheduler_steps_text import steps_text
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.configs.flow_classes import FLOW_PREDICTION, flow_beside_betas, shifts_by_size
from ddpm_studio.files.diffusers_config import is_scheduler_config, schedule_from_config
from ddpm_studio.sampling import Thresholding
from ddpm_studio.texts import Text

_KIND = QT_TRANSLATE_NOOP("errors", "the config of {name}")
_KIND_OF_FLOW = QT_TRANSLATE_NOOP("errors", "the config of {name} for a network of flow matching")
_KIND_WITH_WORD = QT_TRANSLATE_NOOP("errors", "the config of {name} with the unsuitable prediction_type “{word}”")
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
    """The fields of Denoiser that the scheduler's config decides, what had to be assumed, and the text of its steps, ""
    where they are not known.
    """

    schedule: Schedule
    prediction_type: str = "epsilon"
    variance: str = "fixed_small"
    clip: float | None = None
    thresholding: Thresholding | None = None
    assumed: tuple[Assumption, ...] = field(default=())
    steps: str = ""


def training(path: Path | None, steps: int | None = None, said: Answers | None = None) -> Training:
    """The training that the scheduler_config.json at `path` describes, but for the schedule and the prediction type
    that are `said`; without a config, DDPM's own linear schedule with this many `steps`, and ε.

    UnansweredError for a scheduler whose noise levels are not known (score SDEs), and for a file that is no config,
    unless both are said; CheckpointError for an unknown prediction type.
    """
    said = said or Answers()
    return _of_ddpm(steps or 1000, said) if path is None else training_of(_config(path, said), path, said)


def training_of(config: Settings, path: Path, said: Answers) -> Training:
    """The same for these settings of the file at `path`."""
    _demand(config, path, said)
    variance, assumed = _variance(config)
    schedule = said.schedule or schedule_from_config(_with_prediction(config, said), str(path))
    return Training(
        schedule,
        said.prediction_type or prediction_type_of(config, path),
        variance,
        clip_of(config, path),
        thresholding_of(config, path),
        (*assumed, *_unshifted(config)),
        steps_text(config, schedule, path),
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
    word = unsuitable_word(config) if said.prediction_type is None else None
    along = flow_beside_betas(config, str(path)) if _predicts_flow(config, said) else None
    known = {
        "schedule": is_scheduler_config(config) and along is None,
        "prediction_type": knows_prediction(config) and word is None,
    }
    missing = [name for name, is_known in known.items() if not is_known and name not in said.said]
    if missing:
        likely = Answers(schedule=along, prediction_type=None if word is None else likely_prediction(config, path))
        raise UnansweredError(path, _kind(config, word), missing, proposed=likely)


def _kind(config: Settings, word: str | None) -> Text:
    name = config.get("_class_name", QT_TRANSLATE_NOOP("errors", "an unknown scheduler"))
    if word:
        return Text(_KIND_WITH_WORD, {"name": name, "word": word})
    is_flow = word == "" or config.get("prediction_type") == FLOW_PREDICTION
    return Text(_KIND_OF_FLOW if is_flow else _KIND, {"name": name})


def _predicts_flow(config: Settings, said: Answers) -> bool:
    """True if the network is said to be one of flow matching, and no other by the person."""
    other = said.prediction_type is not None and Parametrisation.parse(said.prediction_type).name != FLOW_PREDICTION
    return config.get("prediction_type") == FLOW_PREDICTION and not other


def _with_prediction(config: Settings, said: Answers) -> Settings:
    """A config whose prediction_type keeps nobody from its β where another one is said."""
    is_other = config.get("prediction_type") == FLOW_PREDICTION and not _predicts_flow(config, said)
    return {**config, "prediction_type": None} if is_other else config


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
