"""Schedules of every kind, with every parameter anywhere within its bounds."""

from __future__ import annotations

import itertools
import math

from hypothesis import reject
from hypothesis import strategies as st

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS, Parameter, Points
from ddpm_studio.diffusion.kinds.monotone_spline import FEWEST, LEAST_FALL
from ddpm_studio.diffusion.operators import ZeroSnr
from ddpm_studio.diffusion.schedule import OPERATORS
from ddpm_studio.errors import ScheduleError

ALL_KINDS = tuple(KINDS)
CUT_OUT = ("sigmoid", "cosine_power", "cosine_interpolated")
"""Kinds that refuse some pairs of values, such as a start that does not lie before the end."""


def numbers(parameter: Parameter) -> st.SearchStrategy[float]:
    """Any value of the parameter; its ends and its default more often than chance would have them."""
    low, high = parameter.low, parameter.high
    anywhere = st.floats(low, high)
    if parameter.log:
        spread = st.floats(math.log(low), math.log(high)).map(math.exp)
        anywhere |= spread.map(lambda value: min(max(value, low), high))
    return st.sampled_from([low, parameter.default, high]) | anywhere


@st.composite
def drawn_points(draw: st.DrawFn, most: int = 8) -> Points:
    """The points of a curve that can be drawn, by what they are apart at least and at most."""
    count = draw(st.integers(0, most - FEWEST))
    inner = draw(st.lists(st.integers(1, 999), min_size=count, max_size=count, unique=True))
    falls = draw(st.lists(st.floats(LEAST_FALL * 1.01, 30), min_size=count + 1, max_size=count + 1))
    levels = itertools.accumulate(falls, lambda level, fall: level - fall, initial=draw(st.floats(-20, 100)))
    return tuple(zip((each / 1000 for each in (0, *sorted(inner), 1000)), levels, strict=True))


@st.composite
def schedules(draw: st.DrawFn, max_steps: int = 2000, operators: bool = True) -> Schedule:
    """A schedule of any kind but custom, T from 1 to `max_steps`, with or without both operators."""
    kind = draw(st.sampled_from(ALL_KINDS))
    given = {p.key: draw(numbers(p)) for p in KINDS[kind].parameters if draw(st.booleans())}
    if operators and draw(st.booleans()):
        given["zero_snr"] = float(draw(st.sampled_from(ZeroSnr)))
        given["snr_shift"] = draw(numbers(OPERATORS[1]))
    steps = draw(st.sampled_from([1, 2, 3, min(1000, max_steps)]) | st.integers(1, max_steps))
    points = draw(drawn_points()) if KINDS[kind].takes_points else ()
    try:
        return Schedule(kind, steps, given, points=points)
    except ScheduleError:
        if kind in CUT_OUT:
            reject()
        raise
