"""Pareto fronts against their definition, and orders against closed forms and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ddpm_studio.errors import LabError
from ddpm_studio.lab.measures import ReachedOrder, pareto_front


@pytest.mark.parametrize("seed", range(20))
def test_the_front_is_what_nothing_undercuts(seed: int) -> None:
    # Few different numbers, so that many are equal.
    cost, error = np.random.default_rng(seed).integers(0, 6, size=(2, 25)).astype(float)
    under = (cost[:, None] <= cost) & (error[:, None] <= error) & ((cost[:, None] < cost) | (error[:, None] < error))
    np.testing.assert_array_equal(pareto_front(cost, error), ~under.any(axis=0))


def test_what_is_no_number_is_on_no_front() -> None:
    assert pareto_front([1, 2, np.nan, 3], [np.nan, 1, 0, 0.5]).tolist() == [False, True, False, True]
    assert pareto_front([], []).tolist() == []


def test_a_line_is_that_of_scipy_and_its_deviation_too() -> None:
    rng = np.random.default_rng(0)
    calls = np.array([5, 8, 12, 20, 40, 80])
    errors = 3 * calls**-1.7 * rng.lognormal(0, 0.1, 6)
    theirs = stats.linregress(np.log(calls), np.log(errors))
    np.testing.assert_allclose(ReachedOrder.of(calls, errors), (-theirs.slope, theirs.stderr))


def test_a_weight_counts_as_so_many_points() -> None:
    calls, errors = [5.0, 10.0, 20.0], [0.3, 0.1, 0.02]
    weighted = ReachedOrder.of(calls, errors, [1, 3, 1]).order
    assert weighted == pytest.approx(ReachedOrder.of([5, 10, 10, 10, 20], [0.3, 0.1, 0.1, 0.1, 0.02]).order)
    assert ReachedOrder.of(calls, errors, [7, 21, 7]).order == pytest.approx(weighted)


def test_two_points_have_an_order_and_no_deviation() -> None:
    order, deviation = ReachedOrder.of([10, 20], [0.4, 0.1])
    assert (round(order, 12), deviation) == (2.0, np.inf)


@pytest.mark.parametrize(
    ("calls", "errors"), [([5], [1.0]), ([5, 5], [1.0, 2.0]), ([5, 6], [0.0, 1.0]), ([5, 6], [np.nan, 1.0]), ([], [])]
)
def test_what_has_no_order_is_refused(calls: list[float], errors: list[float]) -> None:
    with pytest.raises(LabError, match="two or more numbers of calls"):
        ReachedOrder.of(calls, errors)
