"""Releases of denoising-diffusion-pytorch, and what each computes differently from tensors of the same names and
shapes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """A release of denoising-diffusion-pytorch, as far as its Unet depends on it; what a file shows is not repeated
    here.
    """

    version: tuple[int, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.version))

    @property
    def standardises(self) -> bool:
        """True if the 3 × 3 convolutions of the blocks standardise their weights (Qiao 2019)."""
        return (0, 27, 3) <= self.version < (1, 7, 2)

    @property
    def bounds_variance(self) -> bool:
        """True if the variance of the weights is bounded below by ε, where other releases add ε to it."""
        return self.version >= (1, 7, 1)

    @property
    def centres(self) -> bool:
        """True if the normalisation over channels subtracts the mean: LayerNorm, not RMSNorm."""
        return self.version < (1, 7, 0)

    @property
    def averages_values(self) -> bool:
        """True if linear attention divides its values by the number of pixels."""
        return (0, 26, 4) <= self.version < (1, 7, 4)

    @property
    def cosine_scale(self) -> float | None:
        """The scale of attention by cosine similarity; None where attention is by scalar product."""
        if (0, 26) <= self.version < (0, 28):
            return 16.0 if self.version < (0, 27, 3) else 10.0
        return None


LATEST = Release((2, 3))


def release(text: str) -> Release | None:
    """The release with this number, such as "1.6.4"; None if it is not such a number."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4}){1,3}", text):
        return None
    return Release(tuple(int(part) for part in text.split(".")))
