"""Weights of diffusers' UNet2DModel without its config.json, as save_pretrained and torch.save write them.

conv_in.…  time_embedding.…  down_blocks.…  mid_block.…  up_blocks.…  conv_out.…
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint, Fact
from ddpm_studio.checkpoints.families.diffusers.left_open import Dialect
from ddpm_studio.checkpoints.families.diffusers.own_names import misfit_beside
from ddpm_studio.checkpoints.families.diffusers.renaming import FIRST, in_new_names, in_old_names, is_in_old_names
from ddpm_studio.checkpoints.families.diffusers.told_by_shapes import ToldByShapes
from ddpm_studio.checkpoints.families.diffusers.unet2d_readings import open_readings
from ddpm_studio.checkpoints.families.diffusers.weights_alone import WeightsAlone, found_in, opened
from ddpm_studio.checkpoints.families.shared.facts import step_fact, weights_fact
from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix, is_averaged, named_as, under
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import Text

FAMILY = QT_TRANSLATE_NOOP("card", "weights of diffusers")
_KIND = QT_TRANSLATE_NOOP("errors", "a UNet2DModel of diffusers without its config.json")
_KIND_BESIDE = QT_TRANSLATE_NOOP("errors", "a UNet2DModel of diffusers beside a config.json ({reason})")
_BESIDE = QT_TRANSLATE_NOOP("checkpoints", "nothing of the config.json beside it, {reason}")
_BLOCK = "down_blocks.0.resnets.0.conv1.weight"
_CIFAR10, _LARGE = ((128, 256, 256, 256), (1,)), ((128, 128, 256, 256, 512, 512), (4,))
"""The channels and the attended levels of google/ddpm-cifar10-32, and of the other google/ddpm-*, which diffusers'
example of training has, too."""

_STEPS = ("step", "global_step")


def recognises(source: Source) -> bool:
    """True for such weights, be they beside others."""
    prefix = best_prefix(source.tensors, FIRST)
    return prefix is not None and prefix + _BLOCK in source.tensors


def candidates(source: Source) -> tuple[Answers, ...]:
    """The readings that are to be tried."""
    with named_as(partial(_in_file, source)):
        found = _found(source, _prefix(source))
        return open_readings(found.told, source, found.dialect)


def read(source: Source) -> Checkpoint:
    """The network as its shapes tell it, with the conventions that are given or usual."""
    prefix = _prefix(source)
    with named_as(partial(_in_file, source)):
        checkpoint = opened(source, _found(source, prefix), FAMILY)
    reason = misfit_beside(source)
    beside = () if reason is None else (Assumption(_BESIDE, {"reason": reason}),)
    facts = (*_saved(source, prefix), *checkpoint.facts)
    return replace(checkpoint, facts=facts, assumed=(*beside, *checkpoint.assumed))


def _prefix(source: Source) -> str:
    return best_prefix(source.tensors, FIRST) or ""


def _in_file(source: Source, name: str) -> str:
    prefix = _prefix(source)
    return prefix + (in_old_names(name) if is_in_old_names(under(prefix, source.tensors)) else name)


def _found(source: Source, prefix: str) -> WeightsAlone:
    inside = under(prefix, source.tensors)
    reason = misfit_beside(source)
    kind = _KIND if reason is None else Text(_KIND_BESIDE, {"reason": reason})
    found = found_in(source, in_new_names(inside), Dialect(kind, "diffusers"))
    is_published = _is_published(found.told, is_in_old_names(inside))
    return replace(found, dialect=Dialect(kind, "ddpm")) if is_published else found


def _is_published(told: ToldByShapes, old: bool) -> bool:
    """True for a model of Ho et al. 2020, which diffusers wrote in its `old` names."""
    shapes = (told.widths, told.attends)
    return shapes == _CIFAR10 or (shapes == _LARGE and old)


def _saved(source: Source, prefix: str) -> Iterator[Fact]:
    if is_averaged(prefix):
        yield weights_fact(averaged=True)
    step = next((step for key in _STEPS if isinstance(step := source.values.get(key), int)), None)
    if step is not None:
        yield step_fact(step)
