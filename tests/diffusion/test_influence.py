"""influence: against the unrolling backwards, and against a walk with one output at a time."""

from __future__ import annotations

import tracemalloc
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


@pytest.mark.parametrize(("steps", "most"), [(7, 3), (64, 8), (100, 99), (101, 7), (20, 20), (20, 50)])
@pytest.mark.parametrize("solver", ["ddim", "pndm", "heun", "lms"])
def test_of_many_rows_each_block_has_its_weight_that_is_farthest_from_zero(solver: str, steps: int, most: int) -> None:
    table = table_of(solver, steps)
    whole, blocks = influence_of(table, "epsilon"), influence_of(table, "epsilon", most)
    edges = [table.nfe * block // len(blocks) for block in range(len(blocks) + 1)]
    assert len(blocks) == min(most, table.nfe)
    for row, column in np.ndindex(blocks.shape):
        block = whole[edges[row] : edges[row + 1], edges[column] : edges[column + 1]].ravel()
        assert blocks[row, column] == block[np.abs(block).argmax()]


def test_memory_does_not_grow_with_the_square_of_the_rows() -> None:
    table = solver_table("pndm", Steps.from_spacing(Schedule("cosine", 12_000), 12_000))
    tracemalloc.start()
    try:
        influence_of(table, "epsilon", 100)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 * table.nfe**2 / 20
