"""Latent networks of pipelines: what each kind takes, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from ddpm_studio.checkpoints.answers import MAX_CLASSES, Answers, shape_text
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.diffusers.interface import unsupported
from ddpm_studio.checkpoints.families.diffusers.pipelines.components import Component, diffusers_model, read_component
from ddpm_studio.checkpoints.families.diffusers.pipelines.networks import ClassGuided
from ddpm_studio.checkpoints.families.diffusers.pipelines.size_shift import SizeShift
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.families.diffusers.weight_files import weight_files_in
from ddpm_studio.checkpoints.families.diffusers.weights import read_unet2d
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.sampling import Condition
from ddpm_studio.sampling.text_encoding import TextEncoding
from ddpm_studio.texts import Text

_INPUTS = QT_TRANSLATE_NOOP("errors", "a {name} of {channels} channels in and {out} out")
_MORE = QT_TRANSLATE_NOOP(
    "errors", "it is given more than latents, such as a picture with a mask; choose the model without"
)


@dataclass(frozen=True, eq=False)
class LatentNetwork:
    """A network that is called with latents of `shape`, (C, h, w), what it is, and the classes that it knows.

    `null_label` stands for no class; None without classes. One that is guided by texts has what encodes them, and the
    `encoders` that it is made of. `guidance` is what diffusers' own pipeline takes by default, and `tells_guidance`
    makes what the network is told of it, if it is. `shift` is what the pipeline knows of a flow, and `assumed` what was
    filled in.
    """

    network: nn.Module
    component: Component
    shape: tuple[int, int, int]
    doubled: bool = False
    classes: int = 0
    null_label: int | None = None
    texts: TextEncoding | None = None
    encoders: tuple[Component, ...] = ()
    guidance: float = 1.0
    tells_guidance: Callable[[float], Condition] | None = None
    shift: SizeShift | None = None
    assumed: tuple[Assumption, ...] = ()

    @property
    def on_gpu(self) -> torch.dtype:
        """The precision to compute in on a GPU: flows leave the range of float16."""
        return torch.bfloat16 if self.shift else torch.float16


def unconditional(pipeline: StoredPipeline, said: Answers) -> LatentNetwork:
    """The UNet2DModel of a pipeline without text or classes, such as LDMPipeline's."""
    config, place = pipeline.config("unet"), pipeline.place("unet")
    files = weight_files_in(place.parent)
    if found := unsupported(config, place):
        raise UnsupportedError(pipeline.path, *found, pipeline.schedule)
    network = read_unet2d(config, place, [StoredFile(path) for path in files.paths])
    return latent_network(network, Component("UNet2DModel", network, config, files.assumed), place, said)


def class_guided(pipeline: StoredPipeline, said: Answers) -> LatentNetwork:
    """The DiTTransformer2DModel of DiTPipeline (Peebles & Xie 2022), guided by classes."""
    component = read_component(pipeline, "transformer", "DiTTransformer2DModel", diffusers_model)
    place = pipeline.place("transformer")
    classes = whole(component.config, "num_embeds_ada_norm", place, default=1000, most=MAX_CLASSES)
    network = latent_network(ClassGuided(component.network), component, place, said)
    return replace(network, classes=classes, null_label=classes, guidance=4.0)


def latent_network(network: nn.Module, component: Component, place: Path, said: Answers) -> LatentNetwork:
    """A network with what its config at `place` says, but for the shape of latents that is said."""
    config = component.config
    channels = whole(config, "in_channels", place, default=4)
    shape = said.picture_shape(channels, place) or (channels, *_sides(config, place))
    doubled = whole(config, "out_channels", place, default=channels) != channels
    return LatentNetwork(network, component, shape, doubled)


def _sides(config: Settings, place: Path) -> tuple[int, int]:
    """Height and width of the latents that a network was trained on."""
    size = config.get("sample_size")
    if isinstance(size, list | tuple) and len(size) == 2:
        height, width = (whole({"sample_size": side}, "sample_size", place) for side in size)
        return height, width
    side = whole(config, "sample_size", place)
    return side, side


def whole(config: Settings, key: str, place: Path, *, default: int | None = None, most: int = 2**20) -> int:
    """A whole number above 0 in the config of a component at `place`; CheckpointError for anything else."""
    value = default if config.get(key) is None else config[key]
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a whole number from 1 to {most}."),
            key=key,
            path=place,
            value=repr(value)[:40],
            most=most,
        )
    return value


def check_widths(pipeline: StoredPipeline, width: object, found: int) -> None:
    """CheckpointError for a network and text encoders that know different texts."""
    if isinstance(width, int) and width != found:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The parts of {path} are of different models: its network is guided by {width} numbers a token, and "
                "its text encoder gives {found}; download it again.",
            ),
            path=pipeline.path,
            width=width,
            found=found,
        )


def check_patches(shape: tuple[int, int, int], patch: int, place: Path, *, most: int) -> None:
    """CheckpointError for a shape that the network of the config at `place` cannot cut into patches of this side, at
    most so many in a row.
    """
    channels, *sides = shape
    fitting = [min(-(-side // patch), most) * patch for side in sides]
    if fitting != sides:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The network in {path} cuts latents into patches of {patch} × {patch}, at most {most} in a row, and "
                "{value} cannot be cut so; use {remedy}.",
            ),
            path=place,
            patch=patch,
            most=most,
            value=shape_text(shape),
            remedy=shape_text((channels, *fitting)),
        )


def check_same_channels(pipeline: StoredPipeline, name: str, channels: object, out: object) -> None:
    """UnsupportedError for a network of the class `name` that is given more channels than it returns."""
    if channels != out:
        values = {"name": name, "channels": channels, "out": out}
        raise UnsupportedError(pipeline.path, Text(_INPUTS, values), _MORE, pipeline.schedule)
