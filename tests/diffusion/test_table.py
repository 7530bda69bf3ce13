"""SolverTable: a row means what `walk` does, unrolled weights are the whole run, p and q invert the forward process."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.parametrisation import PREDICTION_TYPES
from ddpm_studio.diffusion.table import walk
from ddpm_studio.errors import SolverError
from tests.diffusion.solvers import toy
from tests.diffusion.solvers.test_solvers import EVERY

LINEAR = Schedule.parse("linear:T=1000")


def by_hand() -> SolverTable:
    """Two steps, the first in two stages, with every kind of weight."""
    log_snr = np.array([-4.0, -2.0, -2.0])
    return SolverTable(
        solver="by hand",
        space="x0",
        steps=2,
        A=np.array([0.9, 0.8, 0.7]),
        B=np.array([[0.1, 0.0], [0.2, 0.3], [0.4, 0.0]]),
        C=np.array([0.0, 0.0, 0.5]),
        base=np.array([0, 0, 2]),
        timestep=np.array([9.0, 4.0, 4.0]),
        log_snr=log_snr,
        log_snr_next=np.array([-2.0, -2.0, np.inf]),
    )


def test_a_row_is_what_its_formula_says() -> None:
    said = {9.0: 10.0, 4.0: 20.0}
    asked = []

    def network(x: np.ndarray, timestep: float) -> np.ndarray:
        asked.append((float(x[0]), timestep))
        return np.array([said[timestep] + len(asked)])

    first, second, third = walk(by_hand(), network, np.array([1.0]), lambda row: np.array([100.0 + row]), "sample")
    assert first[0] == pytest.approx(0.9 * 1 + 0.1 * 11)
    assert second[0] == pytest.approx(0.8 * 1 + 0.2 * 22 + 0.3 * 11)
    assert third[0] == pytest.approx(0.7 * second[0] + 0.4 * 23 + 0.5 * 102)
    assert asked == [(1, 9), (first[0], 4), (second[0], 4)]


def test_unrolled_by_hand() -> None:
    x, outputs, noises = by_hand().unrolled()
    assert x == pytest.approx(0.7 * 0.8)
    assert outputs == pytest.approx([0.7 * 0.3, 0.7 * 0.2, 0.4])
    assert noises == pytest.approx([0, 0, 0.5])


@pytest.mark.parametrize("prediction_type", [None, *PREDICTION_TYPES])
@pytest.mark.parametrize(("solver", "options"), EVERY, ids=str)
def test_unrolled_weights_reproduce_the_walk(
    solver: str, options: dict[str, object], prediction_type: str | None
) -> None:
    table = solver_table(solver, Steps.from_spacing(LINEAR, 17), **options)
    rng = np.random.default_rng(5)
    x, outs, zs = rng.normal(size=4), rng.normal(size=(table.nfe, 4)), rng.normal(size=(table.nfe, 4))
    native = {"epsilon": "epsilon", "x0": "sample", "velocity": "flow_prediction"}[table.space]
    rows = iter(outs)
    *_, picture = walk(table, lambda x, t: next(rows), x, lambda row: zs[row], prediction_type or native)
    weights = table.unrolled(prediction_type)
    np.testing.assert_allclose(
        weights.x * x + weights.outputs @ outs + weights.noises @ zs, picture, rtol=1e-7, atol=1e-7
    )


def test_what_a_deterministic_run_keeps_of_x_is_told() -> None:
    """With x0 as output DDIM's last step is x0 itself: nothing else ends up in the picture."""
    x, outputs, noises = solver_table("ddim", Steps.from_spacing(LINEAR, 10)).unrolled("sample")
    assert x == 0
    assert outputs == pytest.approx([0] * 9 + [1])
    assert not noises.any()


@pytest.mark.parametrize(("solver", "space"), [("ddim", "x0"), ("lms", "epsilon")])
@pytest.mark.parametrize("prediction_type", PREDICTION_TYPES)
def test_m_is_read_out_of_any_prediction(solver: str, space: str, prediction_type: str) -> None:
    steps = Steps.from_spacing(LINEAR, 50)
    table = solver_table(solver, steps)
    x0, epsilon = 0.6, -1.7
    trained = LINEAR.coefficients.alphas_cumprod[steps.timesteps.astype(int)]
    x = np.sqrt(trained) * x0 + np.sqrt(1 - trained) * epsilon
    out = toy.said(prediction_type, x0 + 0 * x, epsilon + 0 * x, np.sqrt(trained), np.sqrt(1 - trained))
    m = table.p(prediction_type) * x + table.q(prediction_type) * out
    np.testing.assert_allclose(m, {"x0": x0, "epsilon": epsilon}[space] + 0 * x, rtol=1e-9)


def test_levels_of_the_rows() -> None:
    steps = Steps.from_spacing(LINEAR, 5)
    table = solver_table("unipc", steps)
    np.testing.assert_array_equal(table.alphas_cumprod, steps.alphas_cumprod[:-1])
    np.testing.assert_array_equal(table.alphas_cumprod_next, steps.alphas_cumprod[1:])
    np.testing.assert_allclose(table.sqrt_alphas_cumprod**2 + table.sqrt_one_minus_alphas_cumprod**2, 1)


@pytest.mark.parametrize(("solver", "options"), EVERY, ids=str)
def test_nothing_of_a_table_can_be_written(solver: str, options: dict[str, object]) -> None:
    table = solver_table(solver, Steps.from_spacing(LINEAR, 6), **options)
    arrays = [value for value in vars(table).values() if isinstance(value, np.ndarray)]
    assert len(arrays) >= 7
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(TypeError):
        table.options["eta"] = 1  # type: ignore[index]


def test_a_table_can_be_sent_to_another_process() -> None:
    table = solver_table("unipc", Steps.from_spacing(LINEAR, 6), order=3)
    again = pickle.loads(pickle.dumps(table))
    np.testing.assert_array_equal(again.B, table.B)
    assert again.options == table.options
    assert not again.B.flags.writeable


def test_an_unknown_prediction_type_is_refused() -> None:
    table = solver_table("ddim", Steps.from_spacing(LINEAR, 6))
    for ask in (table.p, table.q, table.unrolled):
        with pytest.raises(SolverError, match="no prediction type “v”; did you mean “v_prediction”"):
            ask("v")


def test_noise_is_asked_for_where_it_is_needed() -> None:
    table = solver_table("ddpm", Steps.from_spacing(LINEAR, 6))
    with pytest.raises(SolverError, match="Row 0 adds noise"):
        list(walk(table, lambda x, t: x, np.zeros(1)))
