"""diffusers' UNet2DModel under the parameter names of its files, without diffusers, which takes seconds to import."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.diffusers.architecture import UNet2DArchitecture
from ddpm_studio.checkpoints.families.diffusers.blocks import (
    ACTIVATIONS,
    Attention,
    Downsample2D,
    ResnetBlock2D,
    Upsample2D,
)
from ddpm_studio.checkpoints.families.diffusers.group_norm import GroupNorm
from ddpm_studio.checkpoints.families.shared.layers import sinusoid, table_of


class UNet2D(nn.Module):
    """x (B, C, H, W), timesteps (B,) and labels (B,) where it has classes → (B, C, H, W), or (B, 2C, H, W)."""

    def __init__(self, found: UNet2DArchitecture) -> None:
        super().__init__()
        self._found, self._act = found, ACTIVATIONS[found.act_fn]
        channels, levels = found.block_out_channels, range(len(found.block_out_channels))
        self.conv_in = nn.Conv2d(found.in_channels, channels[0], 3, padding=1)
        self.time_proj = _table(found.num_train_timesteps, channels[0]) if _is_learned(found) else None
        self.time_embedding = TimestepEmbedding(channels[0], found.embedding_channels)
        self.class_embedding = _table(found.num_class_embeds, found.embedding_channels)
        self.down_blocks = nn.ModuleList(Down(found, level) for level in levels)
        self.mid_block = None if found.mid_block_type is None else Middle(found)
        self.up_blocks = nn.ModuleList(Up(found, level) for level in reversed(levels))
        self.conv_norm_out = GroupNorm(found.norm_num_groups, channels[0], found.norm_eps)
        self.conv_out = nn.Conv2d(channels[0], found.out_channels, 3, padding=1)

    def forward(self, x: Tensor, timesteps: Tensor, labels: Tensor | None = None) -> Tensor:
        """The output for x at these array indexes, which may be fractional unless they are learned, and classes."""
        embedding = self._act(self._embedded(timesteps, labels))
        x = self.conv_in(2 * x - 1 if self._found.center_input_sample else x)
        skips = [x]
        for block in self.down_blocks:
            x = block(x, embedding, skips)
        if self.mid_block is not None:
            x = self.mid_block(x, embedding)
        for block in self.up_blocks:
            x = block(x, embedding, skips)
        return cast(Tensor, self.conv_out(nn.functional.silu(self.conv_norm_out(x), inplace=True)))

    def _embedded(self, timesteps: Tensor, labels: Tensor | None) -> Tensor:
        embedding = cast(Tensor, self.time_embedding(self._waves(timesteps)))
        return embedding if self.class_embedding is None else embedding + self.class_embedding(labels)

    def _waves(self, timesteps: Tensor) -> Tensor:
        if self.time_proj is not None:
            return cast(Tensor, self.time_proj(timesteps))
        found, weight = self._found, self.conv_in.weight
        waves = sinusoid(timesteps, len(weight), shift=found.freq_shift, sines_first=not found.flip_sin_to_cos)
        return waves.to(weight.dtype)


class TimestepEmbedding(nn.Module):
    """Two layers with SiLU between them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(inputs, outputs)
        self.linear_2 = nn.Linear(outputs, outputs)

    def forward(self, waves: Tensor) -> Tensor:
        """(B, inputs) → (B, outputs)."""
        return cast(Tensor, self.linear_2(nn.functional.silu(self.linear_1(waves))))


class _Level(nn.Module):
    """Residual blocks, each followed by an attention or by nothing."""

    def __init__(self, resnets: list[ResnetBlock2D], attentions: list[nn.Module]) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(resnets)
        self.attentions = nn.ModuleList(attentions)


