"""Against: a schedule with which curves are compared, by difference or by ratio, at equal moments."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.diffusion.curves import CURVES
from ddpm_studio.diffusion.moment import RELATIVE_SCALE, carried_over, values_at_moments
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.diffusion.training.training_curves import TrainedCoefficients

DIFFERENCE, RATIO = COMPARISONS = ("difference", "ratio")
"""How curves are compared."""

PLAINLY = "plain"
"""What stands for them where curves are not compared."""


def letter(place: int) -> str:
    """The letter of a place in a list of schedules, 0 being the first.

    >>> [letter(place) for place in (0, 25, 26, 27, 199)]
    ['A', 'Z', 'AA', 'AB', 'GR']
    """
    before, last = divmod(place, len(ascii_uppercase))
    return (letter(before - 1) if before else "") + ascii_uppercase[last]


@dataclass(frozen=True)
class Against:
    """Schedule A, what it is trained for, and the scale on which others are compared with it at equal moments.

    `letter` is what a person reads in place of A, where it is not the first of the list since others are hidden.

    By ratio, logarithms are compared by difference even so, since that is the ratio's logarithm.

    >>> against = Against(Schedule("linear", 4), by_ratio=True)
    >>> against.sign(CURVES["betas"]), against.sign(CURVES["snr_db"]), against.neutral(CURVES["betas"])
    (' ÷ A', ' − A', 1.0)
    """

    schedule: Schedule
    train: Objective = PLAIN
    scale: str = RELATIVE_SCALE
    by_ratio: bool = False
    letter: str = "A"

    def is_ratio(self, curve: Curve) -> bool:
        """Whether a curve is shown as its ratio, not as its difference, to that of A."""
        return self.by_ratio and not curve.logarithm

    def sign(self, curve: Curve) -> str:
        """What follows the symbol of a curve."""
        return f" {'÷' if self.is_ratio(curve) else '−'} {self.letter}"

    def neutral(self, curve: Curve) -> float:
        """What A itself shows at every step."""
        return 1.0 if self.is_ratio(curve) else 0.0

    def values(self, curve: Curve, own: Array, of: Schedule, steps: NDArray[np.int_]) -> Array:
        """A curve's `own` values at some steps 1 … T of a schedule, shape (N,), compared with A at the same moments.

        A is interpolated linearly between its steps; NaN before its first step and beyond its last.
        """
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if curve.name in CURVES:
                theirs = values_at_moments(self.scale, self.schedule, curve.name, of, steps)
            else:
                trained = TrainedCoefficients(self.schedule, self.train)[curve.name]
                theirs = carried_over(self.scale, self.schedule, trained, of, steps)
        return self.beside(curve, own, theirs)

    def beside(self, curve: Curve, own: Array, theirs: Array) -> Array:
        """Differences or ratios of a curve's values to those of A, of the same shape."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return own / theirs if self.is_ratio(curve) else own - theirs


def comparison_of(against: Against | None) -> str:
    """Which of COMPARISONS it is, or PLAINLY.

    >>> comparison_of(Against(Schedule("linear", 4))), comparison_of(None)
    ('difference', 'plain')
    """
    if against is None:
        return PLAINLY
    return RATIO if against.by_ratio else DIFFERENCE
