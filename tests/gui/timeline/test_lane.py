"""Lanes: which step each frame of a strip shows, and where a schedule ends and is balanced."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.time_axis import TimeAxis
from ddpm_studio.gui.field import Field
from ddpm_studio.gui.timeline.lane import balance, frames, reach

SHORT, LONG = Schedule("linear", 300), Schedule("cosine", 1000)


@pytest.mark.parametrize("scale", SCALES)
def test_frames_lie_side_by_side_and_show_the_step_under_their_middle(scale: str) -> None:
    axis = TimeAxis.over(scale, [SHORT, LONG])
    field = Field.within(1100, axis.shown())
    found = frames(LONG, axis, field, 40.0)
    assert found[0].left == field.left
    assert found[-1].right == pytest.approx(field.right)
    assert all(one.right == other.left for one, other in pairwise(found))
    assert [frame.t for frame in found] == sorted(frame.t for frame in found)
    for frame in found[1:-1]:
        at = (frame.left + frame.right) / 2
        steps = [field.x(axis.position(LONG, t)) for t in range(LONG.T + 1)]
        assert abs(steps[frame.t] - at) == pytest.approx(np.abs(np.array(steps) - at).min(), abs=1e-6)


def test_a_shorter_schedule_ends_where_its_last_step_is() -> None:
    axis = TimeAxis.over("t", [SHORT, LONG])
    field = Field.within(1100, axis.shown())
    assert reach(SHORT, axis, field) == pytest.approx(field.x(300))
    assert frames(SHORT, axis, field, 40.0)[-1].right == pytest.approx(field.x(300))
    assert reach(LONG, axis, field) == field.right


def test_pure_noise_goes_on_to_the_end_of_the_field() -> None:
    clean = Schedule.parse("linear:T=300,zero_snr=1")
    axis = TimeAxis.over("log_snr", [clean, LONG])
    assert reach(clean, axis, Field.within(1100, axis.shown())) == Field.within(1100, axis.shown()).right


def test_a_schedule_that_is_out_of_view_has_no_frames() -> None:
    axis = TimeAxis.over("t", [SHORT, LONG])
    assert frames(SHORT, axis, Field.within(1100, (400.0, 900.0)), 40.0) == []


@pytest.mark.parametrize(
    ("spec", "t"),
    [("linear:T=300", 143), ("cosine:T=1000", 496), ("linear:T=1000", 259), ("linear:T=1000,snr_shift=4", 145)],
)
def test_picture_and_noise_weigh_the_same_where_the_snr_passes_0_db(spec: str, t: int) -> None:
    schedule = Schedule.parse(spec)
    assert balance(schedule) == t
    alphas = np.cumprod(1 - schedule.betas)
    assert t == 1 + np.abs(np.log(alphas / (1 - alphas))).argmin()


def test_a_schedule_that_stays_clean_is_never_balanced() -> None:
    assert balance(Schedule.from_betas([0.01, 0.01])) is None


def test_a_schedule_that_starts_in_noise_was_never_balanced() -> None:
    assert balance(Schedule.from_betas([0.7, 0.1])) is None
