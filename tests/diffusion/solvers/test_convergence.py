"""The error falls with the number of steps at the accuracy that is told, on data whose exact flow is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.solvers import SOLVERS
from tests.diffusion.solvers import mixture, toy

FLOW = Schedule.parse("flow:T=1000")
SCHEDULE = Schedule.parse("linear:T=1000,beta_start=0.001")


def every_setting() -> Iterator[tuple[str, dict[str, object]]]:
    """Every solver with every combination of its choices, and numbers at both bounds and halfway."""
    for name, solver in SOLVERS.items():
        for values in product(*(of(option) for option in solver.options)):
            yield name, {option.key: value for option, value in zip(solver.options, values, strict=True)}


def of(option: Option) -> tuple[object, ...]:
    return option.choices or (option.low, (option.low + option.high) / 2, option.high)


def even_in_log_snr(count: int) -> Steps:
    """Steps down to the last level of training."""
    return Steps.from_spacing(SCHEDULE, count, "log_snr", set_alpha_to_one=False)


def along_the_flow(count: int) -> Steps:
    """Steps of equal length in τ, from pure noise to τ = 1/50."""
    tau = np.linspace(1, 1 / 50, count + 1)
    with np.errstate(divide="ignore"):
        return Steps(FLOW, "even in tau", FLOW.T * tau[:-1] - 1, 2 * np.log((1 - tau) / tau))


def of_x(table: SolverTable) -> float:
    """The largest error of x."""
    first, last = float(table.log_snr[0]), float(table.log_snr_next[-1])
    return float(np.abs(mixture.sampled(table) - mixture.flow(first, last, mixture.START)).max())


def of_the_variance(table: SolverTable) -> float:
    """The error of the variance of x, for Gaussian data."""
    a, s = toy.weights(float(table.log_snr_next[-1]))
    return abs(variance(table) - (a * toy.C) ** 2 - s**2)


def errors(
    solver: str, options: dict[str, object], counts: list[int], laid_out: Callable[[int], Steps] = even_in_log_snr
) -> Array:
    made = [solver_table(solver, laid_out(count), **options) for count in counts]
    error: Callable[[SolverTable], float] = of_the_variance if any(table.C.any() for table in made) else of_x
    return np.array([error(table) for table in made])


def slope(found: Array) -> float:
    """The order: how many times the error halves when the steps double, over the last doubling."""
    return float(np.log2(found[-2] / found[-1]))


@pytest.mark.parametrize(("solver", "options"), list(every_setting()), ids=str)
def test_the_accuracy_that_is_told_is_measured(solver: str, options: dict[str, object]) -> None:
    found = errors(solver, options, [192, 384])
    told = SOLVERS[solver].accuracy(**options)
    print(f"{solver} {options}: {found}, measured {slope(found):.2f}, told {told}")
    assert abs(slope(found) - told) < 0.2
    assert (found[-1] < 0.02) == (told > 0)


@pytest.mark.parametrize(("solver", "options"), list(every_setting()), ids=str)
def test_out_of_pure_noise_it_holds_to_the_second_order(solver: str, options: dict[str, object]) -> None:
    """Along even steps of a flow from τ = 1; the first is Euler's, with an error of the square of its length."""
    found = errors(solver, options, [40, 640], along_the_flow)
    told, order = SOLVERS[solver].accuracy(**options), float(np.log2(found[0] / found[1]) / 4)
    print(f"{solver} {options}: {found}, measured {order:.2f}, told {told}")
    assert order > min(told, 2) - 0.25
    assert (found[-1] < 0.01) == (told > 0)


@pytest.mark.parametrize("solver", ["dpm-solver", "dpm-solver++"])
def test_published_multistep_order_three_is_of_second_order_for_want_of_a_factor_two(solver: str) -> None:
    """The papers' code divides the second difference by h², where its moment asks for h²/2; DEIS has the right one."""
    published, second = (errors(solver, {"order": order}, [96, 192]) for order in (3, 2))
    right = errors("deis", {"order": 3}, [96, 192])
    print(f"{solver} 3: {published}, order {slope(published):.2f}; with the factor {right}, {slope(right):.2f}")
    assert slope(right) > slope(published) + 0.75
    assert published[-1] < second[-1] / 2


def variance(table: SolverTable) -> float:
    """Of the pictures: x is carried as its coefficients on x_T and on every z, so there is no sampling error."""
    unit, nothing = np.eye(table.nfe + 1), np.zeros(table.nfe + 1)
    a, s = toy.weights(table.log_snr[0])
    start = np.hypot(a * toy.C, s) * unit[0]
    picture = toy.sampled(table, "sample", x=start, noises=lambda row: unit[row + 1])
    constant = toy.sampled(table, "sample", x=nothing, noises=lambda row: nothing)
    return float(((picture - constant) ** 2).sum())
