"""Distances: closed forms, optimal assignment and SciPy as judges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import linear_sum_assignment

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import LabError
from ddpm_studio.lab.measures import covariance_error, mean_error, rms_per_picture, sliced_wasserstein

RNG = np.random.default_rng(0)
A = RNG.normal(size=(24, 3, 5, 4))
B = RNG.normal(0.3, 1.4, size=(36, 3, 5, 4))


def optimal(a: Array, b: Array) -> float:
    """The 2-Wasserstein distance of single values by assignment, each as often as makes both sets equally large."""
    size = np.lcm(len(a), len(b))
    x, y = (np.repeat(each.ravel(), size // len(each)) for each in (a, b))
    costs = (x[:, None] - y) ** 2
    return float(np.sqrt(costs[linear_sum_assignment(costs)].mean()))


def test_each_picture_has_the_rms_of_its_own_difference() -> None:
    a, b = A.astype(np.float32), A.astype(np.float32) + np.arange(24, dtype=np.float32)[:, None, None, None]
    np.testing.assert_allclose(rms_per_picture(a, b), np.arange(24), rtol=1e-6, atol=1e-7)
    assert rms_per_picture(a, b).dtype == np.float64
    assert rms_per_picture(A[:0], A[:0]).shape == (0,)


@pytest.mark.parametrize(("n", "m"), [(12, 12), (5, 7), (6, 9), (1, 4)])
def test_single_values_are_moved_optimally(n: int, m: int) -> None:
    a, b = RNG.normal(size=(n, 1)), RNG.normal(1, 2, size=(m, 1))
    assert sliced_wasserstein(a, b) == pytest.approx(optimal(a, b), rel=1e-9)
    assert sliced_wasserstein(a, a + 3) == pytest.approx(stats.wasserstein_distance(a.ravel(), a.ravel() + 3))


def test_a_sliced_distance_is_the_mean_over_its_directions() -> None:
    a, b = RNG.normal(size=(20, 2)), RNG.normal((1, 0), (1, 3), size=(20, 2))
    angles = np.linspace(0, np.pi, 721)[:-1]
    whole = np.mean([optimal(a @ d, b @ d) ** 2 for d in np.stack([np.cos(angles), np.sin(angles)], axis=1)])
    assert sliced_wasserstein(a, b, projections=4000) == pytest.approx(np.sqrt(whole), rel=0.03)


def test_a_shift_of_all_is_as_far_as_its_rms() -> None:
    shifted = A + RNG.normal(size=A.shape[1:])
    rms = rms_per_picture(A, shifted)
    assert sliced_wasserstein(A, shifted, projections=20000) == pytest.approx(rms[0], rel=0.02)


def test_no_pairing_is_nearer_and_no_order_counts() -> None:
    other = A + RNG.normal(0, 0.5, A.shape)
    assert sliced_wasserstein(A, other) < np.sqrt(np.mean(rms_per_picture(A, other) ** 2))
    assert sliced_wasserstein(A, other[::-1]) == pytest.approx(sliced_wasserstein(A, other), rel=1e-12)
    assert sliced_wasserstein(A, A[::-1]) == pytest.approx(0, abs=1e-12)


def test_the_seed_decides_and_is_all_that_does() -> None:
    assert sliced_wasserstein(A, B, 1) == sliced_wasserstein(A, B, 1) != sliced_wasserstein(A, B, 2)
    assert sliced_wasserstein(A, B, 1) == pytest.approx(sliced_wasserstein(A, B, 2), rel=0.1)


def test_mean_and_covariance_are_those_of_numpy() -> None:
    x, y = A.reshape(24, -1), B.reshape(36, -1)
    assert mean_error(A, B) == pytest.approx(np.sqrt(np.mean((x.mean(0) - y.mean(0)) ** 2)))
    cov_x, cov_y = np.cov(x.T), np.cov(y.T)
    whole = np.linalg.norm(cov_x - cov_y) / np.linalg.norm(cov_y)
    assert covariance_error(A, B) == pytest.approx(whole, rel=1e-9)
    assert covariance_error(A, A + 5) == pytest.approx(0, abs=1e-6)


def test_a_set_without_covariance_is_infinitely_far_from_one_with() -> None:
    assert covariance_error(A, np.zeros_like(A)) == np.inf
    assert covariance_error(np.ones_like(A), np.zeros_like(A)) == 0


@pytest.mark.parametrize("measure", [sliced_wasserstein, mean_error, covariance_error])
def test_other_shapes_and_too_few_are_refused(measure: Callable[[Array, Array], float]) -> None:
    with pytest.raises(LabError, match=r"\(3, 5, 4\) cannot be compared with ones of shape \(5, 4\)"):
        measure(A, B[:, 0])
    with pytest.raises(LabError, match="set of 0 pictures is too small"):
        measure(A, B[:0])


def test_pictures_one_by_one_need_as_many() -> None:
    with pytest.raises(LabError, match="one by one"):
        rms_per_picture(A, B)
    with pytest.raises(LabError, match="set of 1 pictures is too small"):
        covariance_error(A[:1], B)
