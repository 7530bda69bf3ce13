"""Clipping of x0 between the network and the solver, at a fixed limit or by each picture's own range."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ddpm_studio.diffusion.options import as_number, shown
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError


@dataclass(frozen=True)
class Thresholding:
    """Dynamic thresholding (Saharia et al. 2022, Imagen, section 2.3): clamp x0 to ±s and divide by s.

    s is the quantile `ratio`, in (0, 1], of |x0| over one picture, held between 1 and `maximum` ≥ 1.

    >>> x0 = torch.tensor([-2.0, -0.5, 0.5, 4.0]).reshape(1, 1, 2, 2)
    >>> Thresholding(ratio=1.0)(x0).flatten().tolist()
    [-0.5, -0.125, 0.125, 1.0]
    """

    ratio: float = 0.995
    maximum: float = math.inf

    def __post_init__(self) -> None:
        if not 0 < self.ratio <= 1:
            raise SamplingError(
                QT_TRANSLATE_NOOP(
                    "errors", "The thresholding ratio is {value:g}; choose one above 0 and at most 1, such as 0.995."
                ),
                value=self.ratio,
            )
        if not self.maximum >= 1:
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "The largest threshold is {value:g}; it must be at least 1."),
                value=self.maximum,
            )

    def __call__(self, x0: Tensor) -> Tensor:
        """Threshold x0 of shape (B, C, H, W) in place, picture by picture, and return it."""
        ranked = x0.flatten(1).abs().sort(dim=1).values
        place = self.ratio * (ranked.shape[1] - 1)
        low, high = math.floor(place), math.ceil(place)
        s = torch.lerp(ranked[:, low], ranked[:, high], place - low).clamp(1.0, self.maximum)[:, None, None, None]
        return x0.clamp_(-s, s).div_(s)


@dataclass(frozen=True)
class Clipping:
    """x0 clamped to ±`limit` > 0.

    >>> Clipping(1.0)(torch.tensor([-2.0, -0.5, 0.5, 4.0])).tolist()
    [-1.0, -0.5, 0.5, 1.0]
    """

    limit: float = 1.0

    def __post_init__(self) -> None:
        limit = as_number(self.limit)
        if not limit > 0:
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "clip is {value}; it must be above 0 (inf switches clipping off)."),
                value=shown(self.limit) if math.isnan(limit) else f"{limit:g}",
            )
        object.__setattr__(self, "limit", limit)

    def __call__(self, x0: Tensor) -> Tensor:
        """Clamp x0 of any shape in place, and return it."""
        return x0.clamp_(-self.limit, self.limit)


Bounding = Clipping | Thresholding


def bounding(clip: float | None, thresholding: Thresholding | None) -> Bounding | None:
    """The operation on x0: thresholding if given, else clipping if its limit lies within float32, else None.

    >>> bounding(1.0, None), bounding(math.inf, None)
    (Clipping(limit=1.0), None)
    >>> bounding(1.0, Thresholding())
    Thresholding(ratio=0.995, maximum=inf)
    """
    clipping = None if clip is None else Clipping(clip)
    if thresholding is not None:
        return thresholding
    return clipping if clipping is not None and clipping.limit <= torch.finfo(torch.float32).max else None
