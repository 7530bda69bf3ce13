"""Weights of the network of Ho et al. 2020 as its ports to PyTorch name them: pesser/pytorch_diffusion, ermongroup/ddim
and what was made from these.

temb.dense.…  conv_in.…  down.N.block.M.…  mid.block_1.…  mid.attn_1.…  up.N.block.M.…  norm_out.…  conv_out.…

A trainer of ermongroup/ddim saves a list of the network, its optimizer, the epoch, the step and the averaged network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.checkpoint import Checkpoint, Fact
from ddpm_studio.checkpoints.families.diffusers.left_open import Dialect
from ddpm_studio.checkpoints.families.diffusers.unet2d_readings import open_readings
from ddpm_studio.checkpoints.families.diffusers.weights_alone import WeightsAlone, found_in, opened
from ddpm_studio.checkpoints.families.shared.facts import step_fact, weights_fact
from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix, is_averaged, named_as, under
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from torch import Tensor

FAMILY = QT_TRANSLATE_NOOP("card", "DDPM of Ho et al. 2020")
_DIALECT = Dialect(QT_TRANSLATE_NOOP("errors", "a network of Ho et al. 2020"), "ddpm", one_head=True, may_pool=True)
_FIRST, _BLOCK = "temb.dense.0.weight", "down.0.block.0.conv1.weight"
_TRAINED, _STEP, _AVERAGED = re.compile(r"0\.(module\.)?"), "3", "4."
"""The places of ermongroup/ddim's trainer in its list."""

_SAVED = re.compile(r"(?P<averaged>ema_)?diffusion_\w+_model-(?P<step>\d{1,9})\.ckpt")
"""The names that pesser/pytorch_diffusion gave to the published weights."""

_UNUSED = ("logvar",)
"""A parameter of ermongroup/ddim's “bayesian” networks that no picture depends on."""

_NAMES = (
    (r"temb\.dense\.0\.", "time_embedding.linear_1."),
    (r"temb\.dense\.1\.", "time_embedding.linear_2."),
    (r"(down|up)\.(\d+)\.(?=block|attn|downsample|upsample)", r"\1_blocks.\2."),
    (r"mid\.block_1\.", "mid_block.resnets.0."),
    (r"mid\.block_2\.", "mid_block.resnets.1."),
    (r"mid\.attn_1\.", "mid_block.attentions.0."),
    (r"norm_out\.", "conv_norm_out."),
)
_PARTS = (
    (r"(blocks\.\d+)\.block\.", r"\1.resnets."),
    (r"(blocks\.\d+)\.attn\.", r"\1.attentions."),
    (r"(blocks\.\d+)\.(down|up)sample\.", r"\1.\2samplers.0."),
    (r"(resnets\.\d+)\.temb_proj\.", r"\1.time_emb_proj."),
    (r"(resnets\.\d+)\.nin_shortcut\.", r"\1.conv_shortcut."),
    (r"(attentions\.\d+)\.norm\.", r"\1.group_norm."),
    (r"(attentions\.\d+)\.([qkv])\.", r"\1.to_\2."),
    (r"(attentions\.\d+)\.proj_out\.", r"\1.to_out.0."),
)
"""What diffusers calls the same: how a name begins, and what is inside of it."""

_BACK = (
    (r"^time_embedding\.linear_1\.", "temb.dense.0."),
    (r"^time_embedding\.linear_2\.", "temb.dense.1."),
    (r"^mid_block\.resnets\.0\.", "mid.block_1."),
    (r"^mid_block\.resnets\.1\.", "mid.block_2."),
    (r"^mid_block\.attentions\.0\.", "mid.attn_1."),
    (r"^conv_norm_out\.", "norm_out."),
    (r"^(down|up)_blocks\.(\d+)\.resnets\.", r"\1.\2.block."),
    (r"^(down|up)_blocks\.(\d+)\.attentions\.", r"\1.\2.attn."),
    (r"^(down|up)_blocks\.(\d+)\.(down|up)samplers\.0\.", r"\1.\2.\3sample."),
    (r"\.time_emb_proj\.", ".temb_proj."),
    (r"\.conv_shortcut\.", ".nin_shortcut."),
    (r"\.group_norm\.", ".norm."),
    (r"\.to_([qkv])\.", r".\1."),
    (r"\.to_out\.0\.", ".proj_out."),
)
"""The way back, for what the file lacks."""

