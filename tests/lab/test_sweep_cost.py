"""The cost of a sweep is what its tables say, also where the steps say themselves how many they are."""

from __future__ import annotations

import pytest

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.first_question import default_question
from ddpm_studio.lab.results.pictures_file import size_of_pictures
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_cost import cost_of
from ddpm_studio.lab.sweep_toml import parse_sweep, sweep_text


@pytest.mark.parametrize("solver", SOLVERS)
def test_calls_are_those_of_the_tables(solver: str) -> None:
    schedule = Schedule()
    steps = ("trailing", "sigmas:4,2,1,0.5,0.3,0", "karras | start=0.6")
    sweep = Sweep(solvers=(solver,), steps=steps, counts=(8, 9), pictures=3, seeds=(1, 2))
    points = AskedPoints(sweep, "").points
    cost = cost_of(points, schedule, (3, 8, 8))
    assert cost.points == len(points)
    assert cost.calls == sum(3 * point.way.table(schedule).nfe for point in points)
    assert cost.size == len(points) * size_of_pictures((3, 3, 8, 8))


def test_what_cannot_be_laid_out_costs_nothing_that_is_known() -> None:
    way = Contender("ddim", "timesteps:900,500,1")
    points = AskedPoints(Sweep(pairs=(way,), reference=Contender("ddim", count=2)), "").points
    assert cost_of(points, Schedule("linear", T=1000), (3, 8, 8)).calls == 64 * (2 + 4 + 3)
    assert cost_of(points, Schedule("linear", T=10), (3, 8, 8)).calls == 64 * (2 + 4)


def test_the_default_question_is_small() -> None:
    sweep = default_question("some/where.pt")
    assert sweep.checkpoint == "some/where.pt"
    assert len(AskedPoints(sweep, "").points) == 43
    assert not sweep.left_out
    assert parse_sweep(sweep_text(sweep)) == sweep
