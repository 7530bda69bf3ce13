"""Quadratics and the trust region, on functions whose least value is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.lab.optimizing.quadratic import Quadratic
from ddpm_studio.lab.optimizing.trust_region import CostlyFunction, TrustRegion


def curved(size: int, seed: int = 0) -> tuple[Array, Array]:
    """A positive matrix of condition 30, and a vector."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.normal(size=(size, size)))[0]
    return (axes * np.geomspace(1, 30, size)) @ axes.T, rng.normal(size=size)


def searched(objective: CostlyFunction, start: Array, most: int = 400, least: float = 1e-4) -> TrustRegion:
    far = np.full(len(start), 9.0)
    region = TrustRegion(objective, start, -far, far, radius=0.3, least=least, most=most)
    region.search()
    return region


@pytest.mark.parametrize("size", [1, 2, 5])
def test_enough_points_make_the_quadratic_that_they_are_on(size: int) -> None:
    matrix, slope = curved(size)
    points = np.random.default_rng(1).normal(size=((size + 1) * (size + 2) // 2 + 2, size))
    values = 3 + points @ slope + 0.5 * np.einsum("ij,jk,ik->i", points, matrix, points)
    found = Quadratic.near(points, values, matrix)
    np.testing.assert_allclose(found.curvature, matrix, atol=1e-9)
    np.testing.assert_allclose(found.slope, slope, atol=1e-9)
    np.testing.assert_allclose(Quadratic.near(points, values, 0 * matrix).curvature, matrix, rtol=0.1, atol=0.3)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shift", [0.0, 20.0])
def test_no_step_within_the_radius_falls_further(seed: int, shift: float) -> None:
    matrix, slope = curved(3, seed)
    model = Quadratic(slope, matrix - shift * np.eye(3))
    step = model.least(0.5)
    rng = np.random.default_rng(2)
    directions = rng.normal(size=(20000, 3))
    tried = directions / np.linalg.norm(directions, axis=1)[:, None] * 0.5 * rng.uniform(0, 1, (20000, 1)) ** (1 / 3)
    assert np.linalg.norm(step) <= 0.5 * (1 + 1e-9)
    assert max(map(model.fall, tried)) <= model.fall(step) + 1e-12


@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_the_least_of_a_quadratic_is_found(size: int) -> None:
    matrix, slope = curved(size)
    region = searched(lambda x: float(0.5 * x @ matrix @ x + slope @ x), np.zeros(size))
    np.testing.assert_allclose(region.best, -np.linalg.solve(matrix, slope), atol=2e-2)
    assert len(region.values) < 40 * size


def test_a_bent_valley_is_followed() -> None:
    region = searched(lambda x: float(10 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2), np.array([-1.0, 1.0]))
    np.testing.assert_allclose(region.best, [1, 1], atol=0.02)


def test_where_there_is_no_value_nothing_is_counted() -> None:
    region = searched(lambda x: float(np.sum((x - 0.05) ** 2)) if x[0] < 0 else math.inf, np.full(2, -1.0))
    np.testing.assert_allclose(region.best, [0, 0.05], atol=0.15)
    assert np.isfinite(region.values).all()
    assert searched(lambda x: 1.0 if (x == 0).all() else math.inf, np.zeros(3)).values == [1.0]


@pytest.mark.parametrize("seed", range(6))
def test_it_goes_along_the_bounds_and_never_beyond(seed: int) -> None:
    matrix, slope = curved(4, seed)
    low, high = np.full(4, -0.2), np.full(4, 0.3)
    start = np.array([-0.2, 0.0, 0.3, 0.0])

    def objective(x: Array) -> float:
        assert ((x >= low) & (x <= high)).all()
        return float(0.5 * x @ matrix @ x + slope @ x)

    region = TrustRegion(objective, start, low, high, radius=0.1, least=1e-4, most=200)
    theirs = minimize(objective, start, bounds=list(zip(low, high, strict=True)), method="L-BFGS-B")
    assert objective(region.search()) == pytest.approx(theirs.fun, abs=2e-3)


def test_it_measures_no_more_than_it_may_and_always_the_same() -> None:
    matrix, slope = curved(4)
    first, again = (searched(lambda x: float(x @ matrix @ x + slope @ x), np.zeros(4), most=23) for _ in range(2))
    assert len(first.values) == 23
    np.testing.assert_array_equal(first.points, again.points)


def test_noise_below_what_counts_ends_it() -> None:
    rng = np.random.default_rng(0)
    region = searched(lambda x: float(np.sum(x**2)) + 1e-3 * rng.normal(), np.full(3, 0.7), least=0.01)
    assert len(region.values) < 150
    assert np.linalg.norm(region.best) < 0.15