_UP = re.compile(r"up_blocks\.(\d{1,4})\.")


def recognises(source: Source) -> bool:
    """True for such weights, be they beside others."""
    prefix = _prefix(source)
    return prefix is not None and prefix + _BLOCK in source.tensors


def candidates(source: Source) -> tuple[Answers, ...]:
    """The readings that are to be tried."""
    with named_as(partial(_in_file, source)):
        return open_readings(_found(source).told, source, _DIALECT)


def read(source: Source) -> Checkpoint:
    """The network as its shapes tell it, which has one head and its own conventions."""
    with named_as(partial(_in_file, source)):
        checkpoint = opened(source, _found(source), FAMILY)
    return replace(checkpoint, facts=(*_saved(source), *checkpoint.facts))


def _prefix(source: Source) -> str | None:
    """The prefix of the averaged weights, if there are any; in a list they have no name, but a place."""
    prefix = best_prefix(source.tensors, _FIRST)
    return _AVERAGED if _is_of_a_trainer(source) and _AVERAGED + _FIRST in source.tensors else prefix


def _is_of_a_trainer(source: Source) -> bool:
    return isinstance(source.values.get(_STEP), int) and any(map(_TRAINED.match, source.tensors))


def _found(source: Source) -> WeightsAlone:
    inside = under(_prefix(source) or "", source.tensors)
    return found_in(source, _as_in_diffusers(inside), _DIALECT)


def _as_in_diffusers(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors under diffusers' names; its attention multiplies with matrices where this one convolves with 1 × 1.

    Levels on the way up are counted from the deepest on there, and from the shallowest on here.
    """
    renamed = {_renamed(name): tensor for name, tensor in tensors.items() if name not in _UNUSED}
    last = _last(renamed)
    turned = {_turned(name, last): tensor for name, tensor in renamed.items()}
    return {name: _as_matrix(each) if ".to_" in name else each for name, each in turned.items()}


def _in_file(source: Source, name: str) -> str:
    """The name in the file of what diffusers calls `name`: that of the tensor there, or what it would have been."""
    prefix = _prefix(source) or ""
    last = _last(map(_renamed, under(prefix, source.tensors)))
    name = _turned(name, last)
    for ours, theirs in _BACK:
        name = re.sub(ours, theirs, name)
    return prefix + name


def _as_matrix(weight: Tensor) -> Tensor:
    return weight[:, :, 0, 0] if weight.ndim == 4 and weight.shape[2:] == (1, 1) else weight


def _last(names: Iterable[str]) -> int:
    """The highest number of a level on the way up."""
    return max((int(match[1]) for name in names if (match := _UP.match(name))), default=0)


def _turned(name: str, last: int) -> str:
    """The name with levels on the way up counted from the other end."""
    return _UP.sub(lambda match: f"up_blocks.{last - int(match[1])}.", name)


def _renamed(name: str) -> str:
    for old, new in _NAMES:
        name = re.sub(f"^{old}", new, name)
    for old, new in _PARTS:
        name = re.sub(old, new, name)
    return name


def _saved(source: Source) -> Iterator[Fact]:
    """Which weights these are and how long they were trained, where the list or the name of the file says it."""
    prefix, published = _prefix(source) or "", _SAVED.fullmatch(source.path.name)
    in_list = _is_of_a_trainer(source)
    if in_list or published or is_averaged(prefix):
        averaged = prefix == _AVERAGED if in_list else is_averaged(prefix) or bool(published and published["averaged"])
        yield weights_fact(averaged)
    step = source.values.get(_STEP) if in_list else int(published["step"]) if published else None
    if isinstance(step, int):
        yield step_fact(step)
