"""Errors of a device, each in one sentence: it has too little memory, or nothing more runs on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.reasons import reason_of


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


def is_broken(error: Exception) -> bool:
    """True if the device itself failed, after which nothing more runs on it in this process, or if nothing ever did.

    A GPU that looks something up beyond the end of a table is such a case, where the CPU says “index out of range”.

    >>> is_broken(RuntimeError("CUDA error: device-side assert triggered"))
    True
    """
    return isinstance(error, RuntimeError) and "CUDA error: " in str(error) and not is_out_of_memory(error)


def nothing_runs(device: torch.device, error: Exception) -> SamplingError:
    """The error for a device that is broken."""
    return SamplingError(
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing more runs on {device} ({reason}); start the program again, or choose cpu, which says more of what "
            "is wrong.",
        ),
        device=device,
        reason=reason_of(error),
    )


@contextmanager
def on_device(pictures: int, device: torch.device) -> Iterator[None]:
    """Raise SamplingError if the block, which works with so many pictures, runs out of memory or breaks the device."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            raise too_many(pictures, device) from error
        if is_broken(error):
            raise nothing_runs(device, error) from error
        raise
