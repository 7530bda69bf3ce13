"""Every kind against its closed form, written here a second time with plain Python floats."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule, findings_of
from ddpm_studio.diffusion.kinds import KINDS, Kind, Parameter, kind_registry
from ddpm_studio.errors import ScheduleError
from ddpm_studio.texts import SourceText

STEPS = (1, 2, 3, 7, 10, 300, 1000)


def evenly(first: float, last: float, T: int) -> list[float]:
    return [first] if T == 1 else [first + (last - first) * i / (T - 1) for i in range(T)]


def capped(alpha_bar: Callable[[float], float], T: int, cap: float = 0.999) -> list[float]:
    return [min(1 - alpha_bar((i + 1) / T) / alpha_bar(i / T), cap) for i in range(T)]


def stepwise(alpha_bar: Callable[[float], float], T: int) -> list[float]:
    levels = [1.0, *(alpha_bar((i + 1) / T) for i in range(T))]
    return [1 - after / before for before, after in pairwise(levels)]


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def warm_up(T: int, tenths: int, start: float, end: float) -> list[float]:
    steps = T * tenths // 10
    return evenly(start, end, steps)[:steps] + [end] * (T - steps)


def cosine(T: int, s: float = 0.008, max_beta: float = 0.999) -> list[float]:
    return capped(lambda u: math.cos((u + s) / (1 + s) * math.pi / 2) ** 2, T, max_beta)


def laplace_snr(u: float, mu: float, b: float) -> float:
    return math.exp(mu - b * math.copysign(1, 0.5 - u) * math.log(1 - 2 * abs(0.5 - u) + 1e-6))


def laplace(T: int, mu: float = 0.0, b: float = 0.5) -> list[float]:
    return stepwise(lambda u: laplace_snr(u, mu, b) / (1 + laplace_snr(u, mu, b)), T)


def laplace_root(T: int, mu: float = 0.0, b: float = 0.5) -> list[float]:
    return capped(lambda u: math.sqrt(laplace_snr(u, mu, b) / (1 + laplace_snr(u, mu, b))), T)


def sigmoid(T: int, start: float = -3.0, end: float = 3.0, tau: float = 1.0) -> list[float]:
    first, last = logistic(start / tau), logistic(end / tau)
    return capped(lambda u: (last - logistic((u * (end - start) + start) / tau)) / (last - first), T)


def cosine_power(T: int, start: float = 0.0, end: float = 1.0, tau: float = 1.0) -> list[float]:
    def power(x: float) -> float:
        return float(math.cos(x * math.pi / 2) ** (2 * tau))

    def alpha_bar(u: float) -> float:
        return max((power(end) - power(u * (end - start) + start)) / (power(end) - power(start)), 1e-9)

    return stepwise(alpha_bar, T)


def vp(T: int, beta_d: float = 19.9, beta_min: float = 0.1) -> list[float]:
    sigmas = [math.sqrt(math.exp(beta_d * t * t / 2 + beta_min * t) - 1) for t in ((i + 1) / T for i in range(T))]
    levels = [1.0, *(1 / (1 + sigma**2) for sigma in sigmas)]
    return [1 - after / before for before, after in pairwise(levels)]


def logsnr_cosine(T: int, min: float = -15.0, max: float = 15.0) -> list[float]:
    t_min, t_max = math.atan(math.exp(-max / 2)), math.atan(math.exp(-min / 2))

    def alpha_bar(u: float) -> float:
        return logistic(-2 * math.log(math.tan(t_min + u * (t_max - t_min))))

    return stepwise(alpha_bar, T)


def of_sigmas(sigma: Callable[[float], float], T: int) -> list[float]:
    """β where σ(u) is given, which is infinite at u = 1."""
    return stepwise(lambda u: 0.0 if u == 1 else 1 / (1 + sigma(u) ** 2), T)


def drawn(T: int) -> list[float]:
    """The points that a drawn schedule begins with lie on a straight line."""
    return stepwise(lambda u: 1.0 if u == 0 else logistic(10 - 20 * u), T)


def of_log_snr(log_snr: Callable[[float], float], T: int) -> list[float]:
    """β where log SNR(u) is given, which is −∞ at u = 1; beyond ±700 math.exp ends."""
    return stepwise(lambda u: 0.0 if u == 1 else logistic(max(min(log_snr(u), 700.0), -700.0)), T)


def flow(T: int, shift: float = 1.0) -> list[float]:
    def alpha_bar(u: float) -> float:
        tau = shift * u / (1 + (shift - 1) * u)
        return (1 - tau) ** 2 / ((1 - tau) ** 2 + tau**2)

    return stepwise(alpha_bar, T)


def normal_sigma(mean: float, spread: float) -> Callable[[float], float]:
    return lambda u: math.exp(mean + spread * NormalDist().inv_cdf(u))


def log_cot(u: float) -> float:
    return -math.log(math.tan(math.pi * u / 2))


def listed(sigmas: list[float]) -> list[float]:
    return [1 - after / before for before, after in pairwise([1.0, *(1 / (1 + sigma**2) for sigma in sigmas)])]


def edm(T: int, sigma_min: float = 0.002, sigma_max: float = 80.0, rho: float = 7.0) -> list[float]:
    roots = evenly(sigma_max ** (1 / rho), sigma_min ** (1 / rho), T)[::-1]
    return listed([root**rho for root in roots])


def ve(T: int, sigma_min: float = 0.01, sigma_max: float = 50.0) -> list[float]:
    return listed([math.exp(log) for log in evenly(math.log(sigma_max), math.log(sigma_min), T)[::-1]])


def cosine_interpolated(T: int, size: float = 512.0, low: float = 32.0, high: float = 256.0) -> list[float]:
    def log_snr(u: float) -> float:
        at_low, at_high = (2 * log_cot(u) + 2 * math.log(noise / size) for noise in (low, high))
        return u * at_high + (1 - u) * at_low

    return of_log_snr(log_snr, T)


CLOSED_FORMS: dict[str, Callable[..., list[float]]] = {
    "linear": lambda T, beta_start=1e-4, beta_end=0.02: evenly(beta_start, beta_end, T),
    "linear_rescaled": lambda T, beta_start=1e-4, beta_end=0.02: [
        min(beta, 0.999) for beta in evenly(beta_start * 1000 / T, beta_end * 1000 / T, T)
    ],
    "scaled_linear": lambda T, beta_start=0.00085, beta_end=0.012: [
        root**2 for root in evenly(math.sqrt(beta_start), math.sqrt(beta_end), T)
    ],
    "sqrt": lambda T, beta_start=1e-4, beta_end=0.02: [math.sqrt(beta) for beta in evenly(beta_start, beta_end, T)],
    "warmup10": lambda T, beta_start=1e-4, beta_end=0.02: warm_up(T, 1, beta_start, beta_end),
    "warmup50": lambda T, beta_start=1e-4, beta_end=0.02: warm_up(T, 5, beta_start, beta_end),
    "const": lambda T, beta_end=0.02: [beta_end] * T,
    "jsd": lambda T: [1 / (T - i) for i in range(T)],
    "cosine": cosine,
    "exp": lambda T: [min(1 - math.exp(-12 / T), 0.999)] * T,
    "laplace": laplace,
    "laplace_diffusers": laplace_root,
    "sigmoid_beta": lambda T, beta_start=1e-4, beta_end=0.02: [
        logistic(x) * (beta_end - beta_start) + beta_start for x in evenly(-6, 6, T)
    ],
    "sigmoid": sigmoid,
    "cosine_power": cosine_power,
    "linear_gamma": lambda T: stepwise(lambda u: max(1 - u, 1e-9), T),
    "vp": vp,
    "logsnr_cosine": logsnr_cosine,
    "flow": flow,
    "logit_normal": lambda T, m=0.0, s=1.0: of_sigmas(normal_sigma(m, s), T),
    "edm": edm,
    "lognormal": lambda T, p_mean=-1.2, p_std=1.2: of_sigmas(normal_sigma(p_mean, p_std), T),
    "ve": ve,
    "cauchy": lambda T, mu=0.0, gamma=1.0: of_log_snr(lambda u: mu + gamma * math.tan(math.pi * (0.5 - u)), T),
    "cosine_scaled": lambda T, mu=0.0, scale=1.0: of_log_snr(lambda u: mu + 2 / scale * log_cot(u), T),
    "cosine_interpolated": cosine_interpolated,
    "drawn": drawn,
    "formula": lambda T, s=1.0: of_log_snr(lambda u: -2 * s * math.log(math.tan(math.pi * u / 2)), T),
}

OTHER_PARAMETERS = [
    ("linear", {"beta_start": 0.3, "beta_end": 1e-3}),
    ("linear_rescaled", {"beta_start": 2e-4}),
    ("scaled_linear", {"beta_start": 0.0015, "beta_end": 0.0195}),
    ("sqrt", {"beta_end": 1e-3}),
    ("warmup10", {"beta_start": 1e-3, "beta_end": 0.5}),
    ("warmup50", {"beta_end": 5e-3}),
    ("const", {"beta_end": 0.125}),
    ("cosine", {"s": 0.0, "max_beta": 0.4}),
    ("cosine", {"s": 1.0}),
    ("laplace", {"mu": -6.0, "b": 1.5}),
    ("laplace_diffusers", {"mu": 2.0, "b": 0.25}),
    ("sigmoid_beta", {"beta_start": 0.1, "beta_end": 0.9}),
    ("sigmoid", {"start": 0.0, "end": 3.0, "tau": 0.7}),
    ("cosine_power", {"start": 0.2, "end": 0.9, "tau": 1.5}),
    ("vp", {"beta_d": 0.0, "beta_min": 3.0}),
    ("logsnr_cosine", {"min": -8.0, "max": 6.0}),
    ("flow", {"shift": 3.0}),
    ("logit_normal", {"m": 0.5, "s": 0.7}),
    ("edm", {"sigma_min": 0.03, "sigma_max": 700.0, "rho": 1.0}),
    ("lognormal", {"p_mean": 0.7, "p_std": 1.6}),
    ("ve", {"sigma_max": 378.0}),
    ("cauchy", {"mu": -1.0, "gamma": 0.5}),
    ("cosine_scaled", {"mu": 1.0, "scale": 0.5}),
    ("cosine_interpolated", {"size": 64.0, "high": 64.0}),
    ("formula", {"s": 2.0}),
]


def test_there_are_the_kinds_in_their_order() -> None:
    assert list(KINDS) == list(CLOSED_FORMS)


@pytest.mark.parametrize("T", STEPS)
@pytest.mark.parametrize("kind", CLOSED_FORMS)
def test_kind_equals_its_closed_form(kind: str, T: int) -> None:
    np.testing.assert_allclose(Schedule(kind, T).betas, CLOSED_FORMS[kind](T), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("T", STEPS)
@pytest.mark.parametrize(("kind", "given"), OTHER_PARAMETERS)
def test_parameters_enter_where_the_closed_form_has_them(kind: str, given: dict[str, float], T: int) -> None:
    betas = Schedule(kind, T, given).betas
    np.testing.assert_allclose(betas, CLOSED_FORMS[kind](T, **given), rtol=1e-9, atol=1e-14)


ENDS = """
linear             beta_start=0.0001,beta_end=0.02  1e-4      0.02     4.036e-5  0.010001   157.407  258
scaled_linear      beta_start=0.0001,beta_end=0.02  1e-4      0.02     7.334e-4  0.010001   36.912   417
warmup10           beta_start=0.0001,beta_end=0.02  1e-4      0.02     4.614e-9  0.010001   14722    82
warmup50           beta_start=0.0001,beta_end=0.02  1e-4      0.02     2.606e-7  0.010001   1958.9   183
const              beta_end=0.02                    0.02      0.02     1.683e-9  0.14286    24376    33
jsd                -                                0.001     1        0         0.031639   inf      499
cosine             s=0.008,max_beta=0.999           4.128e-5  0.999    2.429e-9  0.0064254  20291.2  495
exp                -                                0.01193   0.01193  6.144e-6  0.10987    403.4    57
laplace_diffusers  mu=0,b=0.5                       0.02115   0.8473   0.03162   0.14701    5.534    944
sigmoid_beta       beta_start=0.0001,beta_end=0.02  1.492e-4  0.01995  3.968e-5  0.012216   158.74   438
"""
"""kind, parameters, β_1, β_T, ᾱ_T, σ_1, σ_T and about the first index with SNR < 1, for T = 1000."""


def as_printed(value: float, text: str) -> bool:
    """Whether `value` rounds to `text` at the digits that `text` shows."""
    shown = Decimal(text)
    exponent = shown.as_tuple().exponent
    if not isinstance(exponent, int):
        return value == float(text)
    return abs(value - float(text)) <= 0.5000001 * 10.0**exponent


@pytest.mark.parametrize("row", ENDS.strip().splitlines(), ids=lambda row: str(row).split()[0])
def test_end_points_at_a_thousand_steps(row: str) -> None:
    kind, given, first, last, terminal, sigma_min, sigma_max, crossing = row.split()
    c = Schedule.parse(f"{kind}:T=1000,{given.strip('-')}").coefficients
    for value, text in [
        (c.betas[0], first),
        (c.betas[-1], last),
        (c.alphas_cumprod[-1], terminal),
        (c.sigmas[0], sigma_min),
        (c.sigmas[-1], sigma_max),
    ]:
        assert as_printed(value, text), (value, text)
    assert abs(int(np.argmax(c.snr < 1)) - int(crossing)) <= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("exp:T=600", "const:T=600,beta_end=0.01980132669324470"),
        ("vp:T=50,beta_d=0,beta_min=5", "const:T=50,beta_end=0.0951625819640404"),
        ("jsd:T=40,zero_snr=1", "jsd:T=40"),
        ("linear_rescaled:T=1000", "linear:T=1000"),
        ("warmup10:T=9", "const:T=9"),
    ],
)
def test_kinds_meet_where_their_formulas_do(one: str, other: str) -> None:
    np.testing.assert_allclose(Schedule.parse(one).betas, Schedule.parse(other).betas, rtol=1e-12)


def test_root_laplace_is_the_root_of_laplace_but_for_its_start() -> None:
    paper, root = (Schedule(kind, 1000).coefficients.alphas_cumprod for kind in ("laplace", "laplace_diffusers"))
    at_zero = 1000 / 1001
    np.testing.assert_allclose(paper / at_zero, root**2, rtol=1e-10)


def test_laplace_is_centred_on_its_mu() -> None:
    """At u = ½ the SNR is e^μ, however small it is; the 1e-6 under the logarithm moves it by b·1e-6."""
    for mu in (-6.0, 0.0, 6.0):
        assert Schedule("laplace", 2, {"mu": mu}).coefficients.log_snr[0] == pytest.approx(mu, abs=1e-6)


def test_sigmoid_keeps_its_shape_where_alpha_bar_is_far_below_rounding() -> None:
    """With b = −6, e = 6, τ = 0.1 the tail is e^(−x/τ): β is 1 − e^(−0.4) there, though ᾱ is down to e^(−56)."""
    betas = Schedule("sigmoid", 300, {"start": -6, "end": 6, "tau": 0.1}).betas
    np.testing.assert_allclose(betas[200:280], 1 - math.exp(-0.4), rtol=1e-3)


def test_log_snr_cosine_reaches_both_its_bounds() -> None:
    log_snr = Schedule("logsnr_cosine", 100_000, {"min": -40, "max": 5}).coefficients.log_snr
    assert log_snr[-1] == pytest.approx(-40, abs=1e-6)
    assert log_snr[0] == pytest.approx(5, abs=1e-3)


@pytest.mark.parametrize("T", [1, 5, 20])
def test_rescaled_linear_is_capped_where_it_would_reach_one(T: int) -> None:
    assert Schedule("linear_rescaled", T, {"beta_start": 0.02}).betas.tolist() == [0.999] * T


def test_cosine_power_survives_the_end_of_the_cosine() -> None:
    schedule = Schedule("cosine_power", 4, {"start": 0.9999, "end": 1.0, "tau": 1.0})
    np.testing.assert_allclose(schedule.coefficients.alphas_cumprod, [9 / 16, 4 / 16, 1 / 16, 1e-9], rtol=1e-6)
    assert np.isfinite(Schedule("cosine_power", 4, {"start": 0.9999, "end": 1.0, "tau": 100}).betas).all()


LOG_SNR = """
flow                           0.25   2.1972245773362196
flow                           0.999  -13.8135095572971
flow:shift=3                   0.5    -2.1972245773362196
flow:shift=7                   0.5    -3.891820298110627
cauchy                         0.001  318.30883898555045
cauchy                         0.25   1
cosine_scaled                  0.001  12.91234350245035
cosine_scaled                  0.75   -1.7627471740390861
cosine_scaled:mu=1             0.25   2.7627471740390861
cosine_scaled:scale=0.5        0.25   3.5254943480781722
lognormal                      0.001  9.8165575348027525
lognormal                      0.5    2.4
lognormal                      0.999  -5.0165575348027525
logit_normal                   0.25   1.3489795003921635
logit_normal                   0.999  -6.1804646123356271
cosine_interpolated            0.1    -1.4438290667413692
cosine_interpolated            0.5    -3.4657359027997265
cosine_interpolated            0.9    -5.4876427388580839
"""
"""A schedule, u, and its log SNR there, worked out in forty digits."""


@pytest.mark.parametrize("row", LOG_SNR.strip().splitlines())
def test_log_snr_of_modern_kinds(row: str) -> None:
    spec, u, expected = row.split()
    schedule = Schedule.parse(spec).replace(T=1000)
    found = schedule.coefficients.log_snr[round(1000 * float(u)) - 1]
    assert found == pytest.approx(float(expected), rel=1e-14, abs=1e-14)


def test_levels_of_edm_are_those_of_its_code() -> None:
    """The first of 18, of which the last is σ_max."""
    sigmas = Schedule("edm", 18).coefficients.sigmas[::-1]
    assert sigmas[:4].tolist() == pytest.approx([80, 57.585984721, 40.785573797, 28.374584604], rel=1e-9)
    assert sigmas[-1] == pytest.approx(0.002, rel=1e-14)


@pytest.mark.parametrize("s", [0.5, 1.0, 3.0, 12.0])
def test_the_shift_of_a_flow_is_an_snr_shift_of_its_square(s: float) -> None:
    shifted, divided = Schedule("flow", 1000, {"shift": s}), Schedule("flow", 1000, {"snr_shift": s * s})
    for name, array in shifted.coefficients.arrays.items():
        np.testing.assert_allclose(array, divided.coefficients[name], rtol=1e-12, atol=1e-12)


def test_sizes_between_which_a_shift_may_be_interpolated() -> None:
    with pytest.raises(ScheduleError, match="high is 700 and low is 32; high may be at most 20 times low"):
        Schedule("cosine_interpolated", 10, {"high": 700})
    assert (np.diff(Schedule("cosine_interpolated", 1000, {"high": 640}).coefficients.log_snr) < 0).all()


def test_every_parameter_has_its_default_within_its_slider_within_its_bounds() -> None:
    for kind in KINDS.values():
        for p in kind.parameters:
            assert p.low <= p.slider[0] <= p.default <= p.slider[1] <= p.high, (kind.name, p.key)
            assert not p.log or p.slider[0] > 0


def test_every_kind_names_its_formula_and_its_source() -> None:
    for kind in KINDS.values():
        assert all([kind.label, kind.formula, kind.source, kind.function.__doc__]), kind.name


def test_one_entry_adds_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads the registry finds a new kind without being told of it."""
    share = Parameter("share", "q", 0.25, 0.0, 1.0, slider=(0.0, 1.0))
    monkeypatch.setitem(
        kind_registry._KINDS,
        "halves",
        Kind("halves", SourceText("Halves"), "q", SourceText("nobody"), (share,), lambda T, share: np.full(T, share)),
    )
    schedule = Schedule.parse("halves:T=3,share=0.5")
    assert str(schedule) == "halves:T=3,share=0.5"
    np.testing.assert_allclose(schedule.coefficients.alphas_cumprod, [0.5, 0.25, 0.125], rtol=1e-15)
    assert {finding.code for finding in findings_of(schedule)} == {"terminal_signal", "destroying_start"}


