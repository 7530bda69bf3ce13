"""Schedules by formula: what they give, how they are written, and what is no schedule."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.findings import findings_of
from ddpm_studio.diffusion.kinds.typed_curve import FIRST_FORMULA, GREATEST
from ddpm_studio.diffusion.schedule_family import ScheduleFamily, specified
from ddpm_studio.diffusion.schedule_sameness import Likeness, sameness
from ddpm_studio.errors import ScheduleError

T = 100


@pytest.mark.parametrize(
    ("formula", "same", "but_last"),
    [
        ("log_snr=-2*log(tan(pi*u/2))", "cosine_scaled", True),
        ("log_snr=-2*s*log(tan(pi*u/2)),s=0.5", "cosine_scaled:scale=2", True),
        ("log_snr=2*log((1-u)/u)", "flow", False),
        ("log_snr=logit(1-u)", "linear_gamma", True),
        ("alpha_bar=1-u", "linear_gamma", True),
        ("alpha_bar=cos((u+s)/(1+s)*pi/2)^2/cos(s/(1+s)*pi/2)^2,s=0.008", "cosine", True),
        ("alpha_bar=exp(-12*u)", "exp", False),
        ("alpha_bar=sigmoid(logit(1-u)-a),a=1", "linear_gamma:snr_shift=2.718281828459045", True),
        ("beta=1e-4+(t-1)/(T-1)*(b-1e-4),b=0.02", "linear", False),
        ("beta=(sqrt(a)+(t-1)/(T-1)*(sqrt(b)-sqrt(a)))^2,a=0.00085,b=0.012", "scaled_linear", False),
        ("beta=1/(T-t+1)", "jsd", False),
        ("beta=0.02", "const", False),
    ],
)
def test_a_formula_that_equals_a_kind_is_found_the_same(formula: str, same: str, but_last: bool) -> None:
    head, _, rest = same.partition(":")
    found = sameness(Schedule.parse(f"formula:T={T},{formula}"), Schedule.parse(f"{head}:T={T},{rest}"))
    assert found is not None
    assert (found.likeness, found.but_last) == (Likeness.EXACT, but_last)


@pytest.mark.parametrize(
    "text",
    [
        f"formula:T=300,{FIRST_FORMULA}",
        "formula:T=1000,log_snr=-20*u+a,a=2.5,zero_snr=1,snr_shift=4",
        "formula:T=9,alpha_bar=min(1-u^2,0.999),snr_shift=0.5",
        "formula:T=9,beta=a*u+b*t/T^2,a=0.02,b=1e-05",
    ],
)
def test_texts_are_read_as_they_are_written(text: str) -> None:
    schedule = Schedule.parse(text)
    assert str(schedule) == text
    assert Schedule.parse(str(schedule)) == schedule
    assert pickle.loads(pickle.dumps(schedule)) == schedule
    assert hash(Schedule.parse(text)) == hash(schedule)


def test_parts_come_in_any_order_and_commas_within_parentheses_are_the_formula_s() -> None:
    asked = Schedule.parse("formula: a = 2 , log_snr = max( -20·u , -a , −15 ) , snr_shift=2, T=40")
    assert str(asked) == "formula:T=40,log_snr=max(-20*u,-a,-15),a=2,snr_shift=2"


def test_a_parameter_without_a_value_is_1() -> None:
    said, unsaid = Schedule.parse("formula:beta=a*0.1*u,a=1"), Schedule.parse("formula:beta=a*0.1*u")
    assert unsaid == said
    assert unsaid.values["a"] == 1
    assert unsaid.replace(a=2) == Schedule("formula", given={"a": 2.0}, formula="beta=a*0.1*u")


def test_what_is_not_the_formula_s_stays_when_it_is_changed() -> None:
    schedule = Schedule.parse("formula:T=50,log_snr=a-20*u,a=3,snr_shift=2")
    assert str(schedule.replace(T=60, a=4)) == "formula:T=60,log_snr=a-20*u,a=4,snr_shift=2"
    assert str(schedule.with_defaults()) == "formula:T=50,log_snr=a-20*u"
    assert str(schedule.with_kind("cosine")) == "cosine:T=50,snr_shift=2"
    assert str(schedule.with_kind("cosine").with_kind("formula")) == f"formula:T=50,{FIRST_FORMULA},snr_shift=2"


@pytest.mark.parametrize(
    ("value", "reach"),
    [(0, 10), (1, 10), (-1, 10), (5, 10), (10, 100), (0.3, 1), (0.008, 0.01), (-123, 1000), (GREATEST, 1e10)],
)
def test_a_slider_reaches_to_the_next_power_of_ten_on_both_sides(value: float, reach: float) -> None:
    schedule = Schedule("formula", 4, {"a": value}, formula="log_snr=-u*(1+0*a)")
    low, high = schedule.parameters[0].slider
    assert (low, high) == pytest.approx((-reach, reach))


def test_level_stretches_stay_and_what_rises_by_rounding_is_one() -> None:
    schedule = Schedule.parse(f"formula:T={T},log_snr=clip(10-20*u,-5,5)")
    log_snr = schedule.coefficients.log_snr
    assert (log_snr[0], log_snr[-1]) == (5, -5)
    assert (schedule.betas > 0).all()
    Schedule.parse(f"formula:T={T},log_snr=0.1*(sin(u)^2+cos(u)^2)-max(0,u-0.5)")


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("beta=1.2*u", "β is 1.008 at t = 84; have the formula give values from 1e-12 to 1.", "1.2*u"),
        ("beta=u-0.01", "β is 0 at t = 1", "u-0.01"),
        ("beta=log(-u)", "β is nan at t = 1", "log(-u)"),
        ("log_snr=u", "log SNR rises from 0.01 to 0.02 at t = 2; it must fall with t.", "u"),
        ("log_snr=1/(t-1)", "log SNR is inf at t = 1", "1/(t-1)"),
        ("log_snr=700-u", "log SNR is 699.99 at t = 1; have the formula give values from -650 to 650.", "700-u"),
        ("log_snr=log(max(0,0.5-u))", "log SNR is -inf at t = 50", "log(max(0,0.5-u))"),
        ("alpha_bar=1.5-u", "ᾱ is 1.49 at t = 1; have the formula give values above 0 and below 1.", "1.5-u"),
        ("alpha_bar=0.5-u", "ᾱ is 0 at t = 50", "0.5-u"),
        ("alpha_bar=(sin(20*u)+2)/4", "ᾱ rises from", "(sin(20*u)+2)/4"),
        ("alpha_bar=u,log_snr=u", "gives both alpha_bar and log_snr; keep one of them.", "log_snr=u"),
        ("beta=u,beta=u", "gives beta twice; keep one of them.", "beta=u"),
        ("beta=a*u,b=2", "formula has no parameter “b”", "b"),
        ("beta=a*u,a=1e10", "a is 10000000000; choose a value from -1e+09 to 1e+09.", "1e10"),
        ("beta=a*u,a=x", "a is “x”; it must be a finite number.", "x"),
    ],
)
def test_what_is_no_schedule_is_told_with_t_and_value_and_marked(text: str, words: str, marked: str) -> None:
    line = f"formula:T={T},{text}"
    with pytest.raises(ScheduleError) as found:
        Schedule.parse(line)
    assert words in str(found.value)
    assert found.value.place is not None
    start, end = found.value.place
    assert line[start:end] == marked


def test_log_snr_may_end_where_nothing_is_left_of_the_picture() -> None:
    for text in ("alpha_bar=1-u", "log_snr=log(1-u)", "beta=1/(T-t+1)"):
        schedule = Schedule.parse(f"formula:T={T},{text}")
        assert schedule.coefficients.log_snr[-1] == -math.inf
        assert schedule.betas[-1] == 1


def test_operators_work_on_a_formula() -> None:
    plain = Schedule.parse(f"formula:T={T},log_snr=5-10*u")
    shifted, zero = plain.replace(snr_shift=math.e), plain.replace(zero_snr=1)
    np.testing.assert_allclose(shifted.coefficients.log_snr, plain.coefficients.log_snr - 1, rtol=1e-12, atol=1e-12)
    assert zero.coefficients.log_snr[-1] == -math.inf


def test_a_parameter_goes_over_a_range() -> None:
    family = specified("formula:T=50,log_snr=a-20*u,a=0..4,n=3")
    assert isinstance(family, ScheduleFamily)
    assert family.values == (0, 2, 4)
    assert str(family) == "formula:T=50,log_snr=a-20*u,a=0..4,n=3"
    assert specified(str(family)).members == family.members  # type: ignore[union-attr]
    around = ScheduleFamily.around(Schedule.parse("formula:T=50,log_snr=a-20*u,a=3"), "a")
    assert (around.first, around.last) == (1.5, 6)


def test_other_kinds_have_no_formula() -> None:
    with pytest.raises(ScheduleError, match="cosine has no parameter “formula”"):
        Schedule("cosine", formula="beta=u")
    with pytest.raises(ScheduleError, match="cosine has no parameter “beta”"):
        Schedule.parse("cosine:beta=u")
    with pytest.raises(ScheduleError, match="one of log_snr, alpha_bar, beta, not “sigma”"):
        Schedule("formula", formula="sigma=u")


def test_findings_do_not_call_small_betas_raised() -> None:
    found = findings_of(Schedule.parse("formula:T=50,log_snr=clip(10-20*u,-5,5)"))
    assert "raised_betas" not in {each.code for each in found}


def test_the_longest_formula_over_the_longest_schedule_is_computed() -> None:
    text = "0.01*u" + "+1e-6*sin(u)" * 19
    assert Schedule("formula", 100_000, formula=f"beta={text}").betas.shape == (100_000,)
