"""The parts of diffusers' UNet2DModel: residual blocks, attention and changes of size.

They overwrite their own intermediate results where they can: on the CPU, obtaining memory for a large picture takes
longer than filling it. So they are for inference only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from torch import Tensor, nn
from torch.nn.functional import gelu, mish, pad, relu, scaled_dot_product_attention, silu

from ddpm_studio.checkpoints.families.diffusers.architecture import UNet2DArchitecture
from ddpm_studio.checkpoints.families.diffusers.group_norm import GroupNorm
from ddpm_studio.checkpoints.families.shared.layers import Resizing, enlarged, resized

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "silu": partial(silu, inplace=True),
    "swish": partial(silu, inplace=True),
    "mish": partial(mish, inplace=True),
    "gelu": gelu,
    "relu": partial(relu, inplace=True),
}
"""Each may overwrite its input."""


class ResnetBlock2D(nn.Module):
    """Two convolutions with a skip; between them the embedding of t is added, or scales and shifts.

    `inputs` channels become `outputs`. The sum is divided by `divisor`.
    """

    def __init__(
        self, found: UNet2DArchitecture, inputs: int, outputs: int, resizing: Resizing = "", divisor: float = 1
    ) -> None:
        super().__init__()
        groups, eps = found.norm_num_groups, found.norm_eps
        self.norm1 = GroupNorm(groups, inputs, eps)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time_emb_proj = nn.Linear(found.embedding_channels, outputs * (1 + found.scales_and_shifts))
        self.norm2 = GroupNorm(groups, outputs, eps)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.conv_shortcut = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)
        self._act, self._resizing, self._divisor = ACTIVATIONS[found.act_fn], resizing, divisor

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """(B, C, H, W) and the activated embedding (B, E) → (B, D, H, W), or half or twice that size."""
        hidden = self.conv1(resized(self._act(self.norm1(x)), self._resizing))
        hidden = self.conv2(self._act(self._conditioned(hidden, embedding)))
        return divided(hidden.add_(self.conv_shortcut(resized(x, self._resizing))), self._divisor)

    def _conditioned(self, hidden: Tensor, embedding: Tensor) -> Tensor:
        condition = self.time_emb_proj(embedding)[:, :, None, None]
        if condition.shape[1] == hidden.shape[1]:
            return cast(Tensor, self.norm2(hidden.add_(condition)))
        scale, shift = condition.chunk(2, 1)
        normal: Tensor = self.norm2(hidden)
        return normal.addcmul_(normal, scale).add_(shift)


class Attention(nn.Module):
    """Attention between all pixels (Vaswani 2017), with a skip and this many `heads`.

    It normalises its input in `groups`, if there are any. The sum is divided by `divisor`.
    """

    def __init__(self, found: UNet2DArchitecture, channels: int, groups: int | None, divisor: float = 1) -> None:
        super().__init__()
        self._heads, self._divisor = channels // found.head_channels(channels), divisor
        inner = self._heads * found.head_channels(channels)
        self.group_norm = GroupNorm(groups, channels, found.norm_eps) if groups else nn.Identity()
        self.to_q = nn.Linear(channels, inner)
        self.to_k = nn.Linear(channels, inner)
        self.to_v = nn.Linear(channels, inner)
        self.to_out = nn.ModuleList([nn.Linear(inner, channels)])

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H, W)."""
        pictures, channels, height, width = x.shape
        pixels = self.group_norm(x).permute(0, 2, 3, 1).reshape(pictures, height * width, channels)
        query, key, value = (self._by_head(layer(pixels)) for layer in (self.to_q, self.to_k, self.to_v))
        mixed = scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        out = self.to_out[0](mixed).view(pictures, height, width, channels).permute(0, 3, 1, 2)
        return divided(out.add_(x), self._divisor)

    def _by_head(self, rows: Tensor) -> Tensor:
        """(B, pixels, heads · channels) → (B, heads, pixels, channels)."""
        return rows.view(*rows.shape[:2], self._heads, -1).transpose(1, 2)


class Downsample2D(nn.Module):
    """Half the size by a convolution, which for padding 0 is padded only at the right and at the bottom."""

    def __init__(self, channels: int, padding: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, 2, padding)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H/2, W/2)."""
        return cast(Tensor, self.conv(x if self.conv.padding != (0, 0) else pad(x, (0, 1, 0, 1))))


class Upsample2D(nn.Module):
    """Twice the size by repeated pixels, then a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, 2H, 2W)."""
        return cast(Tensor, self.conv(enlarged(x)))


def divided(x: Tensor, divisor: float) -> Tensor:
    """x / divisor, in place."""
    return x if divisor == 1 else x.div_(divisor)
