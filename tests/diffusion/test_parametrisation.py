"""Parametrisations against the papers' own formulas in 300 bits, at every noise level and at both ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pytest
from flint import arb, ctx

from ddpm_studio.diffusion.parametrisation import FORMS, PREDICTION_TYPES, Parametrisation
from ddpm_studio.errors import CheckpointError, SolverError

LOG_SNR = np.array([-90.0, -40.0, -10.5, -2 * np.log(2.0), -0.1, 0.0, 1.3, 9.2, 30.0])
"""From ᾱ = 8e-40, below float32, to 1 − ᾱ = 9e-14."""
CLOSE, HALF = 1e-12, arb("0.5")


@pytest.fixture(autouse=True)
def _bits() -> Iterator[None]:
    """Other modules count on precisions of their own."""
    with ctx.workprec(300):
        yield


class Published(NamedTuple):
    """A network as its paper has it, at σ: what it sees of x0 + σ ε, and x0 = skip · (x0 + σ ε) + out · output."""

    sees: arb
    skip: arb
    out: arb
    told: arb


def _vp(sigma: arb) -> tuple[arb, arb]:
    root = (1 + sigma * sigma).sqrt()
    return 1 / root, sigma / root


def _epsilon(sigma: arb) -> Published:
    a, _ = _vp(sigma)
    return Published(a, arb(1), -sigma, arb(7))


def _sample(sigma: arb) -> Published:
    a, _ = _vp(sigma)
    return Published(a, arb(0), arb(1), arb(7))


def _v(sigma: arb) -> Published:
    """v = a ε − s x0, hence a x − s v = x0 of x = a (x0 + σ ε)."""
    a, s = _vp(sigma)
    return Published(a, a * a, -s, arb(7))


def _flow(sigma: arb) -> Published:
    """It sees z = (1 − τ) x0 + τ ε, and z − τ u = x0."""
    tau = sigma / (1 + sigma)
    return Published(1 - tau, 1 - tau, -tau, 1000 * tau)


def _reversed_flow(sigma: arb) -> Published:
    tau = sigma / (1 + sigma)
    return Published(1 - tau, 1 - tau, tau, 1 - tau)


def _edm(sigma: arb, data: arb = HALF, sign: int = 1) -> Published:
    square = sigma * sigma + data * data
    return Published(1 / square.sqrt(), data * data / square, sign * sigma * data / square.sqrt(), sigma.log() / 4)


def _consistency(sigma: arb) -> Published:
    data, above = HALF, sigma - arb(0.002)
    root = (sigma * sigma + data * data).sqrt()
    return Published(1 / root, data * data / (above * above + data * data), above * data / root, 250 * sigma.log())


PUBLISHED: dict[str, Callable[[arb], Published]] = {
    "epsilon": _epsilon,
    "sample": _sample,
    "v_prediction": _v,
    "flow_prediction": _flow,
    "reversed_flow_prediction": _reversed_flow,
    "edm": _edm,
    "edm:sigma_data=1": lambda sigma: _edm(sigma, arb(1)),
    "edm_v_prediction": lambda sigma: _edm(sigma, arb(1), -1),
    "edm_v_prediction:sigma_data=0.5": lambda sigma: _edm(sigma, sign=-1),
    "consistency": _consistency,
}


def test_every_form_is_held_to_its_paper() -> None:
    assert {text.partition(":")[0] for text in PUBLISHED} == set(FORMS) == set(PREDICTION_TYPES)


@pytest.mark.parametrize("text", PUBLISHED)
def test_numbers_of_every_noise_level(text: str) -> None:
    """In variance-preserving scale x is a (x0 + σ ε), so its weights are the paper's divided by a."""
    parametrisation = Parametrisation.parse(text)
    sees, x0, epsilon = parametrisation.reading(LOG_SNR)
    told = parametrisation.told(np.full_like(LOG_SNR, 7.0), LOG_SNR)
    for i, log_snr in enumerate(LOG_SNR.tolist()):
        sigma = (-arb(log_snr) / 2).exp()
        expected = PUBLISHED[text](sigma)
        a, s = _vp(sigma)
        exact = {
            "sees": expected.sees / a,
            "p": expected.skip / a,
            "q": expected.out,
            "p of ε": (1 - expected.skip) / s,
            "q of ε": -a * expected.out / s,
            "told": expected.told,
        }
        found = sees[i], x0[0][i], x0[1][i], epsilon[0][i], epsilon[1][i], told[i]
        for (name, wanted), number in zip(exact.items(), found, strict=True):
            error = abs(arb(float(number)) - wanted)
            bound = CLOSE * max(abs(float(wanted)), 1.0 if name == "told" else 0.0)
            assert float(error) <= bound, f"{name} at log SNR {log_snr}: {number}, not {wanted}"


