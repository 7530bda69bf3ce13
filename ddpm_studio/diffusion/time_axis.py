"""The time axis that plots and pictures of several schedules share: a scale, and the part of it that is drawn."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from ddpm_studio.diffusion.moment import LEVEL_SCALE, PER_DECADE, SCALES, SIGMA_SCALE, Moment
from ddpm_studio.diffusion.schedule import Schedule

WIDEST = {LEVEL_SCALE: 30.0, SIGMA_SCALE: 30.0 / PER_DECADE}
"""How far from equal parts of picture and noise a few steps may stretch an axis: to a log SNR of ±30, 130 dB."""

BODY = (0.05, 0.95)
"""The shares of its steps between which a schedule has its body, which is on the axis wherever it lies."""


PADDING = 0.02
"""The share of its length that is drawn before an axis and behind it."""


@dataclass(frozen=True)
class TimeAxis:
    """One of the SCALES from the position `low` to `high`; the picture is on the left and noise on the right.

    Positions are those of `TimeScale`, so that equal moments are at equal positions.
    """

    scale: str
    low: float
    high: float

    @classmethod
    def over(cls, scale: str, schedules: Iterable[Schedule]) -> TimeAxis:
        """The axis for the steps of `schedules`, one or more.

        Log SNR and σ have no ends: t = 0 is infinitely clean, and the last step may be nothing but noise. There it
        begins at the cleanest of the steps 1 … T and ends at the noisiest, without the few beyond WIDEST.

        >>> TimeAxis.over("t", [Schedule("linear", 300), Schedule("cosine", 1000)])
        TimeAxis(scale='t', low=0.0, high=1000.0)
        >>> axis = TimeAxis.over("log_snr", [Schedule("linear", 1000)])
        >>> round(axis.low, 2), round(axis.high, 2)
        (-9.21, 10.12)
        """
        if scale in WIDEST:
            return cls(scale, *_covered(scale, schedules))
        return cls(scale, 0.0, max(SCALES[scale].position_of(schedule, schedule.T) for schedule in schedules))

    def shown(self, part: tuple[float, float] = (0.0, 1.0)) -> tuple[float, float]:
        """The positions between which a part of the axis is drawn, padded: what lies at its ends is seen, too."""
        padding = PADDING * (self.high - self.low)
        low, span = self.low - padding, self.high - self.low + 2 * padding
        return low + part[0] * span, low + part[1] * span

    def position(self, schedule: Schedule, t: int) -> float:
        """Where a schedule's step t = 0 … T stands; one that lies beyond the axis at its end."""
        return self.inside(SCALES[self.scale].position_of(schedule, t))

    def inside(self, position: float) -> float:
        """A position kept on the axis."""
        return min(max(position, self.low), self.high)

    def step(self, schedule: Schedule, position: float) -> int:
        """The step 0 … T of a schedule nearest to a position; before the axis the first and beyond it the last.

        >>> TimeAxis("t", 0.0, 1000.0).step(Schedule("linear", 300), 120.4)
        120
        """
        if position < self.low:
            return 0
        if position > self.high:
            return schedule.T
        return Moment(self.scale, SCALES[self.scale].value(position)).step(schedule)


def _covered(scale: str, schedules: Iterable[Schedule]) -> tuple[float, float]:
    """The ends of an axis for the noise levels of some schedules, never one and the same."""
    ends = [_ends(scale, schedule) for schedule in schedules]
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    if low > high:  # There is nothing but pure noise.
        return -1.0, 1.0
    return (low, high) if high > low else (low - 1.0, high + 1.0)


def _ends(scale: str, schedule: Schedule) -> tuple[float, float]:
    """The least and greatest position of a schedule's steps that an axis covers; ∞ and −∞ if it covers none."""

    def position(t: int) -> float:
        return SCALES[scale].position_of(schedule, t)

    count = bisect_left(range(1, schedule.T + 1), math.inf, key=position)
    if not count:
        return math.inf, -math.inf
    first, last = (position(1 + round(share * (count - 1))) for share in BODY)
    return max(position(1), min(-WIDEST[scale], first)), min(position(count), max(WIDEST[scale], last))
