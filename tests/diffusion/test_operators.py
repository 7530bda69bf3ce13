"""Zero terminal SNR and the SNR shift against their definitions, in sixty digits where float64 would hide a loss."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array, levels_of_betas
from ddpm_studio.diffusion.operators import ZeroSnr, shift_snr, zero_terminal_snr
from tests.diffusion.strategies import ALL_KINDS, schedules

TINY = [
    [1e-12] * 6,
    [1e-3, 1e-6, 1e-9, 1e-12],
    [1e-12, 1e-9, 1e-6, 1e-3, 0.5, 0.999],
    [0.02, 0.999, 1e-12, 0.3, 1e-12],
]


@pytest.fixture(autouse=True)
def sixty_digits() -> Iterator[None]:
    with localcontext(prec=60):
        yield


def levels(betas: list[float]) -> Array:
    return levels_of_betas(np.array(betas))


def exact_levels(betas: list[float]) -> list[Decimal]:
    """ᾱ_0 … ᾱ_T."""
    levels = [Decimal(1)]
    for beta in betas:
        levels.append(levels[-1] * (1 - Decimal(beta)))
    return levels


def exact_betas(levels: list[Decimal]) -> list[float]:
    return [float(1 - after / before) for before, after in pairwise(levels)]


def exact_zero_terminal(betas: list[float]) -> list[float]:
    roots = [level.sqrt() for level in exact_levels(betas)[1:]]
    scale = roots[0] / (roots[0] - roots[-1])
    return exact_betas([Decimal(1), *(((root - roots[-1]) * scale) ** 2 for root in roots)])


def exact_shift(betas: list[float], factor: float) -> list[float]:
    c = Decimal(factor)
    return exact_betas([level / (c + (1 - c) * level) for level in exact_levels(betas)])


@pytest.mark.parametrize("betas", TINY)
def test_one_minus_alpha_bar_keeps_its_digits(betas: list[float]) -> None:
    c = Schedule.from_betas(betas).coefficients
    expected = [float(1 - level) for level in exact_levels(betas)[1:]]
    np.testing.assert_allclose(c.sqrt_one_minus_alphas_cumprod**2, expected, rtol=1e-14)
    logs = [float((1 - level).ln()) for level in exact_levels(betas)[1:]]
    np.testing.assert_allclose(c.log_one_minus_alphas_cumprod, logs, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("betas", TINY)
def test_zero_terminal_snr_in_sixty_digits(betas: list[float]) -> None:
    np.testing.assert_allclose(zero_terminal_snr(levels(betas))[0], exact_zero_terminal(betas), rtol=1e-14)


@pytest.mark.parametrize("factor", [1e-6, 0.25, 1.0, 3.0, 1e6])
@pytest.mark.parametrize("betas", TINY)
def test_shift_in_sixty_digits(betas: list[float], factor: float) -> None:
    np.testing.assert_allclose(shift_snr(levels(betas), factor)[0], exact_shift(betas, factor), rtol=1e-14)


@pytest.mark.parametrize("T", [1, 2, 3, 1000])
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_zero_terminal_snr_ends_in_nothing_and_leaves_the_first_step(kind: str, T: int) -> None:
    plain, rescaled = Schedule(kind, T).coefficients, Schedule(kind, T, {"zero_snr": 1}).coefficients
    assert rescaled.betas[-1] == 1
    assert rescaled.alphas_cumprod[-1] == 0
    assert rescaled.sqrt_one_minus_alphas_cumprod[-1] == 1
    if T > 1:
        assert rescaled.betas[0] == plain.betas[0]


def test_zero_terminal_snr_of_what_has_none_changes_nothing() -> None:
    for betas in ([0.1, 0.2, 1.0], [0.1, 1.0, 0.2, 1.0], [1.0]):
        np.testing.assert_array_equal(zero_terminal_snr(levels(betas)), levels(betas))


SD = "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012"


def test_zero_terminal_snr_of_comfyui_differs_in_its_last_level_alone() -> None:
    ours, zero = (Schedule.parse(f"{SD},zero_snr={form}").coefficients for form in ("comfyui", "1"))
    assert ours.sigmas[-1] == pytest.approx(4518.7636986558555, rel=1e-14)
    for name in ("betas", "alphas_cumprod", "log_snr"):
        np.testing.assert_array_equal(ours[name][:-1], zero[name][:-1])


@pytest.mark.parametrize("T", [1, 2, 1000, 100_000])
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_zero_terminal_snr_of_comfyui_leaves_some_of_the_picture(kind: str, T: int) -> None:
    c = Schedule(kind, T, {"zero_snr": ZeroSnr.COMFYUI}).coefficients
    assert np.isfinite(c.log_snr).all()
    assert T == 1 or c.log_snr[-1] <= c.log_snr[-2]
    assert c.alphas_cumprod[-1] <= 4.8973451890853435e-08 * (1 + 1e-14)


def test_both_sides_of_the_shift_are_the_same_without_one() -> None:
    before, after = (Schedule.parse(f"{SD},zero_snr={form}") for form in ("before", "after"))
    np.testing.assert_array_equal(before.betas, after.betas)
    assert (str(before), str(after)) == (f"{SD},zero_snr=1", f"{SD},zero_snr=after")


def test_operators_leave_their_argument_alone() -> None:
    given = levels([0.1, 0.2])
    zero_terminal_snr(given)
    shift_snr(given, 2.0)
    np.testing.assert_array_equal(given, levels([0.1, 0.2]))


def test_two_shifts_are_one_with_their_product() -> None:
    given = levels(Schedule("linear", 1000).betas.tolist())
    np.testing.assert_allclose(shift_snr(shift_snr(given, 3.0), 0.5), shift_snr(given, 1.5), rtol=1e-14, atol=1e-14)


def test_shift_follows_the_formula_of_its_alpha_bar() -> None:
    plain, shifted = Schedule("cosine", 1000).coefficients, Schedule("cosine", 1000, {"snr_shift": 3}).coefficients
    level = plain.alphas_cumprod
    np.testing.assert_allclose(shifted.alphas_cumprod, level / (3 - 2 * level), rtol=1e-11)


@settings(max_examples=150)
@given(schedules(operators=False), st.booleans(), st.floats(1e-6, 1e6))
def test_shift_moves_log_snr_by_its_logarithm(schedule: Schedule, zero_snr: bool, factor: float) -> None:
    plain = schedule.replace(zero_snr=zero_snr)
    shifted = plain.replace(snr_shift=factor)
    before, after = plain.coefficients.log_snr, shifted.coefficients.log_snr
    np.testing.assert_allclose(after, before - np.log(factor), rtol=1e-14, atol=1e-14)
    assert not zero_snr or shifted.coefficients.log_snr[-1] == -np.inf


def test_log_alpha_bar_goes_on_where_alpha_bar_underflows() -> None:
    logs = levels([0.5] * 2000)[2]
    np.testing.assert_allclose(logs, np.arange(1, 2001) * np.log(0.5), rtol=1e-15)
