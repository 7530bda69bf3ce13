"""Moments that several schedules share: a place on a scale, and the step of each schedule that lies there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.forward import same_moment
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import SourceText

T_SCALE, RELATIVE_SCALE, LEVEL_SCALE, SIGMA_SCALE, TAU_SCALE = "t", "t/T", "log_snr", "sigma", "tau"

NOISE_LEVELS = frozenset({LEVEL_SCALE, SIGMA_SCALE, TAU_SCALE})
"""The scales on which equal is equal noise, however many steps a schedule took to get there."""

_Steps = NDArray[np.int_]


def _same(value: float) -> float:
    return value


@dataclass(frozen=True)
class TimeScale:
    """A scale on which several schedules can be at the same moment, and what is said of it.

    Drawn as an axis it has the picture on the left and noise on the right: `at` says where on it some steps of a
    schedule lie, each 0 … T. `position` is where a value of the scale lies, and `value` what lies at a position. `name`
    is what is equal, and `meaning` a sentence.
    """

    at: Callable[[Schedule, _Steps], Array]
    name: str
    meaning: SourceText
    position: Callable[[float], float] = _same
    value: Callable[[float], float] = _same

    def positions(self, schedule: Schedule) -> Array:
        """Where a schedule's steps t = 0 … T lie, shape (T + 1,); never falling."""
        return self.at(schedule, np.arange(schedule.T + 1))

    def position_of(self, schedule: Schedule, t: int) -> float:
        """Where a schedule's step t = 0 … T lies."""
        return float(self.at(schedule, np.array(t)))

    def first_at(self, schedule: Schedule, position: float) -> int:
        """The first of a schedule's steps t = 0 … T that lies at a position or beyond it; T + 1 if none does.

        Found among every √T-th step and then between two of those: a long schedule is searched as fast as a short one.

        >>> SCALES["t/T"].first_at(Schedule("linear", 1000), 0.2504)
        251
        """
        stride = 1 + math.isqrt(schedule.T)
        group = int(np.searchsorted(self.at(schedule, np.arange(0, schedule.T + 1, stride)), position))
        if group == 0:
            return 0
        first = (group - 1) * stride + 1
        rest = np.arange(first, min(first + stride, schedule.T + 1))
        return first + int(np.searchsorted(self.at(schedule, rest), position))

    def ends(self, schedule: Schedule) -> tuple[float, float]:
        """The least and the greatest value of a schedule's steps, leaving out those that are infinite; 0 without any.

        >>> SCALES["t/T"].ends(Schedule("linear", 300))
        (0.0, 1.0)
        >>> low, high = SCALES["log_snr"].ends(Schedule("linear", 1000))
        >>> round(low, 2), round(high, 2)
        (-10.12, 9.21)
        """
        positions = self.positions(schedule)
        finite = positions[np.isfinite(positions)]
        outer = np.concatenate([positions[[0, -1]], finite[:1], finite[-1:]]).tolist()
        values = sorted(value for value in map(self.value, outer) if math.isfinite(value))
        return (values[0], values[-1]) if values else (0.0, 0.0)


def _step(schedule: Schedule, t: _Steps) -> Array:
    return t.astype(float)


def _relative(schedule: Schedule, t: _Steps) -> Array:
    return t / schedule.T


def _noise(schedule: Schedule, t: _Steps) -> Array:
    """−log SNR, which grows with the noise; −∞ at t = 0."""
    return np.where(t == 0, -np.inf, -schedule.coefficients.log_snr[t - 1])


def _negative(value: float) -> float:
    return -value


PER_DECADE = 2 * math.log(10)
"""By so much log SNR falls while σ = √(1/SNR) grows tenfold."""


def _log_sigma(schedule: Schedule, t: _Steps) -> Array:
    return _noise(schedule, t) / PER_DECADE


def _tau(schedule: Schedule, t: _Steps) -> Array:
    """τ = σ/(1 + σ), 0 at t = 0 and 1 where there is no signal."""
    return np.where(t == 0, 0.0, schedule.coefficients.tau[t - 1])


