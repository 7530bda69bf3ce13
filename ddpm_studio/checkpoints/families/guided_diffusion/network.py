"""The UNetModel of openai/improved-diffusion and openai/guided-diffusion, under the parameter names of their files."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.guided_diffusion.architecture import architecture_of, downs, is_growing, pools
from ddpm_studio.checkpoints.families.guided_diffusion.blocks import (
    GROUPS,
    AttentionBlock,
    Downsample,
    Pool,
    ResBlock,
    Stage,
    Upsample,
)
from ddpm_studio.checkpoints.families.guided_diffusion.heads import Heads
from ddpm_studio.checkpoints.families.shared.layers import Resizing, sinusoid, table_of
from ddpm_studio.checkpoints.families.shared.outline import Outline, conv, group_norm, linear


class UNetModel(nn.Module):
    """x (B, C, H, W), timesteps (B,) and labels (B,) where it has classes → (B, C, H, W), or (B, 2C, H, W).

    The network receives `timestep_scale` times the timestep.
    """

    def __init__(self, outline: Outline, heads: Heads, timestep_scale: float = 1.0) -> None:
        super().__init__()
        inputs, outputs, time = outline / "input_blocks", outline / "output_blocks", outline / "time_embed"
        res_blocks, pooled = architecture_of(outline).res_blocks, pools(outline)
        shrinking = downs(inputs.reach, res_blocks)
        growing = range(res_blocks, outputs.reach - 1, res_blocks + 1) if pooled else ()
        self._scale = timestep_scale
        self.time_embed = nn.Sequential(linear(time / 0), nn.SiLU(), linear(time / 2))
        self.label_emb = table_of(*(outline / "label_emb").sizes(2)) if "label_emb" in outline else None
        self.input_blocks = nn.ModuleList(
            Stage(Pool("smaller"))
            if pooled and i in shrinking
            else _stage(inputs / i, heads, first="smaller" if i in shrinking else "")
            for i in range(inputs.reach)
        )
        self.middle_block = _stage(outline / "middle_block", heads)
        self.output_blocks = nn.ModuleList(
            Stage(*_stage(outputs / i, heads.upwards, last="larger"), *([Pool("larger")] if i in growing else []))
            for i in range(len(outputs))
        )
        self.out = nn.Sequential(group_norm(outline / "out" / 0, GROUPS), nn.SiLU(), conv(outline / "out" / 2))

    def forward(self, x: Tensor, timesteps: Tensor, labels: Tensor | None = None) -> Tensor:
        """The output for x at these array indexes, which may be fractional, and these classes."""
        first = cast(nn.Linear, self.time_embed[0])
        waves = sinusoid(timesteps * self._scale, first.in_features).to(first.weight.dtype)
        embedding = self.time_embed(waves)
        if self.label_emb is not None:
            embedding = embedding + self.label_emb(labels)
        skips = []
        for stage in self.input_blocks:
            x = stage(x, embedding)
            skips.append(x)
        x = self.middle_block(x, embedding)
        for stage in self.output_blocks:
            x = stage(torch.cat([x, skips.pop()], 1), embedding)
        return cast(Tensor, self.out(x))


def _stage(outline: Outline, heads: Heads, first: Resizing = "", last: Resizing = "") -> Stage:
    """The layers of one block, which may begin or end with a change of size."""
    layers = [_layer(outline / i, heads, first if i == 0 else "") for i in range(len(outline))]
    if last and is_growing(outline) and isinstance(layers[-1], ResBlock):
        layers[-1] = ResBlock(outline / (len(layers) - 1), last)
    return Stage(*layers)


def _layer(outline: Outline, heads: Heads, resizing: Resizing) -> nn.Module:
    if "in_layers" in outline:
        return ResBlock(outline, resizing)
    if "qkv" in outline:
        return AttentionBlock(outline, heads)
    if "op" in outline:
        return Downsample(outline)
    return Upsample(outline) if "conv" in outline else conv(outline)
