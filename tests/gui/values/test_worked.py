"""Worked formulas: every arithmetic that is printed comes, as it is printed, to the result that is printed."""

from __future__ import annotations

import re

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.gui.values.worked import worked_formula
from tests.diffusion.strategies import schedules

NUMBER = r"−?(?:[0-9.]+(?:e−?[0-9]+)?|∞)"
CALCULATED = (
    *("alphas", "alphas_cumprod", "posterior_variance", "log_one_minus_alphas_cumprod", "snr", "log_snr", "snr_db"),
    *("sigmas", "tau", "lambdas", "min_snr_weight_epsilon", "min_snr_weight_v", "min_snr_weight_x0"),
)
"""The curves whose formula is worked out in numbers."""

FAMILY = (
    *("linear:T=300", "linear:T=1", "cosine:T=1000", "cosine:T=1000,s=0,snr_shift=1e-6", "jsd:T=300", "const:T=100000"),
    *("linear:T=1000,zero_snr=1", "logsnr_cosine:T=1000,min=-50,max=50", "laplace:T=100,mu=20", "vp:T=3,beta_d=200"),
    *("flow:T=1000,shift=3", "edm:T=1000", "lognormal:T=1000", "cauchy:T=1000", "cosine_scaled:T=100,scale=0.1"),
)


def value(text: str) -> arb:
    """What arithmetic comes to, by Arb's balls: ∞ is a number beyond all others that are shown."""
    text = re.sub(r"[0-9.]+(?:e−?[0-9]+)?", lambda found: f'arb("{found[0].replace("−", "-")}")', text)
    for sign, python in (("∞", 'arb("1e9999")'), ("·", "*"), ("−", "-"), ("²", "**2"), ("½", 'arb("0.5")')):
        text = text.replace(sign, python)
    names = {"arb": arb, "ln": arb.log, "min": lambda a, b: a if a < b else b}
    with ctx.workprec(4000):
        return eval(text, names)


def is_true(text: str) -> bool:
    """Whether the last equation holds to half of the fifth digit of its right side."""
    left, right = text.removesuffix(" dB").split(" = ")[-2:]
    if text.count("=") == 1 and not re.search("[0-9]", left):
        return True  # The result alone is left.
    assert re.fullmatch(NUMBER, right), text
    worked, shown = value(left), value(right)
    if abs(shown) > arb("1e9000"):
        return bool(worked * shown > arb("1e308"))
    if shown == 0:
        return bool(abs(worked) < arb("1e-300"))
    power = int(f"{float(shown):e}".split("e")[1])
    return bool(abs(worked - shown) < arb(10) ** (power - 4) * arb("0.50001"))


def check(schedule: Schedule, t: int) -> None:
    for name in CALCULATED:
        text = worked_formula(CURVES[name], schedule.coefficients, t)
        assert is_true(text), (str(schedule), t, text)


@pytest.mark.parametrize("text", FAMILY)
def test_printed_arithmetic_is_true(text: str) -> None:
    schedule = Schedule.parse(text)
    for t in sorted({1, 2, 3, 7, 11, schedule.T // 3, schedule.T // 2, schedule.T - 1, schedule.T}):
        if 1 <= t <= schedule.T:
            check(schedule, t)


@settings(deadline=None, max_examples=40)
@given(schedules(), st.data())
def test_printed_arithmetic_of_any_schedule_is_true(schedule: Schedule, data: st.DataObject) -> None:
    check(schedule, data.draw(st.integers(1, schedule.T)))


def test_nothing_else_is_worked_out() -> None:
    """Of all others the text before the last equals sign is a name, or there is no number behind it."""
    coefficients = Schedule("linear", 300).coefficients
    for name in CURVES.keys() - {*CALCULATED}:
        *_, left, right = ["", *worked_formula(CURVES[name], coefficients, 37).split(" = ")]
        assert re.search("[a-zβ]", left.replace("e−", "")) or not re.fullmatch(NUMBER, right), (left, right)


def test_there_are_no_more_digits_than_the_result_asks_for() -> None:
    coefficients = Schedule("linear", 300).coefficients
    assert worked_formula(CURVES["snr"], coefficients, 300) == "SNR = 0.0480584/0.951942 = 0.050485"
    assert worked_formula(CURVES["alphas"], coefficients, 300) == "α_t = 1 − 0.02 = 0.98"


@pytest.mark.parametrize(
    ("name", "spec", "text"),
    [
        ("sigmas", "linear:T=10,zero_snr=1", "σ_t = ∞"),
        ("tau", "flow:T=10", "τ_t = 1"),
        ("snr", "linear:T=10,zero_snr=1", "SNR = 0/1 = 0"),
        ("alphas", "logsnr_cosine:T=1000,min=-50,max=50", "α_t = 7.8169e−17"),
    ],
)
def test_only_what_no_digits_make_true_is_left_out(name: str, spec: str, text: str) -> None:
    schedule = Schedule.parse(spec)
    assert worked_formula(CURVES[name], schedule.coefficients, schedule.T) == text


def test_what_was_false_is_true() -> None:
    """At the clean end 1 − ᾱ has digits of its own, and before pure noise nothing is divided by 0."""
    cosine = Schedule("cosine", 1000).coefficients
    assert worked_formula(CURVES["snr"], cosine, 1) == "SNR = 0.99996/4.1284e−5 = 24221"
    zero = Schedule("linear", 1000, {"zero_snr": 1}).coefficients
    assert worked_formula(CURVES["tau"], cosine, 1) == "τ_t = 0.0064254/(1 + 0.0064254) = 0.0063844"
    assert worked_formula(CURVES["alphas_cumprod_prev"], zero, 1000) == "ᾱ_t−1 = 4.2133e−9, ᾱ_t = 0"
