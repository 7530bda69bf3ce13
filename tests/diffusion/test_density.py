"""The density of log SNR under evenly drawn t, against published values and balls of Arb."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np
import pytest
from flint import arb

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from tests.diffusion.oracle import SMOOTH, Oracle
from tests.diffusion.test_oracle import OPERATORS, corners, looked_at, made
from tests.tiers import thinned

BOUND = 1e-7
"""ᾱ of a rounded 1 − ratio is known to no more than this where 1 − ᾱ is 1e-9."""

CLOSED = [name for name, kind in KINDS.items() if kind.density is not None]


def farthest(schedule: Schedule, steps: list[int]) -> tuple[float, str]:
    """The largest relative error of the density at these t, leaving out those that a bound of β is at work on."""
    oracle, density, worst, place = Oracle(schedule), schedule.coefficients.log_snr_density, 0.0, ""
    for t in steps:
        exact = oracle.density(t)
        if exact is not None and exact > arb(2) ** -1000:
            error = float(abs(arb(float(density[t - 1])) / exact - 1).upper())
            if not error <= worst:
                worst, place = error, f"{schedule} at t = {t}: {density[t - 1]}, {exact}"
    return worst, place


@pytest.mark.parametrize(("kind", "T"), thinned(CLOSED, [1, 2, 10, 1000], one_in=2))
def test_the_density_of_a_closed_form_at_the_bounds_of_every_parameter(kind: str, T: int) -> None:
    random = Random(f"{kind} {T}")
    for given in corners(kind):
        schedule = made(kind, T, {**given, **random.choice(OPERATORS)})
        if schedule is not None:
            error, place = farthest(schedule, looked_at(T, random))
            assert error <= BOUND, place


@pytest.mark.parametrize(("kind", "operators"), thinned(CLOSED, OPERATORS, one_in=3), ids=str)
def test_the_density_under_every_operator_to_the_last_digits(kind: str, operators: dict[str, float]) -> None:
    error, place = farthest(Schedule(kind, 1000, operators), looked_at(1000, Random(kind)))
    assert error <= 1e-10, place


def test_every_smooth_kind_has_a_closed_form() -> None:
    """That of `exp` is what the mean of two equal falls gives."""
    assert {*CLOSED, "exp"} == set(SMOOTH)
    error, place = farthest(Schedule("exp", 1000), looked_at(1000, Random(0)))
    assert error <= 1e-12, place


@pytest.mark.parametrize(
    ("log_snr", "cosine", "laplace", "even"),
    [
        (-10.0, 2.1446577750789558e-03, 2.061153622438558e-09, 4.5395807735951673e-05),
        (-4.0, 0.042303738603786896, 3.3546262790251e-04, 0.017662706213291107),
        (0.0, 0.15915494309189535, 1.0, 0.25),
        (2.4, 0.08789907145458942, 0.00822974704902003, 0.0762549990518522),
        (10.0, 2.1446577750789558e-03, 2.061153622438558e-09, 4.5395807735951673e-05),
    ],
)
def test_values_of_the_closed_forms(log_snr: float, cosine: float, laplace: float, even: float) -> None:
    """1/(2π cosh(½l)), e^(−2|l|) and 1/(4 cosh²(½l)) in forty digits."""
    at = np.array([log_snr])
    for kind, given, value in (
        ("cosine", {"s": 0.0, "max_beta": 1.0}, cosine),
        ("laplace", {"mu": 0.0, "b": 0.5}, laplace),
        ("linear_gamma", {}, even),
        ("jsd", {}, even),
    ):
        density = KINDS[kind].density
        assert density is not None
        assert density(at, **given)[0] == pytest.approx(value, rel=1e-13)


def exact_linear(T: int, t: int, beta_start: float, beta_end: float) -> float:
    """−du/dlog SNR of the one smooth ln ᾱ(t) = Σ ln(1 − β_s) that a Γ function is, from its logarithmic derivative."""
    step = (arb(beta_end) - arb(beta_start)) / (T - 1)
    whole = (1 - arb(beta_start)) / step + 1
    log_level = t * step.log() + whole.lgamma() - (whole - t).lgamma()
    slope = step.log() + (whole - t).digamma()
    return float(-(1 - log_level.exp()) / (slope * T))


@pytest.mark.parametrize("T", [10, 300, 1000, 100_000])
def test_the_density_of_linear_is_within_its_stated_error(T: int) -> None:
    density = Schedule("linear", T).coefficients.log_snr_density
    for t in (1, 2, 3, T // 3, T - 1):
        falls = -np.log1p(-Schedule("linear", T).betas)
        around = falls[max(t - 2, 0) : max(t - 2, 0) + 3]
        bound = 1.01 * abs(around[0] - 2 * around[1] + around[2]) / 6 / falls[t - 1] + 1e-11
        assert density[t - 1] == pytest.approx(exact_linear(T, t, 1e-4, 0.02), rel=bound), t
    assert density[-1] == pytest.approx(exact_linear(T, T, 1e-4, 0.02), rel=0.5 / T**2 + 1e-11)


def test_the_density_at_the_first_step_of_a_thousand() -> None:
    """What a difference of log SNR itself, which is −ln t there, makes of it is 44 % too much."""
    density = Schedule("linear", 1000).coefficients.log_snr_density
    assert density[0] == pytest.approx(exact_linear(1000, 1, 1e-4, 0.02), rel=1e-6)
    laplace = Schedule("laplace", 1000).coefficients.log_snr_density
    assert laplace[-1] == pytest.approx(1e-6, rel=1e-9)


def test_beyond_a_cap_the_density_is_that_of_the_capped_steps() -> None:
    c = Schedule("cosine", 1000, {"max_beta": 0.4}).coefficients
    capped = np.flatnonzero(c.betas >= 0.4)
    assert len(capped) > 2
    inner = capped[1:-1]
    np.testing.assert_allclose(c.log_snr_density[inner], 1 / (-1000 * np.log1p(-0.4)), rtol=1e-4)


def test_steps_that_a_floor_holds_are_dense() -> None:
    c = Schedule("cosine_power", 1000, {"tau": 100}).coefficients
    held = np.flatnonzero(c.betas < 2e-12)
    assert len(held) > 2
    np.testing.assert_allclose(c.log_snr_density[held[1:]], 1e9, rtol=1e-3)


def test_a_table_that_ends_in_pure_noise_has_the_density_of_what_made_it() -> None:
    """Of its last finite step a tenth is lost, since ln ᾱ is not smooth there, and of the first its own start."""
    made = Schedule("linear", 1000, {"zero_snr": 1})
    read = Schedule.from_betas(made.betas)
    ours, theirs = made.coefficients.log_snr_density, read.coefficients.log_snr_density
    np.testing.assert_allclose(theirs[1:900], ours[1:900], rtol=1e-4)
    assert theirs[-2] == pytest.approx(ours[-2], rel=0.15)
    assert ours[-1] == theirs[-1] == 0


def test_the_density_of_any_table_is_a_number() -> None:
    for betas, T in itertools.product(([0.3], [1.0], [1e-100], [0.3, 1.0], [1.0, 0.3], [1e-100, 0.5, 1e-100]), (1, 3)):
        density = Schedule.from_betas(betas * T).coefficients.log_snr_density
        assert (density >= 0).all()
        assert np.isfinite(density).all()
