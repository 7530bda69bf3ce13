"""The copied training loss, run with torch, against the studio's own training curves and parametrisations."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.objective import FAINTEST, Objective
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.diffusion.training.targets import TARGETS
from ddpm_studio.errors import ObjectiveError
from ddpm_studio.files.torch_code.loss_snippet import training_loss_code
from ddpm_studio.files.torch_code.sigmas_snippet import kdiffusion_code

Names = dict[str, Any]
SHAPE = (6, 3, 2, 2)


def run(schedule: Schedule, objective: Objective) -> Names:
    names: Names = {}
    exec(training_loss_code(schedule, objective), names)
    return names


def oracle(names: Names, schedule: Schedule, objective: Objective, t: Tensor, x0: Tensor, noise: Tensor) -> Tensor:
    """The loss of a network that says 0, from ε: ‖target‖²·w, the target being what the reading makes ε of x."""
    log_snr = np.maximum(schedule.coefficients.log_snr, FAINTEST)[t.numpy()]
    shape = {key: objective.values[key] for key in (each.key for each in PREDICTIONS[objective.predict].options)}
    _, _, (p, q) = Parametrisation(objective.predict, shape).reading(log_snr)
    a, s = np.sqrt(1 / (1 + np.exp(-log_snr))), np.sqrt(1 / (1 + np.exp(log_snr)))
    # Of ε the output has no part, and x_0 is what it is then.
    if objective.predict == "sample":
        target = x0.double().numpy()
    else:
        at = [each.reshape(-1, 1, 1, 1) for each in (a, s, p, q)]
        target = (noise.numpy() - at[2] * (at[0] * x0.numpy() + at[1] * noise.numpy())) / at[3]
    weights = objective.weights(schedule).loss[t.numpy()].reshape(-1, 1, 1, 1)
    return torch.from_numpy(weights * target**2).mean()


@pytest.mark.parametrize("predict", PREDICTIONS)
def test_every_combination_weighs_each_level_as_the_studio_says(predict: str) -> None:
    """Drawn density times loss weight times what an error shows: W, up to one factor for all t."""
    schedule = Schedule("linear", 1000)
    for draw, weight in itertools.product(DRAWS, LOSS_WEIGHTS):
        objective = Objective(predict, draw, weight)
        names = run(schedule, objective)
        weights = objective.weights(schedule)
        np.testing.assert_allclose(names["weights"].numpy(), weights.loss, rtol=2e-6)
        drawn = names["probabilities"].numpy() * schedule.coefficients.log_snr_density
        own = drawn * weights.loss * weights.unit
        # At the last step the draw keeps clear of u = 1.
        ratio = (own / weights.effective)[:-1][weights.effective[:-1] > 0]
        np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)


@pytest.mark.parametrize("predict", PREDICTIONS)
def test_the_loss_is_that_of_the_target_at_the_levels_drawn(predict: str) -> None:
    schedule, x0 = Schedule("linear", 1000), torch.randn(SHAPE, generator=torch.Generator().manual_seed(1))
    for weight in LOSS_WEIGHTS:
        objective = Objective(predict, weight=weight)
        names = run(schedule, objective)
        value = names["loss"](lambda x, told: torch.zeros_like(x), x0, torch.Generator().manual_seed(7))
        same = torch.Generator().manual_seed(7)
        t = torch.multinomial(names["probabilities"], SHAPE[0], replacement=True, generator=same)
        noise = torch.randn(SHAPE, generator=same)
        torch.testing.assert_close(value.double(), oracle(names, schedule, objective, t, x0, noise), rtol=2e-4, atol=0)


@pytest.mark.parametrize("predict", PREDICTIONS)
def test_the_network_sees_and_is_told_what_the_parametrisation_says(predict: str) -> None:
    schedule, objective = Schedule("linear", 50), Objective(predict)
    names, log_snr, seen = run(schedule, objective), schedule.coefficients.log_snr, dict[str, Tensor]()

    def network(x: Tensor, told: Tensor) -> Tensor:
        seen.update(x=x, told=told)
        return x

    x0 = torch.ones(400, 1, 1)
    assert torch.isfinite(names["loss"](network, x0, torch.Generator().manual_seed(3)))
    parametrisation = Parametrisation(predict)
    told = parametrisation.told(np.arange(50.0), log_snr)
    same = torch.Generator().manual_seed(3)
    t = torch.multinomial(names["probabilities"], 400, replacement=True, generator=same)
    noise = torch.randn(x0.shape, generator=same)
    np.testing.assert_allclose(seen["told"].numpy(), told[t], rtol=1e-5)
    assert seen["told"].dtype is (torch.int64 if parametrisation.options["time"] == "t" else torch.float32)
    a, s = schedule.coefficients.sqrt_alphas_cumprod[t], schedule.coefficients.sqrt_one_minus_alphas_cumprod[t]
    x = a[:, None, None] * x0.numpy() + s[:, None, None] * noise.numpy()
    sees = parametrisation.reading(log_snr).sees[t][:, None, None]
    np.testing.assert_allclose(seen["x"].numpy(), sees * x, rtol=1e-4, atol=1e-5)


def test_every_prediction_has_a_target() -> None:
    assert list(TARGETS) == list(PREDICTIONS)


@pytest.mark.parametrize("predict", TARGETS)
def test_a_target_is_what_the_parametrisation_reads_back(predict: str) -> None:
    """q times the target and p times x are ε and x_0 again, for σ_data that are not the usual one as well."""
    log_snr = np.linspace(-20, 20, 41)
    a, s = np.sqrt(1 / (1 + np.exp(-log_snr))), np.sqrt(1 / (1 + np.exp(log_snr)))
    for given in ({}, {"sigma_data": 0.3}) if PREDICTIONS[predict].options else ({},):
        options = Objective(predict, given=given).values
        sees, of_x0, of_noise = TARGETS[predict](a, s, **options)
        numbers = Parametrisation(predict, options).reading(log_snr)
        np.testing.assert_allclose(sees, numbers.sees)
        (p, q), (p_noise, q_noise) = numbers.x0, numbers.epsilon
        np.testing.assert_allclose(p * a + q * of_x0, 1, atol=1e-9 * (1 / a).max())
        np.testing.assert_allclose(p * s + q * of_noise, 0, atol=1e-9 * (1 / a).max())
        np.testing.assert_allclose(p_noise * a + q_noise * of_x0, 0, atol=1e-9 * (1 / s).max())
        np.testing.assert_allclose(p_noise * s + q_noise * of_noise, 1, atol=1e-9 * (1 / s).max())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zero_snr", [0, 1])
def test_the_loss_of_every_kind_is_a_number_and_draws_what_it_should(kind: str, zero_snr: int) -> None:
    schedule = Schedule(kind, 40, {"zero_snr": zero_snr})
    for draw in ("uniform", "lognormal"):
        names = run(schedule, Objective("v_prediction", draw))
        value = names["loss"](lambda x, told: x, torch.zeros(9, 4), torch.Generator().manual_seed(0))
        assert (value.ndim, bool(torch.isfinite(value))) == (0, True)
        expected = np.maximum(schedule.coefficients.log_snr, FAINTEST)
        np.testing.assert_allclose(names["log_snr"], expected, rtol=1e-12)


@pytest.mark.parametrize("spec", ["sqrt:T=1,zero_snr=1", "jsd:T=1", "laplace:T=40,snr_shift=1e4"])
@pytest.mark.parametrize("draw", DRAWS)
def test_a_draw_in_which_nothing_is_drawn_is_refused_and_any_other_has_a_loss(spec: str, draw: str) -> None:
    schedule, objective = Schedule.parse(spec), Objective("epsilon", draw)
    drawn = objective.weights(schedule).density * schedule.coefficients.log_snr_density
    if DRAWS[draw].over == "log_snr" and not drawn.any():
        sentence = f"^“{draw}” draws no step of {spec.partition(':')[0]}:.*; choose another"
        with pytest.raises(ObjectiveError, match=sentence):
            run(schedule, objective)
        return
    value = run(schedule, objective)["loss"](lambda x, told: x, torch.zeros(3, 2), torch.Generator().manual_seed(1))
    assert bool(torch.isfinite(value))


def test_gradients_come_through_and_a_draw_near_its_end_stays_finite() -> None:
    weight = torch.nn.Parameter(torch.tensor(0.5))
    names = run(Schedule("flow", 1000), Objective("flow_prediction", "beta", given={"beta_b": 0.1}))
    names["loss"](lambda x, told: weight * x, torch.ones(8, 2)).backward()
    assert weight.grad is not None
    assert float(names["probabilities"].max() / names["probabilities"].sum()) < 0.5


@pytest.mark.parametrize(
    ("spec", "count"), [("linear:T=1000", 1001), ("cosine:T=100,zero_snr=1", 100), ("flow:T=20", 20)]
)
def test_sigmas_of_kdiffusion_fall_to_0(spec: str, count: int) -> None:
    schedule, names = Schedule.parse(spec), Names()
    exec(kdiffusion_code(schedule), names)
    sigmas = names["sigmas"]
    assert (sigmas.dtype, sigmas.shape, float(sigmas[-1])) == (torch.float32, (count,), 0.0)
    with np.errstate(divide="ignore"):
        own = np.sqrt(1 / schedule.coefficients.snr[::-1])
    np.testing.assert_allclose(sigmas[:-1].numpy(), own[np.isfinite(own)], rtol=1e-6)
