"""Spread: how often its interval holds the true median, against exact tables, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ddpm_studio.errors import LabError
from ddpm_studio.lab.measures import PairedDistances, Spread
from tests.tiers import thinned

REPETITIONS = 2000
TRUE = {"normal": 0.0, "lognormal": 1.0, "exponential": np.log(2)}
"""Medians, by the names of NumPy's distributions."""


@pytest.mark.parametrize(("count", "kind"), thinned((6, 7, 8, 16, 64, 128), TRUE, one_in=4))
def test_the_interval_holds_the_true_median_as_often_as_it_says(count: int, kind: str) -> None:
    rows, true = getattr(np.random.default_rng(count), kind)(size=(REPETITIONS, count)), TRUE[kind]
    held = [each.low <= true <= each.high for each in Spread.of_rows(rows)]
    assert np.mean(held) == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize(("count", "alike"), thinned((8, 16, 64), (0.5, 0.98), one_in=3))
def test_the_interval_of_pairs_holds_the_true_ratio_as_often_as_it_says(count: int, alike: float) -> None:
    rng = np.random.default_rng(count)
    common, own = rng.normal(size=(2, REPETITIONS, count))
    a = np.exp(0.4 * common)
    b = 0.9 * np.exp(0.4 * (alike * common + np.sqrt(1 - alike**2) * own))
    ratios = [PairedDistances.of(*each).ratio for each in zip(b, a, strict=True)]
    # The median of ln b − ln a is ln 0.9: what is beside it is symmetric about 0.
    assert np.mean([each.low <= 0.9 <= each.high for each in ratios]) == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize("count", [6, 9, 20, 101])
def test_at_the_level_of_two_order_statistics_the_interval_is_exactly_these(count: int) -> None:
    k = count // 3
    level = 1 - 2 * stats.binom.cdf(k - 1, count, 0.5)
    values = np.random.default_rng(0).normal(size=count)
    found, ordered = Spread.of(values, level), np.sort(values)
    np.testing.assert_allclose([found.low, found.high], ordered[[k - 1, -k]], atol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_values_say_how_little_they_can(count: int) -> None:
    values = np.arange(count, dtype=float)
    found = Spread.of(values)
    assert (found.low, found.high, found.level) == (0.0, count - 1.0, 1 - 2.0 ** (1 - count))
    low, high = np.sort(np.random.default_rng(1).normal(size=(20000, count)))[:, [0, -1]].T
    assert np.mean((low <= 0) & (high >= 0)) == pytest.approx(found.level, abs=0.02)


def test_median_and_quartiles_are_those_of_numpy_and_rows_are_independent() -> None:
    rows = np.random.default_rng(2).normal(size=(5, 40))
    for row, found in zip(rows, Spread.of_rows(rows), strict=True):
        assert found == Spread.of(row) == Spread.of(row[::-1])
        np.testing.assert_allclose((found.lower, found.median, found.upper), np.percentile(row, (25, 50, 75)))


def test_ties_make_a_narrow_interval_and_many_pictures_no_trouble() -> None:
    assert (Spread.of(np.ones(64)).low, Spread.of(np.ones(64)).high) == (1.0, 1.0)
    found = Spread.of(np.random.default_rng(3).normal(size=4096))
    assert 0 < found.high - found.low < 0.1


def test_the_bootstrap_comes_to_much_the_same_where_there_are_many() -> None:
    values = np.random.default_rng(4).normal(size=401)
    theirs = stats.bootstrap((values,), np.median, method="percentile", rng=0, n_resamples=4000).confidence_interval
    found = Spread.of(values)
    np.testing.assert_allclose((found.low, found.high), tuple(theirs), atol=0.03)


@pytest.mark.parametrize("values", [[], [1.0, np.nan], [np.inf]])
def test_what_is_no_distance_is_refused(values: list[float]) -> None:
    with pytest.raises(LabError):
        Spread.of(values)
    with pytest.raises(LabError):
        PairedDistances.of(values, values)


def test_pairs_tell_what_the_medians_alone_do_not() -> None:
    rng = np.random.default_rng(5)
    b = rng.lognormal(0.0, 0.5, 64)
    a = b * rng.uniform(0.9, 1.0, 64)
    assert Spread.of(a).high > Spread.of(b).median
    assert PairedDistances.of(a, b).nearer
    assert PairedDistances.of(b, a).farther
    assert not PairedDistances.of(a, b).farther
    assert not PairedDistances.of(b, b).nearer


def test_five_pictures_are_never_sure() -> None:
    assert not PairedDistances.of(np.full(5, 0.5), np.ones(5)).nearer
    assert PairedDistances.of(np.full(6, 0.5), np.ones(6)).nearer


def test_no_distance_at_all_is_as_near_as_none() -> None:
    none, one = np.zeros(8), np.ones(8)
    assert PairedDistances.of(none, none).ratio.median == 1
    some = none + np.float64(1e-3)
    assert (PairedDistances.of(some, none).ratio.low, PairedDistances.of(none, some).ratio.high) == (np.inf, 0)
    assert PairedDistances.of(none, one).nearer
    assert PairedDistances.of(one, none).farther
    with pytest.raises(LabError, match="8 pictures cannot be paired with 7"):
        PairedDistances.of(none, one[1:])
