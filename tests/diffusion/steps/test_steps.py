"""Steps: the spacings against their formulas and diffusers' lists, timesteps that carry their noise, and refusals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest
import scipy.stats
import torch
from diffusers import DDIMScheduler, EulerDiscreteScheduler
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ddpm_studio.diffusion import Schedule, Steps
from ddpm_studio.diffusion.levels import log_snr_at, timestep_at
from ddpm_studio.diffusion.steps.incomplete_beta import beta_quantiles
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.errors import StepsError, StudioError
from tests.diffusion.strategies import schedules

LINEAR = Schedule.parse("linear:T=1000")
COSINE = Schedule.parse("cosine:T=1000")
ZERO_SNR = Schedule.parse("scaled_linear:T=1000,zero_snr=1")
EXACT = [name for name, spacing in SPACINGS.items() if spacing.exact]
OVER_SIGMAS = [name for name, spacing in SPACINGS.items() if spacing.over == "sigmas"]


def check(steps: Steps, count: int) -> None:
    """What all steps promise."""
    assert steps.count == len(steps.timesteps) == count
    assert len(steps.alphas_cumprod) == count + 1
    assert np.all(np.diff(steps.log_snr) > 0)
    assert np.all(np.diff(steps.timesteps) < 0)
    assert 0 <= steps.timesteps[-1] <= steps.timesteps[0] <= steps.schedule.T - 1


@settings(deadline=None, max_examples=150)
@given(schedules(), st.sampled_from(list(SPACINGS)), st.data())
def test_steps_asked_are_steps_run_with_falling_noise_or_a_sentence_says_why(
    schedule: Schedule, spacing: str, data: st.DataObject
) -> None:
    count = data.draw(st.integers(1, schedule.T), label="count")
    clean = data.draw(st.booleans(), label="set_alpha_to_one")
    try:
        steps = Steps.from_spacing(schedule, count, spacing, set_alpha_to_one=clean)
    except StepsError:
        event("refused")
        return
    check(steps, count if SPACINGS[spacing].exact else steps.count)
    assert (steps.alphas_cumprod[-1] == 1) == clean or schedule.coefficients.alphas_cumprod[0] == 1


@pytest.mark.parametrize("spacing", EXACT)
@pytest.mark.parametrize("schedule", [LINEAR, COSINE, ZERO_SNR], ids=str)
@pytest.mark.parametrize("count", [1, 2, 3, 20, 999])
def test_usual_schedules_take_any_number_of_steps(schedule: Schedule, spacing: str, count: int) -> None:
    steps = Steps.from_spacing(schedule, count, spacing)
    check(steps, count)
    assert steps.alphas_cumprod[-1] == 1
    assert not steps.timesteps.flags.writeable
    assert not steps.alphas_cumprod.flags.writeable


@pytest.mark.parametrize("spacing", ["leading", "trailing", "linspace"])
@pytest.mark.parametrize(
    ("T", "count"),
    [(1000, 10), (1000, 30), (1000, 7), (300, 50), (37, 36), (50, 50), (1000, 27), (1000, 31), (1000, 48), (100, 24)],
)
def test_the_spacings_of_diffusers(spacing: str, T: int, count: int) -> None:
    scheduler = DDIMScheduler(num_train_timesteps=T, timestep_spacing=spacing)
    scheduler.set_timesteps(count)
    steps = Steps.from_spacing(Schedule.parse(f"linear:T={T}"), count, spacing)
    assert steps.timesteps.tolist() == scheduler.timesteps.tolist()


def test_the_formulas() -> None:
    def timesteps(spacing: str, count: int, **options: Any) -> list[float]:
        return Steps.from_spacing(LINEAR, count, spacing, **options).timesteps.tolist()

    assert timesteps("leading", 4) == [750, 500, 250, 0]
    assert timesteps("leading", 4, offset=1) == [751, 501, 251, 1]
    assert timesteps("trailing", 4) == [999, 749, 499, 249]
    assert timesteps("linspace", 4) == [999, 666, 333, 0]
    assert timesteps("linspace", 3, set_alpha_to_one=False) == [999, 666, 333]
    assert timesteps("sgm_uniform", 4) == [999, 749.25, 499.5, 249.75]


def test_the_levels_over_sigma() -> None:
    first, last = 157.40687, 0.01000050

    def sigmas(spacing: str, **options: Any) -> list[float]:
        return Steps.from_spacing(LINEAR, 3, spacing, **options).sigmas.tolist()

    geometric = [first, math.sqrt(first * last), last, 0]
    assert sigmas("exponential") == pytest.approx(geometric, rel=1e-5)
    assert sigmas("log_snr") == pytest.approx(geometric, rel=1e-5)
    assert sigmas("polyexponential") == pytest.approx(geometric, rel=1e-5)
    middle = math.exp(0.5**2 * math.log(first / last) + math.log(last))
    assert sigmas("polyexponential", rho=2) == pytest.approx([first, middle, last, 0], rel=1e-5)
    middle = ((first ** (1 / 7) + last ** (1 / 7)) / 2) ** 7
    assert sigmas("karras") == pytest.approx([first, middle, last, 0], rel=1e-5)
    middle = math.tan((math.atan(first) + math.atan(last)) / 2)
    assert sigmas("kl_optimal") == pytest.approx([first, middle, last, 0], rel=1e-5)
    assert sigmas("exponential", sigma_max=16, sigma_min=0.25) == pytest.approx([16, 2, 0.25, 0], rel=1e-12)
    with_end = sigmas("exponential", set_alpha_to_one=False)
    assert with_end == pytest.approx(np.geomspace(first, last, 4).tolist(), rel=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("count", [5, 20])
def test_karras_levels_and_timesteps_are_those_of_diffusers(count: int) -> None:
    scheduler = EulerDiscreteScheduler(use_karras_sigmas=True)
    scheduler.set_timesteps(count)
    steps = Steps.from_spacing(LINEAR, count, "karras")
    np.testing.assert_allclose(steps.sigmas, scheduler.sigmas, rtol=2e-4)
    np.testing.assert_allclose(steps.timesteps, scheduler.timesteps, atol=0.05)


@pytest.mark.parametrize(("alpha", "beta"), [(0.6, 0.6), (0.5, 0.5), (1, 1), (0.3, 2.5), (5, 0.8), (10, 10)])
def test_beta_quantiles_against_scipy(alpha: float, beta: float) -> None:
    q = np.concatenate([np.linspace(0, 1, 501), [1e-9, 1 - 1e-9]])
    np.testing.assert_allclose(beta_quantiles(q, alpha, beta), scipy.stats.beta.ppf(q, alpha, beta), atol=1e-9)


def test_beta_spacing_is_that_of_its_quantiles() -> None:
    steps = Steps.from_spacing(LINEAR, 8, "beta")
    quantiles = scipy.stats.beta.ppf(1 - np.arange(8) / 8, 0.6, 0.6)
    np.testing.assert_allclose(steps.timesteps, 999 * quantiles, atol=1e-6)


@settings(deadline=None, max_examples=60)
@given(schedules(), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_timestep_and_noise_are_inverse(schedule: Schedule, where: Sequence[float]) -> None:
    # Where two steps have nearly the same noise, which of the timesteps between them it is cannot be told.
    trained = schedule.coefficients.log_snr
    assume(bool((np.diff(trained[np.isfinite(trained)]) < -1e-6).all()))
    timesteps = np.array(where) * (schedule.T - 1)
    log_snr = log_snr_at(schedule, timesteps)
    known = np.isfinite(log_snr)
    np.testing.assert_allclose(timestep_at(schedule, log_snr)[known], timesteps[known], atol=1e-4)


def test_whole_timesteps_have_the_noise_of_training() -> None:
    for schedule in (LINEAR, COSINE, ZERO_SNR):
        steps = Steps.from_spacing(schedule, 50)
        trained = schedule.coefficients.alphas_cumprod[steps.timesteps.astype(int)]
        np.testing.assert_allclose(steps.alphas_cumprod[:-1], trained, rtol=1e-12)


def test_levels_in_between_are_linear_in_log_snr() -> None:
    steps = Steps.from_spacing(LINEAR, timesteps=[500.25, 3.5])
    log_snr = LINEAR.coefficients.log_snr
    assert steps.log_snr[0] == pytest.approx(0.75 * log_snr[500] + 0.25 * log_snr[501], rel=1e-12)
    assert steps.log_snr[1] == pytest.approx((log_snr[3] + log_snr[4]) / 2, rel=1e-12)


def test_pure_noise_comes_first_where_training_had_it() -> None:
    for spacing in ("trailing", "linspace", "sgm_uniform", "beta", *OVER_SIGMAS):
        steps = Steps.from_spacing(ZERO_SNR, 10, spacing)
        assert steps.dark == 1, spacing
        assert steps.alphas_cumprod[0] == 0
        assert steps.timesteps[0] == 999
        assert steps.sigmas[0] == np.inf
        assert np.isfinite(steps.sigmas[1:]).all()


def test_levels_that_share_a_whole_timestep_are_kept_apart_and_counted() -> None:
    steps = Steps.from_spacing(COSINE, 20, "karras")
    check(steps, 20)
    distinct = len(set(steps.nearest_timesteps.tolist()))
    assert distinct == 12
    (finding,) = steps.findings
    assert finding.code == "coinciding_timesteps"
    assert finding.values == {"count": 8, "steps": 20}
    assert Steps.from_spacing(COSINE, 20).findings == ()


def test_another_schedule_by_equal_log_snr() -> None:
    other = Schedule.parse("scaled_linear:T=400,beta_start=0.0015,beta_end=0.03")
    steps = Steps.from_schedule(LINEAR, other, 25)
    theirs = Steps.from_spacing(other, 25)
    np.testing.assert_allclose(steps.alphas_cumprod, theirs.alphas_cumprod, rtol=1e-12)
    trained = np.interp(steps.timesteps, np.arange(1000), LINEAR.coefficients.log_snr)
    np.testing.assert_allclose(trained, steps.log_snr[:-1], rtol=1e-9)
    assert not np.array_equal(steps.timesteps, np.round(steps.timesteps))
    assert steps.findings == ()


def test_every_level_of_another_schedule_when_no_steps_are_named() -> None:
    other = Schedule.parse("cosine:T=40")
    steps = Steps.from_schedule(COSINE, other)
    np.testing.assert_allclose(steps.alphas_cumprod[:-1], other.coefficients.alphas_cumprod[::-1], rtol=1e-9)


def test_along_itself_nothing_changes() -> None:
    for schedule in (LINEAR, COSINE, ZERO_SNR):
        steps, same = Steps.from_spacing(schedule, 12), Steps.from_schedule(schedule, schedule, 12)
        np.testing.assert_allclose(same.timesteps, steps.timesteps, atol=1e-8)
        np.testing.assert_array_equal(same.log_snr, steps.log_snr)


@pytest.mark.parametrize(
    ("count", "clean"),
    [(1, True), (1, False), (2, True), (2, False), (20, True), (20, False), (300, True), (300, False), (1000, True)],
)
def test_noise_beyond_training_is_brought_to_its_end_and_counted(count: int, clean: bool) -> None:
    steps = Steps.from_schedule(LINEAR, COSINE, count, set_alpha_to_one=clean)
    check(steps, count)
    assert steps.timesteps[0] == 999
    assert steps.sigmas[0] == pytest.approx(157.407, rel=1e-5)
    np.testing.assert_allclose(log_snr_at(LINEAR, steps.timesteps), steps.log_snr[:-1], rtol=1e-9)
    assert "levels_outside_training" in {finding.code for finding in steps.findings}


def test_all_of_another_schedule_beyond_training() -> None:
    short = Schedule.from_betas([0.5, 0.2])
    steps = Steps.from_schedule(short, Schedule.parse("vp:T=1000,beta_min=0.001"), 200)
    check(steps, 200)


def test_explicit_timesteps_and_sigmas() -> None:
    timesteps = [999, 850, 736, 645, 545, 455, 343, 233, 124, 24]
    stable = Schedule.parse("scaled_linear:T=1000")
    steps = Steps.from_spacing(stable, timesteps=timesteps)
    check(steps, 10)
    assert steps.timesteps.tolist() == timesteps
    published = [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029]
    steps = Steps.from_spacing(stable, sigmas=published)
    np.testing.assert_allclose(steps.sigmas, [*published, 0], rtol=1e-12)
    np.testing.assert_allclose(steps.timesteps[:-1], timesteps, atol=6)


@pytest.mark.parametrize("T", [2, 3, 50, 1000])
def test_as_many_even_steps_as_the_schedule_has_are_kept_apart(T: int) -> None:
    steps = Steps.from_spacing(Schedule.parse(f"linear:T={T}"), T, "linspace", set_alpha_to_one=False)
    check(steps, T)
    assert (steps.timesteps[0], steps.alphas_cumprod[-1]) == (T - 1, steps.schedule.coefficients.alphas_cumprod[0])


@pytest.mark.parametrize(
    "given",
    [(80.5, 5, 0.5), np.array([80.5, 5, 0.5]), iter([80.5, 5, 0.5]), torch.tensor([80.5, 5, 0.5], requires_grad=True)],
    ids=["tuple", "array", "iterator", "parameter"],
)
def test_a_list_is_anything_that_lists_numbers(given: Iterable[float]) -> None:
    assert Steps.from_spacing(LINEAR, timesteps=given).timesteps.tolist() == [80.5, 5, 0.5]


def test_a_list_may_name_its_end() -> None:
    assert Steps.from_spacing(LINEAR, sigmas=[10, 1, 0]).count == 2
    assert Steps.from_spacing(LINEAR, sigmas=[10, 1, 0.01000050], set_alpha_to_one=False).count == 2
    steps = Steps.from_spacing(LINEAR, timesteps=[500, 20, 0], set_alpha_to_one=False)
    assert steps.count == 2
    assert steps.alphas_cumprod[-1] == LINEAR.coefficients.alphas_cumprod[0]
    assert Steps.from_spacing(LINEAR, timesteps=[500, 20, 0]).count == 3


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"steps": 0}, "steps is 0; it must be a whole number from 1 to T = 1000."),
        ({"steps": 1001}, "steps is 1001; it must be a whole number from 1 to T = 1000."),
        ({"steps": 2.5}, "steps is 2.5"),
        ({"steps": None}, "steps is None"),
        ({"steps": "5"}, "steps is “5”; it must be a whole number"),
        ({"steps": 10**400}, "0; it must be a whole number from 1 to T = 1000."),
        ({"steps": np.array([5, 6])}, "steps is “[5 6]”; it must be a whole number"),
        ({"steps": 5, "spacing": None}, "There is no spacing “None”"),
        ({"steps": 5, "spacing": ["karras"]}, "There is no spacing “['karras']”; did you mean “karras”?"),
        ({"steps": 5, "spacing": "karras", "rho": 10**400}, "0; choose from 0.1 to 100."),
        (
            {"steps": 5, "set_alpha_to_one": np.array([])},
            "set_alpha_to_one of trailing is “[]”; choose from True, False.",
        ),
        ({"steps": 5, "spacing": "karas"}, "no spacing “karas”; did you mean “karras”?"),
        ({"steps": 5, "spacing": "karras", "rho": -1}, "rho of karras is -1; choose from 0.1 to 100."),
        ({"steps": 5, "spacing": "karras", "offset": 1}, "karras has no option “offset”"),
        ({"steps": 5, "spacing": "karras", "sigma_max": 1, "sigma_min": 2}, "sigma_max must be the larger"),
        ({"steps": 5, "spacing": "karras", "sigma_max": 500}, "σ is 500, but linear:T=1000 has 0.01"),
        ({"steps": 1000, "spacing": "leading", "offset": 1}, "timestep 1000, but the schedule has 0 to 999"),
        (
            {"steps": 5, "spacing": "leading", "set_alpha_to_one": False},
            "end at ᾱ_0, but the last timestep is 0, which is no noisier",
        ),
        ({"steps": 5, "timesteps": [9, 5]}, "steps is 5, but the list has 2"),
        ({"timesteps": [9, 9]}, "from timestep 9 to 9, which is not less noisy"),
        ({"timesteps": [3, 9]}, "from timestep 3 to 9"),
        ({"timesteps": [1000, 9]}, "timestep 1000, but the schedule has 0 to 999; keep the list within that range"),
        ({"timesteps": [9, -1]}, "timestep -1"),
        ({"timesteps": []}, "timesteps holds no level to visit"),
        ({"timesteps": ["nine"]}, "timesteps must be a list of numbers"),
        ({"timesteps": "987"}, "timesteps must be a list of numbers"),
        ({"timesteps": [10**400]}, "timesteps must be a list of numbers"),
        ({"timesteps": [math.nan]}, "timesteps must be a list of numbers"),
        ({"sigmas": [0]}, "sigmas holds no level to visit"),
        ({"sigmas": [200, 1]}, "σ is 200, but linear:T=1000 has 0.0100005 to 157.407; stay within that range."),
        ({"sigmas": [1, -1]}, "σ is -1"),
        ({"sigmas": [1], "timesteps": [1]}, "Both timesteps and sigmas are given"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(StepsError) as caught:
        Steps.from_spacing(LINEAR, **asked)  # type: ignore[arg-type]
    assert sentence in str(caught.value)
    assert isinstance(caught.value, StudioError)


def test_the_text_of_a_schedule_is_no_schedule() -> None:
    sentence = "Steps are laid out over a Schedule, not “linear:T=9”; Schedule.parse makes one."
    with pytest.raises(StepsError, match=sentence):
        Steps.from_spacing("linear:T=9", 5)  # type: ignore[arg-type]
    with pytest.raises(StepsError, match=sentence):
        Steps.from_schedule(LINEAR, "linear:T=9", 5)  # type: ignore[arg-type]
