"""Places of a drawn schedule's points on its curves, over any axis, and the points that places stand for."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.by_hand.drawn_points import level_of_value, operated, tells_level, values_at_levels
from ddpm_studio.diffusion.kinds.monotone_spline import DRAWN
from ddpm_studio.diffusion.moment import LEVEL_SCALE, NOISE_LEVELS, SCALES, SIGMA_SCALE, T_SCALE, TAU_SCALE
from ddpm_studio.figures.y_extents import LARGEST
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.state.window import Entry, State, View

LEVEL_CURVES = {LEVEL_SCALE: "log_snr", SIGMA_SCALE: "sigmas", TAU_SCALE: "tau"}
"""The curve that a noise level is, by its scale."""

FURTHEST = 40.0
"""How far from 0 log SNR is dragged where a point does not lie beyond already: ᾱ is 1 or 0 there to the eye."""


@dataclass(frozen=True)
class PointPlace:
    """Where a point of a schedule lies in a plot, in its coordinates; the number is its place among them."""

    number: int
    x: float
    y: float


def pointed_entry(state: State, name: str) -> Entry | None:
    """The entry whose points are shown on a curve: the chosen one if it is seen, drawn and no family, on a curve of its
    noise level that is compared with nothing.
    """
    entry = state.current
    drawn = entry.visible and entry.family is None and entry.schedule.kind == DRAWN
    return entry if drawn and state.view is View.PLAIN and tells_level(name) else None


def places_of(state: State, name: str) -> list[PointPlace]:
    """The places of the points that are shown on a curve; one that becomes pure noise has none."""
    entry = pointed_entry(state, name)
    if entry is None:
        return []
    points, operators = entry.schedule.points, operated(entry.schedule)
    levels = np.array([operators.shown(level) for _, level in points])
    ys = values_at_levels(name, levels)
    if state.is_log(name):
        with np.errstate(divide="ignore"):
            ys = np.log10(ys)
    xs = _positions(state, entry.schedule, levels)
    places = zip(range(len(points)), xs.tolist(), ys.tolist(), strict=True)
    return [PointPlace(*place) for place in places if all(map(isfinite, place)) and abs(place[2]) <= LARGEST]


def _positions(state: State, schedule: Schedule, levels: series.Array) -> series.Array:
    """Where the points of a schedule are on the x axis, of which these are the noise levels that are seen."""
    if state.axis not in NOISE_LEVELS:
        return np.array([u for u, _ in schedule.points]) * (schedule.T if state.axis == T_SCALE else 1)
    values = values_at_levels(LEVEL_CURVES[state.axis], levels)
    return np.array(list(map(SCALES[state.axis].position, values.tolist())))


def u_at(state: State, entry: Entry, x: float) -> float:
    """u of an entry's schedule at a position on the x axis, between its first step and its last."""
    return float(np.interp(x, series.positions(state, entry), np.arange(1, entry.schedule.T + 1))) / entry.schedule.T


def point_at(state: State, entry: Entry, name: str, number: int, x: float, y: float) -> tuple[float, float]:
    """What a point of an entry would be at a place in a plot, u and the log SNR that is seen there.

    Over a noise level it moves along the axis and keeps its u.
    """
    u, level = entry.schedule.points[number]
    shown = operated(entry.schedule).shown(level)
    bounds = min(-FURTHEST, shown), max(FURTHEST, shown)
    if state.axis in NOISE_LEVELS:
        return u, level_of_value(LEVEL_CURVES[state.axis], SCALES[state.axis].value(x), bounds)
    u = x / (entry.schedule.T if state.axis == T_SCALE else 1)
    value = 10.0 ** min(y, 300.0) if state.is_log(name) else y
    return u, level_of_value(name, value, bounds)
