"""Truth values as a file gives them, each of which has to be 0 or 1, since operators count them by adding them up."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from ddpm_studio.interruption import check


def check_truths(tensors: Iterable[Tensor]) -> None:
    """ValueError for a tensor of truth values that lies in memory with others in it. Each memory is looked at once."""
    storages = (tensor.untyped_storage() for tensor in tensors if tensor.dtype == torch.bool and tensor.numel())
    for storage in {storage.data_ptr(): storage for storage in storages}.values():
        check()
        if torch.empty(0, dtype=torch.uint8).set_(storage).max() > 1:
            raise ValueError("a truth value other than 0 and 1")
