"""Schedules of every kind with parameters anywhere within the reach of their sliders, for hypothesis."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import kinds
from ddpm_studio.diffusion.schedule import parameters
from ddpm_studio.errors import ScheduleError

KIND_NAMES = tuple(kinds())


@st.composite
def schedules(draw: st.DrawFn, longest: int = 60) -> Schedule:
    """A schedule of any kind but custom, 1 ≤ T ≤ `longest`, some parameters left at their defaults."""
    kind = draw(st.sampled_from(KIND_NAMES))
    T = draw(st.integers(1, longest))
    given = {}
    for parameter in parameters(kind):
        if draw(st.booleans()):
            low, high = parameter.slider
            whole = parameter.key == "zero_snr"
            given[parameter.key] = float(draw(st.integers(0, 1))) if whole else draw(st.floats(low, high))
    try:
        return Schedule(kind, T, given)
    except ScheduleError:
        assume(False)
        raise
