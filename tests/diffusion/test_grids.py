"""Grids: the spacings against their formulas and diffusers' lists, timesteps that carry their noise, and refusals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pytest
import scipy.stats
import torch
from diffusers import DDIMScheduler, EulerDiscreteScheduler
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ddpm_studio.diffusion import Grid, Schedule
from ddpm_studio.diffusion.levels import log_snr_at, timestep_at
from ddpm_studio.diffusion.spacings import beta_quantiles, spacings
from ddpm_studio.errors import GridError, StudioError
from tests.diffusion.strategies import schedules

LINEAR = Schedule.parse("linear:T=1000")
COSINE = Schedule.parse("cosine:T=1000")
ZERO_SNR = Schedule.parse("scaled_linear:T=1000,zero_snr=1")
OVER_SIGMAS = [name for name, spacing in spacings().items() if spacing.over == "sigmas"]


def check(grid: Grid, steps: int) -> None:
    """What every grid promises."""
    assert grid.steps == len(grid.timesteps) == steps
    assert len(grid.alphas_cumprod) == steps + 1
    assert np.all(np.diff(grid.log_snr) > 0)
    assert np.all(np.diff(grid.timesteps) < 0)
    assert 0 <= grid.timesteps[-1] <= grid.timesteps[0] <= grid.schedule.T - 1


@settings(deadline=None, max_examples=150)
@given(schedules(), st.sampled_from(list(spacings())), st.data())
def test_steps_asked_are_steps_run_with_falling_noise_or_a_sentence_says_why(
    schedule: Schedule, spacing: str, data: st.DataObject
) -> None:
    steps = data.draw(st.integers(1, schedule.T), label="steps")
    clean = data.draw(st.booleans(), label="set_alpha_to_one")
    try:
        grid = Grid.from_spacing(schedule, steps, spacing, set_alpha_to_one=clean)
    except GridError:
        event("refused")
        return
    check(grid, steps)
    assert (grid.alphas_cumprod[-1] == 1) == clean or schedule.coefficients.alphas_cumprod[0] == 1


@pytest.mark.parametrize("spacing", spacings())
@pytest.mark.parametrize("schedule", [LINEAR, COSINE, ZERO_SNR], ids=str)
@pytest.mark.parametrize("steps", [1, 2, 3, 20, 999])
def test_usual_schedules_take_any_number_of_steps(schedule: Schedule, spacing: str, steps: int) -> None:
    grid = Grid.from_spacing(schedule, steps, spacing)
    check(grid, steps)
    assert grid.alphas_cumprod[-1] == 1
    assert not grid.timesteps.flags.writeable
    assert not grid.alphas_cumprod.flags.writeable


@pytest.mark.parametrize("spacing", ["leading", "trailing", "linspace"])
@pytest.mark.parametrize(
    ("T", "steps"),
    [(1000, 10), (1000, 30), (1000, 7), (300, 50), (37, 36), (50, 50), (1000, 27), (1000, 31), (1000, 48), (100, 24)],
)
def test_the_spacings_of_diffusers(spacing: str, T: int, steps: int) -> None:
    scheduler = DDIMScheduler(num_train_timesteps=T, timestep_spacing=spacing)
    scheduler.set_timesteps(steps)
    grid = Grid.from_spacing(Schedule.parse(f"linear:T={T}"), steps, spacing)
    assert grid.timesteps.tolist() == scheduler.timesteps.tolist()


def test_the_formulas() -> None:
    def timesteps(spacing: str, steps: int, **options: object) -> list[float]:
        return Grid.from_spacing(LINEAR, steps, spacing, **options).timesteps.tolist()

    assert timesteps("leading", 4) == [750, 500, 250, 0]
    assert timesteps("leading", 4, offset=1) == [751, 501, 251, 1]
    assert timesteps("trailing", 4) == [999, 749, 499, 249]
    assert timesteps("linspace", 4) == [999, 666, 333, 0]
    assert timesteps("linspace", 3, set_alpha_to_one=False) == [999, 666, 333]
    assert timesteps("sgm_uniform", 4) == [999, 749.25, 499.5, 249.75]


def test_the_levels_over_sigma() -> None:
    first, last = 157.40687, 0.01000050

    def sigmas(spacing: str, **options: object) -> list[float]:
        return Grid.from_spacing(LINEAR, 3, spacing, **options).sigmas.tolist()

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
@pytest.mark.parametrize("steps", [5, 20])
def test_karras_levels_and_timesteps_are_those_of_diffusers(steps: int) -> None:
    scheduler = EulerDiscreteScheduler(use_karras_sigmas=True)
    scheduler.set_timesteps(steps)
    grid = Grid.from_spacing(LINEAR, steps, "karras")
    np.testing.assert_allclose(grid.sigmas, scheduler.sigmas, rtol=2e-4)
    np.testing.assert_allclose(grid.timesteps, scheduler.timesteps, atol=0.05)


@pytest.mark.parametrize(("alpha", "beta"), [(0.6, 0.6), (0.5, 0.5), (1, 1), (0.3, 2.5), (5, 0.8), (10, 10)])
def test_beta_quantiles_against_scipy(alpha: float, beta: float) -> None:
    q = np.concatenate([np.linspace(0, 1, 501), [1e-9, 1 - 1e-9]])
    np.testing.assert_allclose(beta_quantiles(q, alpha, beta), scipy.stats.beta.ppf(q, alpha, beta), atol=1e-9)


def test_beta_spacing_is_that_of_its_quantiles() -> None:
    grid = Grid.from_spacing(LINEAR, 8, "beta")
    quantiles = scipy.stats.beta.ppf(1 - np.arange(8) / 8, 0.6, 0.6)
    np.testing.assert_allclose(grid.timesteps, 999 * quantiles, atol=1e-6)


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
        grid = Grid.from_spacing(schedule, 50)
        trained = schedule.coefficients.alphas_cumprod[grid.timesteps.astype(int)]
        np.testing.assert_allclose(grid.alphas_cumprod[:-1], trained, rtol=1e-12)


def test_levels_in_between_are_linear_in_log_snr() -> None:
    grid = Grid.from_spacing(LINEAR, timesteps=[500.25, 3.5])
    log_snr = LINEAR.coefficients.log_snr
    assert grid.log_snr[0] == pytest.approx(0.75 * log_snr[500] + 0.25 * log_snr[501], rel=1e-12)
    assert grid.log_snr[1] == pytest.approx((log_snr[3] + log_snr[4]) / 2, rel=1e-12)


def test_pure_noise_comes_first_where_training_had_it() -> None:
    for spacing in ("trailing", "linspace", "sgm_uniform", "beta", *OVER_SIGMAS):
        grid = Grid.from_spacing(ZERO_SNR, 10, spacing)
        assert grid.starts_pure, spacing
        assert grid.alphas_cumprod[0] == 0
        assert grid.timesteps[0] == 999
        assert grid.sigmas[0] == np.inf
        assert np.isfinite(grid.sigmas[1:]).all()


def test_levels_that_share_a_whole_timestep_are_kept_apart_and_counted() -> None:
    grid = Grid.from_spacing(COSINE, 20, "karras")
    check(grid, 20)
    distinct = len(set(grid.nearest_timesteps.tolist()))
    assert distinct == 12
    (finding,) = grid.findings
    assert finding.code == "coinciding_timesteps"
    assert finding.values == {"count": 8, "steps": 20}
    assert Grid.from_spacing(COSINE, 20).findings == ()


def test_another_schedule_by_equal_log_snr() -> None:
    other = Schedule.parse("scaled_linear:T=400,beta_start=0.0015,beta_end=0.03")
    grid = Grid.from_schedule(LINEAR, other, 25)
    theirs = Grid.from_spacing(other, 25)
    np.testing.assert_allclose(grid.alphas_cumprod, theirs.alphas_cumprod, rtol=1e-12)
    trained = np.interp(grid.timesteps, np.arange(1000), LINEAR.coefficients.log_snr)
    np.testing.assert_allclose(trained, grid.log_snr[:-1], rtol=1e-9)
    assert not np.array_equal(grid.timesteps, np.round(grid.timesteps))
    assert grid.findings == ()


def test_every_level_of_another_schedule_when_no_steps_are_named() -> None:
    other = Schedule.parse("cosine:T=40")
    grid = Grid.from_schedule(COSINE, other)
    np.testing.assert_allclose(grid.alphas_cumprod[:-1], other.coefficients.alphas_cumprod[::-1], rtol=1e-9)


def test_along_itself_nothing_changes() -> None:
    for schedule in (LINEAR, COSINE, ZERO_SNR):
        grid, same = Grid.from_spacing(schedule, 12), Grid.from_schedule(schedule, schedule, 12)
        np.testing.assert_allclose(same.timesteps, grid.timesteps, atol=1e-8)
        np.testing.assert_array_equal(same.log_snr, grid.log_snr)


@pytest.mark.parametrize(
    ("steps", "clean"),
    [(1, True), (1, False), (2, True), (2, False), (20, True), (20, False), (300, True), (300, False), (1000, True)],
)
def test_noise_beyond_training_is_brought_to_its_end_and_counted(steps: int, clean: bool) -> None:
    grid = Grid.from_schedule(LINEAR, COSINE, steps, set_alpha_to_one=clean)
    check(grid, steps)
    assert grid.timesteps[0] == 999
    assert grid.sigmas[0] == pytest.approx(157.407, rel=1e-5)
    np.testing.assert_allclose(log_snr_at(LINEAR, grid.timesteps), grid.log_snr[:-1], rtol=1e-9)
    assert "levels_outside_training" in {finding.code for finding in grid.findings}


def test_all_of_another_schedule_beyond_training() -> None:
    short = Schedule.from_betas([0.5, 0.2])
    grid = Grid.from_schedule(short, Schedule.parse("vp:T=1000,beta_min=0.001"), 200)
    check(grid, 200)


def test_explicit_timesteps_and_sigmas() -> None:
    timesteps = [999, 850, 736, 645, 545, 455, 343, 233, 124, 24]
    stable = Schedule.parse("scaled_linear:T=1000")
    grid = Grid.from_spacing(stable, timesteps=timesteps)
    check(grid, 10)
    assert grid.timesteps.tolist() == timesteps
    published = [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029]
    grid = Grid.from_spacing(stable, sigmas=published)
    np.testing.assert_allclose(grid.sigmas, [*published, 0], rtol=1e-12)
    np.testing.assert_allclose(grid.timesteps[:-1], timesteps, atol=6)


@pytest.mark.parametrize("T", [2, 3, 50, 1000])
def test_as_many_even_steps_as_the_schedule_has_are_kept_apart(T: int) -> None:
    grid = Grid.from_spacing(Schedule.parse(f"linear:T={T}"), T, "linspace", set_alpha_to_one=False)
    check(grid, T)
    assert (grid.timesteps[0], grid.alphas_cumprod[-1]) == (T - 1, grid.schedule.coefficients.alphas_cumprod[0])


@pytest.mark.parametrize(
    "given",
    [(80.5, 5, 0.5), np.array([80.5, 5, 0.5]), iter([80.5, 5, 0.5]), torch.tensor([80.5, 5, 0.5], requires_grad=True)],
    ids=["tuple", "array", "iterator", "parameter"],
)
def test_a_list_is_anything_that_lists_numbers(given: Iterable[float]) -> None:
    assert Grid.from_spacing(LINEAR, timesteps=given).timesteps.tolist() == [80.5, 5, 0.5]


def test_a_list_may_name_its_end() -> None:
    assert Grid.from_spacing(LINEAR, sigmas=[10, 1, 0]).steps == 2
    assert Grid.from_spacing(LINEAR, sigmas=[10, 1, 0.01000050], set_alpha_to_one=False).steps == 2
    grid = Grid.from_spacing(LINEAR, timesteps=[500, 20, 0], set_alpha_to_one=False)
    assert grid.steps == 2
    assert grid.alphas_cumprod[-1] == LINEAR.coefficients.alphas_cumprod[0]
    assert Grid.from_spacing(LINEAR, timesteps=[500, 20, 0]).steps == 3


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
        ({"steps": 5, "spacing": "leading", "set_alpha_to_one": False}, "end at ᾱ_0, but its last timestep is 0"),
        ({"steps": 5, "timesteps": [9, 5]}, "5 steps are asked for, but the list has 2"),
        ({"timesteps": [9, 9]}, "from timestep 9 to 9, which is not less noisy"),
        ({"timesteps": [3, 9]}, "from timestep 3 to 9"),
        ({"timesteps": [1000, 9]}, "timestep 1000, but the schedule has 0 to 999; keep a list within these"),
        ({"timesteps": [9, -1]}, "timestep -1"),
        ({"timesteps": []}, "timesteps holds no level to visit"),
        ({"timesteps": ["nine"]}, "timesteps must be a list of numbers"),
        ({"timesteps": "987"}, "timesteps must be a list of numbers"),
        ({"timesteps": [10**400]}, "timesteps must be a list of numbers"),
        ({"timesteps": [math.nan]}, "timesteps must be a list of numbers"),
        ({"sigmas": [0]}, "sigmas holds no level to visit"),
        ({"sigmas": [200, 1]}, "σ is 200, but linear:T=1000 has 0.0100005 to 157.407; keep within these."),
        ({"sigmas": [1, -1]}, "σ is -1"),
        ({"sigmas": [1], "timesteps": [1]}, "Both timesteps and sigmas are given"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(GridError) as caught:
        Grid.from_spacing(LINEAR, **asked)  # type: ignore[arg-type]
    assert sentence in str(caught.value)
    assert isinstance(caught.value, StudioError)


def test_the_text_of_a_schedule_is_no_schedule() -> None:
    sentence = "A grid is laid out over a Schedule, not “linear:T=9”; Schedule.parse makes one."
    with pytest.raises(GridError, match=sentence):
        Grid.from_spacing("linear:T=9", 5)  # type: ignore[arg-type]
    with pytest.raises(GridError, match=sentence):
        Grid.from_schedule(LINEAR, "linear:T=9", 5)  # type: ignore[arg-type]
