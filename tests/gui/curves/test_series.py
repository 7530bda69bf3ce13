from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.interpolate import interp1d

from ddpm_studio.diffusion import CURVES
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.moment import NOISE_LEVELS, RELATIVE_SCALE, SCALES, T_SCALE
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.state.window import View
from ddpm_studio.ticks import linear_ticks
from tests.gui.curves.conftest import state_of


def test_plain_values_are_the_cores_own_arrays() -> None:
    state = state_of("linear:T=300", "cosine:T=1000")
    for entry in state.visible:
        for name in CURVES:
            assert series.values(state, entry, name) is entry.schedule.coefficients[name]


@pytest.mark.parametrize("scale", ["t", "t/T"])
def test_schedules_of_one_length_are_compared_step_by_step(scale: str) -> None:
    state = state_of("linear:T=300", "cosine:T=300", view=View.DIFFERENCE).at(0, scale)
    a, b = state.visible
    expected = b.schedule.coefficients.alphas_cumprod - a.schedule.coefficients.alphas_cumprod
    np.testing.assert_array_equal(series.values(state, b, "alphas_cumprod"), expected)


@pytest.mark.parametrize("steps", [100, 1000, 137])
def test_schedules_of_other_lengths_are_compared_at_the_same_relative_time(steps: int) -> None:
    state = state_of("linear:T=300", f"cosine:T={steps}", view=View.RATIO)
    a, b = state.visible
    at = interp1d(np.arange(1, 301) / 300, a.schedule.coefficients.snr, bounds_error=False)
    u = np.arange(1, steps + 1) / steps
    expected = b.schedule.coefficients.snr / at(u)
    np.testing.assert_allclose(series.values(state, b, "snr"), expected, rtol=1e-12)
    assert np.isnan(series.values(state, b, "snr")[u < 1 / 300]).all()


@pytest.mark.parametrize("steps", [100, 1000])
def test_schedules_of_other_lengths_are_compared_at_the_same_t_as_far_as_a_goes(steps: int) -> None:
    state = state_of("linear:T=300", f"cosine:T={steps}", view=View.DIFFERENCE).at(0, "t")
    a, b = (entry.schedule.coefficients.alphas_cumprod for entry in state.visible)
    found = series.values(state, state.visible[1], "alphas_cumprod")
    both = min(steps, 300)
    np.testing.assert_array_equal(found[:both], b[:both] - a[:both])
    assert np.isnan(found[both:]).all()


def test_schedules_are_compared_at_the_same_noise_level_where_a_reaches_it() -> None:
    state = state_of("linear:T=300", "cosine:T=1000,zero_snr=1", view=View.DIFFERENCE).at(0, "log_snr")
    a, b = (entry.schedule.coefficients for entry in state.visible)
    found = series.values(state, state.visible[1], "alphas_cumprod")
    reached = (b.log_snr <= a.log_snr[0]) & (b.log_snr >= a.log_snr[-1])
    assert 0 < reached.sum() < 1000
    assert not found[reached].any()
    assert np.isnan(found[~reached]).all()
    betas = series.values(state, state.visible[1], "betas")
    at = interp1d(a.log_snr, a.betas)
    np.testing.assert_allclose(betas[reached], b.betas[reached] - at(b.log_snr[reached]), rtol=1e-9, atol=1e-15)


def test_pure_noise_is_compared_with_pure_noise_alone() -> None:
    state = state_of("linear:T=20,zero_snr=1", "cosine:T=30,zero_snr=1", view=View.RATIO).at(0, "log_snr")
    a, b = (entry.schedule.coefficients for entry in state.visible)
    found = series.values(state, state.visible[1], "betas")
    assert found[-1] == b.betas[-1] / a.betas[-1]
    assert np.isnan(found[b.log_snr < a.log_snr[-2]][:-1]).all()


@pytest.mark.parametrize("scale", SCALES)
def test_a_schedule_compared_with_itself_is_the_same_at_every_step(scale: str) -> None:
    state = state_of("sqrt:T=300,zero_snr=1", view=View.DIFFERENCE).at(0, scale)
    assert not series.values(state, state.visible[0], "betas").any()


@pytest.mark.parametrize(("scale", "view"), list(product(SCALES, View)))
def test_a_single_value_is_that_of_the_whole_curve(scale: str, view: View) -> None:
    state = state_of("linear:T=300", "cosine:T=1000", view=view).at(0, scale)
    for entry in state.visible:
        whole = series.values(state, entry, "betas")
        for step in (1, 7, entry.schedule.T):
            np.testing.assert_equal(series.value_at(state, entry, "betas", step), whole[step - 1])
    assert np.isnan(series.value_at(state, entry, "betas", 0))


@pytest.mark.parametrize("kind", [*KINDS])
@pytest.mark.parametrize("steps", [1, 2, 40])
def test_no_schedule_breaks_a_range_in_any_view(kind: str, steps: int) -> None:
    specs = (f"linear:T=25,zero_snr={int(steps > 1)}", f"{kind}:T={max(steps, 1 if kind != 'linear_rescaled' else 21)}")
    for view in View:
        for axis in SCALES:
            state = state_of(*specs, view=view, axis=axis, log_curves=frozenset(CURVES))
            for curve in CURVES.values():
                drawn = [series.drawn(state, entry, curve) for entry in state.visible]
                assert all(np.isfinite(x).all() and np.isfinite(y).all() and len(x) == len(y) for x, y in drawn)
                low, high = series.y_range(state, curve, [series.extent_of(state, curve, y) for _, y in drawn])
                assert np.isfinite([low, high]).all()
                assert low < high