def _log10(value: float) -> float:
    return math.log10(value) if value > 0 else -math.inf


def _power_of_ten(position: float) -> float:
    try:
        return float(10.0**position)
    except OverflowError:
        return math.inf


SCALES = {
    T_SCALE: TimeScale(
        _step,
        "t",
        QT_TRANSLATE_NOOP("moments", "Equal t: every schedule at the same step, a shorter one at its last."),
    ),
    RELATIVE_SCALE: TimeScale(
        _relative,
        "t/T",
        QT_TRANSLATE_NOOP("moments", "Equal t/T: every schedule as far along its own steps, whatever its T."),
    ),
    LEVEL_SCALE: TimeScale(
        _noise,
        "log SNR",
        QT_TRANSLATE_NOOP("moments", "Equal log SNR: every schedule at its step with the nearest noise level."),
        _negative,
        _negative,
    ),
    SIGMA_SCALE: TimeScale(
        _log_sigma,
        "σ",
        QT_TRANSLATE_NOOP("moments", "Equal σ: every schedule at its step with the nearest √(1−ᾱ)/√ᾱ."),
        _log10,
        _power_of_ten,
    ),
    TAU_SCALE: TimeScale(
        _tau,
        "τ",
        QT_TRANSLATE_NOOP(
            "moments", "Equal τ: every schedule at its step with the nearest σ/(1+σ), the time of a flow."
        ),
    ),
}
"""Every scale by the name that a Moment has for it."""


def scales_for(schedules: Iterable[Schedule], *chosen: str) -> tuple[str, ...]:
    """The SCALES that say something of some schedules: τ where one of them is a flow; and those that are `chosen`.

    >>> scales_for([Schedule("linear", 300)]), scales_for([Schedule("flow", 300)])[-1]
    (('t', 't/T', 'log_snr', 'sigma'), 'tau')
    """
    flows = any(schedule.is_flow for schedule in schedules)
    return tuple(name for name in SCALES if name != TAU_SCALE or flows or name in chosen)


@dataclass(frozen=True)
class Moment:
    """A place `value` on one of the SCALES, which may lie between two steps of a schedule, or beyond its last.

    ScheduleError for an unknown scale or a value that is not a number.
    """

    scale: str = RELATIVE_SCALE
    value: float = 0.0

    def __post_init__(self) -> None:
        template = QT_TRANSLATE_NOOP("errors", "There is no scale “{name}”; {remedy}")
        check_named(self.scale, SCALES, template, ScheduleError)
        if math.isnan(self.value):
            raise ScheduleError(
                QT_TRANSLATE_NOOP("errors", "There is no moment {value} on a scale; give a number."), value=self.value
            )

    @classmethod
    def at(cls, scale: str, schedule: Schedule, t: int) -> Moment:
        """The moment of a schedule's step t = 0 … T.

        >>> Moment.at("t/T", Schedule("linear", 300), 150)
        Moment(scale='t/T', value=0.5)
        """
        return cls(scale, SCALES[scale].value(SCALES[scale].position_of(schedule, t)))

    def reached(self, schedule: Schedule) -> bool:
        """Whether a schedule gets as far as this moment at all.

        >>> Moment("t", 400).reached(Schedule("linear", 300)), Moment("t/T", 0.4).reached(Schedule("linear", 300))
        (False, True)
        """
        scale = SCALES[self.scale]
        position, last = scale.position(self.value), scale.position_of(schedule, schedule.T)
        return position <= last or math.isclose(position, last)

    def step(self, schedule: Schedule) -> int:
        """The schedule's step nearest to this moment, 0 … T: of two equally near the later, of equal ones the first.

        >>> Moment("t/T", 0.5).step(Schedule("cosine", 1000))
        500
        >>> Moment("t", 154).step(Schedule("cosine", 100))
        100
        >>> level = Moment.at("log_snr", Schedule("linear", 1000), 400)
        >>> level.step(Schedule.parse("linear:T=1000,snr_shift=4"))
        262
        """
        scale = SCALES[self.scale]
        position = scale.position(self.value)
        after = scale.first_at(schedule, position)
        if after == 0 or after > schedule.T:
            return min(after, schedule.T)
        before, there = (scale.position_of(schedule, t) for t in (after - 1, after))
        return after if there - position <= position - before or there == position else after - 1


