"""The precomputed arrays: the article's numbers, sixty-digit arithmetic, and the identities that bind them."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.operators import ZeroSnr
from tests.diffusion.strategies import ALL_KINDS, schedules

SEED = [
    "betas",
    "alphas",
    "alphas_cumprod",
    "alphas_cumprod_prev",
    "sqrt_recip_alphas",
    "sqrt_alphas_cumprod",
    "sqrt_one_minus_alphas_cumprod",
    "posterior_variance",
]
NAMED = [
    *SEED,
    "alphas_cumprod_next",
    "log_one_minus_alphas_cumprod",
    "sqrt_recip_alphas_cumprod",
    "sqrt_recipm1_alphas_cumprod",
    "posterior_log_variance_clipped",
    "posterior_mean_coef1",
    "posterior_mean_coef2",
    "snr",
    "log_snr",
    "snr_db",
    "sigmas",
    "tau",
    "lambdas",
]


def exact(betas: list[float]) -> dict[str, list[float]]:
    """Every array of β_1 … β_T with T ≥ 2 and β < 1, each from its formula, in sixty digits."""
    rows: list[dict[str, Decimal]] = []
    one, previous = Decimal(1), Decimal(1)
    for beta in map(Decimal, betas):
        alpha = one - beta
        level = previous * alpha
        snr = level / (one - level)
        variance = beta * (one - previous) / (one - level)
        rows.append(
            {
                "betas": beta,
                "alphas": alpha,
                "alphas_cumprod": level,
                "alphas_cumprod_prev": previous,
                "sqrt_recip_alphas": (one / alpha).sqrt(),
                "sqrt_alphas_cumprod": level.sqrt(),
                "sqrt_one_minus_alphas_cumprod": (one - level).sqrt(),
                "posterior_variance": variance,
                "log_one_minus_alphas_cumprod": (one - level).ln(),
                "sqrt_recip_alphas_cumprod": (one / level).sqrt(),
                "sqrt_recipm1_alphas_cumprod": (one / level - one).sqrt(),
                "posterior_mean_coef1": beta * previous.sqrt() / (one - level),
                "posterior_mean_coef2": (one - previous) * alpha.sqrt() / (one - level),
                "snr": snr,
                "log_snr": snr.ln(),
                "snr_db": 10 * snr.log10(),
                "sigmas": (one - level).sqrt() / level.sqrt(),
                "tau": (one - level).sqrt() / ((one - level).sqrt() + level.sqrt()),
                "lambdas": (level.sqrt() / (one - level).sqrt()).ln(),
                "loss_weight_epsilon": snr,
                "min_snr_weight_epsilon": min(snr, Decimal(5)) / snr,
                "min_snr_weight_v": min(snr, Decimal(5)) / (snr + one),
                "min_snr_weight_x0": min(snr, Decimal(5)),
                "posterior_log_variance_clipped": variance.ln() if variance else Decimal(0),
                "vlb_weight": beta**2 / (2 * variance * alpha * (one - level)) if variance else Decimal(0),
            }
        )
        previous = level
    for name in ("posterior_log_variance_clipped", "vlb_weight"):
        rows[0][name] = rows[1][name]
    arrays = {name: [float(row[name]) for row in rows] for name in rows[0]}
    return arrays | {"alphas_cumprod_next": [*arrays["alphas_cumprod"][1:], 0.0]}


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule("linear", 300),
        Schedule("cosine", 40),
        Schedule("scaled_linear", 50, {"snr_shift": 16}),
        Schedule.from_betas([1e-12, 1e-9, 1e-5, 0.3, 0.999, 1e-12]),
        Schedule.from_betas([0.5, 0.5]),
    ],
    ids=str,
)
def test_every_array_equals_its_formula_in_sixty_digits(schedule: Schedule) -> None:
    with localcontext(prec=60):
        expected = exact(schedule.betas.tolist())
    assert {*expected, "log_snr_density"} == set(schedule.coefficients.arrays)
    for name, values in expected.items():
        np.testing.assert_allclose(
            schedule.coefficients[name], values, rtol=2e-12, atol=1e-14 if "log" in name else 1e-300, err_msg=name
        )


def test_the_seed_of_the_article() -> None:
    """Linear 1e-4 … 0.02 over 300 steps leaves 22 % of the signal; the article's own table says 4.5 %."""
    c = Schedule.parse("linear:T=300").coefficients
    assert round(float(c.alphas_cumprod[-1]), 4) == 0.0481
    assert round(float(c.sqrt_alphas_cumprod[-1]), 4) == 0.2192
    assert round(float(c.sqrt_one_minus_alphas_cumprod[-1]), 4) == 0.9757
    assert c.posterior_variance[0] == 0
    assert round(float(c.posterior_variance[-1]), 5) == 0.01998
    assert c.posterior_mean_coef1[0] == 1
    assert c.posterior_mean_coef2[0] == 0


def test_the_eight_of_the_seed_come_first_and_all_names_are_the_fields() -> None:
    arrays = Schedule("linear").coefficients.arrays
    assert set(SEED) <= set(NAMED) <= set(arrays)
    assert list(arrays)[:8] == SEED
    assert all(getattr(Schedule("linear").coefficients, name).shape == (300,) for name in arrays)


def test_arrays_are_computed_once_and_cannot_be_written() -> None:
    schedule = Schedule("cosine", 10)
    assert schedule.coefficients is schedule.coefficients
    for name, array in schedule.coefficients.arrays.items():
        assert array is getattr(schedule.coefficients, name)
        assert array.dtype == np.float64
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(TypeError):
        schedule.coefficients.arrays["betas"] = np.zeros(10)  # type: ignore[index]


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_single_step_has_every_array(kind: str) -> None:
    c = Schedule(kind, 1).coefficients
    assert c.alphas_cumprod_prev.tolist() == [1]
    assert c.alphas_cumprod_next.tolist() == [0]
    assert c.posterior_variance.tolist() == [0]
    assert c.posterior_log_variance_clipped.tolist() == [math.log(1e-20)]
    assert not any(np.isnan(array).any() for array in c.arrays.values())


