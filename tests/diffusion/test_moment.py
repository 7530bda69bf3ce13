"""Moments: which step of a schedule lies at the same t, t/T or noise level as a step of another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import same_moment
from ddpm_studio.diffusion.moment import LEVEL_SCALE, RELATIVE_SCALE, SCALES, T_SCALE, Moment
from ddpm_studio.errors import ScheduleError

LINEAR, COSINE = Schedule("linear", 1000), Schedule("cosine", 1000)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("spec", ["linear:T=1", "cosine:T=300,zero_snr=1", "sqrt:T=1000", "jsd:T=10"])
def test_each_step_lies_at_its_own_moment(scale: str, spec: str) -> None:
    schedule = Schedule.parse(spec)
    steps = range(schedule.T + 1)
    assert [Moment.at(scale, schedule, t).step(schedule) for t in steps] == list(steps)


@given(st.integers(1, 1200), st.integers(1, 1200), st.data())
def test_the_same_relative_time_is_that_of_exact_arithmetic(T: int, other: int, data: st.DataObject) -> None:
    t = data.draw(st.integers(0, T))
    step = Moment.at(RELATIVE_SCALE, Schedule("linear", T), t).step(Schedule("linear", other))
    exact, remainder = divmod(2 * t * other + T, 2 * T)
    assert step == exact == same_moment(t, T, other) or (remainder == 0 and step == exact - 1)


def test_the_same_t_ends_at_the_last_step_of_a_shorter_schedule_and_comes_back() -> None:
    moment = Moment.at(T_SCALE, LINEAR, 777)
    assert [moment.step(Schedule("linear", T)) for T in (100, 777, 1000)] == [100, 777, 777]


@pytest.mark.parametrize("t", [1, 50, 400, 999])
def test_the_same_noise_level_is_the_nearest_log_snr(t: int) -> None:
    wanted = LINEAR.coefficients.log_snr[t - 1]
    step = Moment.at(LEVEL_SCALE, LINEAR, t).step(COSINE)
    assert step == 1 + int(np.argmin(np.abs(COSINE.coefficients.log_snr - wanted)))


def test_only_the_clean_picture_is_as_clean_as_the_clean_picture() -> None:
    assert Moment.at(LEVEL_SCALE, LINEAR, 0).step(COSINE) == 0
    assert Moment(LEVEL_SCALE, 1e9).step(COSINE) == 1


def test_pure_noise_lies_at_the_end_of_every_schedule() -> None:
    pure = Moment.at(LEVEL_SCALE, Schedule.parse("linear:T=50,zero_snr=1"), 50)
    assert pure.value == float("-inf")
    assert pure.step(LINEAR) == 1000
    assert pure.step(Schedule.parse("cosine:T=20,zero_snr=1")) == 20


@pytest.mark.parametrize(("scale", "value"), [("seconds", 1.0), ("t", float("nan"))])
def test_what_is_no_moment_is_refused(scale: str, value: float) -> None:
    with pytest.raises(ScheduleError, match="scales are t, t/T, log_snr"):
        Moment(scale, value)
