"""Objectives say what each noise level weighs, whatever schedule, prediction, draw and weight that comes from."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.options import as_number
from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.diffusion.training.sameness import factor_between
from ddpm_studio.diffusion.training.training_curves import TrainedCoefficients
from ddpm_studio.errors import ObjectiveError

SNRS = np.array([0.01, 0.25, 1.0, 5.0, 100.0])

STATED = {
    "p2": [0.9900990099, 0.8, 0.5, 0.1666666667, 0.0099009901],
    "debiased": [10, 2, 1, 0.4472135955, 0.1],
    "debiased_v": [0.9900990099, 0.8, 0.5, 0.1666666667, 0.0099009901],
    "sigmoid": [0.9986484763, 0.9672734436, 0.8807970780, 0.5964180031, 0.0688064163],
    "truncated_snr": [1, 1, 1, 5, 100],
    "edm_lambda": [4.01, 4.25, 5, 9, 104],
}
"""The weights of the losses for which their papers state them, worked out apart from the program."""


def weight_on(prediction: str, name: str) -> np.ndarray:
    """The weight of a loss on this prediction, at SNRS, by the way that an objective takes."""
    stated, log_snr = LOSS_WEIGHTS[name], np.log(SNRS)
    values = {option.key: option.default for option in stated.options}
    unit = {p: PREDICTIONS[p].on_epsilon(log_snr, **defaults(p)) for p in (stated.on or prediction, prediction)}
    return stated.weigh(log_snr, **values) * unit[stated.on or prediction] / unit[prediction]


def defaults(prediction: str) -> dict[str, float]:
    return {option.key: as_number(option.default) for option in PREDICTIONS[prediction].options}


LEVELS = np.array([-800.0, -30.0, -1.0, 0.0, 3.0, 600.0])

ON_EPSILON: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "epsilon": np.ones_like,
    "sample": lambda x: np.exp(-x),
    "v_prediction": lambda x: 1 + np.exp(-x),
    "flow_prediction": lambda x: (1 + np.exp(-x / 2)) ** 2,
    "reversed_flow_prediction": lambda x: (1 + np.exp(-x / 2)) ** 2,
    "edm": lambda x: 4 * np.exp(-x) + 1,
    "edm_v_prediction": lambda x: np.exp(-x) + 1,
}
"""Squared errors of each prediction over those of ε, from the targets that their papers state."""


@pytest.mark.parametrize("name", PREDICTIONS)
def test_errors_of_predictions_are_worth_what_their_targets_are(name: str) -> None:
    with np.errstate(over="ignore"):
        expected = ON_EPSILON[name](LEVELS)
    assert PREDICTIONS[name].on_epsilon(LEVELS, **defaults(name)) == pytest.approx(expected, rel=1e-12)


def test_a_weight_of_edm_takes_the_sigma_data_of_the_network() -> None:
    assert Objective("edm_v_prediction", weight="edm_lambda").values["sigma_data"] == 1


@pytest.mark.parametrize("name", STATED)
def test_weights_are_those_of_their_papers(name: str) -> None:
    assert weight_on(LOSS_WEIGHTS[name].on, name) == pytest.approx(STATED[name], rel=1e-9)


@pytest.mark.parametrize(
    ("prediction", "weight"),
    [
        ("epsilon", np.minimum(SNRS, 5) / SNRS),
        ("sample", np.minimum(SNRS, 5)),
        ("v_prediction", np.minimum(SNRS, 5) / (SNRS + 1)),
    ],
)
def test_min_snr_is_converted_to_what_the_network_predicts(prediction: str, weight: np.ndarray) -> None:
    """Hang et al. 2023 give all three."""
    assert weight_on(prediction, "min_snr") == pytest.approx(weight, rel=1e-14)


def test_soft_min_snr_is_stated_for_the_picture() -> None:
    expected = [0.9980039920, 0.9523809524, 0.8333333333, 0.5, 0.0476190476]
    assert weight_on("epsilon", "soft_min_snr") == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("name", DRAWS)
def test_densities_integrate_to_one(name: str) -> None:
    draw = DRAWS[name]
    values = {option.key: option.default for option in draw.options}
    steps = np.linspace(0, 1, 400_001)[:-1] + 0.5 / 400_000
    if draw.over == "u":
        assert draw.density(steps, **values).mean() == pytest.approx(1, rel=1e-3)
    else:  # Over the whole line, by x = tan(π(u − ½)).
        angle = np.pi * (steps - 0.5)
        assert (draw.density(np.tan(angle), **values) * np.pi / np.cos(angle) ** 2).mean() == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("mode", [0.1, 0.3, 0.5, 0.7], [0.5015493872844, 0.7960235376517, 3.7925801731987, 0.7960235376517]),
        ("cosmap", [0.1, 0.3, 0.5], [0.776365576058026, 1.0976202971854851, 1.2732395447351628]),
        ("lognormal", [-10.0, 0.0, 2.4], [2.655057092362852e-07, 0.10082113521630974, 0.16622595016726363]),
        ("laplace", [-4.0, 0.0, 2.4], [3.3546262790251e-04, 1.0, 0.00822974704902003]),
    ],
)
def test_densities_are_those_of_their_papers(name: str, at: list[float], expected: list[float]) -> None:
    values = {option.key: option.default for option in DRAWS[name].options}
    assert DRAWS[name].density(np.array(at), **values) == pytest.approx(expected, rel=1e-12)


def flow_uniform(levels: np.ndarray) -> np.ndarray:
    return 0.5 * np.exp(-levels / 2)


def normal(levels: np.ndarray, mean: float, std: float) -> np.ndarray:
    return np.exp(-0.5 * ((levels - mean) / std) ** 2) / (std * math.sqrt(2 * math.pi))


CLOSED: dict[tuple[str, str], Callable[[np.ndarray], np.ndarray]] = {
    ("cosine:T=1000,s=0", "predict=epsilon"): lambda x: 1 / (2 * np.pi * np.cosh(x / 2)),
    ("cosine:T=1000,s=0", "predict=v_prediction"): lambda x: np.exp(-x / 2) / np.pi,
    ("flow:T=1000", "predict=flow_prediction"): flow_uniform,
    ("flow:T=1000", "predict=flow_prediction,draw=logit_normal"): lambda x: normal(x, 0, 2) * (1 + np.exp(-x / 2)) ** 2,
    ("edm:T=1000", "predict=edm,draw=lognormal"): lambda x: normal(x, 2.4, 2.4) * (np.exp(-x) + 0.25) / 0.25,
}
"""W(log SNR) in closed form."""


@pytest.mark.parametrize("pair", CLOSED)
def test_effective_weights_are_those_of_closed_forms(pair: tuple[str, str]) -> None:
    schedule, objective = Schedule.parse(pair[0]), Objective.parse(pair[1])
    seen = schedule.betas < 0.999  # A cap, and pure noise, are beyond the closed form.
    levels, effective = schedule.coefficients.log_snr, objective.weights(schedule).effective
    assert effective[seen] == pytest.approx(CLOSED[pair](levels[seen]), rel=1e-9)


COSINE_V = ("cosine:T=1000,s=0", "predict=v_prediction")
FLOW = ("flow:T=1000", "predict=flow_prediction")


def trained(pair: tuple[str, str]) -> TrainedCoefficients:
    return TrainedCoefficients(Schedule.parse(pair[0]), Objective.parse(pair[1]))


@pytest.mark.parametrize(
    ("first", "second", "factor"),
    [
        (COSINE_V, FLOW, math.pi / 2),
        (("flow:T=1000", "predict=flow_prediction,draw=cosmap"), (COSINE_V[0], "predict=flow_prediction"), 1),
        (("flow:T=1000,shift=3", FLOW[1]), (FLOW[0], f"{FLOW[1]},draw=shifted,draw_shift=3"), 1),
        (
            ("flow:T=1000,shift=3", f"{FLOW[1]},draw=logit_normal"),
            (FLOW[0], f"{FLOW[1]},draw=logit_normal,m={math.log(3)}"),
            1,
        ),
        ((COSINE_V[0], "predict=v_prediction,weight=debiased_v"), (COSINE_V[0], "predict=sample"), 1),
        (("linear:T=1000", "draw=lognormal"), ("edm:T=1000", "draw=lognormal"), 1),
    ],
)
def test_the_same_objective_is_found_in_other_words(
    first: tuple[str, str], second: tuple[str, str], factor: float
) -> None:
    ours, theirs = map(trained, (first, second))
    assert factor_between(ours, theirs) == pytest.approx(factor, rel=1e-3)
    assert factor_between(theirs, ours) == pytest.approx(1 / factor, rel=1e-3)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (COSINE_V, (COSINE_V[0], "predict=epsilon")),
        (COSINE_V, ("linear:T=1000", "predict=v_prediction")),
        (FLOW, (FLOW[0], f"{FLOW[1]},draw=logit_normal")),
        (("linear:T=1", ""), ("linear:T=1", "")),
        (("laplace:T=1000,mu=-18,b=0.1", ""), ("laplace:T=1000,mu=18,b=0.1", "")),
    ],
)
def test_other_objectives_are_not_the_same(first: tuple[str, str], second: tuple[str, str]) -> None:
    ours, theirs = map(trained, (first, second))
    assert factor_between(ours, theirs) is factor_between(theirs, ours) is None


@pytest.mark.parametrize("weight", LOSS_WEIGHTS)
@pytest.mark.parametrize("predict", PREDICTIONS)
@pytest.mark.parametrize("spec", ["flow:T=10", "jsd:T=1", "cauchy:T=10000,gamma=10"])
def test_every_weight_is_a_number_up_to_pure_noise(spec: str, predict: str, weight: str) -> None:
    weights = Objective(predict, weight=weight).weights(Schedule.parse(spec))
    assert weights.effective[-1] == 0
    assert not np.isnan([weights.density, weights.loss, weights.unit, weights.effective]).any()


def test_a_weight_has_its_limit_at_pure_noise() -> None:
    """min(SNR, γ)/SNR is 1 there, and min(SNR, γ)/(SNR + 1) is the SNR."""
    schedule = Schedule.parse("flow:T=10")
    on_epsilon, on_v = (Objective(p, weight="min_snr").weights(schedule).loss[-1] for p in ("epsilon", "v_prediction"))
    assert on_epsilon == pytest.approx(1, rel=1e-12)
    assert on_v == pytest.approx(0, abs=1e-250)


@pytest.mark.parametrize(
    "text",
    [
        "train:",
        "train:predict=edm,sigma_data=1",
        "train:draw=mode,weight=p2,kappa=1,p2_gamma=0.5",
        "train:predict=sample,draw=lognormal,weight=edm_lambda,p_mean=-0.4,sigma_data=1",
    ],
)
def test_a_text_reads_back(text: str) -> None:
    assert str(Objective.parse(text)) == text
    assert Objective.parse(text.partition(":")[2]) == Objective.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("linear:T=10", "“linear:T=10” is not a training objective; write train:predict=epsilon."),
        ("predict=x_start", "There is no prediction type “x_start”; did you mean “sample”?"),
        ("predict=v", "There is no prediction type “v”; did you mean “v_prediction”?"),
        ("draw=logit", "There is no way to draw called “logit”; did you mean “logit_normal”?"),
        ("weight=minsnr", "There is no loss weight “minsnr”; did you mean “min_snr”?"),
        ("v_prediction", "“v_prediction” in “v_prediction” is not of the form key=value; write train:predict=epsilon."),
        (
            "predict=edm:sigma_data=1",
            "“predict=edm:sigma_data=1” is not a training objective; write train:predict=edm,sigma_data=1.",
        ),
        ("prediction=sample", "A training objective has no “prediction”; did you mean “predict”?"),
        ("weight=p2,a=5", "A training objective has no “a”; this one takes predict, draw, weight, p2_k, p2_gamma."),
        ("snr_gamma=4", "snr_gamma is an option of weight=min_snr; write that too, or leave snr_gamma out."),
        ("sigma_data=1", "sigma_data is an option of predict=edm; write that too, or leave sigma_data out."),
        ("weight=p2,bias=5", "bias is an option of weight=sigmoid; write that too, or leave bias out."),
        (
            "draw=mode,predict=edm,sigma_data=-1",
            "sigma_data of predict=edm,draw=mode is -1; choose from 0.001 to 1000.",
        ),
        ("draw=mode,kappa=2", "kappa of draw=mode is 2; choose from -1 to 1.75194."),
        ("draw=mode,kappa=x", "kappa of draw=mode is “x”; choose from -1 to 1.75194."),
        ("draw=mode,kappa=nan", "kappa of draw=mode is nan; choose from -1 to 1.75194."),
        ("draw=mode,draw=beta", "“draw=mode,draw=beta” gives draw twice; keep one of them."),
    ],
)
def test_what_is_wrong_is_told(text: str, said: str) -> None:
    with pytest.raises(ObjectiveError) as error:
        Objective.parse(text)
    assert str(error.value) == said


@pytest.mark.parametrize("name", sorted(KINDS.keys() & DRAWS.keys()))
def test_draws_and_kinds_of_one_name_are_the_same_distribution(name: str) -> None:
    """A kind is the quantiles of its draw, so that uniform steps of it train as any schedule with that draw does."""
    kind, draw = KINDS[name], DRAWS[name]
    values = {option.key: option.default for option in draw.options}
    assert values == {parameter.key: parameter.default for parameter in kind.parameters}
    ours = TrainedCoefficients(Schedule("flow", 1000), Objective("flow_prediction", name))
    theirs = TrainedCoefficients(Schedule(name, 1000), Objective("flow_prediction"))
    assert factor_between(ours, theirs) == pytest.approx(1, rel=1e-3)


def test_loss_weights_have_their_limit_at_pure_noise() -> None:
    """EDM's λ(σ) c_out(σ)² is 1 at every σ, and so at σ = ∞."""
    loss = Objective("edm", "lognormal", "edm_lambda").weights(Schedule("flow", 10)).loss
    np.testing.assert_allclose(loss, 1, rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("train:predict=epsilo", "epsilo"),
        ("train: predict=edm , draw = mod", "mod"),
        ("train:weight=", "weight="),
        ("train:weight=min_snr,snr_gama=2", "snr_gama"),
        ("train:kappa=1", "kappa"),
        ("train:draw=mode,kappa=2", "2"),
        ("train:draw=mode,kappa=1,predict=edm,sigma_data=-1", "-1"),
        ("train:draw=mode,kappa=x", "x"),
        ("train:draw=mode, draw=beta", "draw=beta"),
        ("train:predict=edm,draw", "draw"),
        ("trian:predict=edm", "trian"),
    ],
)
def test_a_refusal_knows_the_place_of_what_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(ObjectiveError) as refused:
        Objective.parse(text)
    place = refused.value.place
    assert place is not None
    assert text[slice(*place)] == wrong
