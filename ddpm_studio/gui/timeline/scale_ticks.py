"""Ticks of a scale beside another: round values of the one where they fall on the axis of the other."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import RELATIVE_SCALE, SCALES, T_SCALE
from ddpm_studio.gui.field import Field
from ddpm_studio.numerals import numeral
from ddpm_studio.ticks import Ticks, time_ticks

POINTS = 2048
"""The most steps of a schedule between which others are taken to lie evenly: there are fewer pixels."""

COARSE_TO_FINE = (4, 8, 16, 32)
"""Numbers of ticks that are tried one after the other; those that have no room any more are left out."""

_SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGITS = str.maketrans(_SUPERSCRIPTS, "-0123456789")

LONGEST = 3
"""Powers of ten up to which they are written out."""

GAP = 22.0
"""Least distance between two labels, in pixels."""


def ticks_beside(scale: str, axis: str, schedule: Schedule, field: Field, width_of: Callable[[str], float]) -> Ticks:
    """As many ticks of `scale` as there is room for, at their x on an axis over `axis`, from left to right.

    They are even where the axis is even in the scale; otherwise a scale is what a schedule makes of it. `width_of`
    measures labels.
    """
    own, there = _both(scale, axis, schedule, field)
    width_of = cache(width_of)
    if not len(own) or not own[0] < own[-1]:
        return []
    chosen: Ticks = []
    for most in COARSE_TO_FINE:
        ticks = _ticks(scale, float(own[0]), float(own[-1]), most)
        positions = np.interp([value for value, _ in ticks], own, there).tolist()
        placed = [(field.x(position), label) for position, (_, label) in zip(positions, ticks, strict=True)]
        seen = [(x, label) for x, label in placed if field.holds(x)]
        if not is_even(scale, axis):
            chosen = _filled(chosen, seen, width_of)
        elif not chosen or len(_filled([], seen, width_of)) == len(seen):
            chosen = seen
    return chosen


def is_even(scale: str, axis: str) -> bool:
    """Whether equal parts of an axis are equal parts of a scale, for every schedule."""
    return scale == axis or {scale, axis} == {T_SCALE, RELATIVE_SCALE}


def _both(scale: str, axis: str, schedule: Schedule, field: Field) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions on the scale and on the axis of what is seen, both rising."""
    if scale == axis:
        ends = np.array([field.low, field.high])
        return ends, ends
    steps = np.append(np.arange(0, schedule.T, 1 + schedule.T // POINTS), schedule.T)
    own, there = (SCALES[name].at(schedule, steps) for name in (scale, axis))
    seen = np.isfinite(own) & np.isfinite(there) & (there >= field.low) & (there <= field.high)
    own, there = own[seen], there[seen]
    rising = np.concatenate([[True], np.diff(own) > 0])[: len(own)]
    return own[rising], there[rising]


def _ticks(scale: str, low: float, high: float, most: int) -> Ticks:
    """Ticks of a scale between two positions on it; there are no steps between steps."""
    ticks = time_ticks(scale, low, high, most)
    if scale == T_SCALE:
        return [(value, str(int(value))) for value, _ in ticks if float(value).is_integer()]
    return [(value, _plain(label)) for value, label in ticks]


def _plain(label: str) -> str:
    """0.1 for 10⁻¹: powers of ten that are short enough are written like the numbers beside them."""
    power = label.removeprefix("10")
    if not label.startswith("10") or not power or not set(power) <= set(_SUPERSCRIPTS):
        return label
    exponent = int(power.translate(_DIGITS))
    return numeral(10.0**exponent) if abs(exponent) <= LONGEST else label


def _filled(chosen: Ticks, more: Ticks, width_of: Callable[[str], float]) -> Ticks:
    """The ticks that are there already, and those of `more` that there is room for; from left to right."""
    filled = list(chosen)
    for x, label in more:
        place = bisect(filled, (x, label))
        # Those further away are also further than the neighbours need.
        beside = filled[max(0, place - 1) : place + 1]
        if all(abs(x - other) >= (width_of(label) + width_of(text)) / 2 + GAP for other, text in beside):
            filled.insert(place, (x, label))
    return filled
