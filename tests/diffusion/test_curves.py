"""What can be plotted covers every coefficient, says what it is, and keeps its promises about the axis."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from ddpm_studio.diffusion import CURVES, Coefficients, Curve, Schedule
from ddpm_studio.diffusion.curves import SEED_CURVES
from tests.diffusion.strategies import schedules

ROUNDING = 1e-12


def numbers_at(schedule: Schedule, t: int) -> dict[str, float]:
    return {name: float(array[t - 1]) for name, array in schedule.coefficients.arrays.items()} | {"t": t}


def test_there_is_one_curve_for_every_coefficient() -> None:
    assert set(CURVES) == set(Coefficients.__annotations__)
    assert all(name == curve.name for name, curve in CURVES.items())


def test_the_eight_of_the_seed_come_first() -> None:
    assert SEED_CURVES == (
        "betas",
        "alphas",
        "alphas_cumprod",
        "alphas_cumprod_prev",
        "sqrt_recip_alphas",
        "sqrt_alphas_cumprod",
        "sqrt_one_minus_alphas_cumprod",
        "posterior_variance",
    )
    assert tuple(CURVES)[:8] == SEED_CURVES


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_every_curve_has_a_symbol_a_formula_and_one_sentence(curve: Curve) -> None:
    assert curve.symbol
    assert curve.formula
    assert curve.meaning.endswith(".")
    assert ". " not in curve.meaning
    assert 20 < len(curve.meaning) < 120


def test_symbols_are_told_apart() -> None:
    assert len({curve.symbol for curve in CURVES.values()}) == len(CURVES)


def test_formula_with_the_numbers_of_the_last_step() -> None:
    numbers = numbers_at(Schedule("linear"), 300)
    assert CURVES["sqrt_alphas_cumprod"].at_t.format(**numbers) == "x_t = 0.2192·x_0 + 0.9757·ε"
    assert CURVES["alphas"].at_t.format(**numbers) == "α_t = 1 − 0.02 = 0.98"
    assert CURVES["snr_db"].at_t.format(**numbers) == "10·log₁₀ 0.05048 = -12.97 dB"


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_formula_with_numbers_shows_the_value_of_the_curve(curve: Curve) -> None:
    numbers = numbers_at(Schedule("cosine", 100), 37)
    text = curve.at_t.format(**numbers)
    assert "{" not in text
    assert f"{numbers[curve.name]:.4g}" in text


@pytest.mark.parametrize("t", [1, 50])
@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_formula_can_be_filled_in_at_both_ends_of_zero_terminal_snr(curve: Curve, t: int) -> None:
    assert "nan" not in curve.at_t.format(**numbers_at(Schedule("linear", 50, {"zero_snr": 1}), t))


@settings(max_examples=100)
@given(schedules())
def test_every_schedule_stays_within_the_bounds_of_its_curves(schedule: Schedule) -> None:
    for name, curve in CURVES.items():
        values = schedule.coefficients[name]
        low, high = curve.bounds
        assert low is None or values.min() >= low - ROUNDING, (name, str(schedule))
        assert high is None or values.max() <= high + ROUNDING, (name, str(schedule))


def test_logarithmic_curves_have_something_to_show() -> None:
    for schedule in (Schedule("linear", 1000), Schedule("cosine", 1000, {"zero_snr": 1})):
        for curve in CURVES.values():
            values = schedule.coefficients[curve.name][1:-1]
            assert not curve.log or (values > 0).all(), curve.name


def test_names_are_the_fields_own() -> None:
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in CURVES)
