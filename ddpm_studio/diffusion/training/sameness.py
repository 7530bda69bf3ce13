"""Sameness of training objectives: two whose effective weights differ by nothing but a factor are one and the same."""

from __future__ import annotations

import math
from weakref import WeakKeyDictionary

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.training.training_curves import TrainedCoefficients
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.numerals import brief
from ddpm_studio.texts import Text

TOLERANCE = 0.01
"""How far the factor between two effective weights may vary, relative to itself, for objectives that are the same."""

LEAST_SHARED = 10
"""Levels of each that have to lie within the body of the other for anything to be said."""

PLACES = np.arange(-60.0, 60.5, 0.5)
"""Log SNR at which two effective weights are compared before they are at the levels of both."""


NAMED = {"2/π": 2 / math.pi, "π/2": math.pi / 2}
"""Factors that have a shorter name than their digits."""

EQUAL = 2e-3
"""How far from 1, or from one of those, a factor may be, relative to itself."""

_SAME = QT_TRANSLATE_NOOP("training", "The same objective as {other}: W of {this} and of {other} are equal.")
_TIMES = QT_TRANSLATE_NOOP(
    "training",
    "The same objective as {other}: W of {this} is {factor} times W of {other} at every noise level, which the "
    "learning rate and Adam hide.",
)


def factor_between(trained: TrainedCoefficients, other: TrainedCoefficients) -> float | None:
    """W of `other` ÷ W of `trained`, where that is the same at every noise level that both visit; otherwise None.

    A constant factor is hidden by the learning rate, and by Adam altogether. What was found stays known.

    >>> from ddpm_studio.diffusion import Schedule
    >>> from ddpm_studio.diffusion.training.objective import Objective
    >>> flow = TrainedCoefficients(Schedule("flow", 1000), Objective("flow_prediction"))
    >>> cosine = TrainedCoefficients(Schedule("cosine", 1000, {"s": 0}), Objective("v_prediction"))
    >>> round(factor_between(cosine, flow), 3)  # π/2
    1.571
    """
    found = _FOUND.setdefault(trained, WeakKeyDictionary())
    if other not in found:
        factor = found[other] = _compared(trained.body, other.body) if _may_be(trained, other) else None
        _FOUND.setdefault(other, WeakKeyDictionary())[trained] = None if factor is None else 1 / factor
    return found[other]


_FOUND: WeakKeyDictionary[TrainedCoefficients, WeakKeyDictionary[TrainedCoefficients, float | None]] = (
    WeakKeyDictionary()
)
"""What was found about pairs that are still there: a list asks about all of them whenever one changes."""


_MARKS: WeakKeyDictionary[TrainedCoefficients, Array] = WeakKeyDictionary()


def _marks(trained: TrainedCoefficients) -> Array:
    """Ln W at PLACES, NaN beyond the body; marks are kept when arrays are not."""
    marks = _MARKS.get(trained)
    if marks is None:
        body = trained.body
        marks = np.interp(PLACES, body[0], body[1], np.nan, np.nan) if body.size else np.full(len(PLACES), np.nan)
        _MARKS[trained] = marks
    return marks


def _may_be(trained: TrainedCoefficients, other: TrainedCoefficients) -> bool:
    """Whether the marks leave it open that there is a factor.

    Between its levels ln W is on a line, so what holds at the levels of both holds everywhere.
    """
    above = _marks(other) - _marks(trained)
    shared = above[~np.isnan(above)]
    return len(shared) == 0 or bool(np.ptp(shared) <= np.log1p(TOLERANCE) - np.log1p(-TOLERANCE))


def is_equal(factor: float) -> bool:
    """Whether a factor between two effective weights is none."""
    return abs(factor - 1) <= EQUAL


def told_of(factor: float, this: str, other: str) -> Text:
    """What is to be said of an objective called `this`, whose W is `factor` times that of the `other`.

    >>> print(told_of(0.6366, "A", "B"))
    The same objective as B: W of A is 2/π times W of B at every noise level, which the learning rate and Adam hide.
    """
    if is_equal(factor):
        return Text(_SAME, {"this": this, "other": other})
    named = (name for name, value in NAMED.items() if is_equal(factor / value))
    return Text(_TIMES, {"this": this, "other": other, "factor": next(named, brief(factor))})


def _compared(body: Array, other: Array) -> float | None:
    """The factor between two bodies, which holds at the levels of either."""
    if not (body.size and other.size):
        return None
    there, back = _within(body, other), _within(other, body)
    if min(there.shape[1], back.shape[1]) < LEAST_SHARED:
        return None
    ratios = np.concatenate([_ratios(there, other), 1 / _ratios(back, body)])
    middle = float(np.median(ratios))
    return middle if np.abs(ratios / middle - 1).max() <= TOLERANCE else None


def _within(body: Array, other: Array) -> Array:
    """The part of a body that lies within the levels of another."""
    first = np.searchsorted(body[0], other[0, 0], side="left")
    last = np.searchsorted(body[0], other[0, -1], side="right")
    return body[:, first:last]


def _ratios(part: Array, other: Array) -> Array:
    """W of another body, between its levels on a line of ln W, over W at the levels of a part."""
    ratios: Array = np.exp(np.interp(part[0], other[0], other[1]) - part[1])
    return ratios
