"""Tensors out of files, without running anything that is in them."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.checkpoints.filling import Tensors
from ddpm_studio.checkpoints.refusal import refusal
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError


def read_tensors(path: Path) -> Tensors:
    """The tensors of a .safetensors file, or of a pickle by torch's reader that builds nothing but tensors.

    CheckpointError for a file that is missing, broken, a Git LFS pointer, or holds anything else.
    """
    if not path.is_file():
        raise CheckpointError(QT_TRANSLATE_NOOP("errors", "{path} is missing; fetch the checkpoint again."), path=path)
    source = Source(path)
    if not source.tensors:
        raise refusal(source)
    return dict(source.tensors)
