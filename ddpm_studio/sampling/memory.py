"""Running out of memory, which every library says in words of its own, said in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError

_WORDS = re.compile(
    "out of memory|can't allocate memory|not enough memory|Storage size calculation overflowed"
    "|STATUS_ALLOC_FAILED"  # cuBLAS and cuDNN.
    "|could not create a primitive$"  # oneDNN, which says “… a primitive descriptor for” where it cannot do something.
)


def is_out_of_memory(error: Exception) -> bool:
    """Whether more memory was asked for than the device, or the host, has."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and _WORDS.search(str(error)) is not None
    )


def too_many(pictures: int, device: torch.device) -> SamplingError:
    """What to say where so many pictures do not fit, and taking them in parts does not help."""
    if pictures == 1:
        return SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The memory of {device} does not hold one picture; close other programs or choose another device.",
            ),
            device=device,
        )
    return SamplingError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The memory of {device} does not hold {pictures} pictures; draw fewer at once, close other programs or "
            "choose another device.",
        ),
        device=device,
        pictures=pictures,
    )


@contextmanager
def memory_for(pictures: int, device: torch.device) -> Iterator[None]:
    """Raise SamplingError where what is done within runs out of memory."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise too_many(pictures, device) from error
