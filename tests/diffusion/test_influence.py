"""influence: against the unrolling backwards, and against a walk with one output at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.influence import influence_of
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.diffusion.table import SolverTable, walk


def table_of(solver: str, steps: int = 9) -> SolverTable:
    return solver_table(solver, Steps.from_spacing(Schedule.parse("linear:T=200"), steps))


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("prediction_type", [None, "epsilon", "v_prediction", "sample"])
def test_the_last_row_is_the_unrolled_picture(solver: str, prediction_type: str | None) -> None:
    table = table_of(solver)
    np.testing.assert_allclose(
        influence_of(table, prediction_type)[-1], table.unrolled(prediction_type).outputs, rtol=1e-9, atol=1e-12
    )


def alone(output: int) -> Callable[[Array, float], Array]:
    """A network that says 1 at this call and 0 at all others."""
    calls = count()
    return lambda x, timestep: x * 0 + (next(calls) == output)


@pytest.mark.parametrize("solver", ["dpm-solver++", "heun", "lms", "unipc"])
def test_every_row_is_what_a_walk_makes_of_one_output_alone(solver: str) -> None:
    table = table_of(solver)
    weights = influence_of(table, "epsilon")
    for output in range(table.nfe):
        said = np.array(list(walk(table, alone(output), np.zeros(1))))
        np.testing.assert_allclose(said[:, 0], weights[:, output], rtol=1e-9, atol=1e-12)


def test_what_is_not_said_yet_weighs_nothing() -> None:
    weights = influence_of(table_of("dpm-solver++"))
    assert not np.triu(weights, 1).any()
    with pytest.raises(ValueError, match="read-only"):
        weights[0, 0] = 1
