"""diffusers' own UNet2DModel as the network of a Denoiser."""

from __future__ import annotations

import inspect
import math
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
    given = {key: value for key, value in config.items() if key in known}
    for key, value in given.items():
        if isinstance(known[key].default, int | float) and not isinstance(known[key].default, bool):
            _check_number(key, value, path)
    try:
        network: DiffusersUNet2D = DiffusersUNet2D(**given)
    except Exception as error:  # Other wrong values are not looked for, and fail wherever they are first used.
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} does not describe a UNet2DModel that diffusers can build: {reason}."),
            path=path,
            reason=reason_of(error),
        ) from error
    return network


def _check_number(key: str, value: object, path: Path) -> None:
    """CheckpointError for what is no number, which may fail at the first call only."""
    if value is not None and not (isinstance(value, int | float) and math.isfinite(value)):
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a finite number."),
            key=key,
            path=path,
            value=repr(value)[:40],
        )
