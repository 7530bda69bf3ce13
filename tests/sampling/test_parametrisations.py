"""Networks of every parametrisation, sampled by every solver: the pictures have the moments of the data."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.parametrisation import PREDICTION_TYPES
from ddpm_studio.diffusion.solvers.registry import SOLVERS
from ddpm_studio.errors import SolverError
from ddpm_studio.sampling import Denoiser, labelled, run
from tests.diffusion.solvers.test_solvers import EVERY
from tests.sampling import mixture
from tests.tiers import thinned

LINEAR, FLOW = Schedule.parse("linear:T=1000"), Schedule.parse("flow:T=1000,shift=3")


def drawn(prediction_type: str, schedule: Schedule, steps: Steps, solver: str, options: dict[str, object]) -> Array:
    table = solver_table(solver, steps, **options)
    learned = options.get("variance") == "learned_range"
    network = mixture.network(prediction_type, schedule, learned)
    denoiser = Denoiser(network, schedule, prediction_type, (1, 1, mixture.PIXELS))
    *_, last = run(table, denoiser, mixture.noise(), generator=torch.Generator().manual_seed(1))
    picture: Array = last.x.numpy().ravel()
    return picture


def is_rough(solver: str, options: dict[str, object]) -> bool:
    """True for those whose error in 50 steps is a matter of per cent: of first order, or that trust the last slope."""
    trusting = options.get("form") == "heun" or options.get("third") == "exact"
    return trusting or solver in ("ddpm", "ddim", "euler", "euler-ancestral") or options.get("order") == 1


@pytest.mark.parametrize(("solver", "options"), EVERY, ids=str)
def test_moments_of_a_mixture(solver: str, options: dict[str, object]) -> None:
    """All parametrisations come to the same picture, but for the float32 in which networks are told their level."""
    steps = Steps.from_spacing(LINEAR, 50, "trailing")
    one = drawn("sample", LINEAR, steps, solver, options)
    if SOLVERS[solver].accuracy(**options):  # Without, it takes networks that were made for it.
        assert one.mean() == pytest.approx(mixture.MEAN, abs=0.02)
        assert one.var() == pytest.approx(mixture.VARIANCE, rel=0.1 if is_rough(solver, options) else 0.025)
        assert (one < 0).mean() == pytest.approx(mixture.below(0), abs=0.02)
    for prediction_type in PREDICTION_TYPES:
        other = drawn(prediction_type, LINEAR, steps, solver, options)
        np.testing.assert_allclose(other, one, atol=1e-5, err_msg=prediction_type)


@pytest.mark.parametrize(("way", "schedule"), thinned(EVERY, [LINEAR.replace(zero_snr=1), FLOW], one_in=2), ids=str)
def test_moments_out_of_pure_noise(way: tuple[str, dict[str, object]], schedule: Schedule) -> None:
    solver, options = way
    steps = Steps.from_spacing(schedule, 50, "trailing")
    assert steps.dark == 1
    one = drawn("sample", schedule, steps, solver, options)
    if SOLVERS[solver].accuracy(**options):
        assert one.mean() == pytest.approx(mixture.MEAN, abs=0.02)
        assert one.var() == pytest.approx(mixture.VARIANCE, rel=0.1)
        assert (one < 0).mean() == pytest.approx(mixture.below(0), abs=0.02)
    for prediction_type in ("v_prediction", "flow_prediction", "reversed_flow_prediction"):
        other = drawn(prediction_type, schedule, steps, solver, options)
        np.testing.assert_allclose(other, one, atol=1e-4, err_msg=prediction_type)
    with pytest.raises(SolverError, match="told ln σ, and that is infinite there"):
        drawn("edm", schedule, steps, solver, options)
    with pytest.raises(SolverError, match="x0 cannot be computed from an ε-prediction"):
        drawn("epsilon", schedule, steps, solver, options)


def test_classes_guidance_self_condition_and_clipping_are_the_same_for_all() -> None:
    rows, last = solver_table("dpm-solver++", Steps.from_spacing(LINEAR, 12)), {}

    def changed(x0: Array, labels: torch.Tensor, estimate: torch.Tensor) -> Array:
        """Another picture for each class, and a tenth of the estimate before."""
        found: Array = x0 * (1 - 0.4 * labels.numpy()[:, None, None, None]) + 0.1 * estimate.numpy()
        return found

    for prediction_type in PREDICTION_TYPES:
        network = mixture.network(prediction_type, LINEAR, changed=changed)
        shape = (1, 1, mixture.PIXELS)
        conditioned = Denoiser(
            network, LINEAR, prediction_type, shape, classes=2, null=labelled([1]), self_condition=True, clip=0.9
        ).conditioned(0, guidance=1.5)
        *_, step = run(rows, conditioned, mixture.noise())
        last[prediction_type] = step.x.numpy()
        assert step.x0.abs().max() == pytest.approx(0.9)
        np.testing.assert_allclose(last[prediction_type], last["epsilon"], atol=1e-5, err_msg=prediction_type)


def test_of_other_options_the_network_is_told_otherwise() -> None:
    asked = []

    def network(shown: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
        asked.append(float(told[0]))
        return torch.zeros_like(shown)

    rows = solver_table("ddim", Steps.from_spacing(LINEAR, 2))
    tau = 1 / (1 + np.exp(rows.log_snr / 2))
    for text, wanted in (
        ("sample:time=t+1", [1000, 500]),
        ("sample:time_scale=0.001", [0.999, 0.499]),
        ("flow_prediction:time_scale=1", tau),
        ("flow_prediction:time=1-tau,time_scale=500", 500 * (1 - tau)),
        ("edm:time_scale=1", -rows.log_snr / 2),
    ):
        asked.clear()
        denoiser = Denoiser(network, LINEAR, text, (1, 1, 4))
        assert denoiser.prediction_type == str(denoiser.parametrisation) == text
        list(run(rows, denoiser, torch.ones(1, 1, 1, 4)))
        np.testing.assert_allclose(asked, wanted, rtol=1e-6)
