"""Running out of memory, said in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.out_of_memory import is_out_of_memory


def too_many(pictures: int, device: torch.device) -> SamplingError:
    """What to say where so many pictures do not fit, and taking them in parts does not help.

    >>> print(too_many(16, torch.device("cpu")))
    The memory of cpu does not hold 16 pictures; draw fewer at once, close other programs or choose another device.
    """
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
