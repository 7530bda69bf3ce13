"""Weights for other programs, which are known by the names of their tensors. Only a schedule is of use, if one is kept.

state_dict: betas, model.diffusion_model.*, first_stage_model.*, cond_stage_model.*      Stable Diffusion
lora_unet_*.lora_up.weight, double_blocks.*, encoder.conv_in.weight, …                   what SIGNS has
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.answers import UnansweredError
from ddpm_studio.checkpoints.checkpoint import Checkpoint, register
from ddpm_studio.checkpoints.families.elsewhere.signs import BEFORE_LATENTS, NEEDS_A_NETWORK, SHAPES, SIGNS, TensorNames
from ddpm_studio.checkpoints.families.shared.kept_schedule import kept
from ddpm_studio.checkpoints.families.shared.latent_files import known_model
from ddpm_studio.checkpoints.families.shared.transformer_files import known_transformer
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.strangers import Stranger
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import Readable, SourceText, Text

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.families.shared.stored_noising import StoredNoising

FAMILY = "weights for another program"
_CONTRADICTED = QT_TRANSLATE_NOOP("errors", "{reason}; {table} counts, and {others} contradict it")


def _recognises(source: Source) -> bool:
    return bool(source.tensors) and (_asks_for(source) is not None or _known(source) is not None)


@register(FAMILY, _recognises, first=True)
def read(source: Source) -> Checkpoint:
    """Refuse the weights by name, with the schedule that they hold; or ask for the network of those that need one."""
    if kind := _asks_for(source):
        raise UnansweredError(source.path, kind, ("network",))
    stranger, noising = _known(source), kept(source)
    assert stranger is not None
    if noising is None:
        raise UnsupportedError(source.path, stranger.name, stranger.why(says=False), None, stranger.may_be_own)
    raise UnsupportedError(source.path, stranger.name, _why(stranger, noising), noising.schedule, stranger.may_be_own)


def _why(stranger: Stranger, noising: StoredNoising) -> Readable:
    """Why it is refused, and what in the file contradicts the schedule that is offered."""
    from ddpm_studio.checkpoints.families.shared.stored_noising import named

    why = stranger.why(says=True)
    if not noising.others:
        return why
    return Text(_CONTRADICTED, {"reason": why, "table": noising.table, "others": named(noising.others)})


def _asks_for(source: Source) -> SourceText | None:
    named = TensorNames.of(source.tensors)
    return next((kind for kind, sign in NEEDS_A_NETWORK if sign(named)), None)


def _known(source: Source) -> Stranger | None:
    if known_transformer(source.tensors) is not None:
        return None
    named = TensorNames.of(source.tensors)
    signs = SIGNS if source.metadata.get("config") else (*SIGNS, *SHAPES)  # k-diffusion says there what it is.
    if known_model(source.tensors) is not None:
        signs = BEFORE_LATENTS
    return next((stranger for stranger, sign in signs if sign(named)), None)
