"""Value range: the least and the largest value of the pictures that a network was trained on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from torch import Tensor

from ddpm_studio.diffusion.options import as_number, shown
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError

Value = TypeVar("Value", float, Tensor)


@dataclass(frozen=True)
class ValueRange:
    """Values from `low` to `high`, −1 and 1 unless said: x of such a network is noised values of this range.

    Called with x of any shape, it returns the pictures in ±1 that it stands for. Raises SamplingError for ends that are
    not finite, or not in their order.

    >>> import torch
    >>> ValueRange(0.0, 1.0)(torch.tensor([-0.5, 0.0, 0.75])).tolist()
    [-2.0, -1.0, 0.5]
    """

    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        low, high = as_number(self.low), as_number(self.high)
        if not (math.isfinite(high - low) and low < high):
            raise SamplingError(
                QT_TRANSLATE_NOOP(
                    "errors", "The values of pictures go from {low} to {high}; they must rise, such as from 0 to 1."
                ),
                low=shown(self.low),
                high=shown(self.high),
            )

    @property
    def is_usual(self) -> bool:
        """True for −1 to 1, where x is a picture already."""
        return (self.low, self.high) == (-1, 1)

    def __call__(self, x: Tensor) -> Tensor:
        return (x - self._middle) / self._half

    def around(self, bounding: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
        """What `bounding` does in place to pictures in ±1, done to those of this range.

        >>> import torch
        >>> from ddpm_studio.sampling.clipping import Clipping
        >>> ValueRange(0.0, 1.0).around(Clipping(1.0))(torch.tensor([-0.5, 0.25, 3.0])).tolist()
        [0.0, 0.25, 1.0]
        """
        if self.is_usual:
            return bounding
        return lambda x0: bounding(x0.sub_(self._middle).div_(self._half)).mul_(self._half).add_(self._middle)

    def of_pictures(self, value: Value) -> Value:
        """The value of this range, or values of any shape, that stand for those in ±1."""
        return self._middle + self._half * value

    @property
    def _middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def _half(self) -> float:
        return (self.high - self.low) / 2
