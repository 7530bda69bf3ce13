"""Trust region in which a function that costs much is minimised without its derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.lab.optimizing.quadratic import Quadratic

CostlyFunction = Callable[[Array], float]
"""A function of a point, (n,); infinite where it has no value, which costs nothing to find out."""

FARTHEST, CLOSE, COVERED = 8.0, 2.5, 0.3
"""In radii: points beyond the first are left out of the model, those within the second tell how well it knows each
direction; one in which they lie less apart than the third is not known.
"""

SHORT, LONG = 0.1, 0.9
"""In radii: steps that are not worth a measurement, and those that the radius holds back."""

POOR, GOOD = 0.1, 0.7
"""The share of the fall that was foretold below which the model is not trusted, and above which it is trusted more."""


class TrustRegion:
    """A search that goes, again and again, to where a quadratic through the best points is least within a radius.

    The radius grows where the quadratic foretells well, and shrinks where it doesn't though it knows all directions;
    the search ends when it is below `least`, or after `most` measurements. No point lies below `low` or above `high`,
    (n,). It is deterministic. `points` and `values` are all that was measured, of which the first is the start.

    Source: M. J. D. Powell, "The NEWUOA software for unconstrained optimization without derivatives" (2006), of which
    this is a plain relative.
    """

    def __init__(
        self,
        objective: CostlyFunction,
        start: Array,
        low: Array,
        high: Array,
        *,
        radius: float,
        least: float,
        most: int,
    ) -> None:
        self._objective, self._radius, self._least, self._most = objective, radius, least, most
        self._low, self._high = low, high
        self.points: list[Array] = []
        self.values: list[float] = []
        self._curvature = np.zeros((len(start), len(start)))
        self._measure(start)

    def search(self) -> Array:
        """The best point, (n,)."""
        self._look_around()
        while self._radius > self._least and len(self.values) < self._most:
            self._step()
        return self.best

    @property
    def best(self) -> Array:
        """The best point so far."""
        return self.points[int(np.argmin(self.values))]

    def _measure(self, point: Array) -> float:
        """The value there, or at the bounds before it; infinite if there is none, or if it is known or one too many."""
        point = np.clip(point, self._low, self._high)
        known = any(np.array_equal(point, other) for other in self.points)
        value = self._objective(point) if len(self.values) < self._most and not known else math.inf
        if math.isfinite(value):
            self.points.append(point)
            self.values.append(value)
        return value

    def _look_around(self) -> None:
        """Measure twice along each axis: on, where it falls, else on the other side."""
        start = self.points[0]
        for axis in self._radius * np.eye(len(start)):
            falls = self._measure(start + axis) < self.values[0]
            self._measure(start + (2 * axis if falls else -axis))

    def _step(self) -> None:
        centre, lowest = self.best, min(self.values)
        offsets = (np.array(self.points) - centre) / self._radius
        model = self._model(offsets)
        step = self._within_bounds(model, centre)
        length = float(np.linalg.norm(step))
        value = self._measure(centre + self._radius * step) if length > SHORT else math.inf
        kept = (lowest - value) / max(model.fall(step), 1e-300)
        if kept > GOOD and length > LONG:
            self._radius *= 1.5
        elif kept < POOR:
            self._doubt(centre, offsets, model)

    def _within_bounds(self, model: Quadratic, centre: Array) -> Array:
        """The step to where the model is least, in radii; where it would leave the bounds it goes along them."""
        low, high = ((bound - centre) / self._radius for bound in (self._low, self._high))
        step, free = np.zeros(len(centre)), np.full(len(centre), True)
        while free.any():
            slope = model.slope[free] + model.curvature[np.ix_(free, ~free)] @ step[~free]
            step[free] = Quadratic(slope, model.curvature[np.ix_(free, free)]).least(1.0)
            out = free & ((step < low) | (step > high))
            if not out.any():
                break
            step, free = np.clip(step, low, high), free & ~out
        return step

    def _model(self, offsets: Array) -> Quadratic:
        """Through as many of the nearest points as a quadratic has coefficients, if there are that many."""
        size = offsets.shape[1]
        distances = np.linalg.norm(offsets, axis=1)
        nearest = np.argsort(distances, kind="stable")[: (size + 1) * (size + 2) // 2]
        within = nearest[distances[nearest] < FARTHEST]
        chosen = within if len(within) > size + 1 else nearest[: size + 2]
        model = Quadratic.near(offsets[chosen], np.array(self.values)[chosen], self._curvature * self._radius**2)
        self._curvature = model.curvature / self._radius**2
        return model

    def _doubt(self, centre: Array, offsets: Array, model: Quadratic) -> None:
        """Measure in the direction that the model knows least of, or trust it less far if it knows all."""
        distances = np.linalg.norm(offsets, axis=1)
        _, apart, directions = np.linalg.svd(offsets[distances < CLOSE])
        unknown = len(apart) < len(centre) or apart[-1] < COVERED
        direction = directions[-1] * (-1 if model.slope @ directions[-1] > 0 else 1)
        if not (unknown and math.isfinite(self._measure(centre + self._radius * direction))):
            self._radius /= 2
