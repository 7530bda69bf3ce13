"""diffusers' UNet2DModel as the network of a Denoiser."""

from __future__ import annotations

import inspect
from pathlib import Path

import torch
from diffusers.models.unets.unet_2d import UNet2DModel
from torch import Tensor, nn

from ddpm_studio.checkpoints.networks.group_norm import GroupNorm
from ddpm_studio.checkpoints.settings import Settings
from ddpm_studio.checkpoints.weight_files import WeightFiles
from ddpm_studio.checkpoints.weights import Tensors, put_into, read_tensors
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

_OLD_NAMES = {".query.": ".to_q.", ".key.": ".to_k.", ".value.": ".to_v.", ".proj_attn.": ".to_out.0."}
"""The attention of diffusers before 0.15, which google/ddpm-* were written with."""


class Unet(UNet2DModel):
    """UNet2DModel, which asks for its precision at every call, without going through all modules for the answer."""

    @property
    def dtype(self) -> torch.dtype:
        """The precision of the weights."""
        precision: torch.dtype = self.conv_in.weight.dtype
        return precision


class UNet2D(nn.Module):
    """A UNet2DModel that takes and returns tensors alone."""

    def __init__(self, unet: Unet) -> None:
        super().__init__()
        self.unet = unet

    def forward(self, x: Tensor, timesteps: Tensor, labels: Tensor | None = None) -> Tensor:
        """x (B, C, H, W), timesteps and labels (B,) → (B, C or 2C, H, W)."""
        out: Tensor = self.unet(x, timesteps, labels, return_dict=False)[0]
        return out


def read_unet2d(config: Settings, path: Path, files: WeightFiles) -> UNet2D:
    """The network of the config at `path` with these weights: float32, channels_last, in evaluation mode.

    CheckpointError where the config describes no network, or the weights are not those of it.
    """
    unet = _built(config, path)
    tensors: Tensors = {}
    for file in files.paths:
        tensors |= {_renamed(name): tensor for name, tensor in read_tensors(file).items()}
    put_into(unet, tensors, files.paths[0])
    network = UNet2D(unet).eval().requires_grad_(False)
    for module in network.modules():
        if type(module) is nn.GroupNorm:
            # The same weights and settings under a faster forward.
            module.__class__ = GroupNorm
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def _built(config: Settings, path: Path) -> Unet:
    """The network without memory for its weights, which come from the file as they are."""
    known = inspect.signature(UNet2DModel.__init__).parameters
    try:
        with torch.device("meta"):
            unet: Unet = Unet(**{key: value for key, value in config.items() if key in known})
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RuntimeError) as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} describes no UNet2DModel that diffusers can build: {reason}."),
            path=path,
            reason=(str(error).splitlines() or [type(error).__name__])[0].rstrip("."),
        ) from error
    return unet


def _renamed(name: str) -> str:
    for old, new in _OLD_NAMES.items():
        name = name.replace(old, new)
    return name
