"""The parts of improved-diffusion's and guided-diffusion's UNetModel."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from ddpm_studio.checkpoints.families.guided_diffusion.heads import Heads
from ddpm_studio.checkpoints.families.shared.layers import Resizing, enlarged, resized
from ddpm_studio.checkpoints.families.shared.outline import Outline, conv, group_norm, linear

GROUPS = 32


class ResBlock(nn.Module):
    """Two convolutions with a skip; between them the embedding of t and of the class is added, or scales and shifts."""

    def __init__(self, outline: Outline, resizing: Resizing = "") -> None:
        super().__init__()
        first, last = outline / "in_layers", outline / "out_layers"
        self._resizing = resizing
        self.in_layers = nn.Sequential(group_norm(first / 0, GROUPS), nn.SiLU(), conv(first / 2))
        self.emb_layers = nn.Sequential(nn.SiLU(), linear(outline / "emb_layers" / 1))
        self.out_layers = nn.Sequential(group_norm(last / 0, GROUPS), nn.SiLU(), nn.Identity(), conv(last / 3))
        skip = outline / "skip_connection"
        self.skip_connection = conv(skip) if "skip_connection" in outline else nn.Identity()

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """(B, C, H, W) and (B, E) → (B, D, H, W), or half or twice that size."""
        norm, activation, convolution = self.in_layers
        hidden = convolution(resized(activation(norm(x)), self._resizing))
        condition = self.emb_layers(embedding)[:, :, None, None]
        hidden = self._conditioned(hidden, condition)
        return cast(Tensor, self.skip_connection(resized(x, self._resizing)) + hidden)

    def _conditioned(self, hidden: Tensor, condition: Tensor) -> Tensor:
        if condition.shape[1] == hidden.shape[1]:
            return cast(Tensor, self.out_layers(hidden + condition))
        scale, shift = condition.chunk(2, 1)
        norm, activation, _, convolution = self.out_layers
        return cast(Tensor, convolution(activation(norm(hidden) * (1 + scale) + shift)))


class AttentionBlock(nn.Module):
    """Attention between all pixels (Vaswani 2017), with a skip."""

    def __init__(self, outline: Outline, heads: Heads) -> None:
        super().__init__()
        self.norm = group_norm(outline / "norm", GROUPS)
        self.qkv = _pointwise(outline / "qkv")
        self.proj_out = _pointwise(outline / "proj_out")
        self._heads, self._legacy = heads.of(self.qkv.in_channels), heads.order == "legacy"

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H, W)."""
        pixels = x.flatten(2)
        mixed = self.qkv(self.norm(pixels))
        shape = (self._heads, 3, -1) if self._legacy else (3, self._heads, -1)
        split = mixed.reshape(len(x), *shape, pixels.shape[2]).transpose(-1, -2)
        query, key, value = split.unbind(2 if self._legacy else 1)
        out = scaled_dot_product_attention(query, key, value).transpose(-1, -2).reshape(pixels.shape)
        return cast(Tensor, (pixels + self.proj_out(out)).reshape(x.shape))


class Downsample(nn.Module):
    """Half the size by a convolution."""

    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self.op = conv(outline / "op", stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H/2, W/2), rounded up."""
        return cast(Tensor, self.op(x))


class Upsample(nn.Module):
    """Twice the size by repeated pixels, then a convolution."""

    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self.conv = conv(outline / "conv")

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, 2H, 2W)."""
        return cast(Tensor, self.conv(enlarged(x)))


class Pool(nn.Module):
    """Half or twice the size without parameters, as with conv_resample=False."""

    def __init__(self, resizing: Resizing) -> None:
        super().__init__()
        self._resizing = resizing

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H/2, W/2) or (B, C, 2H, 2W)."""
        return resized(x, self._resizing)


class Stage(nn.Sequential):
    """Layers in a row, whose residual blocks also receive the embedding."""

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:  # type: ignore[override]
        """(B, C, H, W) and (B, E) → (B, D, H', W')."""
        for layer in self:
            x = layer(x, embedding) if isinstance(layer, ResBlock) else layer(x)
        return x


def _pointwise(outline: Outline) -> nn.Conv1d:
    out, channels, _ = outline.sizes(3)
    return nn.Conv1d(channels, out, 1)
