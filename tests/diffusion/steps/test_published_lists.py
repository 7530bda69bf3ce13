"""Spacings against lists that others publish and print: ComfyUI's own, and the tables of papers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule, Steps
from ddpm_studio.diffusion.steps.gits_tables import COEFFICIENTS, LADDER, gits_table
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.spacings import SPACINGS

STABLE = "scaled_linear:T=1000"
FLOW = "flow:T=1000,shift=3"

COMFYUI = [
    (STABLE, "simple", 7, [14.614641, 6.70163, 3.528203, 2.061671, 1.276235, 0.790061, 0.438062, 0.0]),
    (STABLE, "normal", 4, [14.614641, 2.918307, 0.932358, 0.029167, 0.0]),
    (STABLE, "normal_comfyui", 4, [14.614641, 2.918307, 0.932358, 0.029167, 0.0]),
    (STABLE, "beta_comfyui", 8, [14.614641, 10.483473, 5.686592, 2.963613, 1.618279, 0.919833, 0.515391, 0.24327, 0.0]),
    (STABLE, "linear_quadratic_comfyui", 6, [14.614641, 14.492852, 14.371064, 14.249275, 12.58483, 7.835072, 0.0]),
    (FLOW, "normal_comfyui", 5, [1.0, 0.900359, 0.751121, 0.502985, 0.008929, 0.0]),
    (FLOW, "sgm_uniform_comfyui", 5, [1.0, 0.923342, 0.818923, 0.668327, 0.432225, 0.0]),
    (FLOW, "kl_optimal_comfyui", 5, [1.0, 0.669262, 0.415969, 0.201248, 0.002994, 0.0]),
]
"""What comfy/samplers.py returned for a schedule of Stable Diffusion, and for a flow with a shift of 3."""

BONG_TANGENT = [
    (10, "1 0.978045 0.947931 0.904317 0.836365 0.719834 0.5 0.25743 0.117461 0.043265 0"),
    (
        20,
        (
            "1 0.991707 0.981988 0.97045 0.956549 0.939505 0.918175 0.890832 0.85478 0.805723 0.736828 0.638139 0.5 "
            "0.359333 0.246392 0.165706 0.109378 0.06927 0.039794 0.017439 0"
        ),
    ),
]


def listed(spec: str, spacing: str, count: int, **options: Any) -> list[float]:
    """The list as ComfyUI has it, in σ or in τ."""
    schedule = Schedule.parse(spec)
    steps = Steps.from_spacing(schedule, count, spacing, **options)
    levels: list[float] = ModelSigmas(schedule).of_log_snr(steps.log_snr).tolist()
    return levels


@pytest.mark.parametrize(("spec", "spacing", "count", "expected"), COMFYUI)
def test_the_lists_of_comfyui(spec: str, spacing: str, count: int, expected: list[float]) -> None:
    assert listed(spec, spacing, count) == pytest.approx(expected, rel=2e-6, abs=1e-6)


@pytest.mark.parametrize(("count", "expected"), BONG_TANGENT)
def test_the_two_arctangents_of_bong_tangent(count: int, expected: str) -> None:
    numbers = [float(number) for number in expected.split()]
    assert listed("flow:T=1000", "bong_tangent", count) == pytest.approx(numbers, abs=1e-6)
    assert listed("linear:T=1000", "bong_tangent_comfyui", count) == pytest.approx(numbers, abs=1e-6)


@pytest.mark.parametrize(
    ("spacing", "asked", "run"),
    [
        ("ddim_uniform_comfyui", 20, 20),
        ("ddim_uniform_comfyui", 30, 31),
        ("ddim_uniform", 30, 30),
        ("beta_comfyui", 20, 20),
        ("beta_comfyui", 200, 199),
        ("beta", 200, 200),
        ("laplace_comfyui", 10, 9),
        ("laplace", 10, 10),
    ],
)
def test_only_what_is_called_comfyui_has_a_number_of_its_own(spacing: str, asked: int, run: int) -> None:
    steps = Steps.from_spacing(Schedule.parse(STABLE), asked, spacing)
    assert steps.count == run
    assert SPACINGS[spacing].exact or spacing.endswith("_comfyui")


def test_ladders_of_timesteps() -> None:
    linear = Schedule.parse("linear:T=1000")
    assert Steps.from_spacing(linear, 20, "simple").timesteps.tolist() == list(range(999, 0, -50))
    assert Steps.from_spacing(linear, 20, "ddim_uniform").timesteps.tolist() == list(range(951, 0, -50))
    quantiles = [999, 917.9160493940019, 789.7937777642697, 645.3441023729682, 498.97637569655706, 360.7228292189117]
    quantiles += [238.1680163929181, 137.1250026986482, 61.93757502444451, 15.632566881590142]
    assert Steps.from_spacing(linear, 10, "beta57").timesteps.tolist() == pytest.approx(quantiles, abs=1e-6)
    asked = Steps.from_spacing(linear, 10, "beta", alpha=0.5, beta=0.7).timesteps.tolist()
    assert asked == pytest.approx(quantiles, abs=1e-6)


def test_laplace_of_comfyui_ends_where_its_list_does() -> None:
    levels = np.array(listed(STABLE, "laplace_comfyui", 10))
    x = 0.5 - np.linspace(0, 1, 10)
    expected = np.exp(-0.5 * np.sign(x) * np.log(1 - 2 * np.abs(x) + 1e-5)).clip(0.029167, 14.614641)
    np.testing.assert_allclose(levels, expected, rtol=2e-5)


def test_kl_optimal_with_the_spread_of_the_data() -> None:
    ends = {"sigma_max": 14.6146, "sigma_min": 0.0292}
    half = [14.6146, 2.486357338, 1.317554792, 0.859354604, 0.604328907, 0.43442815, 0.307301776, 0.20368099]
    assert listed(STABLE, "kl_optimal", 10, std=0.5, **ends)[:8] == pytest.approx(half, rel=1e-7)
    whole = [4.232416221, 2.393766957, 1.597104566]
    assert listed(STABLE, "kl_optimal", 10, **ends)[1:4] == pytest.approx(whole, rel=1e-7)


def test_laplace_is_even_in_the_area_of_its_distribution() -> None:
    levels = np.array(listed(STABLE, "laplace", 30, mu=0.3, spread=0.7)[:-1])
    x = (np.log(levels) - 0.3) / 0.7
    area = np.where(x < 0, 0.5 * np.exp(x), 1 - 0.5 * np.exp(-x))
    np.testing.assert_allclose(np.diff(area), np.diff(area)[0], rtol=1e-9)


def test_align_your_steps() -> None:
    stable = [14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177, 1.3943805092, 0.9642583904]
    stable += [0.6523686016, 0.3977456272, 0.1515232662, 0]
    assert listed(STABLE, "ays", 10) == pytest.approx(stable, rel=1e-9)
    twenty = [14.614641229, 9.727466615, 6.474576096, 5.001565275, 3.863674598, 3.22662612]
    assert listed(STABLE, "ays", 20)[:6] == pytest.approx(twenty, rel=1e-8)
    assert listed(STABLE, "ays", 10, model="sdxl")[3] == 2.1811480769
    assert listed("ve:T=1000,sigma_max=1000", "ays", 10, model="svd")[:3] == pytest.approx([700, 54.5, 15.886])
    assert listed("ve:T=1000,sigma_max=1000", "ays", 10, model="deepfloyd")[0] == pytest.approx(160.41)


def test_tables_of_gits_fall_from_one_end_to_the_other_in_as_many_steps_as_they_say() -> None:
    assert len(COEFFICIENTS) == 15
    for coeff in COEFFICIENTS:
        for count in range(2, 21):
            table = gits_table(coeff, count)
            assert len(table) == count + 1
            assert list(table) == sorted(set(table), reverse=True)
            assert (table[0], table[-1]) == (LADDER[0], LADDER[-1]) == (14.61464119, 0.02916753)
    assert gits_table(1.5, 20)[:5] == (14.61464119, 2.45070267, 1.41535246, 0.95350921, 0.72133851)
    assert gits_table(1.2, 10)[-3:] == (0.19894916, 0.09824532, 0.02916753)
    assert listed(STABLE, "gits", 4, coeff=0.8) == pytest.approx([14.61464119, 11.54541874, 7.49001646, 3.07277966, 0])


def test_optimal_steps_of_flows() -> None:
    flux = [0.9968, 0.9886, 0.9819, 0.975, 0.966, 0.9471, 0.9158, 0.8287, 0.5512, 0.2808, 0]
    assert listed("flow:T=1000", "optimal_steps", 10) == pytest.approx(flux, rel=1e-9)
    assert listed("flow:T=1000", "optimal_steps", 20, model="wan")[0] == 1
    assert len(listed("flow:T=1000", "optimal_steps", 40, model="chroma")) == 41


def test_shifted_steps_of_flows() -> None:
    for shift in (1.0, 3.0):
        schedule = f"flow:T=1000,shift={shift}"
        expected = [shift * u / (1 + (shift - 1) * u) for u in (1, 0.75, 0.5, 0.25, 0)]
        assert listed(schedule, "flow_shift", 4) == pytest.approx(expected, rel=1e-12)
        assert listed("flow:T=1000", "flow_shift", 4, shift=shift) == pytest.approx(expected, rel=1e-12)
        trailing = Steps.from_spacing(Schedule.parse(schedule), 4).timesteps
        assert Steps.from_spacing(Schedule.parse(schedule), 4, "flow_shift").timesteps == pytest.approx(trailing)


def test_levels_that_a_schedule_does_not_reach_are_brought_to_its_end_and_told() -> None:
    short = Schedule.parse("linear:T=200")
    steps = Steps.from_spacing(short, 10, "ays")
    assert steps.sigmas[0] == pytest.approx(short.coefficients.sigmas[-1])
    assert steps.outside == int((np.array(listed(STABLE, "ays", 10)) > short.coefficients.sigmas[-1]).sum())
    assert steps.findings[0].code == "levels_outside_training"
