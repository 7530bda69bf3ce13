"""Errors for too little memory, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.out_of_memory import is_out_of_memory


def too_many(pictures: int, device: torch.device) -> SamplingError:
    """The error if so many pictures do not fit into memory, even in parts.

    >>> print(too_many(16, torch.device("cpu")))
    16 pictures do not fit into the memory of cpu; draw fewer at once, close other programs or choose another device.
    """
    if pictures == 1:
        return SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "One picture does not fit into the memory of {device}; close other programs or choose another device.",
            ),
            device=device,
        )
    return SamplingError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{pictures} pictures do not fit into the memory of {device}; draw fewer at once, close other programs or "
            "choose another device.",
        ),
        device=device,
        pictures=pictures,
    )


@contextmanager
def memory_for(pictures: int, device: torch.device) -> Iterator[None]:
    """Raise SamplingError if the block runs out of memory."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise too_many(pictures, device) from error