def test_check_values_at_sigma_2() -> None:
    two = np.array([-2 * np.log(2.0)])
    a, tau, r = 0.44721359549995794, 0.66666666666666667, 0.7453559924999299
    sees, (p, q), (p_noise, q_noise) = Parametrisation("flow_prediction").reading(two)
    assert [*sees, *p, *q, *p_noise, *q_noise] == pytest.approx([r, r, -tau, r, 1 - tau], rel=1e-14)
    sees, (p, q), _ = Parametrisation("edm").reading(two)
    wanted = [0.48507125007266595 / a, 0.058823529411764706 / a, 0.48507125007266595]
    assert [*sees, *p, *q] == pytest.approx(wanted, rel=1e-14)
    assert Parametrisation("edm").told(two, two) == pytest.approx([0.17328679513998633], rel=1e-14)


@pytest.mark.parametrize("text", [text for text in PUBLISHED if text != "epsilon"])
def test_x0_is_read_at_pure_noise(text: str) -> None:
    sees, (p, q), epsilon = Parametrisation.parse(text).reading(np.array([-np.inf]))
    nearly = Parametrisation.parse(text).reading(np.array([-300.0]))
    assert np.isfinite([*sees, *p, *q, *epsilon[0], *epsilon[1]]).all()
    np.testing.assert_allclose([sees, p, q], [nearly.sees, *nearly.x0], atol=1e-60)


@pytest.mark.parametrize("text", PUBLISHED)
def test_x0_is_read_where_no_noise_is_left(text: str) -> None:
    sees, (p, q), _ = Parametrisation.parse(text).reading(np.array([np.inf]))
    nearly = Parametrisation.parse(text).reading(np.array([300.0]))
    np.testing.assert_allclose([sees, p, q], [nearly.sees, *nearly.x0], atol=1e-60)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("epsilon", 999.0),
        ("epsilon:time=t+1", 1000.0),
        ("v_prediction:time_scale=0.001", 0.999),
        ("flow_prediction", 1000.0),
        ("flow_prediction:time_scale=1", 1.0),
        ("reversed_flow_prediction", 0.0),
    ],
)
def test_what_is_told_of_pure_noise(text: str, told: float) -> None:
    parametrisation = Parametrisation.parse(text)
    assert parametrisation.told(np.array([999.0]), np.array([-np.inf])) == pytest.approx([told])


LN_SIGMA = ["edm", "edm:time_scale=0", "edm_v_prediction", "consistency", "epsilon:time=ln_sigma"]


@pytest.mark.parametrize("text", LN_SIGMA)
def test_ln_sigma_of_pure_noise_cannot_be_told(text: str) -> None:
    with pytest.raises(SolverError, match="ᾱ is 0 at call 2 of the network"):
        Parametrisation.parse(text).told(np.array([3.0, 2.0]), np.array([0.0, -np.inf]))


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("edm", "edm"),
        ("edm: sigma_data = 0.5, time=ln_sigma", "edm"),
        ("edm:sigma_data=1", "edm:sigma_data=1"),
        ("flow_prediction:time_scale=1,time=1-tau", "flow_prediction:time=1-tau,time_scale=1"),
        ("consistency:sigma_min=0.01", "consistency:sigma_min=0.01"),
    ],
)
def test_a_text_says_what_is_not_as_usual(text: str, again: str) -> None:
    assert str(Parametrisation.parse(text)) == again
    assert str(Parametrisation.parse(again)) == again


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("flow", "There is no prediction type “flow”; did you mean “flow_prediction”?"),
        ("pred_x0", "There is no prediction type “pred_x0”; did you mean “sample”?"),
        ("eps", "There is no prediction type “eps”; did you mean “epsilon”?"),
        ("edm:sigma=1", "edm has no option “sigma”; did you mean “sigma_data”?"),
        ("edm:sigma_data=0", "sigma_data of edm is 0; choose from 0.001 to 1000."),
        ("edm:sigma_data", "sigma_data of edm is “”; choose from 0.001 to 1000."),
        ("edm:sigma_data=nan", "sigma_data of edm is nan; choose from 0.001 to 1000."),
        ("epsilon:time=s", "time of epsilon is “s”; choose from t, t+1, tau, 1-tau, ln_sigma."),
        ("edm:sigma_data=1,sigma_data=2", "“edm:sigma_data=1,sigma_data=2” gives sigma_data twice; keep one of them."),
    ],
)
def test_other_texts_are_refused(text: str, sentence: str) -> None:
    for error in (SolverError, CheckpointError):
        with pytest.raises(error) as refused:
            Parametrisation.parse(text, error)
        assert str(refused.value) == sentence
