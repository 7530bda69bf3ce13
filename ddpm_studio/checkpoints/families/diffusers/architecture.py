"""Architecture of a UNet2DModel: the layers in its config.json, as far as this program's network has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ddpm_studio.checkpoints.reading.json_settings import Settings

Rule = Callable[[object], bool]
_LARGEST = 2**16
"""The largest number: enough for any network, and small enough for PyTorch to index the products."""


@dataclass(frozen=True)
class UNet2DArchitecture:
    """The arguments of diffusers' UNet2DModel under its names, with its defaults, where they bear on the output.

    Without `resamp_with_conv`, as Ho et al. 2020 call it, levels are averaged and repeated alone, which no config says.
    """

    in_channels: int = 3
    out_channels: int = 3
    center_input_sample: bool = False
    time_embedding_type: str = "positional"
    time_embedding_dim: int | None = None
    freq_shift: float = 0
    flip_sin_to_cos: bool = True
    down_block_types: tuple[str, ...] = ("DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D")
    mid_block_type: str | None = "UNetMidBlock2D"
    up_block_types: tuple[str, ...] = ("AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D")
    block_out_channels: tuple[int, ...] = (224, 448, 672, 896)
    layers_per_block: int = 2
    mid_block_scale_factor: float = 1
    downsample_padding: int = 1
    downsample_type: str = "conv"
    upsample_type: str = "conv"
    act_fn: str = "silu"
    attention_head_dim: int | None = 8
    norm_num_groups: int = 32
    attn_norm_num_groups: int | None = None
    norm_eps: float = 1e-5
    resnet_time_scale_shift: str = "default"
    add_attention: bool = True
    num_class_embeds: int | None = None
    num_train_timesteps: int | None = None
    resamp_with_conv: bool = True

    @property
    def embedding_channels(self) -> int:
        """The channels of the embedding of t."""
        return self.time_embedding_dim or 4 * self.block_out_channels[0]

    @property
    def scales_and_shifts(self) -> bool:
        """True if t scales and shifts the activations between two convolutions instead of being added to them."""
        return self.resnet_time_scale_shift == "scale_shift"

    def head_channels(self, channels: int) -> int:
        """The channels of each head of an attention with this many channels."""
        return self.attention_head_dim or channels

    @property
    def middle_groups(self) -> int | None:
        """The number of groups in which the middle attention normalises its channels; None if it does not."""
        return self.attn_norm_num_groups or (None if self.scales_and_shifts else self.norm_num_groups)


def architecture_of(config: Settings) -> UNet2DArchitecture | None:
    """The architecture that a config describes; None for one with anything that `UNet2DArchitecture` does not cover.

    This includes unknown or wrong keys and values, and what is not sampled here (Fourier features of σ).
    """
    given = {key: value for key, value in config.items() if not key.startswith("_")}
    if not all(key in _RULES and _RULES[key](value) for key, value in given.items()):
        return None
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list | tuple) else value
        for key, value in given.items()
        if key in UNet2DArchitecture.__dataclass_fields__
    }
    found = UNet2DArchitecture(**fields)
    return found if _is_sound(found) else None


def _is_sound(found: UNet2DArchitecture) -> bool:
    channels, attends = found.block_out_channels, [kind == "AttnDownBlock2D" for kind in found.down_block_types]
    attends_up = [kind == "AttnUpBlock2D" for kind in reversed(found.up_block_types)]
    if not len(channels) == len(attends) == len(attends_up):
        return False
    middle = found.add_attention and found.mid_block_type is not None
    attended = [c for c, down, up in zip(channels, attends, attends_up, strict=True) if down or up]
    attended += channels[-1:] if middle else ()
    return (
        all(c % found.norm_num_groups == 0 for c in channels)
        and not (middle and channels[-1] % (found.middle_groups or 1))
        and all(c >= found.head_channels(c) for c in attended)
        and (found.time_embedding_type != "learned" or found.num_train_timesteps is not None)
    )


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST


def _is_count(value: object) -> bool:
    return _is_whole(value) and value != 0


def _is_anything(value: object) -> bool:
    return True


def _one_of(*names: str) -> Rule:
    return lambda value: isinstance(value, str) and value in names


def _or_none(rule: Rule) -> Rule:
    return lambda value: value is None or rule(value)


def _several(rule: Rule) -> Rule:
    return lambda value: isinstance(value, list | tuple) and len(value) > 0 and all(map(rule, value))


_RULES: dict[str, Rule] = {
    "sample_size": _is_anything,
    "in_channels": _is_count,
    "out_channels": _is_count,
    "center_input_sample": _is_flag,
    "time_embedding_type": _one_of("positional", "learned"),
    "time_embedding_dim": _or_none(_is_count),
    "freq_shift": _is_number,
    "flip_sin_to_cos": _is_flag,
    "down_block_types": _several(_one_of("DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D")),
    "mid_block_type": _or_none(_one_of("UNetMidBlock2D")),
    "up_block_types": _several(_one_of("UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D")),
    "block_out_channels": _several(_is_count),
    "layers_per_block": _is_count,
    "mid_block_scale_factor": lambda value: _is_number(value) and value != 0,
    "downsample_padding": _is_whole,
    "downsample_type": _one_of("conv", "resnet"),
    "upsample_type": _one_of("conv", "resnet"),
    "dropout": _is_number,
    "act_fn": _one_of("swish", "silu", "mish", "gelu", "relu"),
    "attention_head_dim": _or_none(_is_count),
    "norm_num_groups": _is_count,
    "attn_norm_num_groups": _or_none(_is_count),
    "norm_eps": _is_number,
    "resnet_time_scale_shift": _one_of("default", "scale_shift"),
    "add_attention": _is_flag,
    "class_embed_type": lambda value: value is None,
    "num_class_embeds": _or_none(_is_count),
    "num_train_timesteps": _or_none(_is_count),
}
