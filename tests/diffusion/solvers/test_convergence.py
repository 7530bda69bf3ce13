"""The error falls with the number of steps at the solver's order, on data whose exact flow is known."""

from __future__ import annotations

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.noise_levels import Array
from tests.diffusion.solvers import toy

SCHEDULE = Schedule.parse("linear:T=1000,beta_start=0.001")
EVEN_IN_T = Schedule.from_betas([0.2, *np.full(1280, 0.002)])

DETERMINISTIC = [
    ("ddim", {}, 1),
    ("euler", {}, 1),
    ("heun", {}, 2),
    ("dpm2", {}, 2),
    *((solver, {"order": order}, order) for solver in ("dpm-solver", "dpm-solver++") for order in (1, 2)),
    *(
        (solver, {"order": order, "method": "singlestep"}, order)
        for solver in ("dpm-solver", "dpm-solver++")
        for order in (2, 3)
    ),
    *(("deis", {"order": order}, order) for order in (1, 2, 3)),
    *(("lms", {"order": order}, order) for order in (1, 2, 3, 4)),
    *(("unipc", {"order": k, "variant": variant}, k) for k in (1, 2, 3) for variant in ("bh1", "bh2")),
]


def errors(solver: str, options: dict[str, object], counts: list[int], spacing: str, schedule: Schedule) -> Array:
    found = []
    for count in counts:
        steps = Steps.from_spacing(schedule, count, spacing, set_alpha_to_one=False)
        picture = toy.sampled(solver_table(solver, steps, **options))
        found.append(np.abs(picture - toy.flow(steps.log_snr[0], steps.log_snr[-1], toy.START)).max())
    return np.array(found)


def slope(found: Array) -> float:
    """The order: how many times the error halves when the steps double, over the last doubling."""
    return float(np.log2(found[-2] / found[-1]))


@pytest.mark.parametrize(("solver", "options", "order"), DETERMINISTIC, ids=str)
def test_the_error_falls_at_the_order(solver: str, options: dict[str, object], order: int) -> None:
    found = errors(solver, options, [48, 96, 192], "log_snr", SCHEDULE)
    print(f"{solver} {options}: {found}, order {slope(found):.2f}")
    assert slope(found) >= order - 0.25
    assert found[-1] < 0.02


@pytest.mark.parametrize("solver", ["plms", "pndm"])
def test_pndm_is_of_second_order_in_even_timesteps(solver: str) -> None:
    """As its paper has it: ε is extrapolated to order four, but carried over by DDIM's step."""
    found = errors(solver, {}, [40, 80, 160], "linspace", EVEN_IN_T)
    print(f"{solver}: {found}, order {slope(found):.2f}")
    assert slope(found) >= 1.9


@pytest.mark.parametrize("solver", ["dpm-solver", "dpm-solver++"])
def test_published_multistep_order_three_is_of_second_order_for_want_of_a_factor_two(solver: str) -> None:
    """The papers' code divides the second difference by h², where its moment asks for h²/2; DEIS has the right one."""
    published = errors(solver, {"order": 3}, [48, 96, 192], "log_snr", SCHEDULE)
    right = errors("deis", {"order": 3}, [48, 96, 192], "log_snr", SCHEDULE)
    print(f"{solver} 3: {published}, order {slope(published):.2f}; with the factor {right}, {slope(right):.2f}")
    assert 1.8 < slope(published) < 2.4
    assert slope(right) > 2.75
    assert published[-1] < errors(solver, {"order": 2}, [192], "log_snr", SCHEDULE)[0] / 2


def variance(table: SolverTable) -> float:
    """Of the pictures: x is carried as its coefficients on x_T and on every z, so there is no sampling error."""
    unit, nothing = np.eye(table.nfe + 1), np.zeros(table.nfe + 1)
    a, s = toy.weights(table.log_snr[0])
    picture = toy.sampled(table, x=np.hypot(a * toy.C, s) * unit[0], noises=lambda row: unit[row + 1])
    constant = toy.sampled(table, x=nothing, noises=lambda row: nothing)
    return float(((picture - constant) ** 2).sum())


@pytest.mark.parametrize(
    ("solver", "options", "order"),
    [
        ("ddpm", {"variance": "fixed_small"}, 1),
        ("ddpm", {"variance": "fixed_large"}, 1),
        ("ddim", {"eta": 1.0}, 1),
        ("ddim", {"eta": 0.5}, 1),
        ("euler-ancestral", {}, 1),
        ("sde-dpm-solver++", {"order": 1}, 1),
        ("sde-dpm-solver++", {"order": 2}, 2),
        ("sde-dpm-solver++", {"order": 3}, 2),
    ],
    ids=str,
)
def test_the_pictures_have_the_spread_of_the_data(solver: str, options: dict[str, object], order: int) -> None:
    found = []
    for count in (64, 128, 256):
        steps = Steps.from_spacing(SCHEDULE, count, "log_snr", set_alpha_to_one=False)
        a, s = toy.weights(steps.log_snr[-1])
        found.append(abs(variance(solver_table(solver, steps, **options)) - (a * toy.C) ** 2 - s**2))
    print(f"{solver} {options}: variance off by {found}, order {slope(np.array(found)):.2f}")
    assert slope(np.array(found)) >= order - 0.3
