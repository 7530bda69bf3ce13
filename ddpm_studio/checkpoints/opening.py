"""From a path or a name to a Denoiser."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints import formats as formats
from ddpm_studio.checkpoints.checkpoint import FORMATS, Checkpoint
from ddpm_studio.checkpoints.location import locate
from ddpm_studio.checkpoints.refusal import refusal

if TYPE_CHECKING:
    from ddpm_studio.sampling import Denoiser


def open_checkpoint(path_or_name: str | os.PathLike[str], *, download: bool = False) -> Denoiser:
    """The denoiser of a checkpoint: a diffusers pipeline folder or a bare UNet2DModel folder.

    A name is that of a bundled checkpoint, or `org/name` on the Hugging Face hub, taken from the local cache and
    fetched only with `download`. Raises CheckpointError, or FileError and ScheduleError for a part that is broken.
    """
    return read_checkpoint(path_or_name, download=download).denoiser


def read_checkpoint(path_or_name: str | os.PathLike[str], *, download: bool = False) -> Checkpoint:
    """As `open_checkpoint`, with what the checkpoint is and what was assumed about it."""
    path = locate(path_or_name, download)
    for kind in FORMATS.values():
        if kind.recognises(path):
            return kind.read(path)
    raise refusal(path)
