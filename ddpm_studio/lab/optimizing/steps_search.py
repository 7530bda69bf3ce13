"""Search for the noise levels whose pictures come nearest to given ones: from the best of known levels on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import QT_TRANSLATE_NOOP, LabError, SolverError, StepsError
from ddpm_studio.lab.optimizing.trust_region import TrustRegion

Distances = Callable[[Array], Array]
"""The distance of each of P pictures, (P,), for σ that fall, (N + 1,), the end among them. It raises StepsError or
SolverError for σ that cannot be visited.
"""

RUNS_PER_LEVEL = 15
"""Most measurements of a search for each level that it moves."""

RADIUS, LEAST_RADIUS = 0.3, 0.01
"""How far, in ln σ, levels are moved at first, and how little before the search ends."""

CLOSEST = 0.01
"""The least distance of neighbouring levels in ln σ."""

DIGITS = 6
"""Digits of the σ that are measured, so that what is measured is what is written."""


@dataclass(frozen=True, eq=False)
class MeasuredLevels:
    """Levels by name, σ (N + 1,), with the typical distance of their pictures."""

    name: str
    sigmas: Array
    distance: float


class StepsSearch:
    """Levels measured by `distances`, and the best of them so far; `tell` is called after each measurement.

    What is made less is `typical_distance`. Of levels that are searched for, the ends stay, and the others are moved in
    ln σ, all at once, by a TrustRegion, but none below σ = `least`. Whatever ends it on the way leaves `best` as it is.
    """

    def __init__(
        self, distances: Distances, least: float, tell: Callable[[StepsSearch], object] = lambda search: None
    ) -> None:
        self._distances, self._least, self._tell = distances, least, tell
        self.runs = 0
        self.measured: list[MeasuredLevels] = []

    @property
    def best(self) -> MeasuredLevels:
        """The best levels so far, the earlier of equal ones; LabError while there are none."""
        if not self.measured:
            raise LabError(QT_TRANSLATE_NOOP("errors", "No steps were measured; take other steps or another solver."))
        return min(self.measured, key=lambda one: one.distance)

    def compare(self, known: Mapping[str, Array]) -> MeasuredLevels:
        """The best of known levels, σ (N + 1,) by name, without those that cannot be visited; LabError if none can."""
        for name, sigmas in known.items():
            self._measured(name, rounded(sigmas))
        return self.best

    def starts(self, count: int) -> list[MeasuredLevels]:
        """The best so far, and the next best that differ from all before by more than RADIUS in some level.

        From one alone a search may end where others do not: what is least there may not be so elsewhere.
        """
        chosen: list[MeasuredLevels] = []
        for one in sorted(self.measured, key=lambda each: each.distance):
            if len(chosen) < count and all(_apart(one.sigmas, other.sigmas) for other in chosen):
                chosen.append(one)
        return chosen

    def search(self, start: Array, name: str) -> MeasuredLevels:
        """The best levels that are found from σ (N + 1,) on, of which the inner ones are moved; called `name`.

        LabError if there are fewer than two steps, of which nothing can be moved.
        """
        if len(start) < 3:
            raise LabError(
                QT_TRANSLATE_NOOP("errors", "One step goes from noise to the picture at once; search for 2 or more.")
            )
        inner = np.log(start[1:-1])

        def objective(point: Array) -> float:
            sigmas = rounded(np.concatenate([start[:1], np.exp(point), start[-1:]]))
            return self._measured(name, sigmas) if _falls(sigmas) else math.inf

        low = np.full_like(inner, np.log(max(self._least, start[-1] * np.exp(CLOSEST))))
        high = np.full_like(inner, np.log(start[0]) - CLOSEST)
        most = RUNS_PER_LEVEL * len(inner)
        TrustRegion(objective, inner, low, high, radius=RADIUS, least=LEAST_RADIUS, most=most).search()
        return self.best

    def _measured(self, name: str, sigmas: Array) -> float:
        """ln of the typical distance, which is to be made less by shares; infinite for what cannot be visited."""
        try:
            distance = typical_distance(self._distances(sigmas))
        except (StepsError, SolverError):
            return math.inf
        self.runs += 1
        self.measured.append(MeasuredLevels(name, sigmas, distance))
        self._tell(self)
        return math.log(max(distance, np.finfo(np.float64).tiny))


def typical_distance(distances: Array) -> float:
    """The geometric mean of the middle half of distances, (P,): a median that every small move is felt by.

    Of pictures that a run draws quite otherwise than the fine one it says as little as the median; a mean square says
    nothing else, and what is found by it is found for these few.

    >>> round(typical_distance(np.array([0.1, 0.2, 0.2, 5.0])), 3)
    0.2
    """
    quarter = len(distances) // 4
    middle = np.sort(distances)[quarter : len(distances) - quarter]
    return float(np.exp(np.mean(np.log(np.maximum(middle, np.finfo(np.float64).tiny)))))


def rounded(sigmas: Array) -> Array:
    """σ with so few digits as are written.

    >>> rounded(np.array([157.40714, np.inf, 0.0])).tolist()
    [157.407, inf, 0.0]
    """
    return np.array([float(f"{sigma:.{DIGITS}g}") for sigma in sigmas.tolist()])


def _apart(sigmas: Array, others: Array) -> bool:
    """Whether some inner level is clearly another one."""
    return bool((np.abs(np.log(sigmas[1:-1] / others[1:-1])) > RADIUS).any())


def _falls(sigmas: Array) -> bool:
    """Whether each level is clearly less noisy than the one before."""
    with np.errstate(divide="ignore"):
        return bool((np.diff(np.log(sigmas)) <= -CLOSEST).all())
