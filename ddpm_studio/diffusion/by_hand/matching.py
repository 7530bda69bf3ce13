"""Matching: the drawn schedule whose few points come nearest to another schedule."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.kinds import Points
from ddpm_studio.diffusion.kinds.monotone_spline import DRAWN, HIGHEST, LEAST_FALL, LEAST_STEP, spline_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.operators import ZeroSnr
from ddpm_studio.diffusion.quantities import TAU
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import Text

MOST_MATCHING, WITHIN = 16, 0.01
"""How many points a match has at most, and the error of log SNR that is small enough not to add another."""

BEYOND = 20.0
"""How far below the noisiest step with a picture a match ends, where zero terminal SNR takes away the rest."""

ROUNDS, POWER, PACE = 50, 0.3, 0.5
"""How often points are spread anew, by which power of the errors between them, and how much of the way they go."""

LOOKED_AT = 600
"""Steps at which the errors are looked at while points are spread."""

U_DIGITS, LEVEL_DIGITS = 6, 4
"""Decimals of the points of a match."""


THROUGH = QT_TRANSLATE_NOOP("drawing", "Drawn through {count} points; log SNR is off by {error} at most.")


class Match(NamedTuple):
    """A drawn schedule, and by how much its log SNR is off at most where neither is pure noise."""

    schedule: Schedule
    error: float

    @property
    def told(self) -> Text:
        """How well it matches."""
        values = {"count": len(self.schedule.points), "error": f"{self.error:.2g}"}
        return Text(THROUGH, values)


class _Curve(NamedTuple):
    """What is matched: log SNR over u at some steps, among which points are chosen, and a point before and behind."""

    u: Array
    level: Array
    ahead: Points
    behind: Points


def why_not_match(schedule: Schedule) -> ScheduleError | None:
    """The reason why a schedule cannot be drawn from; None if it can."""
    if schedule.kind == DRAWN:
        return ScheduleError(QT_TRANSLATE_NOOP("errors", "This schedule is drawn already; move its points."))
    if not np.isfinite(schedule.coefficients.log_snr[0]):
        return ScheduleError(QT_TRANSLATE_NOOP("errors", "This schedule is nothing but noise; choose another to draw."))
    return None


def matched(schedule: Schedule) -> Match:
    """The drawn schedule with the same T and operators that comes within 0.01 of a schedule's log SNR with the fewest
    points, or as near as 16 points come.

    One that ends in pure noise by its kind has zero terminal SNR for it. Raises ScheduleError as `why_not_match` says.

    >>> match = matched(Schedule("linear", 1000))
    >>> len(match.schedule.points) <= MOST_MATCHING, match.error < WITHIN
    (True, True)
    """
    if why_not := why_not_match(schedule):
        raise why_not
    curve = _curve_of(schedule.replace(zero_snr=ZeroSnr.OFF, snr_shift=1.0).coefficients.log_snr)
    made = schedule.with_points(_nearest_points(curve))
    if curve.behind and not schedule.values["zero_snr"]:
        made = made.replace(zero_snr=ZeroSnr.BEFORE)
    return Match(made, difference(made, schedule))


def matched_steps(levels: StepLevels, T: int) -> Match:
    """The drawn schedule of T steps that spends its time as N steps do: step k starts at u = 1 − k/N, k = 0 … N−1.

    Its points come as near to their levels as those of `matched` do to a schedule's; over a flow it is one. Raises
    ScheduleError unless they go from noise to the picture, and through more than pure noise.

    >>> from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
    >>> match = matched_steps(StepsSpec.parse("sigmas:10,3,1,0.3,0").levels(Schedule("linear", 1000)), 100)
    >>> match.schedule.coefficients.sigmas[[24, 49, 74, 99]].round(2).tolist(), match.error < WITHIN
    ([0.3, 1.0, 3.0, 10.0], True)
    """
    own = levels.log_snr[:-1][::-1]
    with np.errstate(invalid="ignore"):
        falls = (np.diff(own) < 0).all()
    if not falls or not np.isfinite(own[0]):
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "These steps do not go down to the picture; only such a list can be drawn.")
        )
    curve = _curve_of(own)
    told = TAU if levels.schedule.is_flow else ""
    given = {"zero_snr": ZeroSnr.BEFORE} if curve.behind else {}
    made = Schedule(DRAWN, T, given, points=_nearest_points(curve), quantity=told)
    error = np.abs(spline_at(curve.u, *np.array(made.points).T) - curve.level).max()
    return Match(made, float(error))


def difference(one: Schedule, other: Schedule) -> float:
    """By how much the log SNR of schedules of one length differs at most, where neither is pure noise."""
    levels = np.stack([one.coefficients.log_snr, other.coefficients.log_snr])
    first, second = levels[:, np.isfinite(levels).all(axis=0)]
    return float(np.abs(first - second).max(initial=0.0))


def _curve_of(log_snr: Array) -> _Curve:
    """What is matched for log SNR at u = 1/T, 2/T … 1."""
    own = np.clip(log_snr[np.isfinite(log_snr)], -HIGHEST + BEYOND, HIGHEST - 2 * LEAST_FALL)
    u = np.arange(1, len(own) + 1) / len(log_snr)
    # Log SNR is infinite at u = 0; a point that goes on there as the first two steps do is as good as any.
    rise = max(float(-np.diff(own[:2]).sum()), 2 * LEAST_FALL)
    ahead = ((0.0, min(float(own[0]) + rise, HIGHEST)),)
    behind = ((1.0, float(own[-1]) - BEYOND),) if len(own) < len(log_snr) else ()
    seen = _sample(u, own)
    if behind:
        seen = seen[u[seen] <= max(1.0 - LEAST_STEP, u[0])]
    kept = _apart(ahead[0], u[seen], own[seen])
    return _Curve(u[seen][kept], own[seen][kept], ahead, behind)


def _sample(u: Array, level: Array) -> NDArray[np.int_]:
    """Places of some steps, evenly along the curve, the last one among them."""
    if len(u) <= LOOKED_AT:
        return np.arange(len(u))
    span = level[0] - level[-1] + LEAST_FALL
    way = np.cumsum(np.abs(np.diff(level, prepend=level[0])) / span + np.diff(u, prepend=0.0))
    return np.unique(np.searchsorted(way, np.linspace(way[0], way[-1], LOOKED_AT)).clip(max=len(u) - 1))


def _apart(first: tuple[float, float], u: Array, level: Array) -> list[int]:
    """Places of the last and of others that can be points together, behind a first point."""
    kept, last = [], (float(u[-1]), float(level[-1]))
    before = first
    for place, here in enumerate(zip(u[:-1].tolist(), level[:-1].tolist(), strict=True)):
        if _falls(before, here) and _falls(here, last):
            kept.append(place)
            before = here
    return [*kept, len(u) - 1]


def _falls(before: tuple[float, float], behind: tuple[float, float]) -> bool:
    """Whether two points are as far apart as they have to be."""
    return behind[0] - before[0] >= LEAST_STEP and before[1] - behind[1] >= LEAST_FALL


def _nearest_points(curve: _Curve) -> Points:
    most = MOST_MATCHING - len(curve.ahead) - len(curve.behind)
    best, least = _points_at(curve, np.array([len(curve.u) - 1])), np.inf
    for count in range(2, min(most, len(curve.u)) + 1):
        points, error = _spread(curve, count)
        if error < least:
            best, least = points, error
        if least <= 0.9 * WITHIN:
            break
    return best


def _spread(curve: _Curve, count: int) -> tuple[Points, float]:
    """So many points, spread until the errors between them are about equal, and the greatest of these."""
    wanted = np.linspace(0, len(curve.u) - 1, count)
    best, least = _points_at(curve, _places(wanted)), np.inf
    for _ in range(ROUNDS):
        places = _places(wanted)
        points = _points_at(curve, places)
        errors = np.abs(spline_at(curve.u, *np.array(points).T) - curve.level)
        if errors.max() < least:
            best, least = points, float(errors.max())
        if count == 2 or least == 0:
            break
        between = np.maximum(np.maximum.reduceat(errors, places[:-1]), 1e-3 * errors.max())
        weight = np.append(0.0, np.cumsum(between**POWER))
        evened = np.interp(np.linspace(0, weight[-1], count), weight, wanted)
        wanted = (1 - PACE) * wanted + PACE * evened
    return best, least


def _places(wanted: Array) -> NDArray[np.int_]:
    """Whole places near those that are wanted, all different."""
    order = np.arange(len(wanted))
    places = np.maximum.accumulate(wanted.round().astype(int) - order) + order
    return np.asarray(np.minimum(places, round(wanted[-1]) - order[::-1]))


def _points_at(curve: _Curve, places: NDArray[np.int_]) -> Points:
    chosen = zip(curve.u[places].tolist(), curve.level[places].tolist(), strict=True)
    points = (*curve.ahead, *chosen, *curve.behind)
    return tuple((round(u, U_DIGITS), round(level, LEVEL_DIGITS)) for u, level in points)
