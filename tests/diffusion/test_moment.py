"""Moments: which step of a schedule lies at the same t, t/T or noise level as a step of another."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.forward import same_moment
from ddpm_studio.diffusion.moment import (
    LEVEL_SCALE,
    RELATIVE_SCALE,
    SCALES,
    SIGMA_SCALE,
    T_SCALE,
    TAU_SCALE,
    Moment,
    of_level_alone,
    scales_for,
    steps_along,
    values_at_moments,
)
from ddpm_studio.errors import ScheduleError

LINEAR, COSINE = Schedule("linear", 1000), Schedule("cosine", 1000)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("spec", ["linear:T=1", "cosine:T=300,zero_snr=1", "sqrt:T=1000", "jsd:T=10"])
def test_each_step_lies_at_its_own_moment(scale: str, spec: str) -> None:
    schedule = Schedule.parse(spec)
    steps = range(schedule.T + 1)
    found = [Moment.at(scale, schedule, t).step(schedule) for t in steps]
    if scale == TAU_SCALE:  # τ of the noisiest is 1 to the last digit, and of equal ones the first is meant.
        places = SCALES[scale].positions(schedule)
        assert found == [int(np.flatnonzero(places == place)[0]) for place in places]
    else:
        assert found == list(steps)


@pytest.mark.parametrize("shift", [0.2, 1, 3])
def test_tau_of_a_flow_is_its_formula(shift: float) -> None:
    schedule = Schedule("flow", 1000, {"shift": shift})
    u = np.arange(1001) / 1000
    np.testing.assert_allclose(SCALES[TAU_SCALE].positions(schedule), shift * u / (1 + (shift - 1) * u), rtol=1e-12)
    level = Moment(TAU_SCALE, 0.5)
    assert COSINE.coefficients.sigmas[level.step(COSINE) - 1] == pytest.approx(1, abs=2e-3)


def test_tau_is_offered_where_there_is_a_flow_or_where_it_is_chosen() -> None:
    four = (T_SCALE, RELATIVE_SCALE, LEVEL_SCALE, SIGMA_SCALE)
    assert scales_for([LINEAR, COSINE]) == scales_for([LINEAR], T_SCALE) == four
    for flow in ("flow:T=10", "logit_normal:T=10"):
        assert scales_for([LINEAR, Schedule.parse(flow)]) == (*four, TAU_SCALE)
    assert scales_for([LINEAR], T_SCALE, TAU_SCALE) == (*four, TAU_SCALE)


@given(st.integers(1, 1200), st.integers(1, 1200), st.data())
def test_the_same_relative_time_is_that_of_exact_arithmetic(T: int, other: int, data: st.DataObject) -> None:
    t = data.draw(st.integers(0, T))
    step = Moment.at(RELATIVE_SCALE, Schedule("linear", T), t).step(Schedule("linear", other))
    exact, remainder = divmod(2 * t * other + T, 2 * T)
    assert step == exact == same_moment(t, T, other) or (remainder == 0 and step == exact - 1)


def test_the_same_t_ends_at_the_last_step_of_a_shorter_schedule_and_comes_back() -> None:
    moment = Moment.at(T_SCALE, LINEAR, 777)
    assert [moment.step(Schedule("linear", T)) for T in (100, 777, 1000)] == [100, 777, 777]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    "spec", ["linear:T=1", "linear:T=2", "linear:T=3", "cosine:T=4,zero_snr=1", "flow:T=999", "sqrt:T=1000"]
)
def test_the_first_step_at_a_position_is_that_of_a_search_through_all(scale: str, spec: str) -> None:
    schedule = Schedule.parse(spec)
    places = SCALES[scale].positions(schedule).tolist()
    finite = [place for place in places if np.isfinite(place)]
    between = [(low + high) / 2 for low, high in pairwise(finite)]
    for position in (*places, *between, finite[0] - 1, finite[-1] + 1, -np.inf, np.inf):
        expected = next((t for t, place in enumerate(places) if place >= position), schedule.T + 1)
        assert SCALES[scale].first_at(schedule, position) == expected


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


@pytest.mark.parametrize(
    ("scale", "value", "told"),
    [
        ("seconds", 1.0, "There is no scale “seconds”; choose one of t, t/T, log_snr, sigma, tau."),
        ("sigmas", 1.0, "There is no scale “sigmas”; did you mean “sigma”?"),
        ("t", float("nan"), "There is no moment nan on a scale; give a number."),
    ],
)
def test_what_is_no_moment_is_refused(scale: str, value: float, told: str) -> None:
    with pytest.raises(ScheduleError, match=f"^{re.escape(told)}$"):
        Moment(scale, value)


OF_LEVEL = {
    *("alphas_cumprod", "sqrt_alphas_cumprod", "sqrt_one_minus_alphas_cumprod", "log_one_minus_alphas_cumprod"),
    *(
        "sqrt_recip_alphas_cumprod",
        "sqrt_recipm1_alphas_cumprod",
        "snr",
        "log_snr",
        "snr_db",
        "sigmas",
        "tau",
        "lambdas",
    ),
    *("loss_weight_epsilon", "min_snr_weight_epsilon", "min_snr_weight_v", "min_snr_weight_x0"),
}
"""The curves with nothing but ᾱ_t in their formula."""


def test_what_follows_from_the_noise_level_is_told_from_what_does_not() -> None:
    assert {name for name in CURVES if of_level_alone(name)} == OF_LEVEL


def at_moments(scale: str, schedule: Schedule, name: str, of: Schedule) -> NDArray[np.float64]:
    return values_at_moments(scale, schedule, name, of, np.arange(1, of.T + 1))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("spec", ["linear:T=1", "cosine:T=300,zero_snr=1", "jsd:T=10"])
def test_a_schedule_has_its_own_values_at_the_moments_of_its_like(scale: str, spec: str) -> None:
    schedule = Schedule.parse(spec)
    like = Schedule.from_betas(schedule.betas)
    assert like != schedule
    for name in ("betas", "posterior_mean_coef1", "snr"):
        np.testing.assert_allclose(at_moments(scale, like, name, schedule), schedule.coefficients[name], rtol=1e-9)


@pytest.mark.parametrize("scale", SCALES)
def test_there_are_no_values_before_the_first_step_and_beyond_the_last(scale: str) -> None:
    short, long = Schedule.from_betas([0.1, 0.2, 0.3]), Schedule.from_betas([0.05] * 2 + [0.15] * 10)
    found = at_moments(scale, short, "betas", long)
    T, alphas = long.T, long.coefficients.alphas_cumprod
    steps = np.arange(1, T + 1)
    reached = {
        "t": steps <= 3,
        "t/T": 3 * steps >= T,
        "log_snr": (level := (alphas <= 0.9) & (alphas >= 0.9 * 0.8 * 0.7)),
        "sigma": level,
        "tau": level,
    }[scale]
    assert 0 < reached.sum() < T
    np.testing.assert_array_equal(np.isfinite(found), reached)


def test_between_the_last_noise_level_and_pure_noise_there_is_nothing() -> None:
    schedule, other = Schedule.parse("linear:T=50,zero_snr=1"), Schedule.from_betas([0.05, 0.99999, 0.5, 1.0])
    found = at_moments(LEVEL_SCALE, schedule, "betas", other)
    assert np.isfinite(found).tolist() == [True, False, False, True]
    assert found[-1] == schedule.betas[-1] == 1


def test_at_one_noise_level_all_that_follows_from_it_is_the_same() -> None:
    reached = np.isfinite(at_moments(LEVEL_SCALE, Schedule("linear", 300), "betas", COSINE))
    for name in OF_LEVEL:
        found = at_moments(LEVEL_SCALE, Schedule("linear", 300), name, COSINE)
        np.testing.assert_array_equal(found[reached], COSINE.coefficients[name][reached])
        assert np.isnan(found[~reached]).all()


@pytest.mark.parametrize("scale", SCALES)
def test_a_path_leads_from_the_picture_to_where_the_last_schedule_ends(scale: str) -> None:
    schedules = [Schedule("linear", 300), Schedule.parse("cosine:T=20,zero_snr=1"), Schedule("jsd", 1000)]
    steps = steps_along(scale, schedules, 41)
    assert len(steps) <= 41
    assert steps[0] == (0, 0, 0)
    assert steps[-1] == (300, 20, 1000)
    columns = list(zip(*steps, strict=True))
    assert all(list(column) == sorted(column) for column in columns)


def test_a_path_by_noise_level_is_that_of_the_noisiest_schedule() -> None:
    clean, noisy = Schedule("linear", 100), Schedule("cosine", 30)
    steps = steps_along(LEVEL_SCALE, [clean, noisy], 41)
    assert [step for _, step in steps] == list(range(31))
    levels = clean.coefficients.log_snr
    for own, step in steps[1:]:
        assert own == 1 + int(np.argmin(np.abs(levels - noisy.coefficients.log_snr[step - 1])))
