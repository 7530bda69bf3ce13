"""Steps that are moved, added and taken out one by one, and the lists that lay out the same."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.edited_steps import listed, with_another, with_level, without
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import StepsError

SCHEDULES = ("linear:T=1000", "flow:T=1000", "cosine:T=1000,zero_snr=1", "laplace:T=300", "linear:T=20,beta_end=0.6")
STEPS = (
    "karras:steps=10",
    "trailing:steps=5",
    "simple:steps=20",
    "timesteps:19,7,3",
    "karras:steps=6 | above=0.5",
    "karras:steps=5 | reverse",
    "karras:steps=5 | above=1 | reverse",
    "karras:steps=4 | experts=0.875",
    "trailing:steps=1",
)


def laid_out(text: str, schedule: str = "linear:T=1000") -> StepLevels:
    return StepsSpec.parse(text).levels(Schedule.parse(schedule))


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("text", STEPS)
def test_a_list_lays_out_the_same_levels(text: str, schedule: str) -> None:
    levels = laid_out(text, schedule)
    again = StepsSpec.parse(str(listed(levels))).levels(levels.schedule)
    np.testing.assert_allclose(again.log_snr, levels.log_snr, rtol=0, atol=1e-12)  # 1 − τ has that many digits.
    assert again.boundary == levels.boundary


@pytest.mark.parametrize("text", ["sigmas:14.6,6.47,1.1,0", "sigmas:7,0.3,0 | above=0.2", "taus:0.9,0.5,0.1,0"])
def test_numbers_that_were_typed_are_those_of_the_list(text: str) -> None:
    schedule = "flow:T=1000" if text.startswith("taus") else "linear:T=1000"
    assert str(listed(laid_out(text, schedule))) == text


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("text", STEPS)
@pytest.mark.parametrize("log_snr", [-math.inf, -40.0, 0.3, 40.0])
def test_a_step_keeps_between_those_beside_it_and_within_the_schedule(text: str, schedule: str, log_snr: float) -> None:
    levels = laid_out(text, schedule)
    known = levels.schedule.coefficients.log_snr
    for number in range(levels.count):
        moved = with_level(levels, number, log_snr)
        assert listed(moved)
        others = np.arange(levels.count + 1) != number
        assert moved.log_snr[others].tolist() == levels.log_snr[others].tolist()
        assert known[-1] - 1e-9 <= moved.log_snr[number] <= known[0] + 1e-9


def test_a_step_goes_to_the_level_that_it_is_given_where_there_is_room() -> None:
    levels = laid_out("sigmas:14,3,1,0")
    moved = with_level(levels, 1, -2 * math.log(2.5))
    assert moved.sigmas[:3] == pytest.approx([14, 2.5, 1], rel=1e-9)
    assert moved.timesteps[1] == pytest.approx(float(laid_out("sigmas:2.5,0").timesteps[0]))


def test_a_step_is_added_at_its_place_and_taken_out_again() -> None:
    levels = laid_out("sigmas:14,3,1,0 | above=0.5")
    added = with_another(levels, -2 * math.log(2.0))
    assert added.sigmas == pytest.approx([14, 3, 2, 1, 0.5])
    assert without(added, 2).log_snr.tolist() == levels.log_snr.tolist()
    rising = laid_out("sigmas:14,3,1,0 | above=0.5 | reverse")
    assert with_another(rising, -2 * math.log(2.0)).sigmas == pytest.approx([0.5, 1, 2, 3, 14])


def test_a_step_where_there_is_one_already_or_beyond_the_end_makes_no_list() -> None:
    levels = laid_out("sigmas:14,3,1,0 | above=0.5")
    for sigma in (3.0, 0.1):
        with pytest.raises(StepsError, match="neither falls nor rises"):
            listed(with_another(levels, -2 * math.log(sigma)) if sigma < 1 else with_another(levels, levels.log_snr[1]))


def test_the_only_step_is_not_taken_out() -> None:
    with pytest.raises(StepsError, match="only one step"):
        without(laid_out("sigmas:14,0"), 0)


def test_levels_that_are_all_pure_noise_have_no_list() -> None:
    levels = laid_out("trailing:steps=2", "linear:T=1000")
    same = StepLevels(levels.schedule, levels.timesteps, np.array([-np.inf, -np.inf, np.inf]))
    with pytest.raises(StepsError, match="neither falls nor rises"):
        listed(same)


@pytest.mark.parametrize(("text", "schedule"), [("sigmas:14,2,1.999,1,0", "linear"), ("taus:1,0.5,0.4999,0", "flow")])
@pytest.mark.parametrize("ends", ["", " | above=0.3", " | above=0.3 | reverse"])
@given(st.integers(0, 2), st.floats(-9, 9), st.floats(0, 3))
def test_a_step_that_may_lie_a_little_aside_has_few_digits_and_stays_between_those_beside_it(
    text: str, schedule: str, ends: str, number: int, log_snr: float, reach: float
) -> None:
    before = StepsSpec.parse(text + ends).levels(Schedule(schedule, 1000))
    exact = with_level(before, number, log_snr)
    near = listed(exact, number, reach).levels(before.schedule)
    others = np.delete(near.log_snr, number)
    np.testing.assert_allclose(others, np.delete(exact.log_snr, number), rtol=1e-12)
    assert abs(near.log_snr[number] - exact.log_snr[number]) <= reach + 1e-12
    assert (np.diff(near.log_snr) * np.diff(exact.log_snr) > 0)[np.isfinite(np.diff(exact.log_snr))].all()
    assert near.log_snr[number] <= before.schedule.coefficients.log_snr[0]


def test_a_pixel_says_how_many_digits_a_step_has() -> None:
    levels = StepsSpec.parse("sigmas:14,6.2018374659107,1,0").levels(Schedule("linear", 1000))
    found = [listed(levels, 1, reach).numbers[1] for reach in (0.3, 0.03, 3e-5, 0)]
    assert found == [6, 6.2, 6.2018, 6.2018374659107]
