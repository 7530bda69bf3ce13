"""Search for steps on Gaussian pixels, whose best levels are worked out by hand, and how it is ended."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.levels import log_snr_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.table import walk
from ddpm_studio.errors import LabError
from ddpm_studio.interruption import Interrupted
from ddpm_studio.lab.measures import rms_per_picture
from ddpm_studio.lab.optimizing.standard_spacings import standard_steps
from ddpm_studio.lab.optimizing.steps_search import (
    RUNS_PER_LEVEL,
    StepsSearch,
    rounded,
    typical_distance,
)

LINEAR = Schedule("linear", 1000)
LEAST = float(LINEAR.coefficients.sigmas[0])
NOISE = np.random.default_rng(0).normal(size=(64, 12))
SPREADS = np.geomspace(0.05, 1.0, 12)
"""Standard deviations of the values of a picture, which are independent."""


def drawn(sigmas: Array, spreads: Array, solver: str = "ddim") -> Array:
    """The pictures (64, K) of the best network for values N(0, spread²) from NOISE."""

    def network(x: Array, timestep: float) -> Array:
        a, s = weights(timestep)
        return s * x / (a * a * spreads**2 + s * s)

    table = solver_table(solver, Steps.from_spacing(LINEAR, sigmas=sigmas))
    *_, last = walk(table, network, NOISE[:, : len(spreads)])
    return last


def weights(timestep: float) -> tuple[float, float]:
    log_snr = float(log_snr_at(LINEAR, np.array([timestep]))[0])
    return (1 / (1 + np.exp(-log_snr))) ** 0.5, (1 / (1 + np.exp(log_snr))) ** 0.5


def exact(spreads: Array) -> Array:
    """Where the ODE ends, in closed form."""
    a, s = weights(999.0)
    return NOISE[:, : len(spreads)] * spreads / np.sqrt(a * a * spreads**2 + s * s)


def search_over(spreads: Array, solver: str = "ddim") -> StepsSearch:
    return StepsSearch(lambda sigmas: rms_per_picture(drawn(sigmas, spreads, solver), exact(spreads)), LEAST)


def test_the_one_level_of_two_steps_is_the_best_there_is() -> None:
    """One value: DDIM leaves x0 = f(σ) x, so that all pictures are nearest where f is nearest to the ODE's factor."""
    spread = np.array([0.4])
    sigma_max = LINEAR.coefficients.sigmas[-1]

    def off(log_sigma: float) -> float:
        first, inner = spread[0] ** 2 / (spread[0] ** 2 + np.array([sigma_max, np.exp(log_sigma)]) ** 2)
        at = first + np.exp(log_sigma) / sigma_max * (1 - first)
        return float(abs(inner * at / np.hypot(1, 0) - spread[0] / np.hypot(spread[0], sigma_max)))

    best = min(
        (minimize_scalar(off, bounds=(low, low + 1), method="bounded") for low in range(-3, 4)), key=lambda r: r.fun
    )
    search = search_over(spread)
    found = search.search(np.array([157.0, 3.0, 0.0]), "found")
    assert found.sigmas[0] == 157.0
    assert np.log(found.sigmas[1]) == pytest.approx(best.x, abs=0.02)
    assert search.runs <= RUNS_PER_LEVEL


@pytest.mark.parametrize("solver", ["ddim", "dpm-solver++", "unipc"])
@pytest.mark.parametrize("steps", [4, 7])
def test_it_is_clearly_better_than_every_standard_spacing(solver: str, steps: int) -> None:
    search = search_over(SPREADS, solver)
    standard = search.compare(standard_steps(LINEAR, steps))
    measured = search.runs
    assert measured > 8
    found = search.search(standard.sigmas, "found")
    assert found.distance < 0.85 * standard.distance
    assert search.runs - measured <= RUNS_PER_LEVEL * (steps - 1)
    assert (np.diff(found.sigmas) < 0).all()
    assert found.sigmas[[0, -1]].tolist() == standard.sigmas[[0, -1]].tolist()


def test_it_is_the_same_again() -> None:
    first, again = (search_over(SPREADS).search(np.array([157.0, 9, 2, 0.5, 0]), "found") for _ in range(2))
    np.testing.assert_array_equal(first.sigmas, again.sigmas)


def test_what_ends_it_leaves_the_best_so_far() -> None:
    told: list[float] = []

    def tell(search: StepsSearch) -> None:
        told.append(search.best.distance)
        if len(told) == 9:
            raise Interrupted

    search = StepsSearch(lambda sigmas: rms_per_picture(drawn(sigmas, SPREADS), exact(SPREADS)), LEAST, tell)
    with pytest.raises(Interrupted):
        search.search(np.array([157.0, 9, 2, 0.5, 0]), "found")
    assert search.runs == 9
    assert search.best.distance == told[-1] == min(told) < told[0]


def test_levels_that_cannot_be_visited_are_passed_over() -> None:
    search = search_over(SPREADS)
    assert search.compare({"too far": np.array([1e6, 1, 0]), "in": np.array([100.0, 1, 0])}).name == "in"
    assert search.runs == 1
    with pytest.raises(LabError, match="No steps were measured"):
        search_over(SPREADS).compare({"too far": np.array([1e6, 1, 0])})
    with pytest.raises(LabError, match="search for 2 or more"):
        search.search(np.array([100.0, 0.0]), "found")


def test_what_is_typical_is_what_most_pictures_are_and_moves_with_each_of_them() -> None:
    distances = np.random.default_rng(0).lognormal(0, 0.5, 64)
    assert typical_distance(distances) == pytest.approx(float(np.median(distances)), rel=0.05)
    wild = np.sort(distances)
    wild[-16:] *= 100
    assert typical_distance(wild) == typical_distance(distances)
    wild[32] *= 1.001
    assert typical_distance(wild) > typical_distance(distances)
    assert typical_distance(np.array([0.2])) == pytest.approx(0.2)
    assert typical_distance(np.zeros(8)) < 1e-300


def test_standard_steps_are_of_that_many_each_once() -> None:
    found = standard_steps(LINEAR, 6)
    assert {"trailing", "karras", "beta", "kl_optimal"} <= found.keys()
    assert {sigmas.shape for sigmas in found.values()} == {(7,)}
    assert len({tuple(rounded(sigmas)) for sigmas in found.values()}) == len(found)
    np.testing.assert_array_equal(found["karras"], Steps.from_spacing(LINEAR, 6, "karras").sigmas)
    assert np.isinf(standard_steps(Schedule.parse("linear:T=100,zero_snr=1"), 4)["trailing"][0])
