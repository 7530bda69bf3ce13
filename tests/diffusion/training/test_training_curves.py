"""Training curves against closed forms, and against the weights that the shell writes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.moment import carried_over
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.diffusion.training.training_curves import (
    ALL_CURVES,
    TRAINING_CURVES,
    TrainedCoefficients,
    trained_value_at,
)
from ddpm_studio.gui.values.worked import worked_formula

COSINE = Schedule("cosine", 1000, {"s": 0, "max_beta": 1})
V, U = Objective("v_prediction"), Objective("flow_prediction")


def test_v_along_cosine_and_u_along_a_flow_are_one_objective_at_0_db() -> None:
    # W of v is sech(Λ/2)/2π·(1 + e^−Λ) = e^(−Λ/2)/π, and that of u along a flow e^(−Λ/2)/2·…, π/2 times as much.
    cosine, flow = TrainedCoefficients(COSINE, V), TrainedCoefficients(Schedule("flow", 1000), U)
    for trained, scale in ((cosine, 1 / np.pi), (flow, 0.5)):
        inner = slice(5, -5)
        exact = np.exp(-0.5 * trained.log_snr[inner])
        assert trained.effective_weight[inner] == pytest.approx(scale * exact, rel=1e-6)
        # 0 dB lies between two steps, where it is read off a straight line.
        assert trained.relative_weight[inner] == pytest.approx(exact, rel=1e-6)


def test_weights_are_those_of_the_objective_and_coefficients_those_of_the_schedule() -> None:
    objective = Objective("edm", "lognormal", "edm_lambda")
    trained, weights = TrainedCoefficients(COSINE, objective), objective.weights(COSINE)
    assert trained["draw_density"] is trained.draw_density
    for name, array in (
        ("draw_density", weights.density),
        ("loss_weight", weights.loss),
        ("unit_weight", weights.unit),
    ):
        assert np.array_equal(trained[name], array)
    assert np.array_equal(trained["effective_weight"], weights.effective)
    for name in CURVES:
        assert np.array_equal(trained[name], COSINE.coefficients[name], equal_nan=True)


def test_without_0_db_the_nearest_level_is_1() -> None:
    short = TrainedCoefficients(Schedule.from_betas([0.01, 0.02, 0.03]), PLAIN)
    assert short.relative_weight[-1] == pytest.approx(1)
    nothing = TrainedCoefficients(Schedule.from_betas([1.0]), PLAIN)
    assert nothing.relative_weight.tolist() == [0.0]


@pytest.mark.parametrize("name", TRAINING_CURVES)
def test_what_is_explained_comes_to_the_value(name: str) -> None:
    text = worked_formula(ALL_CURVES[name], TrainedCoefficients(COSINE, V), 400)
    value = trained_value_at(COSINE, TrainedCoefficients(COSINE, V), name, 400)
    assert float(text.rpartition(" = ")[2]) == pytest.approx(value, rel=5e-5)


@pytest.mark.parametrize(
    ("spec", "train", "q"),
    [
        ("cosine:T=1000", "predict=epsilon", lambda signal, noise: 1.0),
        ("cosine:T=1000", "predict=v_prediction", lambda signal, noise: signal),
        ("linear:T=1000", "predict=sample", lambda signal, noise: signal / noise),
        ("flow:T=1000", "predict=flow_prediction,draw=logit_normal", lambda signal, noise: signal / (signal + noise)),
        (
            "edm:T=1000",
            "predict=edm,draw=lognormal",
            lambda signal, noise: 0.5 * signal / np.hypot(0.5 * signal, noise),
        ),
    ],
)
def test_w_and_c_are_explained_with_their_numbers(spec: str, train: str, q: Callable[[float, float], float]) -> None:
    trained = TrainedCoefficients(Schedule.parse(spec), Objective.parse(train))
    signal, noise = (float(trained[f"sqrt_{name}"][399]) for name in ("alphas_cumprod", "one_minus_alphas_cumprod"))
    name, worked, _ = worked_formula(ALL_CURVES["unit_weight"], trained, 400).split(" = ")
    assert (name, worked[:2], worked[-1]) == ("c", "1/", "²")
    assert float(worked[2:-1]) == pytest.approx(q(signal, noise), rel=1e-4)
    name, worked, shown = worked_formula(ALL_CURVES["effective_weight"], trained, 400).split(" = ")
    assert (name, worked.count("·")) == ("W", 2)
    assert np.prod([float(each) for each in worked.split("·")]) == pytest.approx(float(shown), rel=1e-4)


def test_nothing_is_drawn_at_0() -> None:
    trained = TrainedCoefficients(COSINE, V)
    assert trained_value_at(COSINE, trained, "effective_weight", 0) is None
    assert trained_value_at(COSINE, trained, "alphas_cumprod", 0) == 1


def test_values_are_carried_over_between_steps() -> None:
    a, b = Schedule("linear", 2), Schedule("linear", 4)
    found = carried_over("t/T", a, np.array([1.0, 3.0]), b, np.array([1, 2, 3, 4]))
    assert np.array_equal(found, [np.nan, 1, 2, 3], equal_nan=True)
