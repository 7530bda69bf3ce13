"""Series that a plot draws of a schedule: values as the view shows them, their positions, and the axes' ranges."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.diffusion.levels import read_only
from ddpm_studio.diffusion.moment import NOISE_LEVELS, SCALES, Moment
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES, TRAINING_CURVES
from ddpm_studio.figures.y_extents import LARGEST, extent_on_axis, known_limits, padded
from ddpm_studio.gui.state.window import Entry, State, View

Array = NDArray[np.float64]

Extent = tuple[()] | tuple[float, float]


def view_of(state: State, name: str) -> View:
    """The view of one curve: of a logarithm, the difference instead of the ratio, since it is the ratio's logarithm."""
    return View.DIFFERENCE if state.view is View.RATIO and ALL_CURVES[name].logarithm else state.view


def symbol_of(state: State, name: str) -> str:
    """The symbol of a curve as the state views it: ᾱ_t, ᾱ_t − A, ᾱ_t ÷ A."""
    return ALL_CURVES[name].symbol + sign_of(state, name)


def sign_of(state: State, name: str) -> str:
    """What follows a curve's symbol as the state views it: nothing, " − A", or " ÷ A"."""
    against = state.against
    return "" if against is None else against.sign(ALL_CURVES[name])


def values(state: State, entry: Entry, name: str) -> Array:
    """One curve of a schedule as the view shows it, shape (T,); NaN or infinite where it is undefined.

    A schedule is compared with A at the same moment, on the scale that was chosen, with A interpolated linearly between
    its steps; before A's first step and beyond its last there is nothing to compare with.
    """
    own, against = entry.values(name), state.against
    if against is None:
        return own
    return against.values(ALL_CURVES[name], own, entry.schedule, np.arange(1, entry.schedule.T + 1))


def value_at(state: State, entry: Entry, name: str, step: int) -> float:
    """The value shown at a step of a schedule; NaN where it has none, as β has none at t = 0.

    At t = 0 every schedule is compared with A there too: the clean picture is at the same moment on every scale.
    """
    own, against, curve = _known(entry.value_at(name, step)), state.against, ALL_CURVES[name]
    if against is None:
        return own
    if step:
        return float(against.values(curve, np.array([own]), entry.schedule, np.array([step]))[0])
    return float(against.beside(curve, np.array([own]), np.array([_known(state.reference.value_at(name, 0))]))[0])


def source(entry: Entry, name: str) -> object:
    """What a curve of an entry is computed from."""
    return (entry.schedule, entry.train) if name in TRAINING_CURVES else entry.schedule


def _known(value: float | None) -> float:
    return math.nan if value is None else value


def positions(state: State, entry: Entry) -> Array:
    """Positions of a schedule's steps 1 … T on the x axis, shape (T,); infinite where there is nothing but noise."""
    if state.axis in NOISE_LEVELS:
        return SCALES[state.axis].positions(entry.schedule)[1:]
    return _even(state.axis, entry.schedule.T)


@lru_cache(maxsize=32)
def _even(axis: str, T: int) -> Array:
    """The same for scales on which all schedules of T steps have them at the same places; read-only."""
    return read_only(SCALES[axis].positions(Schedule(T=T))[1:])


def lean(state: State, curve: Curve) -> State:
    """A state with no more of another than `drawn` needs for one curve, which can be kept as long as the line is."""
    names = frozenset({curve.name})
    log = names if is_log(state, curve) else frozenset[str]()
    entries = () if state.view is View.PLAIN else (state.reference,)
    moment, axis, view = Moment(state.moment.scale), state.axis, state.view
    return State(entries, moment=moment, axis=axis, view=view, log_curves=log, linear_curves=names - log)


def drawn(state: State, entry: Entry, curve: Curve) -> tuple[Array, Array]:
    """x and y of a curve in the plot's coordinates, log₁₀ on a logarithmic axis, without points that are not finite."""
    y = values(state, entry, curve.name)
    if is_log(state, curve):
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.log10(y)
    x = positions(state, entry)
    # Not finite, or so large that pixel sizes would not be: NaN fails the comparisons too.
    if y.min() >= -LARGEST and y.max() <= LARGEST and x[-1] <= LARGEST:
        return x, y
    finite = (np.abs(y) <= LARGEST) & (np.abs(x) <= LARGEST)
    return x[finite], y[finite]


def sampled(state: State) -> tuple[Entry, ...]:
    """The visible schedules whose steps the watched run visits; others, and one changed since, have no such steps.

    One with the same β is the same, whether it was read from a file or written as a spec.
    """
    if state.visited is None or not state.marks:
        return ()
    betas = state.visited.schedule.betas
    return tuple(entry for entry in state.visible if np.array_equal(entry.schedule.betas, betas))


def visited_x(state: State, entry: Entry) -> Array:
    """Positions on the x axis of the steps that the watched run visits, from left to right."""
    steps = np.sort(() if state.visited is None else state.visited.times)
    places = SCALES[state.axis].positions(entry.schedule)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.interp(steps, np.arange(len(places)), places), dtype=float)


def on_line(xs: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Those of `xs` within the range of the line through (x, y), and the line's height there."""
    if not len(x):
        return xs[:0], xs[:0]
    inside = xs[(xs >= x[0]) & (xs <= x[-1])]
    return inside, np.interp(inside, x, y)


def can_be_log(state: State, curve: Curve) -> bool:
    """True if a logarithmic y axis makes sense: not for differences, nor for what is already a logarithm."""
    return state.view is not View.DIFFERENCE and not curve.logarithm


def is_log(state: State, curve: Curve) -> bool:
    """True if this curve's y axis is logarithmic."""
    return can_be_log(state, curve) and state.is_log(curve.name)


def y_range(state: State, curve: Curve, extents: Iterable[Extent], whole: bool = True) -> tuple[float, float]:
    """The range of the y axis in the plot's coordinates: what is drawn, padded, and the curve's known bounds.

    The bounds count only where the whole x axis is seen: in a part of it a curve may be far from them.
    """
    known = known_limits(curve, is_log(state, curve), state.against) if whole else []
    return padded([*known, *(limit for extent in extents for limit in extent)])


def extent_of(state: State, curve: Curve, y: Array) -> Extent:
    """The least and greatest y that the axis is to show, if there is any y."""
    return extent_on_axis(curve, y, is_log(state, curve), state.against) if len(y) else ()


def seen_extent(state: State, curve: Curve, x: Array, y: Array, seen: tuple[float, float]) -> Extent:
    """The extent of the line through (x, y) between two positions on the x axis, where it may cross them."""
    first, last = np.searchsorted(x, seen)
    _, at_ends = on_line(np.array(seen), x, y)
    return extent_of(state, curve, np.concatenate([y[first:last], at_ends]))


def lies_within(x: Array, seen: tuple[float, float]) -> bool:
    """Whether a line with points at x, ascending, is seen from end to end between two positions on the x axis.

    An axis of noise levels is held to a range, beyond which a few steps of a schedule may lie.
    """
    return not len(x) or bool(seen[0] <= x[0] and x[-1] <= seen[1])


def cursor_x(state: State, entry: Entry) -> float:
    """The position of a schedule's own step at the moment; at an end of the axis if it lies beyond."""
    return state.time_axis.position(entry.schedule, state.t_of(entry))


def moved_to(state: State, x: float) -> State:
    """The state at the selected schedule's step nearest to a point on the x axis."""
    return state.at(state.time_axis.step(state.current.schedule, x))
