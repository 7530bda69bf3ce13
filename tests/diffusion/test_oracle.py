"""Every coefficient of every kind, to the last digits, against balls of Arb that contain its value."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from random import Random

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.errors import ScheduleError
from tests.diffusion.oracle import farthest
from tests.diffusion.strategies import CUT_OUT
from tests.tiers import thinned

BOUND = 1e-12
OPERATORS: tuple[dict[str, float], ...] = (
    {},
    {"zero_snr": 1},
    {"snr_shift": 1e-6},
    {"snr_shift": 1e6},
    {"zero_snr": 1, "snr_shift": 0.25},
    {"zero_snr": 2, "snr_shift": 3},
    {"zero_snr": 2, "snr_shift": 1e-6},
    {"zero_snr": 3},
    {"zero_snr": 3, "snr_shift": 1e6},
)
DRAWN, DRAWN_OF_MANY = 20, 200
"""Steps between the ends that are looked at where there are too many for all, and where there are more than MANY."""

MANY = 1000
DRAWN_CORNERS = 6
"""Of each kind, where there are too many steps for all of them."""


def corners(kind: str) -> Iterator[dict[str, float]]:
    """Each parameter at its default and at both of its bounds, together with all others."""
    parameters = KINDS[kind].parameters
    for values in itertools.product(*((p.default, p.low, p.high) for p in parameters)):
        yield {p.key: value for p, value in zip(parameters, values, strict=True)}


def made(kind: str, T: int, given: dict[str, float]) -> Schedule | None:
    """The schedule, or None where it has to start before it ends."""
    try:
        return Schedule(kind, T, given)
    except ScheduleError:
        assert kind in CUT_OUT
        return None


def looked_at(T: int, random: Random) -> list[int]:
    if T <= DRAWN:
        return list(range(1, T + 1))
    count = DRAWN_OF_MANY if T > MANY else DRAWN
    return sorted({1, 2, 3, T // 2, T // 2 + 1, T - 2, T - 1, T, *(random.randint(1, T) for _ in range(count))})


@pytest.mark.parametrize(("kind", "T"), thinned(KINDS, [1, 2, 3, 10, 300, 1000], one_in=3))
def test_every_coefficient_at_the_bounds_of_every_parameter(kind: str, T: int) -> None:
    random = Random(f"{kind} {T}")
    for given in corners(kind):
        schedule = made(kind, T, {**given, **random.choice(OPERATORS)})
        if schedule is not None:
            error, place = farthest(schedule, looked_at(T, random))
            assert error <= BOUND, place


@pytest.mark.parametrize(("kind", "T", "operators"), thinned(KINDS, [3, 1000, 100_000], OPERATORS, one_in=3), ids=str)
def test_every_coefficient_under_every_operator(kind: str, T: int, operators: dict[str, float]) -> None:
    error, place = farthest(Schedule(kind, T, operators), looked_at(T, Random(f"{kind} {T}")))
    assert error <= BOUND, place


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_coefficient_of_the_longest_schedules_at_corners_that_are_drawn(kind: str) -> None:
    """All of them take minutes, at T = 100,000."""
    random = Random(kind)
    every = list(corners(kind))
    for given in random.sample(every, min(DRAWN_CORNERS, len(every))):
        schedule = made(kind, 100_000, {**given, **random.choice(OPERATORS)})
        if schedule is not None:
            error, place = farthest(schedule, looked_at(100_000, random))
            assert error <= BOUND, place


@pytest.mark.parametrize(
    ("text", "t"),
    [
        pytest.param("cauchy:T=100000", 99_994, id="α underflows, √(1/α) doesn't"),
        pytest.param("cauchy:T=100000,zero_snr=1,snr_shift=4", 99_994, id="the same under operators"),
        pytest.param("cauchy:T=100000,mu=2.94,gamma=5.59", 275, id="little from the bound"),
        pytest.param("laplace:T=100000", 50_001, id="the quantiles turn at a step"),
        pytest.param("laplace:T=99999,mu=-20,b=2", 50_000, id="the quantiles turn between steps"),
        pytest.param("cosine_power:T=100000,tau=100,zero_snr=1,snr_shift=0.25", 28_483, id="little to the floor"),
        pytest.param("cosine_power:T=1000,tau=3.77708", 960, id="less to the floor"),
    ],
)
def test_every_coefficient_where_a_formula_ends_or_turns(text: str, t: int) -> None:
    error, place = farthest(Schedule.parse(text), range(t - 1, t + 3))
    assert error <= BOUND, place


def test_every_coefficient_where_noise_is_below_what_float64_holds_with_all_digits() -> None:
    """The smallest β that a file may have, under the shift that makes the most less of its noise."""
    schedule = Schedule.from_betas([1.7e-305, 2e-305, 3e-305, 0.7, 1 - 1e-16, 0.3], given={"snr_shift": 1e-6})
    error, place = farthest(schedule, range(1, 7))
    assert error <= BOUND, place


def test_the_oracle_notices_a_wrong_digit() -> None:
    """Of a table that differs in the twelfth digit of one β, nothing from there on is the original's."""
    betas = Schedule("linear", 100).betas.tolist()
    changed = Schedule.from_betas([*betas[:50], betas[50] * (1 + 1e-11), *betas[51:]])
    plain = Schedule("linear", 100)
    vars(plain)["coefficients"] = changed.coefficients
    assert farthest(plain, [51])[0] > BOUND


@pytest.mark.parametrize(
    ("text", "last"),
    [("logsnr_cosine:T=1000,min=-50", -50), ("laplace:T=1,mu=-20,b=2", -47.631), ("vp:T=3,beta_d=200", -100.1)],
)
def test_log_snr_ends_where_its_formula_does(text: str, last: float) -> None:
    """Where the last step leaves less than 1e-16 of ᾱ, of which β alone knows nothing."""
    assert Schedule.parse(text).coefficients.log_snr[-1] == pytest.approx(last, abs=1e-3)
