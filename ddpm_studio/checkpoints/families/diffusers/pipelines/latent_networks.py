"""Latent networks of pipelines: what each kind takes, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

from ddpm_studio.checkpoints.answers import MAX_CLASSES, Answers
from ddpm_studio.checkpoints.families.diffusers.interface import unsupported
from ddpm_studio.checkpoints.families.diffusers.pipelines.components import (
    CONFIG,
    Component,
    config_of,
    diffusers_model,
    read_component,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.networks import ClassGuided
from ddpm_studio.checkpoints.families.diffusers.scheduler_place import schedule_beside
from ddpm_studio.checkpoints.families.diffusers.weight_files import weight_files_in
from ddpm_studio.checkpoints.families.diffusers.weights import read_unet2d
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.sampling.text_encoding import TextEncoding


@dataclass(frozen=True, eq=False)
class LatentNetwork:
    """A network that is called with latents of `shape`, (C, h, w), what it is, and the classes that it knows.

    `null_label` stands for no class; None without classes. One that is guided by texts has what encodes them, and the
    `encoders` that it is made of. `guidance` is what diffusers' own pipeline takes by default.
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


def unconditional(pipeline: Path, said: Answers) -> LatentNetwork:
    """The UNet2DModel of a pipeline without text or classes, such as LDMPipeline's."""
    folder = pipeline / "unet"
    config, files = config_of(folder), weight_files_in(folder)
    if found := unsupported(config, folder / CONFIG):
        raise UnsupportedError(pipeline, *found, schedule_beside(pipeline))
    network = read_unet2d(config, folder / CONFIG, [StoredFile(path) for path in files.paths])
    component = Component("UNet2DModel", network, config, files.assumed)
    return latent_network(network, component, folder, said)


def class_guided(pipeline: Path, said: Answers) -> LatentNetwork:
    """The DiTTransformer2DModel of DiTPipeline (Peebles & Xie 2022), guided by classes."""
    folder = pipeline / "transformer"
    component = read_component(folder, "DiTTransformer2DModel", diffusers_model)
    classes = whole(component.config, "num_embeds_ada_norm", folder, default=1000, most=MAX_CLASSES)
    network = latent_network(ClassGuided(component.network), component, folder, said)
    return replace(network, classes=classes, null_label=classes, guidance=4.0)


def latent_network(network: nn.Module, component: Component, folder: Path, said: Answers) -> LatentNetwork:
    """A network with what its config in `folder` says, but for the shape of latents that is said."""
    config = component.config
    channels = whole(config, "in_channels", folder, default=4)
    shape = said.picture_shape(channels, folder) or (channels, *_sides(config, folder))
    doubled = whole(config, "out_channels", folder, default=channels) != channels
    return LatentNetwork(network, component, shape, doubled)


def _sides(config: Settings, folder: Path) -> tuple[int, int]:
    """Height and width of the latents that a network was trained on."""
    size = config.get("sample_size")
    if isinstance(size, list | tuple) and len(size) == 2:
        height, width = (whole({"sample_size": side}, "sample_size", folder) for side in size)
        return height, width
    side = whole(config, "sample_size", folder)
    return side, side


def whole(config: Settings, key: str, folder: Path, *, default: int | None = None, most: int = 2**20) -> int:
    """A whole number above 0 in a component's config; CheckpointError for anything else."""
    value = default if config.get(key) is None else config[key]
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a whole number from 1 to {most}."),
            key=key,
            path=folder / CONFIG,
            value=repr(value)[:40],
            most=most,
        )
    return value
