"""Errors on Gaussian data: against closed forms, and against walking the tables with the best network."""

from __future__ import annotations

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers import gaussian_data
from ddpm_studio.diffusion.solvers.gaussian_data import Responses, gaussian_error, responses
from tests.diffusion.solvers import toy
from tests.diffusion.solvers.test_convergence import every_setting, variance

LINEAR = Schedule.parse("linear:T=1000")
VARIANCES = np.array([1e-4, 0.01, toy.C**2, 1.0, 4.0])


def table(solver: str, count: int = 20, spacing: str = "trailing", **options: object) -> SolverTable:
    return solver_table(solver, Steps.from_spacing(LINEAR, count, spacing), **options)


@pytest.mark.parametrize("count", [1, 5, 40])
def test_ddim_is_a_product_of_factors(count: int) -> None:
    """One step multiplies what x differs from its mean by (a a' e + s s')/(a² e + s²)."""
    steps = Steps.from_spacing(LINEAR, count)
    a, s = steps.signal[:, None], steps.noise[:, None]
    factors = (a[:-1] * a[1:] * VARIANCES + s[:-1] * s[1:]) / (a[:-1] ** 2 * VARIANCES + s[:-1] ** 2)
    found = gaussian_error(solver_table("ddim", steps), VARIANCES)
    np.testing.assert_allclose(found.variance, factors.prod(axis=0) ** 2 / VARIANCES, rtol=1e-10)
    np.testing.assert_allclose(found.mean, 1 - a[0] * factors.prod(axis=0), rtol=1e-10)
    np.testing.assert_allclose(found.kl, (found.variance - 1 - np.log(found.variance)) / 2, rtol=1e-12)


@pytest.mark.parametrize(("solver", "options"), list(every_setting())[::3], ids=str)
def test_equals_a_walk_with_the_best_network(solver: str, options: dict[str, object]) -> None:
    made = table(solver, 12, "karras", **options)
    a, s = toy.weights(made.log_snr[0])
    start = a**2 * toy.C**2 + s**2
    found = responses(made, np.array([toy.C**2]))
    total = found.start[0] ** 2 * start + ((made.C * found.added[:, 0]) ** 2).sum()
    assert total == pytest.approx(variance(made), rel=1e-9)
    mean = toy.sampled(made, x=np.zeros(1), noises=lambda row: np.zeros(1))
    assert toy.MU * found.mean[0] == pytest.approx(mean[0], rel=1e-9)


def test_a_solver_without_noise_that_is_exact_keeps_the_variance() -> None:
    """In the limit of many steps x ↦ x √(e/(a² e + s²)), which from N(0, 1) leaves nearly the variance of the data."""
    last = Steps.from_spacing(LINEAR, 1000, "log_snr", set_alpha_to_one=False)
    found = gaussian_error(solver_table("unipc", last, order=3), VARIANCES)
    a, s = toy.weights(last.log_snr[0])
    np.testing.assert_allclose(found.variance, 1 / (a**2 * VARIANCES + s**2), rtol=1e-5)


def test_directions_go_through_a_long_table_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = list[int]()

    def noting(table: SolverTable, variances: Array) -> Responses:
        taken.append(len(variances))
        return responses(table, variances)

    rows = table("unipc")
    whole = gaussian_error(rows, VARIANCES)
    monkeypatch.setattr(gaussian_data, "MOST_VALUES", 2 * rows.nfe)
    monkeypatch.setattr(gaussian_data, "responses", noting)
    for name, parts in gaussian_error(rows, VARIANCES)._asdict().items():
        np.testing.assert_allclose(parts, getattr(whole, name), rtol=1e-12)
    assert taken == [2, 2, 1]
