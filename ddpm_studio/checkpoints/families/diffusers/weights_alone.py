"""Weights alone of a UNet2DModel, opened by what their shapes tell and what is settled besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint, Fact
from ddpm_studio.checkpoints.families.diffusers.architecture import architecture_of
from ddpm_studio.checkpoints.families.diffusers.interface import (
    Interface,
    check_steps,
    interface_of,
    learned_timesteps,
    unsupported,
)
from ddpm_studio.checkpoints.families.diffusers.left_open import Dialect, Settled, settled
from ddpm_studio.checkpoints.families.diffusers.told_by_shapes import ToldByShapes, told_by
from ddpm_studio.checkpoints.families.shared.facts import CHANNELS, answer_fact
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import Readable, Text

if TYPE_CHECKING:
    from torch import Tensor

    from ddpm_studio.checkpoints.families.diffusers.network import UNet2D
    from ddpm_studio.checkpoints.families.shared.outline import Outline

_LARGE_SIDES = 64
"""Up to this side Ho et al. 2020 sampled with the larger variance."""

_SCHEDULE = QT_TRANSLATE_NOOP("checkpoints", "schedule {schedule}, that of Ho et al. 2020")
_EPSILON = QT_TRANSLATE_NOOP("checkpoints", "prediction type epsilon, as in Ho et al. 2020")
_CLIPPED = QT_TRANSLATE_NOOP("checkpoints", "x0 clipped to ±1, as in Ho et al. 2020")
_POOLED = QT_TRANSLATE_NOOP("card", "averages and repetition, without convolutions")
_VARIANCE = QT_TRANSLATE_NOOP("checkpoints", "variance {variance}, as usual with these conventions")


@dataclass(frozen=True)
class WeightsAlone:
    """Tensors named as diffusers names them, what their shapes tell, and the dialect that they were saved in."""

    tensors: dict[str, Tensor]
    told: ToldByShapes
    dialect: Dialect


def found_in(source: Source, tensors: dict[str, Tensor], dialect: Dialect) -> WeightsAlone:
    """The weights; CheckpointError if these are not the tensors of a UNet2DModel."""
    from ddpm_studio.checkpoints.families.shared.assembly import explained
    from ddpm_studio.checkpoints.families.shared.outline import Outline
    from ddpm_studio.checkpoints.families.shared.tensor_hints import without_tables

    weights = without_tables(tensors)
    with explained(source.path):
        return WeightsAlone(weights, told_by(Outline(weights)), dialect)


def opened(source: Source, found: WeightsAlone, family: str) -> Checkpoint:
    """The network of these weights, as one of this family."""
    from ddpm_studio.checkpoints.families.shared.assembly import parameters_of
    from ddpm_studio.checkpoints.families.shared.tensor_hints import noising_beside
    from ddpm_studio.sampling import Denoiser, labelled

    told = found.told
    if other := unsupported(told.config, source.path):
        raise UnsupportedError(source.path, *other, None)
    called = interface_of({**told.config, "sample_size": 1}, source.path)
    chosen = settled(told, source, found.dialect)
    config = {**told.config, **chosen.config}
    known = learned_timesteps(config, source.path)
    noising = noising_beside(source, found.dialect.kind)
    usual = noising.schedule if noising else Schedule("linear", known or 1000)
    schedule = source.answers.schedule or usual
    check_steps(known, schedule.T, source.path)
    channels = called.shape[0]
    shape = source.answers.picture_shape(channels, source.path) or (channels, chosen.side, chosen.side)
    resamples = told.resamples or not found.dialect.may_pool
    build = partial(_built, config, resamples)
    network = _assembled(build, found.tensors, shape, called, source.path)
    denoiser = Denoiser(
        network,
        schedule,
        source.answers.prediction_type or "epsilon",
        shape,
        variance=_variance(called, chosen),
        clip=1.0,
        keep_epsilon=True,
        integer_timesteps=called.integer_timesteps,
        classes=called.classes,
        null=None if called.null_label is None else labelled([called.null_label]),
    )
    said = source.answers.said.keys()
    scheduled = noising.assumed if noising else (Assumption(_SCHEDULE, {"schedule": str(schedule)}, ("schedule",)),)
    notes = (*called.assumed, *chosen.assumed, *scheduled, *_notes(denoiser.variance))
    open_yet = tuple(note for note in notes if said.isdisjoint(note.about))
    facts = tuple(_facts(told, chosen, found.dialect, source.answers.heads))
    return Checkpoint(denoiser, family, "UNet2DModel", parameters_of(network), open_yet, facts)


def _assembled(
    build: Callable[[Outline], UNet2D],
    tensors: dict[str, Tensor],
    shape: tuple[int, int, int],
    called: Interface,
    path: Path,
) -> UNet2D:
    from ddpm_studio.checkpoints.families.shared.assembly import assembled

    whole, labelled = called.integer_timesteps, called.classes > 0
    return assembled(build, tensors, shape, path, labelled=labelled, whole_timesteps=whole)


def _built(config: Settings, resamples: bool, _: Outline) -> UNet2D:
    """The network of a config; ValueError for numbers that do not go together."""
    from ddpm_studio.checkpoints.families.diffusers.network import UNet2D

    found = architecture_of(config)
    if found is None:
        raise ValueError(config)
    return UNet2D(replace(found, resamp_with_conv=resamples))


def _variance(called: Interface, chosen: Settled) -> str:
    if called.learned_variance:
        return "learned_range"
    return "fixed_large" if chosen.conventions.name == "ddpm" and chosen.side <= _LARGE_SIDES else "fixed_small"


def _notes(variance: str) -> Iterator[Assumption]:
    yield Assumption(_EPSILON, about=("prediction_type",))
    yield Assumption(_CLIPPED, about=("clip",))
    if variance != "learned_range":
        yield Assumption(_VARIANCE, {"variance": variance}, about=("variance",))


def _facts(told: ToldByShapes, chosen: Settled, dialect: Dialect, heads: int | None) -> Iterator[Fact]:
    """What the shapes tell and what was settled; of the attention as it was said, if so many `heads` were."""
    layers = told.config["layers_per_block"]
    blocks = Text(QT_TRANSLATE_NOOP("card", "{count} per level"), {"count": layers})
    yield Fact("channels", CHANNELS, told.widths, ", ".join(map(str, told.widths)))
    yield Fact("residual_blocks", QT_TRANSLATE_NOOP("card", "residual blocks"), layers, blocks)
    yield Fact("attention", QT_TRANSLATE_NOOP("card", "attention"), told.attends, _attention(told))
    if told.attended and not dialect.one_head:
        yield _split(chosen.head_channels, heads)
    if dialect.may_pool and not told.resamples:
        yield Fact("resampling", QT_TRANSLATE_NOOP("card", "resampling"), False, _POOLED)
    yield answer_fact("groups", chosen.groups)
    yield answer_fact("conventions", str(chosen.conventions))


def _split(width: int | None, heads: int | None) -> Fact:
    heads = heads or (1 if width is None else None)
    return answer_fact("heads", heads) if heads else answer_fact("head_channels", width)


def _attention(told: ToldByShapes) -> Readable:
    middle = bool(told.config["add_attention"])
    if not told.attends:
        return QT_TRANSLATE_NOOP("card", "in the middle") if middle else QT_TRANSLATE_NOOP("card", "none")
    sizes = ", ".join(f"1/{2**level}" for level in told.attends)
    template = (
        QT_TRANSLATE_NOOP("card", "at {sizes} of the size, and in the middle")
        if middle
        else QT_TRANSLATE_NOOP("card", "at {sizes} of the size")
    )
    return Text(template, {"sizes": sizes})
