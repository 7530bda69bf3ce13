"""Ticks of a scale beside another: round values of the one where they fall on the axis of the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.field import Field
from ddpm_studio.ticks import Ticks, time_ticks

POINTS = 2048
"""The most steps of a schedule between which others are taken to lie evenly: there are fewer pixels."""

COARSE_TO_FINE = (4, 8, 16, 32)
"""Numbers of ticks that are tried one after the other; those that have no room any more are left out."""

GAP = 22.0
"""Least distance between two labels, in pixels."""


def ticks_beside(scale: str, axis: str, schedule: Schedule, field: Field, width_of: Callable[[str], float]) -> Ticks:
    """As many ticks of `scale` as there is room for, at their x on an axis over `axis`, from left to right.

    Away from its own axis a scale is what a schedule makes of it. `width_of` measures labels.
    """
    own, there = _both(scale, axis, schedule, field)
    if not len(own):
        return []
    chosen: Ticks = []
    for label, value in _candidates(scale, float(own[0]), float(own[-1])):
        x = field.x(float(np.interp(value, own, there)))
        if _has_room(x, width_of(label), chosen, width_of) and field.holds(x):
            chosen.append((x, label))
    return sorted(chosen)


def _both(scale: str, axis: str, schedule: Schedule, field: Field) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions on the scale and on the axis of what is seen, both rising."""
    if scale == axis:
        ends = np.array([field.low, field.high])
        return ends, ends
    steps = np.unique(np.linspace(0, schedule.T, min(POINTS, schedule.T + 1)).astype(int))
    own, there = (SCALES[name].at(schedule, steps) for name in (scale, axis))
    seen = np.isfinite(own) & np.isfinite(there) & (there >= field.low) & (there <= field.high)
    own, there = own[seen], there[seen]
    rising = np.concatenate([[True], np.diff(own) > 0])[: len(own)]
    return own[rising], there[rising]


def _candidates(scale: str, low: float, high: float) -> Iterator[tuple[str, float]]:
    """Labels and positions on the scale, those at rounder values first."""
    if not low < high:
        return
    seen = set()
    for most in COARSE_TO_FINE:
        for value, label in time_ticks(scale, low, high, most):
            if round(value, 9) not in seen:
                seen.add(round(value, 9))
                yield label, value


def _has_room(x: float, width: float, chosen: Ticks, width_of: Callable[[str], float]) -> bool:
    return all(abs(x - other) >= (width + width_of(label)) / 2 + GAP for other, label in chosen)
