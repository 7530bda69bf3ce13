"""Autoencoder of a pipeline: what turns its latents into pictures, and a picture into latents."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.diffusers.pipelines.components import Component, diffusers_model, read_component
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline, check_class
from ddpm_studio.checkpoints.families.diffusers.renaming import in_new_names
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.sampling.latent_preview import KNOWN, LatentPreview

_MOST_BLOCKS = 8
_TILE = 512
"""Side of a tile in pixels, of which a quarter is blended with the next."""

_PER_CHANNEL = {"latents_mean": 0.0, "latents_std": 1.0}
KINDS = ("AutoencoderKL", "AutoencoderTiny", "VQModel")

_OF_ANOTHER_CLASS = QT_TRANSLATE_NOOP("errors", "The autoencoder in {path} is a {name}; only {known} can be run here.")


class Decoder(nn.Module):
    """Latents (B, C, h, w) as networks know them → pictures (B, 3, H, W) in ±1.

    The autoencoder's own latents are `std`/`scaling` times these, plus `mean` and `shift`: (Rombach et al. 2022, §D.1;
    diffusers' scaling_factor, shift_factor, latents_mean and latents_std). Where the autoencoder's class can,
    `in_tiles` makes them of overlapping tiles, in a memory that does not grow with the pictures.
    """

    def __init__(self, component: Component) -> None:
        super().__init__()
        config = component.config
        autoencoder: Any = component.network
        self.autoencoder = autoencoder
        factor, shift = _number(config.get("scaling_factor"), 1.0), _number(config.get("shift_factor"), 0.0)
        mean, std = (_each(config, key, value) for key, value in _PER_CHANNEL.items())
        self.gain = nn.Buffer(std / factor)
        self.offset = nn.Buffer(mean + shift)
        self.enlargement = _enlargement(config)
        if component.name == "AutoencoderKL":
            autoencoder.tile_sample_min_size = _TILE
            autoencoder.tile_latent_min_size = _TILE // self.enlargement

    def forward(self, latents: Tensor) -> Tensor:
        """The pictures of these latents."""
        pictures: Tensor = self.autoencoder.decode(latents * self.gain + self.offset, return_dict=False)[0]
        return pictures

    def encoded(self, pictures: Tensor) -> Tensor:
        """The latents of pictures (B, 3, H, W) in ±1, whose sides are `enlargement` times as long.

        Of those that an AutoencoderKL finds likely, they are the most likely ones, where diffusers draws some.
        """
        found = self.autoencoder.encode(pictures)
        latents: Tensor = found.latent_dist.mode() if hasattr(found, "latent_dist") else found.latents
        return (latents - self.offset) / self.gain

    @property
    def in_tiles(self) -> Callable[[Tensor], Tensor] | None:
        """What makes the same pictures of overlapping tiles, but for what spreads over a whole picture; None where the
        autoencoder's class does not.
        """
        return self._in_tiles if hasattr(self.autoencoder, "tiled_decode") else None

    def _in_tiles(self, latents: Tensor) -> Tensor:
        pictures: Tensor = self.autoencoder.tiled_decode(latents * self.gain + self.offset, return_dict=False)[0]
        return pictures


def read_decoder(pipeline: StoredPipeline) -> tuple[Decoder, Component]:
    """The decoder of a pipeline's autoencoder, and what it is; CheckpointError for a class that is none of KINDS."""
    part = part_of(pipeline)
    name = str(pipeline.config(part).get("_class_name"))
    check_class(_OF_ANOTHER_CLASS, name, KINDS, pipeline.place(part))
    component = read_component(pipeline, part, name, diffusers_model, renamed=in_new_names)
    for key in _PER_CHANNEL:
        _check_each(component.config, key, pipeline.place(part))
    return Decoder(component), component


def part_of(pipeline: StoredPipeline) -> str:
    """The name of a pipeline's autoencoder, whichever of the usual ones it has."""
    return next((each for each in ("vae", "vqvae") if os.path.lexists(pipeline.path / each)), "vae")


def enlargement(pipeline: StoredPipeline) -> int:
    """How many times the sides of latents those of their pictures are."""
    return _enlargement(pipeline.config(part_of(pipeline)))


def _enlargement(config: Settings) -> int:
    blocks = config.get("block_out_channels")
    return 2 ** (len(blocks) - 1) if isinstance(blocks, list | tuple) and 1 <= len(blocks) <= _MOST_BLOCKS else 8


def preview_of(autoencoder: Component) -> LatentPreview | None:
    """The preview of the latents of a known autoencoder, told by how they are scaled; None for another."""
    factor = _number(autoencoder.config.get("scaling_factor"), 1.0)
    name = {0.18215: "sd", 0.13025: "sdxl", 1.5305: "sd3", 0.3611: "flux"}.get(factor)
    known = KNOWN[name] if name and autoencoder.name == "AutoencoderKL" else None
    fits = known is not None and len(known.matrix) == autoencoder.config.get("latent_channels", 4)
    return known if fits else None


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) and value else default


def _check_each(config: Settings, key: str, path: Path) -> None:
    """CheckpointError unless a config has one number for each channel of the latents under this key, or nothing."""
    channels, values = config.get("latent_channels", 4), config.get(key)
    numbers = values if isinstance(values, list) else []
    if values and not (len(numbers) == channels and all(isinstance(each, int | float) for each in numbers)):
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors", "{key} in {path} is {value}; it must be {channels} numbers, one for each channel."
            ),
            key=key,
            path=path,
            value=repr(values)[:40],
            channels=channels,
        )


def _each(config: Settings, key: str, default: float) -> Tensor:
    """A number for each channel, (C, 1, 1), or one for all."""
    numbers = config.get(key)
    return torch.tensor(numbers if isinstance(numbers, list) and numbers else [default]).float().reshape(-1, 1, 1)
