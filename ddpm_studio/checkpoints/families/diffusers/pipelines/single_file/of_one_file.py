"""Of one file of Stable Diffusion: how it is recognised, and the checkpoint that comes of it.

model.diffusion_model.*  first_stage_model.*  cond_stage_model.*            Stable Diffusion 1 and 2
model.diffusion_model.*  first_stage_model.*  conditioner.embedders.*       Stable Diffusion XL
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ddpm_studio.checkpoints.answers import Answers, UnansweredError
from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint
from ddpm_studio.checkpoints.families.diffusers.pipelines.known_pipelines import TEXT_GUIDED
from ddpm_studio.checkpoints.families.shared.facts import weights_fact
from ddpm_studio.checkpoints.families.shared.kept_schedule import kept
from ddpm_studio.checkpoints.families.shared.latent_files import FIRST, SD2, KnownModel, known_model, lacking
from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix, is_averaged
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import Text

FAMILY = QT_TRANSLATE_NOOP("card", "Stable Diffusion in one file")

_USUAL = "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012"
_ZERO_SNR = "zero_snr=1"
_OF_V, _OF_ZERO_SNR, _OF_EDM = "v_pred", "ztsnr", ("edm_mean", "edm_vpred.sigma_max")
"""Names of tensors without content by which ComfyUI and NoobAI say how a model was trained."""

_SIDE_OF_EPSILON = 64
_PIXELS = 8
"""Sides of a picture by those of its latents, in each of these models."""

_SCHEDULE = QT_TRANSLATE_NOOP("checkpoints", "schedule {schedule}, that of Stable Diffusion")
PREDICTION = QT_TRANSLATE_NOOP("checkpoints", "prediction type {name}, as {kind} has it")
BUILT = QT_TRANSLATE_NOOP(
    "checkpoints", "heads, groups, activations and the scale of latents, as {kind} has them; no shape tells them"
)
SIZE = QT_TRANSLATE_NOOP(
    "checkpoints", "pictures of {side} × {side} pixels, as {kind} was trained on; it takes other sizes too"
)
_LACKS = QT_TRANSLATE_NOOP("errors", "the file has no {part} ({prefix}*); choose one with it, or a diffusers folder")
_EDM = QT_TRANSLATE_NOOP(
    "errors", "it was trained along the noise levels of EDM; choose the model in a diffusers folder"
)


def recognises(source: Source) -> bool:
    """True for a text-guided model in the original names, be it whole or not."""
    return known_model(source.tensors) is not None


def schedule_of(source: Source) -> Schedule | None:
    """The schedule that the file keeps, or that is usual, without building any network."""
    return _schedule(source)[0]


def candidates(source: Source) -> tuple[Answers, ...]:
    """What is to be tried: both things that Stable Diffusion 2 was trained to predict, where neither is said."""
    if known_model(source.tensors) is not SD2 or _prediction(source, SD2)[0]:
        return ()
    return tuple(Answers(prediction_type=name) for name in ("v_prediction", "epsilon"))


def read(source: Source) -> Checkpoint:
    """The model with its autoencoder and text encoders.

    UnsupportedError for one that lacks a part, or is given more than texts; UnansweredError where nothing says what a
    Stable Diffusion 2 predicts.
    """
    from ddpm_studio.checkpoints.families.diffusers.pipelines.hosted import as_checkpoint
    from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.one_file import OneFile
    from ddpm_studio.checkpoints.families.diffusers.scheduler_config import Training

    kind = known_model(source.tensors)
    assert kind is not None
    schedule, of_schedule = _schedule(source)
    _check_whole(source, kind, schedule)
    prediction, of_prediction = _prediction(source, kind)
    if not prediction:
        proposed = Answers(prediction_type="v_prediction")
        raise UnansweredError(source.path, kind.name, ("prediction_type",), proposed=proposed, schedule=schedule)
    if kind is SD2 and prediction == "epsilon":
        kind = replace(kind, side=_SIDE_OF_EPSILON)
    notes = (Assumption(BUILT, {"kind": kind.name}), *of_schedule, *of_prediction, *_of_size(source, kind))
    trained = Training(schedule, prediction, assumed=notes)
    stored = OneFile(source, kind, schedule)
    opened = as_checkpoint(stored, TEXT_GUIDED, FAMILY, source.answers, trained)
    averaged = is_averaged(best_prefix(source.tensors, FIRST) or "")
    return replace(opened, facts=(*opened.facts, weights_fact(averaged=True))) if averaged else opened


def _check_whole(source: Source, kind: KnownModel, schedule: Schedule) -> None:
    """UnsupportedError for a model that lacks a part, or that was trained along other noise levels."""
    if any(name in source.tensors for name in _OF_EDM):
        raise UnsupportedError(source.path, kind.name, _EDM, None)
    if missing := lacking(source.tensors, kind):
        name, prefix = missing
        raise UnsupportedError(source.path, kind.name, Text(_LACKS, {"part": name, "prefix": prefix}), schedule)


def _schedule(source: Source) -> tuple[Schedule, tuple[Assumption, ...]]:
    """The schedule that is said, or that of the tables in the file, or the usual one, with what was assumed."""
    if source.answers.schedule is not None:
        return source.answers.schedule, ()
    if _has(source, _OF_ZERO_SNR):
        return Schedule.parse(f"{_USUAL},{_ZERO_SNR}"), ()
    if (noising := kept(source)) is not None:
        return noising.schedule, noising.assumed
    schedule = Schedule.parse(_USUAL)
    return schedule, (Assumption(_SCHEDULE, {"schedule": str(schedule)}, ("schedule",)),)


def _prediction(source: Source, kind: KnownModel) -> tuple[str, tuple[Assumption, ...]]:
    """What the network predicts, "" where nothing says it, with what was assumed."""
    if source.answers.prediction_type is not None:
        return source.answers.prediction_type, ()
    if _has(source, _OF_V):
        return "v_prediction", ()
    if kind is SD2:
        return "", ()
    return "epsilon", (Assumption(PREDICTION, {"name": "epsilon", "kind": kind.name}, ("prediction_type",)),)


def _has(source: Source, mark: str) -> bool:
    return mark in source.tensors or f"state_dict.{mark}" in source.tensors


def _of_size(source: Source, kind: KnownModel) -> Iterator[Assumption]:
    if source.answers.shape is None and source.answers.size is None:
        yield Assumption(SIZE, {"side": _PIXELS * kind.side, "kind": kind.name}, ("size", "shape"))