@pytest.mark.parametrize(
    ("one", "said", "other", "rtol"),
    [
        ("jsd:T=40", "the same as “Linear in ᾱ”", "linear_gamma:T=40", 1e-14),
        ("linear_gamma:T=40", "the same as “JSD”", "jsd:T=40", 1e-14),
        ("exp:T=40", "the same as “Constant”", f"const:T=40,beta_end={-math.expm1(-0.3)!r}", 1e-14),
        ("linear_rescaled:T=1000", "the same as “Linear”", "linear:T=1000", 0),
        ("cosine_power:T=40", "the same as “Cosine”", "cosine:T=40,s=0", 1e-12),
        ("vp:T=400", "nearly “Linear, rescaled to T”", "linear_rescaled:T=400", 0.17),
        ("logsnr_cosine:T=40", "nearly “Cosine”", "cosine:T=40,s=0", 0.02),
    ],
)
def test_what_a_kind_s_text_says_that_it_is_like(one: str, said: str, other: str, rtol: float) -> None:
    """All but the last step, and, where it is said to be nearly so, the first."""
    schedule = Schedule.parse(one)
    assert said in KINDS[schedule.kind].source
    first = 1 if "nearly" in said else 0
    np.testing.assert_allclose(schedule.betas[first:-1], Schedule.parse(other).betas[first:-1], rtol=rtol)
