"""Findings about the steps of a solver: each is so on Gaussian data, and its remedies are."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch

from ddpm_studio.diffusion import Finding, Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.levels import log_snr_at
from ddpm_studio.diffusion.solvers.gaussian_data import gaussian_error
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.sampling import Denoiser, run

LINEAR, COSINE = Schedule.parse("linear:T=1000"), Schedule.parse("cosine:T=1000")
C2 = 0.25


def table(solver: str, spacing: str, schedule: Schedule = LINEAR, count: int = 20, **options: object) -> SolverTable:
    return solver_table(solver, Steps.from_spacing(schedule, count, spacing), **options)


def found(table: SolverTable, code: str) -> Finding | None:
    return next((finding for finding in table.findings if finding.code == code), None)


def spread(table: SolverTable) -> float:
    """The variance of pictures over that of the data."""
    return float(gaussian_error(table, np.array([C2])).variance[0])


@pytest.mark.parametrize(
    ("solver", "order", "too_much"),
    [
        ("sde-dpm-solver++", 3, 14.66),
        ("sde-dpm-solver++", 2, 2.32),
        ("dpm-solver++", 2, 1.54),
        ("unipc", 2, 1.55),
        ("unipc", 3, 1.52),
    ],
)
def test_a_step_much_longer_than_the_one_before_is_told_with_its_weights(
    solver: str, order: int, too_much: float
) -> None:
    told = table(solver, "linspace", order=order)
    assert spread(told) == pytest.approx(too_much, abs=0.01)
    finding = found(told, "extrapolated_step")
    assert finding is not None
    assert finding.severe
    assert finding.values["step"] == 19
    assert finding.values["growth"] == pytest.approx(4.41, abs=0.02)
    for remedied in (table(solver, "trailing", order=order), table(solver, "karras", order=order)):
        assert found(remedied, "extrapolated_step") is None
        assert abs(spread(remedied) - 1) < 0.35 < abs(too_much - 1)


SQRT = Schedule.parse("sqrt:T=1000")
ROUGH = Schedule.parse("linear:T=1000,zero_snr=1")


@pytest.mark.parametrize("solver", ["dpm-solver++", "sde-dpm-solver++", "unipc", "dpm-solver", "deis"])
@pytest.mark.parametrize(
    ("spacing", "schedule", "count", "remedy"),
    [
        ("linspace", LINEAR, 20, "Take trailing or karras steps, or order 1."),
        ("linspace", SQRT, 50, "Take trailing steps, or order 1."),
        ("karras", SQRT, 20, "Take trailing steps, or order 1."),
        ("trailing", ROUGH, 750, "Take karras steps, or order 1."),
        ("karras", COSINE, 3, "Take trailing steps, or order 1."),
    ],
)
def test_every_part_of_the_remedy_of_an_extrapolated_step_helps(
    solver: str, spacing: str, schedule: Schedule, count: int, remedy: str
) -> None:
    """Order 2 is none for order 3: sde-dpm-solver++ 2 has 2.32 times the variance."""
    for order in (2, 3):
        finding = found(table(solver, spacing, schedule, count, order=order), "extrapolated_step")
        assert finding is not None
        assert str(finding.texts[2]) == remedy
        for other in ("trailing", "karras"):
            remedied = found(table(solver, other, schedule, count, order=order), "extrapolated_step")
            assert (remedied is None) == (other in remedy)
        assert found(table(solver, spacing, schedule, count, order=1), "extrapolated_step") is None


@pytest.mark.parametrize("along", [LINEAR, SQRT], ids=str)
def test_along_another_schedule_the_remedy_is_that_of_its_levels(along: Schedule) -> None:
    def followed(spacing: str) -> Finding | None:
        steps = Steps.from_schedule(COSINE, along, 50, spacing)
        return found(solver_table("dpm-solver++", steps), "extrapolated_step")

    finding = followed("linspace")
    assert finding is not None
    told = str(finding.texts[2])
    assert told.endswith("order 1.")
    assert {name for name in ("trailing", "karras") if name in told} == {
        name for name in ("trailing", "karras") if followed(name) is None
    }


def test_order_1_brings_the_variance_nearer_to_that_of_the_data() -> None:
    for solver in ("dpm-solver++", "sde-dpm-solver++", "unipc"):
        assert abs(spread(table(solver, "linspace", order=1)) - 1) < abs(spread(table(solver, "linspace")) - 1)


def test_the_weights_are_those_of_the_line_through_the_last_two_outputs() -> None:
    finding = found(table("dpm-solver++", "linspace"), "extrapolated_step")
    assert finding is not None
    growth = finding.values["growth"]
    assert isinstance(growth, float)
    assert finding.values["high"] == pytest.approx(1 + growth / 2)
    assert finding.values["low"] == pytest.approx(-growth / 2)
    assert "Step 19 is 4.4 times as long" in str(finding)
    assert "from -2.21 to 3.21 of their sum" in str(finding)


@pytest.mark.parametrize("count", [1, 2, 5, 20, 100])
@pytest.mark.parametrize("schedule", [LINEAR, COSINE, Schedule.parse("scaled_linear:T=1000,zero_snr=1")], ids=str)
def test_even_steps_and_solvers_that_extrapolate_nothing_have_no_such_finding(schedule: Schedule, count: int) -> None:
    for spacing in ("trailing", "karras"):
        for solver in ("dpm-solver++", "unipc", "sde-dpm-solver++"):
            assert found(table(solver, spacing, schedule, count), "extrapolated_step") is None
    for solver, options in (("ddim", {}), ("dpm-solver++", {"order": 1}), ("dpm-solver++", {"method": "singlestep"})):
        assert found(table(solver, "linspace", schedule, count, **options), "extrapolated_step") is None


def off_in_float32(table: SolverTable, schedule: Schedule) -> float:
    """The root mean square by which a run in float32 misses the same run in float64, with the best network."""

    def network(x: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
        level = torch.tensor(log_snr_at(schedule, timesteps.double().numpy()))[:, None, None, None]
        a, s = torch.sigmoid(level).sqrt(), torch.sigmoid(-level).sqrt()
        return (s * x.double() / (a**2 * C2 + s**2)).to(x.dtype)

    denoiser = Denoiser(network, schedule, "epsilon", (1, 32, 32))
    x = denoiser.starting_noise(4, torch.Generator().manual_seed(0))
    *_, single = run(table, denoiser, x)
    *_, double = run(table, denoiser, x.double(), dtype=torch.float64)
    return float((single.x.double() - double.x).square().mean().sqrt())


@pytest.mark.parametrize(("solver", "count"), [("heun", 20), ("heun", 50), ("plms", 20), ("pndm", 20)])
def test_digits_lost_in_float32_are_told_as_they_are_lost(solver: str, count: int) -> None:
    told = table(solver, "trailing", COSINE, count)
    finding = found(told, "lost_digits")
    assert finding is not None
    error = finding.values["error"]
    assert isinstance(error, float)
    assert 0.25 < off_in_float32(told, COSINE) / error < 4
    assert ("the picture is lost" in str(finding)) == (error >= 1) == (solver == "pndm")
    for remedied in (table(solver, "leading", COSINE, count), table(solver, "karras", COSINE, count)):
        assert found(remedied, "lost_digits") is None
        assert off_in_float32(remedied, COSINE) < 4e-3


CAREFUL = ("leading", "karras")
EVERY = ("trailing", "linspace", "leading", "karras", "exponential", "uniform_logsnr", "lu")


@pytest.mark.parametrize("schedule", [COSINE, Schedule.parse("cosine:T=1000,snr_shift=9"), Schedule.parse("vp:T=50")])
@pytest.mark.parametrize("solver", ["heun", "plms", "pndm"])
def test_every_part_of_the_remedy_of_lost_digits_helps_and_is_not_in_use(solver: str, schedule: Schedule) -> None:
    for spacing, count in product(sorted({*EVERY} & {*SPACINGS}), (5, 20, 40)):
        finding = found(table(solver, spacing, schedule, count), "lost_digits")
        if finding is None:
            continue
        told = str(finding.texts[2])
        for other in CAREFUL:
            helps = other != spacing and found(table(solver, other, schedule, count), "lost_digits") is None
            assert (other in told) == helps, (spacing, count, other)
        for other in ("dpm-solver++", "unipc"):
            assert other in told
            assert found(table(other, spacing, schedule, count), "lost_digits") is None


def test_no_remedy_is_the_spacing_in_use_with_other_options() -> None:
    """karras with rho=100 is even in log SNR, and 5 steps of it lose digits, which those with rho=7 do not."""
    steps = Steps.from_spacing(COSINE, 5, "karras", rho=100)
    for text in ("karras", "karras:rho=100", "karras:rho=100 | start=1", f"karras along {COSINE}"):
        finding = found(solver_table("pndm", replace(steps, spacing=text)), "lost_digits")
        assert finding is not None
        assert "leading" in str(finding.texts[2])
        assert "karras" not in str(finding.texts[2])


@pytest.mark.parametrize("solver", ["dpm-solver++", "unipc", "ddim", "deis", "lms"])
def test_solvers_that_lose_no_digits_have_no_such_finding(solver: str) -> None:
    for schedule in (LINEAR, COSINE):
        told = table(solver, "trailing", schedule)
        assert found(told, "lost_digits") is None
        assert off_in_float32(told, schedule) < 4e-3