@cache
def of_level_alone(name: str) -> bool:
    """True if a curve follows from ᾱ_t alone: if it is the same where two schedules reach one ᾱ on different ways.

    >>> of_level_alone("snr"), of_level_alone("betas")
    (True, False)
    """
    ways = ((0.2, 0.5, 0.3, 0.4), (0.3, 0.2, 0.5, 0.1))
    one, other = (Schedule.from_betas(betas).coefficients[name][2] for betas in ways)
    return math.isclose(one, other)


def values_at_moments(scale: str, schedule: Schedule, name: str, of: Schedule, steps: NDArray[np.int_]) -> Array:
    """A curve of `schedule` at the moments of another one's steps 1 … T, linearly between its own steps.

    NaN before its first step and beyond its last. At one noise level everything that follows from it is the same.

    >>> a, b = Schedule.from_betas([0.1, 0.2]), Schedule("linear", 4)
    >>> values_at_moments("t/T", a, "betas", b, np.array([1, 2, 3, 4])).round(3).tolist()
    [nan, 0.1, 0.15, 0.2]
    """
    if schedule == of or not (scale in NOISE_LEVELS and of_level_alone(name)):
        return carried_over(scale, schedule, schedule.coefficients[name], of, steps)
    _, _, reached = _reached(scale, schedule, of, steps)
    return np.where(reached, of.coefficients[name][steps - 1], np.nan)


def carried_over(scale: str, schedule: Schedule, values: Array, of: Schedule, steps: NDArray[np.int_]) -> Array:
    """`values` of a schedule's steps 1 … T at the moments of another one's steps, linearly between its own.

    NaN before its first step and beyond its last.
    """
    alike = scale in (T_SCALE, RELATIVE_SCALE) and schedule.T == of.T
    if alike or schedule == of:  # Their steps lie at the same places, of which several may have one noise level.
        return values[steps - 1]
    own, wanted, reached = _reached(scale, schedule, of, steps)
    return np.where(reached, np.interp(wanted, own, values), np.nan)


def _reached(scale: str, schedule: Schedule, of: Schedule, steps: NDArray[np.int_]) -> tuple[Array, Array, Array]:
    """The positions of a schedule's steps 1 … T and of another one's, and whether it has these moments."""
    own, wanted = SCALES[scale].positions(schedule)[1:], SCALES[scale].at(of, steps)
    # From the last noise level to pure noise it is infinitely far, and there is nothing between them.
    last = own[np.isfinite(own)].max(initial=-np.inf)
    return own, wanted, ((wanted >= own[0]) & (wanted <= last)) | (wanted == own[-1])


def steps_along(scale: str, schedules: Sequence[Schedule], most: int) -> list[tuple[int, ...]]:
    """The steps of all `schedules` at each of `most` moments, or fewer, from t = 0 to where the last of them ends.

    The moments are spread evenly over the steps of the schedule that gets furthest on the scale, and among those that
    get equally far over those of the longest.

    >>> steps_along("t", [Schedule("linear", 3), Schedule("linear", 6)], 4)
    [(0, 0), (2, 2), (3, 4), (3, 6)]
    >>> steps_along("t/T", [Schedule("linear", 3), Schedule("linear", 6)], 4)
    [(0, 0), (1, 2), (2, 4), (3, 6)]
    """
    leader = max(schedules, key=lambda schedule: (SCALES[scale].position_of(schedule, schedule.T), schedule.T))
    last = min(most - 1, leader.T)
    moments = [Moment.at(scale, leader, same_moment(number, last, leader.T)) for number in range(last + 1)]
    return [tuple(moment.step(schedule) for schedule in schedules) for moment in moments]
