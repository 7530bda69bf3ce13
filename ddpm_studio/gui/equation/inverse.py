"""Inverse of a coefficient: the step at which it has a value, for those who drag the value and not the step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array

WHOLE_DRAG = 400.0
"""Pixels in which a drag goes from the least value to the greatest."""

STEEP = 100.0
"""Ratio of the greatest value to the least from which on a drag multiplies and no longer adds."""


@dataclass(frozen=True)
class Inverse:
    """The values of a coefficient at t = 0 … T, shape (T + 1,), and the way from a value back to its t."""

    values: Array

    @cached_property
    def low(self) -> float:
        """The least value that is finite."""
        return float(self._finite.min())

    @cached_property
    def high(self) -> float:
        """The greatest value that is finite."""
        return float(self._finite.max())

    @cached_property
    def _finite(self) -> Array:
        finite = self.values[np.isfinite(self.values)]
        return finite if len(finite) else np.zeros(1)

    def dragged(self, value: float, pixels: float) -> float:
        """The value after a drag from `value` over so many pixels."""
        if self.low > 0 and self.high > STEEP * self.low:
            return float(value * (self.high / self.low) ** (pixels / WHOLE_DRAG))
        return value + (self.high - self.low) * pixels / WHOLE_DRAG

    def step(self, value: float, near: int) -> int:
        """The t at which the coefficient is nearest to a value; of several, the one nearest to the t `near`.

        >>> falling = Inverse(np.array([1.0, 0.8, 0.5, 0.1]))
        >>> falling.step(0.55, near=0), falling.step(-3.0, near=0)
        (2, 3)
        """
        with np.errstate(invalid="ignore"):
            gap = self.values - value
            above = gap > 0
        finite = np.isfinite(gap)
        between = np.flatnonzero((above[:-1] != above[1:]) & finite[:-1] & finite[1:])
        distance = np.where(finite, np.abs(gap), np.inf)
        nearest = np.flatnonzero(distance == distance.min())
        # Where it falls short of the value by a little it may leap over it elsewhere, from far below to far above.
        if np.isin(nearest, [between, between + 1]).any():
            first = int(between[np.abs(between - near).argmin()])
            return first if abs(gap[first]) <= abs(gap[first + 1]) else first + 1
        return int(nearest[np.abs(nearest - near).argmin()])