class Down(_Level):
    """A level on the way down, which leaves what the way up needs in `skips`, and halves the size unless it is the
    last.
    """

    def __init__(self, found: UNet2DArchitecture, level: int) -> None:
        kind, channels = found.down_block_types[level], found.block_out_channels[level]
        widths = [found.block_out_channels[max(level - 1, 0)], *[channels] * found.layers_per_block]
        resnets = [ResnetBlock2D(found, inputs, channels) for inputs in widths[:-1]]
        super().__init__(resnets, _attentions(found, kind, channels, len(resnets)))
        last = level == len(found.block_out_channels) - 1
        self.downsamplers = nn.ModuleList([] if last else [_smaller(found, kind, channels)])

    def forward(self, x: Tensor, embedding: Tensor, skips: list[Tensor]) -> Tensor:
        """(B, C, H, W) and (B, E) → (B, D, H/2, W/2)."""
        for resnet, attention in zip(self.resnets, self.attentions, strict=True):
            x = attention(resnet(x, embedding))
            skips.append(x)
        for layer in self.downsamplers:
            x = _changed(layer, x, embedding)
            skips.append(x)
        return x


class Middle(_Level):
    """Two residual blocks with an attention between them, or none."""

    def __init__(self, found: UNet2DArchitecture) -> None:
        channels, divisor = found.block_out_channels[-1], found.mid_block_scale_factor
        resnets = [ResnetBlock2D(found, channels, channels, divisor=divisor) for _ in range(2)]
        attends = found.add_attention
        attention = Attention(found, channels, found.middle_groups, divisor) if attends else nn.Identity()
        super().__init__(resnets, [attention])

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """(B, C, H, W) and (B, E) → (B, C, H, W)."""
        first, second = self.resnets
        return cast(Tensor, second(self.attentions[0](first(x, embedding)), embedding))


class Up(_Level):
    """A level on the way up, which takes from `skips` what the way down left, and doubles the size unless it is 0."""

    def __init__(self, found: UNet2DArchitecture, level: int) -> None:
        channels, layers = found.block_out_channels, found.layers_per_block
        kind, out = found.up_block_types[len(channels) - 1 - level], channels[level]
        below, above = channels[min(level + 1, len(channels) - 1)], channels[max(level - 1, 0)]
        inputs = [below + out, *[2 * out] * (layers - 1), out + above]
        resnets = [ResnetBlock2D(found, width, out) for width in inputs]
        super().__init__(resnets, _attentions(found, kind, out, len(resnets)))
        self.upsamplers = nn.ModuleList([_larger(found, kind, out)] if level else [])

    def forward(self, x: Tensor, embedding: Tensor, skips: list[Tensor]) -> Tensor:
        """(B, C, H, W) and (B, E) → (B, D, 2H, 2W)."""
        for resnet, attention in zip(self.resnets, self.attentions, strict=True):
            x = attention(resnet(torch.cat([x, skips.pop()], 1), embedding))
        for layer in self.upsamplers:
            x = _changed(layer, x, embedding)
        return x


def _attentions(found: UNet2DArchitecture, kind: str, channels: int, count: int) -> list[nn.Module]:
    attends = kind.startswith("Attn")
    return [Attention(found, channels, found.norm_num_groups) if attends else nn.Identity() for _ in range(count)]


def _smaller(found: UNet2DArchitecture, kind: str, channels: int) -> nn.Module:
    if kind.startswith("Resnet") or (kind.startswith("Attn") and found.downsample_type == "resnet"):
        return ResnetBlock2D(found, channels, channels, "smaller")
    return Downsample2D(channels, found.downsample_padding) if found.resamp_with_conv else nn.AvgPool2d(2)


def _larger(found: UNet2DArchitecture, kind: str, channels: int) -> nn.Module:
    if kind.startswith("Resnet") or (kind.startswith("Attn") and found.upsample_type == "resnet"):
        return ResnetBlock2D(found, channels, channels, "larger")
    return Upsample2D(channels) if found.resamp_with_conv else nn.Upsample(scale_factor=2)


def _changed(layer: nn.Module, x: Tensor, embedding: Tensor) -> Tensor:
    return cast(Tensor, layer(x, embedding) if isinstance(layer, ResnetBlock2D) else layer(x))


def _is_learned(found: UNet2DArchitecture) -> bool:
    return found.time_embedding_type == "learned"


def _table(entries: int | None, channels: int) -> nn.Embedding | None:
    return None if entries is None else table_of(entries, channels)
