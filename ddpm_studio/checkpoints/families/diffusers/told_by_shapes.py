"""Settings of a UNet2DModel that the shapes of its weights tell, as its config.json would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from ddpm_studio.checkpoints.reading.json_settings import Settings

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.families.shared.outline import Outline


@dataclass(frozen=True)
class ToldByShapes:
    """The settings of config.json that shapes tell, and the (channels, channels of all heads) of every attention.

    `attends` are the levels with attention on the way down, counted from the size of a picture on. `resamples` is True
    if the size is changed by layers, as it always is in diffusers.
    """

    config: Settings
    attended: tuple[tuple[int, int], ...]
    attends: tuple[int, ...]
    resamples: bool = True

    @property
    def widths(self) -> tuple[int, ...]:
        """The channels of each level."""
        return cast("tuple[int, ...]", self.config["block_out_channels"])

    def heads_of(self, head_channels: int | None) -> tuple[int, ...]:
        """The number of heads in each attention."""
        return tuple(channels // (head_channels or channels) for channels, _ in self.attended)

    def divides(self, groups: int) -> bool:
        """True if the channels of every level divide into so many groups."""
        return all(channels % groups == 0 for channels in self.widths)

    def fits(self, head_channels: int | None) -> bool:
        """True if every attention has the shape that heads with so many channels give; None is for a single head."""
        split = ((channels, inner, head_channels or channels) for channels, inner in self.attended)
        return all(width <= channels and channels // width * width == inner for channels, inner, width in split)


def told_by(outline: Outline) -> ToldByShapes:
    """What the shapes tell; MissingTensorError or ValueError if these are not the shapes of a UNet2DModel."""
    downs, ups = outline / "down_blocks", outline / "up_blocks"
    first, levels = downs / 0 / "resnets" / 0, range(len(downs))
    channels = (first / "conv1").sizes(4)[0]
    config = {
        "in_channels": (outline / "conv_in").sizes(4)[1],
        "out_channels": (outline / "conv_out").sizes(4)[0],
        "block_out_channels": tuple((downs / level / "resnets" / 0 / "conv1").sizes(4)[0] for level in levels),
        "layers_per_block": len(downs / 0 / "resnets"),
        "down_block_types": tuple(_kind(downs / level, "Down", "downsamplers") for level in levels),
        "up_block_types": tuple(_kind(ups / level, "Up", "upsamplers") for level in levels),
        "downsample_type": _change(downs, "downsamplers"),
        "upsample_type": _change(ups, "upsamplers"),
        "mid_block_type": "UNetMidBlock2D" if "mid_block" in outline else None,
        "add_attention": "attentions" in outline / "mid_block",
        "resnet_time_scale_shift": "scale_shift" if _scales(first, channels) else "default",
        **_time(outline),
        **_classes(outline),
    }
    attends = tuple(level for level in levels if "attentions" in downs / level)
    changes = ((downs, "downsamplers"), (ups, "upsamplers"))
    resamples = any(change in blocks / level for blocks, change in changes for level in levels)
    return ToldByShapes(config, tuple(_attended(outline)), attends, resamples or len(levels) == 1)


def _kind(block: Outline, way: str, change: str) -> str:
    if "attentions" in block:
        return f"Attn{way}Block2D"
    return f"Resnet{way}sampleBlock2D" if "norm1" in block / change / 0 else f"{way}Block2D"


def _change(blocks: Outline, change: str) -> str:
    """How levels with attention change the size; others say it by their kind."""
    attending = (blocks / level for level in range(len(blocks)) if "attentions" in blocks / level)
    return "resnet" if any("norm1" in block / change / 0 for block in attending) else "conv"


def _scales(resnet: Outline, channels: int) -> bool:
    return (resnet / "time_emb_proj").sizes(2)[0] == 2 * channels


def _time(outline: Outline) -> Settings:
    dimensions = len((outline / "time_proj").shape()) if "time_proj" in outline else 0
    kinds = {0: "positional", 1: "fourier", 2: "learned"}
    if dimensions not in kinds:
        raise ValueError("time_proj")
    learned = {"num_train_timesteps": (outline / "time_proj").sizes(2)[0]} if dimensions == 2 else {}
    width = (outline / "time_embedding" / "linear_1").sizes(2)[0]
    return {"time_embedding_type": kinds[dimensions], "time_embedding_dim": width, **learned}


def _classes(outline: Outline) -> Settings:
    if "class_embedding" not in outline:
        return {}
    if "linear_1" in outline / "class_embedding":
        return {"class_embed_type": "timestep"}
    return {"num_class_embeds": (outline / "class_embedding").sizes(2)[0]}


def _attended(outline: Outline) -> Iterator[tuple[int, int]]:
    ways = (outline / way / level for way in ("down_blocks", "up_blocks") for level in range(len(outline / way)))
    for block in (*ways, outline / "mid_block"):
        for place in range(len(block / "attentions")):
            inner, channels = (block / "attentions" / place / "to_q").sizes(2)
            yield channels, inner
