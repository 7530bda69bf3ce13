"""Moments that several schedules share: a place on a scale, and the step of each schedule that lies there."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

T_SCALE, RELATIVE_SCALE, LEVEL_SCALE = "t", "t/T", "log_snr"


def _steps(schedule: Schedule) -> Array:
    return np.arange(schedule.T + 1.0)


def _relative(schedule: Schedule) -> Array:
    return _steps(schedule) / schedule.T


def _log_snr(schedule: Schedule) -> Array:
    """Log SNR, which falls as the noise grows; ∞ at t = 0."""
    return np.concatenate([[np.inf], schedule.coefficients.log_snr])


SCALES: dict[str, Callable[[Schedule], Array]] = {
    T_SCALE: _steps,
    RELATIVE_SCALE: _relative,
    LEVEL_SCALE: _log_snr,
}
"""Every scale by its name: where a schedule's steps t = 0 … T lie on it, shape (T + 1,), rising or falling."""


@dataclass(frozen=True)
class Moment:
    """A place `value` on one of the SCALES, which may lie between two steps of a schedule, or beyond its last.

    ScheduleError for an unknown scale or a value that is not a number.
    """

    scale: str = RELATIVE_SCALE
    value: float = 0.0

    def __post_init__(self) -> None:
        if self.scale not in SCALES or math.isnan(self.value):
            raise ScheduleError(
                QT_TRANSLATE_NOOP("errors", "There is no moment {value} on a scale “{scale}”; scales are {known}."),
                value=self.value,
                scale=self.scale,
                known=", ".join(SCALES),
            )

    @classmethod
    def at(cls, scale: str, schedule: Schedule, t: int) -> Moment:
        """The moment of a schedule's step t = 0 … T.

        >>> Moment.at("t/T", Schedule("linear", 300), 150)
        Moment(scale='t/T', value=0.5)
        """
        return cls(scale, float(SCALES[scale](schedule)[t]))

    def step(self, schedule: Schedule) -> int:
        """The schedule's step nearest to this moment, 0 … T: of two equally near the later, of equal ones the first.

        >>> Moment("t/T", 0.5).step(Schedule("cosine", 1000))
        500
        >>> Moment("t", 154).step(Schedule("cosine", 100))
        100
        >>> level = Moment.at("log_snr", Schedule("linear", 1000), 400)
        >>> level.step(Schedule.parse("linear:T=1000,shift=4"))
        262
        """
        places, value = SCALES[self.scale](schedule), self.value
        if places[0] > places[-1]:
            places, value = -places, -value
        after = int(np.searchsorted(places, value))
        if after == 0 or after > schedule.T or places[after] == value:
            return min(after, schedule.T)
        return after if places[after] - value <= value - places[after - 1] else after - 1
