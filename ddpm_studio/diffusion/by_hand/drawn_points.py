"""Points of a drawn schedule: moved, added and removed so that they stay a curve, and read off other curves."""

from __future__ import annotations

from bisect import bisect
from functools import cache, lru_cache

import numpy as np

from ddpm_studio.diffusion.curves import CURVES, Coefficients
from ddpm_studio.diffusion.kinds import Points
from ddpm_studio.diffusion.kinds.monotone_spline import HIGHEST, LEAST_FALL, LEAST_STEP, check_points, spline_at
from ddpm_studio.diffusion.moment import of_level_alone
from ddpm_studio.diffusion.noise_levels import Array, levels_at, log_sigmoid
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

FIRST_PARTS, PARTS, ROUNDS = 2**14, 2**7, 2
"""Into how many parts a range is divided in which a value is looked for, at first and then, and how often then."""

DIGITS = 4
"""Decimals of a point that is put on a curve."""


def moved(points: Points, place: int, u: float, level: float) -> Points:
    """The points with one of them as near to (u, level) as its neighbours let it; the first and last keep their u.

    >>> moved(((0.0, 10.0), (0.5, 0.0), (1.0, -10.0)), 1, 0.25, 99.0)[1]
    (0.25, 9.999)
    """
    last = len(points) - 1
    if place in (0, last):
        u = points[place][0]
    else:
        u = min(max(u, points[place - 1][0] + LEAST_STEP), points[place + 1][0] - LEAST_STEP)
    low, high = level_bounds(points, place)
    return (*points[:place], (u, min(max(level, low), high)), *points[place + 1 :])


def level_bounds(points: Points, place: int) -> tuple[float, float]:
    """Between which log SNR a point can lie without changing the order of points."""
    high = points[place - 1][1] - LEAST_FALL if place else HIGHEST
    low = points[place + 1][1] + LEAST_FALL if place < len(points) - 1 else -HIGHEST
    return low, high


def added(points: Points, u: float) -> Points:
    """The points with one more at u, between 0 and 1, on their curve.

    ScheduleError if there is no room for it or there are as many as there can be.

    >>> added(((0.0, 10.0), (1.0, -10.0)), 0.3)
    ((0.0, 10.0), (0.3, 4.0), (1.0, -10.0))
    """
    at, level = np.array(points).T
    u = round(min(max(u, 0.0), 1.0), DIGITS)
    here = u, round(float(spline_at(np.array([u]), at, level)[0]), DIGITS)
    place = min(max(bisect(at.tolist(), u), 1), len(points) - 1)
    return check_points(moved((*points[:place], here, *points[place:]), place, *here))


def widest_gap(points: Points) -> float:
    """The u in the middle between the two neighbours that are furthest apart."""
    at = np.array(points)[:, 0]
    place = int(np.argmax(np.diff(at)))
    return float(0.5 * (at[place] + at[place + 1]))


def removed(points: Points, place: int) -> Points:
    """The points without one of them. ScheduleError for the first and the last."""
    if place in (0, len(points) - 1):
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "The points at u = 0 and u = 1 stay; move them, or remove one between them.")
        )
    return points[:place] + points[place + 1 :]


# what a point is on other curves


@cache
def tells_level(name: str) -> bool:
    """Whether a curve follows from log SNR alone, and log SNR from it.

    >>> tells_level("alphas_cumprod"), tells_level("betas"), tells_level("min_snr_weight_v")
    (True, False, False)
    """
    if name not in CURVES or not of_level_alone(name):
        return False
    rises = np.diff(values_at_levels(name, np.linspace(-8.0, 8.0, PARTS)))
    return bool((rises > 0).all() or (rises < 0).all())


def values_at_levels(name: str, log_snr: Array) -> Array:
    """A curve that follows from log SNR alone, at these, shape of `log_snr`.

    >>> values_at_levels("alphas_cumprod", np.array([0.0])).tolist()
    [0.5]
    """
    # As if each were a single step from the clean picture, of which nothing else matters here.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        levels = levels_at(log_snr, np.ones_like(log_snr), log_sigmoid(log_snr), np.zeros_like(log_snr))
        return Coefficients(lambda: levels)[name]


def level_of_value(name: str, value: float, bounds: tuple[float, float]) -> float:
    """The log SNR between two bounds at which a curve that tells it has a value, or comes nearest to it.

    >>> abs(level_of_value("sigmas", 1.0, (-5.0, 5.0))) < 1e-6
    True
    """
    low, high = _around(value, *_first_grid(name, bounds))
    for _ in range(ROUNDS):
        grid = np.linspace(low, high, PARTS + 1)
        low, high = _around(value, grid, values_at_levels(name, grid))
    return 0.5 * (low + high)


@lru_cache(maxsize=4)
def _first_grid(name: str, bounds: tuple[float, float]) -> tuple[Array, Array]:
    """Levels between two bounds and a curve at them, both the same as long as a point is dragged."""
    grid = np.linspace(*bounds, FIRST_PARTS + 1)
    return grid, values_at_levels(name, grid)


def _around(value: float, levels: Array, values: Array) -> tuple[float, float]:
    """The two neighbours among some levels between which a curve that rises or falls has a value."""
    rises = values[-1] > values[0]
    before = values.searchsorted(value) if rises else len(values) - values[::-1].searchsorted(value, side="right")
    place = max(int(before) - 1, 0)
    return float(levels[place]), float(levels[min(place + 1, len(levels) - 1)])


# operators


class Operated:
    """What the operators of a drawn schedule make of log SNR, and the way back.

    A shift of the SNR is the same everywhere; with zero terminal SNR it is read off the schedule's steps, linear
    between them. Pure noise has no log SNR, and is −∞.
    """

    def __init__(self, schedule: Schedule) -> None:
        self._end = -np.inf
        if schedule.values["zero_snr"]:
            own, shown = schedule.with_defaults().coefficients.log_snr, schedule.coefficients.log_snr
            finite = np.isfinite(shown)
            self._own, self._shown = own[finite][::-1], shown[finite][::-1]
            self._end = -np.inf if finite.all() else float(own[~finite][0])
        else:
            self._own, self._shown = np.zeros(1), -np.log([schedule.values["snr_shift"]])

    def shown(self, level: float) -> float:
        """What becomes of a point's log SNR."""
        return -np.inf if level <= self._end else _carried(level, self._own, self._shown)

    def own(self, level: float) -> float:
        """The log SNR of a point of which this becomes."""
        return _carried(level, self._shown, self._own)


operated = lru_cache(maxsize=4)(Operated)
"""What operators make of a schedule that was asked about before."""


def _carried(level: float, start: Array, end: Array) -> float:
    if not len(start):
        return level
    inside = min(max(level, float(start[0])), float(start[-1]))
    return float(np.interp(inside, start, end)) + level - inside
