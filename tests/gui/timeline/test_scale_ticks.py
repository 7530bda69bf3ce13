"""Ticks of scales beside an axis: each stands where the schedule has the value that it says."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.time_axis import TimeAxis
from ddpm_studio.gui.field import Field
from ddpm_studio.gui.timeline.scale_ticks import GAP, ticks_beside
from tests.gui.curves.labels import read

SPECS = ("linear:T=300", "cosine:T=1000,zero_snr=1", "linear:T=100000", "linear:T=1")


def width_of(label: str) -> float:
    return 7.0 * len(label)


@pytest.mark.parametrize("axis", SCALES)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("spec", SPECS)
def test_a_tick_stands_where_the_schedule_has_its_value(scale: str, axis: str, spec: str) -> None:
    schedule = Schedule.parse(spec)
    shared = TimeAxis.over(axis, [schedule])
    field = Field.within(1200, shared.shown())
    ticks = ticks_beside(scale, axis, schedule, field, width_of)
    assert all(field.holds(x) for x, _ in ticks)
    for (one, left), (other, right) in pairwise(ticks):
        assert other - one >= (width_of(left) + width_of(right)) / 2 + GAP
    positions = [SCALES[scale].position(read(label)) for _, label in ticks]
    assert positions == sorted(positions)
    if schedule.T > 1:
        assert len(ticks) >= 2
    if scale != axis:
        own, there = (SCALES[name].positions(schedule)[1:] for name in (scale, axis))
        seen = np.isfinite(own) & np.isfinite(there) & (np.diff(own, prepend=-np.inf) > 0)
        for (x, _), position in zip(ticks, positions, strict=True):
            if own[seen][0] <= position <= own[seen][-1]:
                assert x == pytest.approx(field.x(np.interp(position, own[seen], there[seen])), abs=3.0)


@pytest.mark.parametrize("steps", [300, 1000, 4000, 100_000])
@pytest.mark.parametrize(("scale", "axis"), [("t", "t/T"), ("t/T", "t")])
def test_t_and_its_share_of_all_steps_have_even_ticks_beside_each_other(scale: str, axis: str, steps: int) -> None:
    schedule = Schedule("linear", steps)
    field = Field.within(1000, TimeAxis.over(axis, [schedule]).shown())
    values = [read(label) for _, label in ticks_beside(scale, axis, schedule, field, width_of)]
    apart = [other - one for one, other in pairwise(values)]
    assert apart == pytest.approx([apart[0]] * len(apart))
    assert values[-1] == SCALES[scale].positions(schedule)[-1]


def test_nothing_but_noise_has_no_ticks_beside_its_steps() -> None:
    noise = Schedule.from_betas([1.0])
    field = Field.within(1200, TimeAxis.over("t", [noise]).shown())
    assert ticks_beside("sigma", "t", noise, field, width_of) == []
    assert math.isclose(ticks_beside("t", "t", noise, field, width_of)[0][0], field.x(0))
