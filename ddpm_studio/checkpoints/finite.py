"""Whether the numbers of a file are numbers."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError


def check_finite(name: str, tensor: Tensor, path: Path) -> None:
    """CheckpointError naming the tensor where one of its values is infinite or no number, whatever its precision."""
    # In its own precision the sum of a large float16 tensor would overflow where each value is sound.
    if not torch.isfinite(tensor.sum(dtype=torch.float64)):
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{name} in {path} is not finite; fetch the file again."), name=name, path=path
        )
