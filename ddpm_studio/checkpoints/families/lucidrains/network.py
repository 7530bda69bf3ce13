"""The Unet of lucidrains/denoising-diffusion-pytorch from release 0.11 (May 2022) on, as a file's tensors describe it.

Parameter names are those of release 2. Since 0.22 each level hands two skips to the way up, and the last one changes
channels instead of the size; before, one skip. The last block takes what the first convolution returned, or in release
0.19.0 the skip that is left over.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial
from typing import cast

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.lucidrains.attention import attention_of
from ddpm_studio.checkpoints.families.lucidrains.blocks import Level, ResnetBlock, TimeEmbedding, larger, smaller
from ddpm_studio.checkpoints.families.lucidrains.releases import Release
from ddpm_studio.checkpoints.families.shared.outline import MissingTensorError, Outline, conv

_EPSILON = 1e-5
_OLD_NAMES = (
    (re.compile(r"\.fn\.norm\."), ".norm."),
    (re.compile(r"\.fn\.fn\."), "."),
    (re.compile(r"(block\d)\.block\.0\."), r"\1.proj."),
    (re.compile(r"(block\d)\.block\.1\."), r"\1.norm."),
    (re.compile(r"^final_conv\.0\."), "final_res_block."),
    (re.compile(r"^final_conv\.1\."), "final_conv."),
)
_TOGETHER = ((".to_qkv.weight", ".mem_kv"), (".g", ".b"))
"""A tensor, and what each of its kind has beside it in some releases, and none of them in others."""
_STANDARDISED = re.compile(r"block[12]\.proj\.weight$")


class Unet(nn.Module):
    """x (B, C, H, W) and timesteps (B,) → (B, C, H, W), or (B, 2C, H, W) where it learned its variance."""

    def __init__(self, outline: Outline, release: Release, head_channels: int, groups: int) -> None:
        super().__init__()
        attend = partial(attention_of, release=release, head_channels=head_channels)
        downs, ups = outline / "downs", outline / "ups"
        self._both = "weight" in downs / (len(downs) - 1) / 3
        self.init_conv = conv(outline / "init_conv")
        self.time_mlp = TimeEmbedding(outline / "time_mlp")
        self.downs = nn.ModuleList(Level(downs / i, attend, smaller(downs / i / 3), groups) for i in range(len(downs)))
        self.mid_block1 = ResnetBlock(outline / "mid_block1", groups)
        self.mid_attn = attend(outline / "mid_attn")
        self.mid_block2 = ResnetBlock(outline / "mid_block2", groups)
        self.ups = nn.ModuleList(Level(ups / i, attend, larger(ups / i / 3), groups) for i in range(len(ups)))
        self.final_res_block = ResnetBlock(outline / "final_res_block", groups)
        self.final_conv = conv(outline / "final_conv")

    @property
    def conditions_itself(self) -> bool:
        """True if it takes its last estimate of x0 beside x."""
        return self.init_conv.in_channels == 2 * self.final_conv.out_channels

    @property
    def channels(self) -> tuple[int, ...]:
        """The channels of each level on the way down, and of the middle."""
        blocks = [cast(ResnetBlock, cast(Level, level)[0]) for level in self.downs]
        return tuple(block.channels[1] for block in [*blocks, self.mid_block1])

    def forward(self, x: Tensor, timesteps: Tensor, x_self_cond: Tensor | None = None) -> Tensor:
        """The output for x at these array indexes, which may be fractional.

        A self-conditioned network is given its last estimate of x0, in the shape of x, or None if there is none yet.
        """
        if self.conditions_itself:
            x = torch.cat([torch.zeros_like(x) if x_self_cond is None else x_self_cond, x], 1)
        first = x = self.init_conv(x)
        t, skips = self.time_mlp(timesteps), list[Tensor]()
        for level in self.downs:
            x = cast(Level, level).descend(x, t, skips, self._both)
        x = self.mid_block2(self.mid_attn(self.mid_block1(x, t)), t)
        for level in self.ups:
            x = cast(Level, level).ascend(x, t, skips, self._both)
        if self.final_res_block.channels[0] > x.shape[1]:
            x = torch.cat([x, skips.pop() if skips else first], 1)
        return cast(Tensor, self.final_conv(self.final_res_block(x, t)))


def check_complete(tensors: Collection[str]) -> None:
    """MissingTensorError for what stands beside some tensors of a kind, under the names of release 2, and not all."""
    for owner, part in _TOGETHER:
        if any(name.endswith(part) for name in tensors):
            wanted = (name.removesuffix(owner) + part for name in tensors if name.endswith(owner))
            for name in wanted:
                if name not in tensors:
                    raise MissingTensorError(name)


def name_written(name: str, written: Collection[str]) -> str:
    """The name that a tensor of release 2 has among those `written`, or would have: that of what stands beside it."""
    module, _, last = name.rpartition(".")
    old = next((each for each in written if _modern_name(each).rpartition(".")[0] == module), name)
    return f"{old.rpartition('.')[0]}.{last}"


def modern(tensors: dict[str, Tensor], release: Release) -> dict[str, Tensor]:
    """The tensors under the names of release 2, the weights standardised where the library does so in each call."""
    named = {_modern_name(name): tensor for name, tensor in tensors.items()}
    if not release.standardises:
        return named
    return {name: _standard(w, release) if _STANDARDISED.search(name) else w for name, w in named.items()}


def _modern_name(name: str) -> str:
    for old, new in _OLD_NAMES:
        name = old.sub(new, name)
    return name


def _standard(weight: Tensor, release: Release) -> Tensor:
    """Each filter with mean 0 and variance 1 (Qiao 2019, weight standardisation); ValueError if there are none."""
    if weight.ndim != 4 or not weight.numel():
        raise ValueError(f"no filters: {tuple(weight.shape)}")
    variance, mean = torch.var_mean(weight, dim=(1, 2, 3), unbiased=False, keepdim=True)
    bounded = variance.clamp(min=_EPSILON) if release.bounds_variance else variance + _EPSILON
    return (weight - mean) * bounded.rsqrt()
