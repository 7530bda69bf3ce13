"""diffusers' own UNet2DModel as the network of a Denoiser."""

from __future__ import annotations

import inspect
from pathlib import Path

import torch
from diffusers.models.unets.unet_2d import UNet2DModel
from torch import Tensor

from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.sampling.reasons import reason_of


class DiffusersUNet2D(UNet2DModel):
    """A UNet2DModel that takes and returns tensors alone."""

    @property
    def dtype(self) -> torch.dtype:
        """The precision of the weights, for which UNet2DModel goes through all modules on every call."""
        precision: torch.dtype = self.conv_in.weight.dtype
        return precision

    def forward(  # type: ignore[override]
        self, x: Tensor, timesteps: Tensor, labels: Tensor | None = None
    ) -> Tensor:
        """x (B, C, H, W), timesteps and labels (B,) → (B, C or 2C, H, W)."""
        out: Tensor = super().forward(x, timesteps, labels, return_dict=False)[0]
        return out


def built(config: Settings, path: Path) -> DiffusersUNet2D:
    """The network of the config at `path`; CheckpointError if diffusers cannot build one."""
    known = inspect.signature(UNet2DModel.__init__).parameters
    try:
        network: DiffusersUNet2D = DiffusersUNet2D(**{key: value for key, value in config.items() if key in known})
    except Exception as error:  # Wrong values are not looked for, and fail wherever they are first used.
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} does not describe a UNet2DModel that diffusers can build: {reason}."),
            path=path,
            reason=reason_of(error),
        ) from error
    return network
