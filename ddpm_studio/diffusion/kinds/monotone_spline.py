"""Monotone spline of log SNR through a few points that somebody draws: the kind `drawn`."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ddpm_studio.diffusion.kinds.kind_registry import MIN_BETA, Points, kind
from ddpm_studio.diffusion.noise_levels import Array, levels_of_log_snr
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import SourceText

DRAWN = "drawn"
"""The name of the kind."""

FIRST_POINTS: Points = ((0.0, 10.0), (0.5, 0.0), (1.0, -10.0))
"""The points that a curve begins with."""

FEWEST, MOST_POINTS = 2, 32
"""How many points a curve can have."""

HIGHEST = 650.0
"""The greatest size of a point's log SNR: beyond it float64 ends, 1 − ᾱ being 1e-282."""

LEAST_FALL, LEAST_STEP = 1e-3, 1e-4
"""What log SNR falls, and u grows, from a point to the next at least."""


def spline_slopes(u: Array, level: Array) -> Array:
    """The slopes of a piecewise cubic Hermite curve through points, shape (n,), that is monotone where they are.

    Those inside are weighted harmonic means, those at the ends from three points (Fritsch & Butland 1984, as in scipy's
    PchipInterpolator). `u` rises and `level` falls, n ≥ 2.

    >>> spline_slopes(np.array([0.0, 0.5, 1.0]), np.array([4.0, 1.0, 0.0])).tolist()
    [-8.0, -3.0, 0.0]
    """
    widths = np.diff(u)
    secants = np.diff(level) / widths
    if len(secants) == 1:
        return np.repeat(secants, 2)
    before, behind = widths[:-1], widths[1:]
    weights = 2 * behind + before, behind + 2 * before
    inner = sum(weights) / (weights[0] / secants[:-1] + weights[1] / secants[1:])
    first = ((2 * widths[0] + widths[1]) * secants[0] - widths[0] * secants[1]) / (widths[0] + widths[1])
    last = ((2 * widths[-1] + widths[-2]) * secants[-1] - widths[-1] * secants[-2]) / (widths[-1] + widths[-2])
    return np.concatenate([[min(first, 0.0)], inner, [min(last, 0.0)]])


def spline_at(x: Array, u: Array, level: Array) -> Array:
    """Log SNR at x, from 0 to 1, of the curve through the points (u, level), shape of x."""
    slopes, place = spline_slopes(u, level), np.clip(np.searchsorted(u, x, "right") - 1, 0, len(u) - 2)
    width = u[place + 1] - u[place]
    s = (x - u[place]) / width
    bend = width * (slopes[place] * (1 - s) - slopes[place + 1] * s)
    rest = 1 - s
    return level[place] * rest**2 * (1 + 2 * s) + level[place + 1] * s**2 * (3 - 2 * s) + s * rest * bend


def spline_falls(ends: Array, u: Array, level: Array) -> Array:
    """What log SNR falls from each of the places `ends`, shape (n + 1,), to the next, shape (n,), where all u are among
    these.

    By Simpson's rule, which is exact for the slope of a cubic, and has the digits that a difference would lose.
    """
    start, end = ends[:-1], ends[1:]
    slopes, secants = spline_slopes(u, level), np.diff(level) / np.diff(u)
    place = np.clip(np.searchsorted(u, start, "right") - 1, 0, len(u) - 2)
    first, last, mean = slopes[place], slopes[place + 1], 6 * secants[place]
    total = np.zeros(len(start))
    for weight, x in ((1, start), (4, 0.5 * (start + end)), (1, end)):
        s = (x - u[place]) / (u[place + 1] - u[place])
        slope = first * (1 - s) * (1 - 3 * s) + mean * s * (1 - s) - last * s * (2 - 3 * s)
        total -= weight * slope
    return total * (end - start) / 6


@kind(
    QT_TRANSLATE_NOOP("kinds", "Drawn"),
    QT_TRANSLATE_NOOP("kinds", "log SNR(u): a monotone spline through its points"),
    QT_TRANSLATE_NOOP("kinds", "Points of your own; Fritsch & Butland 1984, as in SciPy’s “PCHIP”"),
    gives_levels=True,
    takes_points=True,
)
def drawn(T: int, points: Points) -> Array:
    """The curve of log SNR over u = t/T that falls through its points (u, log SNR), and nowhere rises between them.

    >>> drawn(4, ((0.0, 4.0), (0.5, 1.0), (1.0, 0.0)))[3].tolist()
    [2.1875, 1.0, 0.3125, 0.0]
    """
    u, level = np.array(points).T
    t = np.arange(T + 1.0)
    # In units of steps, which are whole, a width keeps its digits.
    ends = np.union1d(t, u * T)
    falls = np.add.reduceat(spline_falls(ends, u * T, level), np.searchsorted(ends, t[:-1]))
    return levels_of_log_snr(spline_at(t[1:] / T, u, level), np.maximum(falls, MIN_BETA))


def check_points(points: Points) -> Points:
    """The points as pairs of float64. Raises ScheduleError unless 2 to 32 fall from u = 0 to 1."""
    made = tuple((float(u), float(level)) for u, level in points)
    _check_count(len(made))
    _check_ends(made[0][0], made[-1][0])
    for (u, level), (next_u, next_level) in pairwise(made):
        if not next_u >= u + LEAST_STEP * (1 - 1e-9):
            raise _no_curve(
                QT_TRANSLATE_NOOP(
                    "errors", "u goes from {before:g} to {behind:g} in points; let it rise by {least:g}."
                ),
                u,
                next_u,
                LEAST_STEP,
            )
        if not next_level <= level - LEAST_FALL * (1 - 1e-9):
            raise _no_curve(
                QT_TRANSLATE_NOOP(
                    "errors", "Log SNR goes from {before:g} to {behind:g} in points; let it fall by {least:g}."
                ),
                level,
                next_level,
                LEAST_FALL,
            )
    _check_heights(made)
    return made


def _check_count(count: int) -> None:
    if not FEWEST <= count <= MOST_POINTS:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "The number of points is {count}; give {fewest} to {most}."),
            about=("points",),
            count=count,
            fewest=FEWEST,
            most=MOST_POINTS,
        )


def _check_ends(first: float, last: float) -> None:
    if (first, last) != (0.0, 1.0):
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "u goes from {first:g} to {last:g} in points; let it go from 0 to 1."),
            about=("points",),
            first=first,
            last=last,
        )


def _check_heights(points: Points) -> None:
    for _, level in points:
        if not abs(level) <= HIGHEST:
            raise ScheduleError(
                QT_TRANSLATE_NOOP("errors", "Log SNR is {level:g} in points; choose values from {low:g} to {high:g}."),
                about=("points",),
                level=level,
                low=-HIGHEST,
                high=HIGHEST,
            )


def _no_curve(template: SourceText, before: float, behind: float, least: float) -> ScheduleError:
    return ScheduleError(template, about=("points",), before=before, behind=behind, least=least)
