"""Formulas are read as people write them, and what is wrong in one is told with its place."""

from __future__ import annotations

import re

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.formula.curve_formula import MOST_PARAMETERS, CurveFormula
from ddpm_studio.diffusion.formula.parser import DEEPEST, LONGEST, MOST_PARTS, read_formula
from ddpm_studio.diffusion.formula.writing import formula_text
from ddpm_studio.errors import ScheduleError
from ddpm_studio.texts import LONGEST_SENTENCE


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("−2·log(tan(π·u/2))", "-2*log(tan(pi*u/2))"),
        ("u² + √u", "u^2+sqrt(u)"),
        ("√(1−u)×2", "sqrt(1-u)*2"),
        ("u**2 ÷ 3", "u^2/3"),
        ("-u^2", "-u^2"),
        ("(-u)^2", "(-u)^2"),
        ("2^-u", "2^-u"),
        ("2^3^u", "2^3^u"),
        ("(2^3)^u", "(2^3)^u"),
        ("1-(2-u)", "1-(2-u)"),
        ("(1-2)-u", "1-2-u"),
        ("a/(b*c)", "a/(b*c)"),
        ("+u", "u"),
        ("--u", "--u"),
        ("ln(u)+arctan(u)", "log(u)+atan(u)"),
        ("1e-3*u", "0.001*u"),
        ("min(u, 1, 2)", "min(u,1,2)"),
    ],
)
def test_formulas_are_read_as_they_are_written(text: str, written: str) -> None:
    assert formula_text(read_formula(text)) == written


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("log(u", "(", "no “)” for the “(” at column 4"),
        ("log(u))", ")", "“)” at column 7 of the formula closes nothing"),
        ("2u", "u", "write *u"),
        ("tang(u)", "tang", "did you mean “tan”"),
        ("foo(u)", "foo", "known are abs, exp"),
        ("log u", "log", "write log(…)"),
        ("u*", "", "ends at column 3"),
        ("u*/2", "/", "“/” at column 3"),
        ("(1, 2)", ",", "“,” at column 3"),
        ("log(u, 2)", "log", "has 2 arguments; give it 1"),
        ("min(u)", "min", "has one argument; give it two or more"),
        ("clip(u)", "clip", "has one argument; give it 3"),
        ("u.real", ".", "“.” at column 2"),
        ("PI*u", "PI", "did you mean “pi”"),
        ("u(1)", "u", "write u*(…)"),
        ("1e999*u", "1e999", "too large a number"),
        ("n*u", "n", "choose another name"),
        ("NaN", "NaN", "“NaN” at column 1 cannot be a parameter"),
        ("u+inf", "inf", "“inf” at column 3 cannot be a parameter"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, place: str, words: str) -> None:
    line = f"formula: T=9, log_snr = {text}, snr_shift=2"
    with pytest.raises(ScheduleError, match=re.escape(words)) as found:
        Schedule.parse(line)
    assert found.value.place is not None
    start, end = found.value.place
    assert line[start:end].strip(", ") == place or line[start:end] == place


def _apart(words: str) -> list[str]:
    return words.split()


