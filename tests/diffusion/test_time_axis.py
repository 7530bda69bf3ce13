"""The time axis: where the steps of several schedules stand on it, and which step stands where."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES, Moment
from ddpm_studio.diffusion.time_axis import WIDEST, TimeAxis

SPECS = ("linear:T=1", "linear:T=300", "cosine:T=1000", "cosine:T=50,zero_snr=1", "sqrt:T=1000", "const:T=100000")


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("spec", SPECS)
def test_every_step_stands_on_the_axis_the_noisier_the_further_to_the_right(scale: str, spec: str) -> None:
    schedule = Schedule.parse(spec)
    axis = TimeAxis.over(scale, [schedule, Schedule("linear", 40)])
    ts = np.unique(np.linspace(0, schedule.T, 101).astype(int)).tolist()
    places = [axis.position(schedule, t) for t in ts]
    assert places == sorted(places)
    assert axis.low <= places[0]
    assert places[-1] <= axis.high
    assert -math.inf < axis.low < axis.high < math.inf


@pytest.mark.parametrize("scale", SCALES)
@given(st.sampled_from(SPECS), st.floats(0, 1))
def test_the_step_at_a_position_is_the_nearest(scale: str, spec: str, share: float) -> None:
    schedule = Schedule.parse(spec)
    axis = TimeAxis.over(scale, [schedule])
    position = axis.low + share * (axis.high - axis.low)
    alphas = np.cumprod(1 - schedule.betas)[: min(schedule.T, 5000)]
    with np.errstate(divide="ignore"):
        levels = np.concatenate([[-np.inf], np.log1p(-alphas) - np.log(alphas)])
    steps = np.arange(len(levels))
    places = {
        "t": steps,
        "t/T": steps / schedule.T,
        "log_snr": levels,
        "sigma": levels / math.log(100),
        "tau": 1 / (1 + np.exp(-levels / 2)),
    }[scale]
    found = axis.step(schedule, position)
    if found < len(places) and np.isfinite(places[-1]):
        assert abs(places[found] - position) <= np.abs(places - position).min() + 1e-6


@pytest.mark.parametrize("scale", SCALES)
def test_beyond_its_ends_an_axis_goes_on_to_the_picture_and_to_the_last_step(scale: str) -> None:
    schedules = [Schedule("linear", 300), Schedule("cosine", 1000)]
    axis = TimeAxis.over(scale, schedules)
    for schedule in schedules:
        assert axis.step(schedule, axis.low - 0.01) == 0
        assert axis.step(schedule, axis.high + 0.01) == schedule.T


def test_sigma_and_log_snr_are_one_axis_with_two_names() -> None:
    schedule = Schedule("cosine", 1000)
    level, sigma = (TimeAxis.over(scale, [schedule]) for scale in ("log_snr", "sigma"))
    for t in (1, 300, 1000):
        shares = [(each.position(schedule, t) - each.low) / (each.high - each.low) for each in (level, sigma)]
        assert shares[0] == pytest.approx(shares[1])
        value = schedule.coefficients.sigmas[t - 1]
        assert 10 ** sigma.position(schedule, t) == pytest.approx(value)
        assert Moment.at("sigma", schedule, t).value == pytest.approx(value)
        assert Moment("sigma", value).step(schedule) == t


@pytest.mark.parametrize("scale", WIDEST)
def test_a_few_steps_far_away_do_not_stretch_an_axis_but_the_body_of_a_schedule_does(scale: str) -> None:
    far = Schedule.parse("logsnr_cosine:T=1000,min=-50")
    axis = TimeAxis.over(scale, [far])
    assert axis.high == WIDEST[scale]
    assert axis.position(far, 1000) == axis.high
    noisy = TimeAxis.over(scale, [Schedule.parse("const:T=100000")])
    assert noisy.high > 10 * WIDEST[scale]


@pytest.mark.parametrize("scale", WIDEST)
def test_an_axis_of_pure_noise_alone_has_ends(scale: str) -> None:
    nothing = Schedule.from_betas([1.0])
    axis = TimeAxis.over(scale, [nothing])
    assert (axis.low, axis.high) == (-1, 1)
    assert (axis.position(nothing, 0), axis.position(nothing, 1)) == (-1, 1)


def test_tau_runs_from_the_picture_to_the_noisiest_step() -> None:
    flow, linear = Schedule("flow", 10), Schedule("linear", 300)
    assert TimeAxis.over("tau", [linear, flow]) == TimeAxis("tau", 0.0, 1.0)
    assert TimeAxis.over("tau", [linear]).high == linear.coefficients.tau[-1] < 1
