"""Sameness of schedules: equal ones, equal ones but for a shift or for T, nearly equal ones, and those of one range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from weakref import WeakKeyDictionary

import numpy as np

from ddpm_studio.diffusion.curves import Coefficients
from ddpm_studio.diffusion.findings import Finding
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.numerals import typeset
from ddpm_studio.texts import SourceText

TOLERANCE = 1e-9
"""How far log SNR may differ between schedules that are the same."""

NEAR = 0.1
"""How far it may differ between those that are nearly so: 0.4 dB."""

LEAST = 4
"""Moments that two schedules with another T each must share for anything to be said."""

PARTS = 60
"""Equal parts of t/T at whose ends two schedules are compared before all of their steps are."""


class Likeness(Enum):
    """The ways of two schedules to be alike, the closest first."""

    EXACT = "exact"
    SHIFTED = "shifted"
    NEAR = "near"
    RANGE = "range"


@dataclass(frozen=True)
class Sameness:
    """How one schedule is like another, by what its log SNR is `above` the other's at `count` moments that both have.

    `steps` are T of both, `but_last` says that the step T is an exception, `t` is where they differ most, and `middles`
    has the log SNR of either halfway through its steps, whose first and last have that of the `ends`. It holds of so
    many pairs of `members`, which are schedules of families if there is more than one.
    """

    likeness: Likeness
    above: float
    count: int
    steps: tuple[int, int]
    but_last: bool = False
    t: int = 0
    middles: tuple[float, float] = (0.0, 0.0)
    ends: tuple[float, float] = (0.0, 0.0)
    members: int = 1


def sameness(schedule: Schedule, other: Schedule) -> Sameness | None:
    """How `schedule` is like `other`; None if it is not, as far as their shared moments tell. Both stay known.

    >>> shifted = sameness(Schedule.parse("flow:T=1000,shift=3"), Schedule("flow", 1000))
    >>> shifted.likeness.value, round(shifted.above, 6) == round(-2 * math.log(3), 6)
    ('shifted', True)
    >>> sameness(Schedule.parse("flow:T=1000,shift=3"), Schedule.parse("flow:T=500,snr_shift=9")).likeness.value
    'exact'
    """
    found = _FOUND.setdefault(schedule.coefficients, WeakKeyDictionary())
    if other.coefficients not in found:
        found[other.coefficients] = _compared(schedule, other) if _may_be(schedule, other) else None
    return found[other.coefficients]


_FOUND: WeakKeyDictionary[Coefficients, WeakKeyDictionary[Coefficients, Sameness | None]] = WeakKeyDictionary()
"""What was found about pairs that are still there: a list asks about all of them whenever one changes."""


@dataclass(frozen=True)
class _Marks:
    """Log SNR at t = 1 and T, and at the PARTS of t/T that are steps, NaN at others; then at as many even steps."""

    ends: tuple[float, float]
    parts: Array
    spread: Array


_MARKS: WeakKeyDictionary[Coefficients, _Marks] = WeakKeyDictionary()


def _marks(schedule: Schedule) -> _Marks:
    marks = _MARKS.get(schedule.coefficients)
    if marks is None:
        log_snr, steps = schedule.coefficients.log_snr, schedule.T
        at, rest = np.divmod(np.arange(1, PARTS + 1) * steps, PARTS)
        parts = np.where(rest == 0, log_snr[at - 1], np.nan)
        spread = log_snr[np.arange(PARTS) * (steps - 1) // (PARTS - 1)]
        marks = _MARKS[schedule.coefficients] = _Marks((float(log_snr[0]), float(log_snr[-1])), parts, spread)
    return marks


def _may_be(schedule: Schedule, other: Schedule) -> bool:
    """Whether the marks of two schedules leave it open that they are alike but for the last step.

    Marks are kept when arrays are not.
    """
    ours, theirs = _marks(schedule), _marks(other)
    if _relation(_known(_above(np.array(ours.ends), np.array(theirs.ends)))) in _CLOSE:
        return True
    if schedule.T != other.T:
        above = _known(_above(ours.parts, theirs.parts)[:-1])
        return not len(above) or _relation(above) in _CLOSE
    # A few steps are quickly compared.
    return schedule.T <= PARTS or _relation(_known(_above(ours.spread, theirs.spread)[:-1])) is not None


def _compared(schedule: Schedule, other: Schedule) -> Sameness | None:
    if schedule.T == other.T:
        found = _step_by_step(schedule, other)
    else:
        found = _at_shared(schedule, other, 0) or _at_shared(schedule, other, 1)
    return found or _of_one_range(schedule, other)


def _step_by_step(schedule: Schedule, other: Schedule) -> Sameness | None:
    above = _above(schedule.coefficients.log_snr, other.coefficients.log_snr)
    steps = schedule.T, other.T
    if (close := _close(above, steps)) is not None:
        return close
    if _relation(_known(above)) is not Likeness.NEAR:
        return None
    most = int(np.nanargmax(np.abs(above)))
    return Sameness(Likeness.NEAR, float(above[most]), schedule.T, steps, t=most + 1)


def _at_shared(schedule: Schedule, other: Schedule, first: int) -> Sameness | None:
    """Two with another T each, where both have steps at t/T, or, with a `first` of 1, at (t − 1)/(T − 1)."""
    spans = schedule.T - first, other.T - first
    if not all(spans):
        return None
    shared = math.gcd(*spans)
    at = np.arange(1 - first, shared + 1)
    ours, theirs = (
        each.coefficients.log_snr[at * (span // shared) + first - 1]
        for each, span in zip((schedule, other), spans, strict=True)
    )
    above = _above(ours, theirs)
    return _close(above, (schedule.T, other.T)) if len(_known(above)) >= LEAST else None


def _close(above: Array, steps: tuple[int, int]) -> Sameness | None:
    """Two that are equal or shifted at all moments, or, if there are more than a few, at all but the last one."""
    for but_last in (False, True) if len(above) > LEAST else (False,):
        part = above[: len(above) - but_last]
        relation = _relation(_known(part))
        if relation in _CLOSE:
            shift = 0.0 if relation is Likeness.EXACT else float(np.median(_known(part)))
            return Sameness(relation, shift, len(part), steps, but_last)
    return None


def _of_one_range(schedule: Schedule, other: Schedule) -> Sameness | None:
    ends = _marks(schedule).ends
    if min(schedule.T, other.T) < LEAST or not (_are_equal(ends, _marks(other).ends) and math.isfinite(ends[1])):
        return None
    middles = _middle(schedule), _middle(other)
    return Sameness(Likeness.RANGE, 0.0, 2, (schedule.T, other.T), middles=middles, ends=ends)


def _middle(schedule: Schedule) -> float:
    """Log SNR halfway from the first step to the last."""
    log_snr, last = schedule.coefficients.log_snr, schedule.T - 1
    return float(log_snr[[last // 2, last - last // 2]].mean())


def _above(ours: Array, theirs: Array) -> Array:
    """Log SNR less another; NaN where neither has any signal."""
    with np.errstate(invalid="ignore"):
        above: Array = ours - theirs
    return above


def _known(above: Array) -> Array:
    return above[~np.isnan(above)]


def _relation(above: Array) -> Likeness | None:
    """What differences of log SNR say; nothing but noise has no shift."""
    most = float(np.abs(above).max(initial=0.0))
    if most <= TOLERANCE:
        return Likeness.EXACT
    if math.isinf(most):
        return None
    if len(above) > 1 and np.ptp(above) <= TOLERANCE:
        return Likeness.SHIFTED
    return Likeness.NEAR if len(above) >= LEAST and most <= NEAR else None


def _are_equal(ends: tuple[float, float], others: tuple[float, float]) -> bool:
    return all(end == other or abs(end - other) <= TOLERANCE for end, other in zip(ends, others, strict=True))


def told(sameness: Sameness, other: str) -> Finding:
    """What is to be said of a schedule that is so like the one called `other`.

    >>> exact = sameness(Schedule("jsd", 300), Schedule("linear_gamma", 300))
    >>> print(told(exact, "B").texts[0], told(exact, "B").texts[1])
    The same as B but at the last step. Log SNR is that of B within 1e-9 up to t = 299.
    """
    what, meaning, remedy = _TEXTS[_case(sameness)]
    return Finding("same", False, what, meaning, remedy, _values(sameness, other))


def _values(sameness: Sameness, other: str) -> dict[str, object]:
    ours, theirs = sameness.steps
    factor = math.exp(-sameness.above)
    numbers = {
        "above": sameness.above,
        "most": abs(sameness.above),
        "factor": factor,
        "flow": math.sqrt(factor),
        "ours": sameness.middles[0],
        "theirs": sameness.middles[1],
        "high": sameness.ends[0],
        "low": sameness.ends[1],
    }
    told = {key: typeset(f"{value:.6g}") for key, value in numbers.items()}
    counts = {"count": sameness.count, "t": sameness.t, "members": sameness.members}
    return {**told, "other": other, "T": ours, "others_T": theirs, **counts}


def _case(sameness: Sameness) -> tuple[Likeness, str]:
    """What of a likeness the texts depend on besides."""
    if sameness.likeness not in _CLOSE:
        return sameness.likeness, ""
    if sameness.members > 1:
        return sameness.likeness, "members"
    if len({*sameness.steps}) > 1:
        return sameness.likeness, "T"
    return sameness.likeness, "last" if sameness.but_last else ""


_CLOSE = (Likeness.EXACT, Likeness.SHIFTED)

_FITS = QT_TRANSLATE_NOOP("findings", "What is trained with one fits the other.")
_SHIFTED = QT_TRANSLATE_NOOP("findings", "The same as {other}, shifted: its SNR divided by {factor}.")
_SHIFT = QT_TRANSLATE_NOOP("findings", "That is {factor} times its snr_shift, or {flow} times the shift of a flow.")

_TEXTS: dict[tuple[Likeness, str], tuple[SourceText, SourceText, SourceText]] = {
    (Likeness.EXACT, ""): (
        QT_TRANSLATE_NOOP("findings", "The same as {other}."),
        QT_TRANSLATE_NOOP("findings", "Log SNR is that of {other} within 1e-9 at every t, up to {count}."),
        _FITS,
    ),
    (Likeness.EXACT, "members"): (
        QT_TRANSLATE_NOOP("findings", "The same as {other}."),
        QT_TRANSLATE_NOOP("findings", "All {members} members are those of {other}."),
        _FITS,
    ),
    (Likeness.EXACT, "last"): (
        QT_TRANSLATE_NOOP("findings", "The same as {other} but at the last step."),
        QT_TRANSLATE_NOOP("findings", "Log SNR is that of {other} within 1e-9 up to t = {count}."),
        QT_TRANSLATE_NOOP("findings", "They differ in what sampling starts from."),
    ),
    (Likeness.EXACT, "T"): (
        QT_TRANSLATE_NOOP("findings", "The same as {other} with T = {T} instead of {others_T}."),
        QT_TRANSLATE_NOOP("findings", "Log SNR is equal within 1e-9 wherever both have a step."),
        QT_TRANSLATE_NOOP("findings", "A network trained with one has to be told the t of its own T."),
    ),
    (Likeness.SHIFTED, ""): (
        _SHIFTED,
        QT_TRANSLATE_NOOP("findings", "Log SNR less that of {other} is {above} within 1e-9 at every t, up to {count}."),
        _SHIFT,
    ),
    (Likeness.SHIFTED, "last"): (
        _SHIFTED,
        QT_TRANSLATE_NOOP(
            "findings",
            "Log SNR less that of {other} is {above} within 1e-9 up to t = {count}, not at the last.",
        ),
        _SHIFT,
    ),
    (Likeness.SHIFTED, "T"): (
        QT_TRANSLATE_NOOP("findings", "The same as {other}, with another T and shifted: its SNR divided by {factor}."),
        QT_TRANSLATE_NOOP(
            "findings",
            "T is {T} here and {others_T} there; log SNR differs by {above} wherever both have a step.",
        ),
        _SHIFT,
    ),
    (Likeness.NEAR, ""): (
        QT_TRANSLATE_NOOP("findings", "Nearly {other}, but not the same: log SNR differs by up to {most}."),
        QT_TRANSLATE_NOOP("findings", "Log SNR less that of {other} is {above} at t = {t}, where it differs most."),
        QT_TRANSLATE_NOOP("findings", "Show differences in the plots to see where."),
    ),
    (Likeness.RANGE, ""): (
        QT_TRANSLATE_NOOP(
            "findings", "The noise levels of {other}, log SNR from {high} to {low}, with the steps spent otherwise."
        ),
        QT_TRANSLATE_NOOP("findings", "Halfway through the steps log SNR is {ours} here and {theirs} in {other}."),
        QT_TRANSLATE_NOOP("findings", "What fits one fits the other, as far as a network is told the noise level."),
    ),
}
"""What was found, what it means and what follows."""