def test_a_logarithmic_axis_holds_the_logarithm_and_drops_what_has_none() -> None:
    state = state_of("linear:T=50,zero_snr=1")
    x, y = series.drawn(state, state.visible[0], CURVES["snr"])
    np.testing.assert_array_equal(x, np.arange(1, 50))
    np.testing.assert_allclose(10**y, state.visible[0].schedule.coefficients.snr[:-1], rtol=1e-12)


def test_logarithms_and_differences_have_no_logarithmic_axis() -> None:
    plain, difference = state_of("linear"), state_of("linear", view=View.DIFFERENCE)
    assert not series.can_be_log(plain, CURVES["snr_db"])
    assert not series.can_be_log(plain, CURVES["log_one_minus_alphas_cumprod"])
    assert series.can_be_log(plain, CURVES["alphas"])
    assert not series.can_be_log(difference, CURVES["snr"])


LOGARITHMS = ("log_snr", "snr_db", "lambdas", "log_one_minus_alphas_cumprod", "posterior_log_variance_clipped")


def test_the_logarithms_among_the_curves_are_known() -> None:
    """By what they are: each grows by the same amount where what it is the logarithm of grows by the same factor."""
    assert {name for name, curve in CURVES.items() if curve.logarithm} == set(LOGARITHMS)


@pytest.mark.parametrize("name", CURVES)
def test_only_of_what_is_no_logarithm_there_are_ratios(name: str) -> None:
    state = state_of("linear:T=300", "cosine:T=300", view=View.RATIO)
    a, b = (entry.schedule.coefficients[name] for entry in state.visible)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = b - a if name in LOGARITHMS else b / a
    np.testing.assert_array_equal(series.values(state, state.visible[1], name), expected)
    assert series.symbol_of(state, name) == CURVES[name].symbol + (" − A" if name in LOGARITHMS else " ÷ A")
    assert series.value_at(state, state.visible[0], name, 7) == (0 if name in LOGARITHMS else 1)


def test_the_ratio_of_the_snr_is_the_difference_in_decibels() -> None:
    state = state_of("linear:T=300", "cosine:T=1000", view=View.RATIO)
    b = state.visible[1]
    decibels, ratio = (series.value_at(state, b, name, 500) for name in ("snr_db", "snr"))
    assert decibels == pytest.approx(10 * np.log10(ratio), abs=1e-3)


def test_known_bounds_are_shown_whole() -> None:
    state = state_of("linear:T=300")
    low, high = series.y_range(state, CURVES["alphas_cumprod"], [(0.3, 0.4)])
    assert low < 0 < 1 < high < 1.1
    low, high = series.y_range(state, CURVES["betas"], [(0.01, 0.02)])
    assert low < 0
    assert 0.02 < high < 0.022


def test_x_reaches_to_the_longest_visible_schedule() -> None:
    state = state_of("linear:T=300", "cosine:T=1000")
    low, high = state.time_axis.shown()
    assert low < 0
    assert 1000 < high < 1050
    low, high = state_of("linear:T=300", "cosine:T=1000", axis=RELATIVE_SCALE).time_axis.shown()
    assert 1 < high < 1.05


@pytest.mark.parametrize("axis", [T_SCALE, RELATIVE_SCALE])
def test_cursors_stand_at_t_and_the_selected_one_reads_back_as_t(axis: str) -> None:
    for t, other in ((0, 0), (1, 3), (137, 457), (300, 1000)):
        state = state_of("linear:T=300", "cosine:T=1000", axis=axis).at(t, "t/T")
        a, b = state.entries
        assert series.cursor_x(state, a) == (t if axis == T_SCALE else t / 300)
        assert series.cursor_x(state, b) == (other if axis == T_SCALE else other / 1000)
        assert series.moved_to(state, series.cursor_x(state, a)) == state
    assert series.moved_to(state, -5.0).t == 0
    assert series.moved_to(state, 1e9).t == 300


@pytest.mark.parametrize("axis", sorted(NOISE_LEVELS))
def test_over_a_noise_level_whatever_follows_from_it_is_one_curve(axis: str) -> None:
    state = state_of("linear:T=300", "cosine:T=1000,zero_snr=1", axis=axis)
    (a_x, a_y), (b_x, b_y) = (series.drawn(state, entry, CURVES["sqrt_alphas_cumprod"]) for entry in state.visible)
    # At T there is nothing but noise, of which τ is 1.
    assert len(b_x) == (1000 if axis == "tau" else 999)
    inside = (a_x > b_x[0]) & (a_x < b_x[-1])
    assert inside.sum() > 250
    np.testing.assert_allclose(np.interp(a_x[inside], b_x, b_y), a_y[inside], atol=2e-4)


@pytest.mark.parametrize("axis", sorted(NOISE_LEVELS))
def test_a_cursor_over_a_noise_level_reads_back_as_its_step(axis: str) -> None:
    state = state_of("linear:T=300", "cosine:T=1000", axis=axis)
    low, high = state.time_axis.shown()
    for t in (1, 137, 300):
        there = state.at(t, axis)
        a, b = there.entries
        x = series.cursor_x(there, a)
        assert low < x < high
        assert series.moved_to(there, x) == there
        assert there.t_of(b) == b.schedule.T or abs(series.cursor_x(there, b) - x) < (high - low) / 20
    assert series.moved_to(state, low).t == 0


@pytest.mark.parametrize("values", [[0.3, 0.3 + 1e-16], [0.0, 1e-310], [5e-324, 5e-324], [-1e300, 1e300], [1e-4, 1e-4]])
def test_a_range_has_room_for_numbers_that_can_be_told_apart(values: list[float]) -> None:
    state = state_of("linear:T=300")
    low, high = series.y_range(state, CURVES["snr_db"], [series.extent_of(state, CURVES["snr_db"], np.array(values))])
    assert low < min(values) <= max(values) < high
    assert len(linear_ticks(low, high, 5)) > 1
