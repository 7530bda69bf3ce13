"""Releases of denoising-diffusion-pytorch, and what each computes differently from tensors of the same names and
shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_PUBLISHED = """
0.11.0-2 0.12.0-1 0.14.0-3 0.15.0-4 0.15.6-7 0.16.0-7 0.17.0-7 0.18.0-4 0.19.0-2 0.20.0-2 0.21.0-2 0.22.0-0 0.23.0-4
0.24.0-4 0.25.0-3 0.26.0-1 0.26.3-5 0.27.0-6 0.27.8-12 0.28.0-0 0.29.0-1 0.30.0-0 0.31.0-1 0.32.0-0 1.0.0-7 1.1.0-1
1.2.0-2 1.4.0-2 1.4.4-6 1.5.0-8 1.6.0-4 1.7.0-7 1.8.0-11 1.8.14-15 1.9.0-6 1.10.0-12 1.10.14-17 1.11.0-1 2.0.0-12
2.0.14-18 2.1.0-1 2.2.0-6 2.3.0-2 2.3.4-4
"""
"""The releases on PyPI from 0.11 on, those that follow each other by the first and the last of their last numbers."""


def release(text: str) -> Release | None:
    """The release with this number, such as "1.6.4", where "1.7" is 1.7.0; None if it is not such a number."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4}){1,3}", text):
        return None
    version = tuple(int(part) for part in text.split("."))
    return Release(version + (0,) * (3 - len(version)))


def nearest_published(found: Release) -> Release:
    """The release that was published under this number, or the last one before it, or else the first.

    The first releases to record their number, of November 2022, called themselves 0.1.
    """
    if found.version[:2] == (0, 1):
        return Release((1, 0, 0))
    first, *others = _published()
    return Release(max((each for each in others if each <= found.version), default=first))


def _published() -> Iterator[tuple[int, int, int]]:
    for row in _PUBLISHED.split():
        major, minor, last_numbers = row.split(".")
        lowest, highest = map(int, last_numbers.split("-"))
        yield from ((int(major), int(minor), each) for each in range(lowest, highest + 1))
