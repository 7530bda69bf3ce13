"""Of one file of Flux or Stable Diffusion 3: how it is recognised, and the checkpoint that comes of it.

double_blocks.*  single_blocks.*                        Flux, dev where guidance_in.* is there, else schnell
joint_blocks.*                                          Stable Diffusion 3 and 3.5
first_stage_model.*  vae.*  text_encoders.clip_l.*      perhaps beside them, under model.diffusion_model.*
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint
from ddpm_studio.checkpoints.families.diffusers.pipelines import known_pipelines
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.of_one_file import BUILT, PREDICTION, SIZE
from ddpm_studio.checkpoints.families.shared.transformer_files import FLUX, SD3, KnownTransformer, known_transformer
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.families.diffusers.scheduler_config import Training

FAMILY = QT_TRANSLATE_NOOP("card", "Flux or Stable Diffusion 3 in one file")

_HOSTED: Mapping[KnownTransformer, str] = {FLUX: known_pipelines.FLUX, SD3: known_pipelines.STABLE_DIFFUSION_3}
_SCHEDULER = {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000}
_BY_SIZE = {"use_dynamic_shifting": True, "base_shift": 0.5, "max_shift": 1.15}
_OF_SD3, _OF_SCHNELL, _OF_LARGEST = 3.0, 1.0, 3.16
"""The shift of each; Flux dev has exp(max_shift) for its largest pictures."""

_PIXELS = 1024
_SCHEDULE = QT_TRANSLATE_NOOP("checkpoints", "schedule {schedule}, that of {kind}")


def recognises(source: Source) -> bool:
    """True for a transformer of either kind, with its other parts or without."""
    return known_transformer(source.tensors) is not None


def schedule_of(source: Source) -> Schedule | None:
    """The schedule that is said, or that these are trained with, without building any network."""
    if source.answers.schedule is not None:
        return source.answers.schedule
    return Schedule("flow", 1000, {"shift": _OF_LARGEST if _is_dev(source) else _shift(source)})


def read(source: Source) -> Checkpoint:
    """The model with its autoencoder and text encoders; UnsupportedError where one is nowhere."""
    from ddpm_studio.checkpoints.families.diffusers.pipelines.hosted import as_checkpoint
    from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.transformer_file import TransformerFile
    from ddpm_studio.checkpoints.families.diffusers.scheduler_config import training_of

    kind = known_transformer(source.tensors)
    assert kind is not None
    stored = TransformerFile(source, kind, schedule_of(source), _scheduler(source))
    stored.check_whole()
    trained = training_of(_scheduler(source), source.path, source.answers)
    notes = _assumed(source, kind, trained)
    return as_checkpoint(stored, _HOSTED[kind], FAMILY, source.answers, replace(trained, assumed=tuple(notes)))


def _assumed(source: Source, kind: KnownTransformer, trained: Training) -> Iterator[Assumption]:
    """What no shape tells; Flux says itself which size it takes."""
    yield Assumption(BUILT, {"kind": kind.name})
    if source.answers.schedule is None:
        yield Assumption(_SCHEDULE, {"schedule": str(trained.schedule), "kind": kind.name}, ("schedule",))
    if source.answers.prediction_type is None:
        yield Assumption(PREDICTION, {"name": trained.prediction_type, "kind": kind.name}, ("prediction_type",))
    if kind is SD3 and source.answers.shape is None and source.answers.size is None:
        yield Assumption(SIZE, {"side": _PIXELS, "kind": kind.name}, ("size", "shape"))


def _scheduler(source: Source) -> Settings:
    """The config of the scheduler that its makers publish with it."""
    return {**_SCHEDULER, "shift": _shift(source), **(_BY_SIZE if _is_dev(source) else {})}


def _shift(source: Source) -> float:
    return _OF_SD3 if known_transformer(source.tensors) is SD3 else _OF_SCHNELL


def _is_dev(source: Source) -> bool:
    return any("guidance_in." in name for name in source.tensors)
