"""Original U-Net of Stable Diffusion: how its shapes say that it is built."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_modules import places_in_levels
from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_names import Places
from ddpm_studio.checkpoints.families.shared.latent_files import (
    GROUPS,
    HEAD_CHANNELS,
    KnownModel,
)
from ddpm_studio.checkpoints.families.shared.outline import Outline
from ddpm_studio.checkpoints.reading.json_settings import Settings


def unet_config(outline: Outline, kind: KnownModel) -> Settings:
    """The config of a UNet2DConditionModel; MissingTensorError and ValueError for shapes that are not of one."""
    levels = _levels(outline)
    inputs, attends = outline / "input_blocks", [f"{level[0]}.1" in outline / "input_blocks" for level in levels]
    widths = [(inputs / level[0] / 0 / "out_layers" / 3).sizes(4)[0] for level in levels]
    middle = outline / "middle_block" / 1
    depths = [
        len((inputs / level[0] / 1 if attended else middle) / "transformer_blocks")
        for level, attended in zip(levels, attends, strict=True)
    ]
    down = ["CrossAttnDownBlock2D" if each else "DownBlock2D" for each in attends]
    up = ["CrossAttnUpBlock2D" if each else "UpBlock2D" for each in reversed(attends)]
    return {
        "in_channels": (inputs / 0 / 0).sizes(4)[1],
        "out_channels": (outline / "out" / 2).sizes(4)[0],
        "block_out_channels": widths,
        "layers_per_block": len(levels[0]),
        "down_block_types": down,
        "up_block_types": up,
        "transformer_layers_per_block": depths,
        "attention_head_dim": kind.heads or [max(1, width // HEAD_CHANNELS) for width in widths],
        "cross_attention_dim": (middle / "transformer_blocks" / 0 / "attn2" / "to_k").sizes(2)[1],
        "use_linear_projection": len((middle / "proj_in").shape()) == 2,
        "norm_num_groups": GROUPS,
        "sample_size": kind.side,
        **_told_besides(outline, kind),
    }


def unet_places(outline: Outline) -> Places:
    """The modules of a U-Net by their original names."""
    return places_in_levels(_levels(outline))


def _levels(outline: Outline) -> Sequence[Sequence[int]]:
    """The numbers of the residual blocks of each level; ValueError if there are none."""
    blocks = outline / "input_blocks"
    halving = [number for number in range(1, len(blocks)) if "0.op" in blocks / number]
    bounds = [0, *halving, len(blocks)]
    levels = [range(first + 1, last) for first, last in pairwise(bounds)]
    if not all(levels) or len({len(level) for level in levels}) != 1:
        raise ValueError(bounds)
    return levels


def _told_besides(outline: Outline, kind: KnownModel) -> Settings:
    """What it is told besides time and words, if anything."""
    guidance = outline / "time_embed" / "cond_proj"
    of_guidance = {"time_cond_proj_dim": guidance.sizes(2)[1]} if "time_embed.cond_proj" in outline else {}
    if "label_emb" not in outline:
        return of_guidance
    told = (outline / "label_emb" / 0 / 0).sizes(2)[1]
    if len(kind.encoders) == 1:
        return {**of_guidance, "class_embed_type": "projection"}
    return {**of_guidance, "addition_embed_type": "text_time", "projection_class_embeddings_input_dim": told}
