"""Normalisation over channels and the two kinds of attention of denoising-diffusion-pytorch, each with its residual."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, scaled_dot_product_attention

from ddpm_studio.checkpoints.families.lucidrains.releases import Release
from ddpm_studio.checkpoints.families.shared.outline import Outline, conv

_EPSILON = 1e-5


class RMSNorm(nn.Module):
    """Each pixel's channels divided by their root mean square (Zhang & Sennrich 2019), times g."""

    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.empty(outline.sizes(4, "g")))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H, W)."""
        return cast(Tensor, normalize(x, dim=1) * self.g * x.shape[1] ** 0.5)


class LayerNorm(nn.Module):
    """Each pixel's channels with mean 0 and variance 1 (Ba 2016), times g, plus b before release 0.26.5."""

    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.empty(outline.sizes(4, "g")))
        self.b = nn.Parameter(torch.empty(outline.sizes(4, "b"))) if "b" in outline else None

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H, W)."""
        variance, mean = torch.var_mean(x, dim=1, unbiased=False, keepdim=True)
        normal = (x - mean) * (variance + _EPSILON).rsqrt() * self.g
        return normal if self.b is None else normal + self.b


def attention_of(outline: Outline, release: Release, head_channels: int) -> LinearAttention | FullAttention:
    """The attention that the outline shows: linear where its output is normalised, else full."""
    kind = LinearAttention if "to_out" in outline and 0 in outline / "to_out" else FullAttention
    return kind(outline, release, head_channels)


def _normalisation(outline: Outline, release: Release) -> RMSNorm | LayerNorm:
    return LayerNorm(outline) if release.centres or "b" in outline else RMSNorm(outline)


class _Heads(nn.Module):
    """The parts that both kinds share: queries, keys and values by head, and learned keys and values (since 1.9)."""

    def __init__(self, outline: Outline, release: Release, head_channels: int) -> None:
        super().__init__()
        self.norm = _normalisation(outline / "norm", release)
        self.to_qkv = conv(outline / "to_qkv", bias=False)
        self.mem_kv = nn.Parameter(torch.empty(outline.sizes(4, "mem_kv"))) if "mem_kv" in outline else None
        hidden = self.to_qkv.out_channels // 3
        self.heads = hidden // head_channels if self.mem_kv is None else self.mem_kv.shape[1]
        self.scale = (hidden // self.heads) ** -0.5

    def _by_head(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, (B, heads, channels, H W) each."""
        mixed = self.to_qkv(self.norm(x)).reshape(len(x), 3, self.heads, -1, x.shape[2] * x.shape[3])
        query, key, value = mixed.unbind(1)
        return query, key, value

    def _with_memory(self, key: Tensor, value: Tensor, dim: int) -> tuple[Tensor, Tensor]:
        if self.mem_kv is None:
            return key, value
        memory = self.mem_kv[:, None].expand(-1, len(key), -1, -1, -1)
        return torch.cat([memory[0], key], dim), torch.cat([memory[1], value], dim)


class LinearAttention(_Heads):
    """Efficient attention (Shen 2018): softmax of queries over channels and of keys over pixels, then two products."""

    def __init__(self, outline: Outline, release: Release, head_channels: int) -> None:
        super().__init__(outline, release, head_channels)
        out = outline / "to_out"
        self.to_out = nn.Sequential(conv(out / 0), _normalisation(out / 1, release))
        self._averages = release.averages_values

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H, W)."""
        query, key, value = self._by_head(x)
        key, value = self._with_memory(key, value, -1)
        if self._averages:
            value = value / (x.shape[2] * x.shape[3])
        context = key.softmax(-1) @ value.transpose(-1, -2)
        out = context.transpose(-1, -2) @ (query.softmax(-2) * self.scale)
        return cast(Tensor, x + self.to_out(out.reshape(len(x), -1, *x.shape[2:])))


class FullAttention(_Heads):
    """Attention by scalar product (Vaswani 2017), or by cosine similarity in releases 0.26 and 0.27."""

    def __init__(self, outline: Outline, release: Release, head_channels: int) -> None:
        super().__init__(outline, release, head_channels)
        self.to_out = conv(outline / "to_out")
        self._cosine_scale = release.cosine_scale if "mem_kv" not in outline else None

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H, W)."""
        query, key, value = self._by_head(x)
        scale = self.scale
        if self._cosine_scale is not None:
            # The library normalises over pixels, not over channels as the method does.
            query, key, scale = normalize(query, dim=-1), normalize(key, dim=-1), self._cosine_scale
        key, value = self._with_memory(key.transpose(-1, -2), value.transpose(-1, -2), -2)
        out = scaled_dot_product_attention(query.transpose(-1, -2), key, value, scale=scale)
        return cast(Tensor, x + self.to_out(out.transpose(-1, -2).reshape(len(x), -1, *x.shape[2:])))
