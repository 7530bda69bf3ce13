"""The parts of the Unet of denoising-diffusion-pytorch: blocks, the embedding of t, and levels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.lucidrains.attention import RMSNorm
from ddpm_studio.checkpoints.families.shared.outline import Outline, conv, group_norm, linear

THETA = 10_000
"""What the library embeds t with unless it is told otherwise; the files do not say it."""

Attend = Callable[[Outline], nn.Module]


class Block(nn.Module):
    """Convolution, normalisation, scale and shift, SiLU."""

    def __init__(self, outline: Outline, groups: int) -> None:
        super().__init__()
        norm = outline / "norm"
        self.proj = conv(outline / "proj")
        self.norm: nn.Module = group_norm(norm, groups) if _is_layer(norm) else RMSNorm(norm)

    def forward(self, x: Tensor, scale: Tensor | float = 0.0, shift: Tensor | float = 0.0) -> Tensor:
        """(B, C, H, W) → (B, D, H, W)."""
        return nn.functional.silu(self.norm(self.proj(x)) * (scale + 1) + shift)


class ResnetBlock(nn.Module):
    """Two blocks with a skip; t scales and shifts the first, or is added to it (before release 0.16)."""

    def __init__(self, outline: Outline, groups: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.SiLU(), linear(outline / "mlp" / 1)) if "mlp" in outline else None
        self.block1 = Block(outline / "block1", groups)
        self.block2 = Block(outline / "block2", groups)
        self.res_conv = conv(outline / "res_conv") if "res_conv" in outline else nn.Identity()

    @property
    def channels(self) -> tuple[int, int]:
        """The channels that it takes, and those that it returns."""
        return self.block1.proj.in_channels, self.block1.proj.out_channels

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """(B, C, H, W) and the embedding of t, (B, E) → (B, D, H, W)."""
        out: Tensor = self.block2(self._conditioned(x, t)) + self.res_conv(x)
        return out

    def _conditioned(self, x: Tensor, t: Tensor) -> Tensor:
        if self.mlp is None:
            return cast(Tensor, self.block1(x))
        condition = self.mlp(t)[:, :, None, None]
        if condition.shape[1] == self.channels[1]:
            return cast(Tensor, self.block1(x) + condition)
        return cast(Tensor, self.block1(x, *condition.chunk(2, 1)))


class Level(nn.ModuleList):
    """Two blocks, attention and a change of size, which are numbered in the files."""

    def __init__(self, outline: Outline, attend: Attend, resized: nn.Module, groups: int) -> None:
        blocks = [ResnetBlock(outline / 0, groups), ResnetBlock(outline / 1, groups)]
        super().__init__([*blocks, attend(outline / 2), resized])

    def descend(self, x: Tensor, t: Tensor, skips: list[Tensor], both: bool) -> Tensor:
        """Leave in `skips` what the way up needs, `both` blocks' or only the second's, and return what goes down."""
        first, second, attention, smaller = self
        x = first(x, t)
        if both:
            skips.append(x)
        x = attention(second(x, t))
        skips.append(x)
        return cast(Tensor, smaller(x))

    def ascend(self, x: Tensor, t: Tensor, skips: list[Tensor], both: bool) -> Tensor:
        """Take from `skips` what `descend` left there, and return what goes up."""
        first, second, attention, larger = self
        x = first(torch.cat([x, skips.pop()], 1), t)
        if both:
            x = torch.cat([x, skips.pop()], 1)
        return cast(Tensor, larger(attention(second(x, t))))


def smaller(outline: Outline) -> nn.Module:
    """Half the size, by four pixels becoming one (since release 0.32) or a stride; none at the last level."""
    if 1 in outline:
        return nn.Sequential(nn.PixelUnshuffle(2), conv(outline / 1))
    if not _is_layer(outline):
        return nn.Identity()
    return conv(outline, stride=2 if outline.sizes(4)[2] == 4 else 1)


def larger(outline: Outline) -> nn.Module:
    """Twice the size, by repeating pixels (since release 0.22) or a transposed convolution; none at the last level."""
    if 1 in outline:
        return nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), conv(outline / 1))
    if not _is_layer(outline):
        return nn.Identity()
    channels, out, kernel, _ = outline.sizes(4)
    return nn.ConvTranspose2d(channels, out, kernel, 2, 1) if kernel == 4 else conv(outline)


def _is_layer(outline: Outline) -> bool:
    """True for a layer of torch's, also for one that lacks its weight, which is then missed by its name."""
    return "weight" in outline or "bias" in outline


class TimeEmbedding(nn.Sequential):
    """t as sines and cosines, of fixed frequencies (Vaswani 2017) or of learned or random ones, through two layers."""

    def __init__(self, outline: Outline) -> None:
        first = linear(outline / 1)
        # Sines and cosines come in pairs, and t itself beside learned or random ones alone.
        waves = _Fourier(outline / 0) if first.in_features % 2 else _Sinusoid(first.in_features)
        super().__init__(waves, first, nn.GELU(), linear(outline / 3))

    def forward(self, timesteps: Tensor) -> Tensor:
        """(B,) → (B, E), in the precision of the weights."""
        waves, first, activation, second = self
        return cast(Tensor, second(activation(first(waves(timesteps).to(cast(Tensor, first.weight).dtype)))))


class _Sinusoid(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self._half = channels // 2

    def forward(self, timesteps: Tensor) -> Tensor:
        exponents = torch.arange(self._half, device=timesteps.device, dtype=torch.float32)
        angles = timesteps.float()[:, None] * torch.exp(exponents * -(math.log(THETA) / (self._half - 1)))
        return torch.cat([angles.sin(), angles.cos()], -1)


class _Fourier(nn.Module):
    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.empty(outline.sizes(1, "weights")))

    def forward(self, timesteps: Tensor) -> Tensor:
        t = timesteps.to(self.weights.dtype)[:, None]
        angles = t * self.weights * 2 * math.pi
        return torch.cat([t, angles.sin(), angles.cos()], -1)