def test_first_entries_without_a_value_copy_the_second() -> None:
    c = Schedule("linear").coefficients
    assert c.posterior_log_variance_clipped[0] == c.posterior_log_variance_clipped[1] == np.log(c.posterior_variance[1])
    assert c.vlb_weight[0] == c.vlb_weight[1]


def test_what_becomes_infinite_at_zero_terminal_snr_and_what_stays_finite() -> None:
    c = Schedule("linear", 100, {"zero_snr": 1}).coefficients
    infinite = {name for name, array in c.arrays.items() if np.isinf(array[-1])}
    assert infinite == {
        "sqrt_recip_alphas",
        "sqrt_recip_alphas_cumprod",
        "sqrt_recipm1_alphas_cumprod",
        "log_snr",
        "snr_db",
        "sigmas",
        "lambdas",
        "vlb_weight",
    }
    assert c.posterior_mean_coef1[-1] == c.sqrt_alphas_cumprod[-2]
    assert c.posterior_mean_coef2[-1] == 0


def test_nothing_survives_a_step_that_erases_everything() -> None:
    c = Schedule.from_betas([0.1, 1.0, 0.2, 0.3]).coefficients
    assert c.alphas_cumprod.tolist() == [0.9, 0, 0, 0]
    assert c.snr[1:].tolist() == [0, 0, 0]
    assert not any(np.isnan(array).any() for array in c.arrays.values())


def test_log_snr_goes_on_where_alpha_bar_underflows() -> None:
    c = Schedule("const", 100_000).coefficients
    assert c.alphas_cumprod[-1] < 1e-307
    np.testing.assert_allclose(c.log_snr[50_000:], np.arange(50_001, 100_001) * math.log(0.98), rtol=1e-10)


def test_density_of_log_snr_is_that_of_laplace() -> None:
    """Uniform t under the Laplace schedule draws log SNR from Laplace(μ, b): e^(−|l−μ|/b)/(2b)."""
    c = Schedule("laplace", 4000, {"mu": 1.0, "b": 0.5}).coefficients
    inner = slice(200, -200)
    expected = np.exp(-np.abs(c.log_snr - 1.0) / 0.5)
    np.testing.assert_allclose(c.log_snr_density[inner], expected[inner], rtol=1e-2)


def test_density_of_log_snr_sums_to_one() -> None:
    c = Schedule("cosine", 2000).coefficients
    assert np.trapezoid(c.log_snr_density, -c.log_snr) == pytest.approx(1, abs=2e-3)


def test_density_is_large_where_log_snr_stands_almost_still() -> None:
    """Where stored log SNR does not fall at all, since 1e-13 of 2000 is less than its last digit."""
    density = Schedule.from_betas([0.999] * 300 + [1e-13] * 3).coefficients.log_snr_density
    assert density[-1] == pytest.approx(1 / (303 * 1e-13), rel=1e-9)
    assert (density >= 0).all()


@settings(max_examples=200)
@given(schedules())
def test_identities_of_every_schedule(schedule: Schedule) -> None:
    c = schedule.coefficients
    signal, noise = c.sqrt_alphas_cumprod, c.sqrt_one_minus_alphas_cumprod
    left = np.concatenate([[0.0], noise[:-1] ** 2])
    at_mean = c.posterior_mean_coef1 + c.posterior_mean_coef2 * signal

    np.testing.assert_allclose(signal**2 + noise**2, 1, atol=1e-12)
    np.testing.assert_allclose(at_mean, np.sqrt(c.alphas_cumprod_prev), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(c.posterior_mean_coef2**2 * noise**2 + c.posterior_variance, left, rtol=1e-9)
    assert (c.posterior_variance >= 0).all()
    assert (c.posterior_variance <= c.betas * (1 + 1e-14)).all()
    assert c.posterior_variance[0] == 0


@settings(max_examples=200)
@given(schedules())
def test_every_schedule_is_sound(schedule: Schedule) -> None:
    c = schedule.coefficients
    for name, array in c.arrays.items():
        assert array.shape == (schedule.T,), name
        assert not np.isnan(array).any(), name
    assert ((c.betas > 0) & (c.betas <= 1)).all()
    assert ((c.alphas_cumprod >= 0) & (c.alphas_cumprod <= 1)).all()
    assert (c.alphas_cumprod_prev[1:] == c.alphas_cumprod[:-1]).all()

    visible = (c.alphas_cumprod > 1e-300) & (c.betas > 1e-15)
    assert (c.alphas_cumprod[visible] < c.alphas_cumprod_prev[visible]).all()
    assert (np.diff(c.alphas_cumprod) <= 0).all()
    assert schedule.values["zero_snr"] in (ZeroSnr.OFF, ZeroSnr.COMFYUI) or c.alphas_cumprod[-1] == 0


@pytest.mark.parametrize("operators", [{}, {"zero_snr": 1.0, "snr_shift": 0.01}], ids=["plain", "operators"])
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_hundred_thousand_steps(kind: str, operators: dict[str, float]) -> None:
    c = Schedule(kind, 100_000, operators).coefficients
    assert not any(np.isnan(array).any() for array in c.arrays.values())
    np.testing.assert_allclose(c.sqrt_alphas_cumprod**2 + c.sqrt_one_minus_alphas_cumprod**2, 1, atol=1e-10)