HOSTILE_NAMES = (
    *_apart("__import__ __class__ __builtins__ _ _u u__u lambda import yield None True class exec eval open"),
    *_apart("exit getattr globals vars compile print input breakpoint type os sys np numpy"),
    *_apart("log_snr beta path points zero_snr snr_shift formula shift"),
)
CALLED = [f"{name}(u)" for name in HOSTILE_NAMES]
ASKED = [f"u.{name}" for name in HOSTILE_NAMES]
SPELLED = [
    *_apart("u[0] {u} [u] u;u u:u u=u u==u u!=u u<u u>u u&u u|u ~u u%u u//u u@u"),
    *_apart("\"u\" 'u' `u` u\\u $u u?u:u u! !u #u u' lambda:u u,u() -,u"),
    *("lambda u:u", "u if u else u", "[u for u in u]", "(u:=1)", "exec('u')", 'f"{u}"', "a\u00a0*u"),
    *("u\nu", "\nu", "u\n", "u\ru", "u\tu", "\tu", "u\x00u", "\x00", "u\x00", "\x1b[2Ju", "u\x7fu"),
    *("u\u2028u", "u\u200bu", "\ufeffu", "u\u202eu", "u\u0301", "\ud800", "u\U0001f600"),
    *_apart("ս υ ｕ ᵤ 𝑢 е ѕin(u) ｓｉｎ(u) sіn(u) ١*u １*u ①*u ½*u u⁻¹ u₁ ∞ u≤1 ∑u ∫u °u u′ log₂(u)"),
    *_apart(r"e^{u} \frac{u}{2} ( ) () u() ()() log() log min min() min(,) clip(u,1) log(u u) (u , u,"),
    *_apart("2u 1..2 1.2.3 0x10*u 0b1*u 1_0*u 1j*u 1e*u 1e+*u . .. ... 1e1e1"),
    *_apart("+ - *u /u ^u u^ u+ u***u u^^u u*- √ ² ²u √√ u-+ 1e400 1e999999999"),
    *("", " ", "1 2", "u 2", "u u", "9" * 400),
    *("(" * 200 + "u" + ")" * 200, "-" * 200 + "u", "u^" * 100 + "u", "√" * 100 + "u"),
    *("log(" * 100 + "u" + ")" * 100, "u+" * 200 + "u", "u*" * 100_000 + "u"),
    *("(" * 1_000_000, "u" * 1_000_000, "9" * 1_000_000, "1e" + "9" * 1_000_000),
    "+".join("abcdefghijklm"),
]
HOSTILE = [*CALLED, *ASKED, *HOSTILE_NAMES[:12], *SPELLED]


def test_there_are_more_than_two_hundred_hostile_formulas() -> None:
    assert len({*HOSTILE}) > 200


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
@pytest.mark.parametrize("key", ["log_snr", "beta"])
def test_hostile_formulas_are_refused_in_one_sentence(key: str, text: str) -> None:
    with pytest.raises(ScheduleError) as found:
        CurveFormula.parse(f"{key}={text}")
    sentence = str(found.value)
    assert sentence.isprintable()
    assert sentence.endswith((".", "?"))
    assert len(sentence) <= LONGEST_SENTENCE


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_hostile_formulas_are_refused_in_a_spec(text: str) -> None:
    """But for blanks behind a formula, and a comma behind it, which say nothing."""
    spec = f"formula:T=9,beta={text}"
    if text.rstrip("\n,") == "u":
        assert str(Schedule.parse(spec)) == "formula:T=9,beta=u"
        return
    with pytest.raises(ScheduleError) as found:
        Schedule.parse(spec)
    assert str(found.value).isprintable()
    start, end = found.value.place or (0, 0)
    assert 0 <= start <= end <= len(spec) + 1


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("u" + "+u" * LONGEST, f"up to {LONGEST}"),
        ("u" + "+u" * MOST_PARTS, f"more than {MOST_PARTS}"),
        ("(" * (DEEPEST + 1) + "u" + ")" * (DEEPEST + 1), f"more than {DEEPEST} deep at column {DEEPEST + 1}"),
        ("+".join(f"p{number}" for number in range(MOST_PARAMETERS + 1)), f"up to {MOST_PARAMETERS}"),
    ],
)
def test_what_is_too_much_is_told_with_the_bound(formula: str, words: str) -> None:
    with pytest.raises(ScheduleError, match=words):
        CurveFormula.parse(f"beta={formula}")


@pytest.mark.parametrize(
    "formula",
    [
        "(" * DEEPEST + "u" + ")" * DEEPEST,
        "-" * DEEPEST + "u",
        "u" + "^u" * DEEPEST,
        "u" + "+u" * (MOST_PARTS // 2 - 1),
        "+".join(f"p{number}" for number in range(MOST_PARAMETERS)),
    ],
)
def test_what_just_fits_is_read_and_written(formula: str) -> None:
    read = CurveFormula.parse(f"beta={formula}")
    assert CurveFormula.parse(str(read)) == read
