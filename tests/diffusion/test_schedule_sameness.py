"""Tests of the sameness of schedules, on pairs whose relation is known by their formulas."""

from __future__ import annotations

import json
import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion import schedule_sameness as module
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.schedule_sameness import LEAST, NEAR, TOLERANCE, Likeness, sameness, told

EXACT = (
    ("flow:T=1000,shift=3", "flow:T=1000,snr_shift=9"),
    ("linear:T=1000", "linear_rescaled:T=1000"),
    ("logit_normal:T=300,m=-1.2,s=1.2", "lognormal:T=300"),
    ("cosine_scaled:T=1000", "cosine:T=1000,s=0,max_beta=1"),
    ("cosine_interpolated:size=64,low=64,high=64", "cosine_scaled"),
    ("linear:T=1000,zero_snr=before", "linear:T=1000,zero_snr=after"),
    ("edm:rho=100,sigma_min=1,sigma_max=1.1,T=2", "ve:sigma_min=1,sigma_max=1.1,T=2"),
    (f"const:T=1000,beta_end={-math.expm1(-0.012)!r}", "exp:T=1000"),
    ("warmup10:T=9", "const:T=9"),
)
SHIFTED = (
    ("flow:T=1000,shift=3", "flow:T=1000", 9.0),
    ("cosine:T=1000,snr_shift=4", "cosine:T=1000", 4.0),
    ("cosine_scaled:mu=1", "cosine_scaled", math.exp(-1)),
    ("laplace:mu=-1", "laplace", math.e),
    ("logit_normal:m=0.5", "logit_normal", math.e),
    ("cosine_interpolated:size=512,low=64,high=64", "cosine_scaled", 64.0),
    ("ve:sigma_min=0.02,sigma_max=100", "ve", 4.0),
)
UNLIKE = (
    ("linear:T=1000", "cosine:T=1000"),
    ("linear:T=1000", "linear:T=300"),
    ("linear:T=1000", "linear:T=1000,zero_snr=1"),
    ("linear:T=1", "cosine:T=1"),
    ("flow:T=1000,shift=3", "cosine:T=1000"),
    ("linear:T=1000,snr_shift=4,zero_snr=before", "scaled_linear:T=1000,snr_shift=4,zero_snr=after"),
)
WORDS = {Likeness.EXACT: "The same as B", Likeness.SHIFTED: "shifted", Likeness.NEAR: "Nearly B, but not the same"}


def of(first: str, second: str) -> module.Sameness:
    found = sameness(Schedule.parse(first), Schedule.parse(second))
    assert found is not None
    return found


@pytest.mark.parametrize(("first", "second"), EXACT)
def test_equal_noise_levels_are_found_whatever_they_are_written_as(first: str, second: str) -> None:
    for pair in permutations((first, second)):
        assert (of(*pair).likeness, of(*pair).but_last, of(*pair).above) == (Likeness.EXACT, False, 0.0)


@pytest.mark.parametrize(("first", "second", "factor"), SHIFTED)
def test_a_shift_is_told_by_its_factor(first: str, second: str, factor: float) -> None:
    found, back = of(first, second), of(second, first)
    assert found.likeness is back.likeness is Likeness.SHIFTED
    assert found.above == pytest.approx(-math.log(factor), abs=TOLERANCE)
    assert back.above == pytest.approx(math.log(factor), abs=TOLERANCE)
    values = told(found, "B").values
    assert float(str(values["factor"])) == pytest.approx(factor, rel=1e-5)
    assert float(str(values["flow"])) == pytest.approx(math.sqrt(factor), rel=1e-5)


@pytest.mark.parametrize(("first", "second"), UNLIKE)
def test_nothing_is_said_of_schedules_that_are_not_alike(first: str, second: str) -> None:
    for pair in permutations(map(Schedule.parse, (first, second))):
        assert sameness(*pair) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("jsd:T=1000", "linear_gamma:T=1000"),
        ("linear:T=1000,zero_snr=before", "linear:T=1000,zero_snr=comfyui"),
        ("cosine:T=1000,s=0", "cosine:T=1000,s=0,max_beta=1"),
    ],
)
def test_an_exception_at_the_last_step_is_said(first: str, second: str) -> None:
    found = of(first, second)
    assert (found.likeness, found.but_last, found.count) == (Likeness.EXACT, True, 999)
    assert "but at the last step" in str(told(found, "B"))


@pytest.mark.parametrize(
    ("first", "second", "likeness"),
    [
        ("flow:T=1000,shift=3", "flow:T=300,shift=3", Likeness.EXACT),
        ("flow:T=1000,shift=3", "flow:T=500", Likeness.SHIFTED),
        ("vp:T=1000", "vp:T=300", Likeness.EXACT),
        ("cosine:T=1000", "cosine:T=250", Likeness.EXACT),
        ("edm:T=1000", "edm:T=10", Likeness.EXACT),
        ("edm:T=1000", "edm:T=28,snr_shift=2", Likeness.SHIFTED),
    ],
)
def test_the_same_function_of_time_is_found_where_both_have_steps(first: str, second: str, likeness: Likeness) -> None:
    found = of(first, second)
    assert found.likeness is likeness
    assert found.count >= LEAST
    assert found.steps == (Schedule.parse(first).T, Schedule.parse(second).T)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("edm:T=1000", "edm:T=1000,rho=3"),
        ("edm:T=1000", "edm:T=18"),
        ("ve:T=1000,sigma_min=0.002,sigma_max=80", "edm:T=40"),
    ],
)
def test_two_ways_through_one_range_are_told_by_its_ends_and_their_middles(first: str, second: str) -> None:
    found = of(first, second)
    assert found.likeness is Likeness.RANGE
    assert found.ends == pytest.approx((-2 * math.log(0.002), -2 * math.log(80)), abs=TOLERANCE)
    for text, middle in zip((first, second), found.middles, strict=True):
        levels = Schedule.parse(text).coefficients.log_snr
        assert middle == np.interp((len(levels) - 1) / 2, np.arange(len(levels)), levels)


def test_what_is_nearly_the_same_is_called_so() -> None:
    found = of("vp:T=1000", "linear:T=1000")
    apart = Schedule.parse("vp:T=1000").coefficients.log_snr - Schedule.parse("linear:T=1000").coefficients.log_snr
    assert found.likeness is Likeness.NEAR
    assert found.t == 1 + int(np.abs(apart).argmax())
    assert TOLERANCE < abs(found.above) == np.abs(apart).max() < NEAR
    assert str(told(found, "B")).startswith(WORDS[Likeness.NEAR])


@pytest.mark.parametrize("kind", KINDS)
def test_betas_written_down_are_those_of_their_kind(kind: str) -> None:
    schedule = Schedule(kind, 300, {"snr_shift": 1e-2})
    found = sameness(Schedule.from_betas(schedule.betas), schedule)
    if (schedule.betas[:-1] == 1).any():  # So little is left of the signal that β does not tell it from none.
        assert kind == "cauchy"
        assert found is None
    else:
        assert found is not None
        assert found.likeness is Likeness.EXACT


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("factor", [0.25, 1 + 1e-6, 64.0])
def test_every_kind_is_found_to_be_itself_shifted(kind: str, factor: float) -> None:
    found = sameness(Schedule(kind, 300, {"snr_shift": factor}), Schedule(kind, 300))
    assert found is not None
    assert found.likeness is Likeness.SHIFTED
    assert found.above == pytest.approx(-math.log(factor), abs=TOLERANCE)


def test_what_the_marks_leave_out_no_comparison_would_have_found(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for pair in (*EXACT, *UNLIKE) for text in pair] + [text for pair in SHIFTED for text in pair[:2]]
    pairs = list(permutations(sorted({*texts}), 2))
    by_marks = [sameness(*map(Schedule.parse, pair)) for pair in pairs]
    monkeypatch.setattr(module, "_may_be", lambda *_: True)
    assert by_marks == [sameness(*map(Schedule.parse, pair)) for pair in pairs]


def test_a_pair_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Schedule.parse("flow:T=1000,shift=3"), Schedule.parse("flow:T=1000")
    found = sameness(first, second)
    monkeypatch.setattr(module, "_compared", None)
    assert sameness(first, second) is found


@pytest.mark.parametrize(("first", "second"), EXACT[:5])
def test_what_is_the_same_is_exported_with_the_same_log_snr(first: str, second: str, tmp_path: Path) -> None:
    levels = []
    for number, text in enumerate((first, second)):
        file = tmp_path / f"{number}.json"
        assert main(["export", "--schedule", text, "-o", str(file)]) == 0
        levels.append(np.array(json.loads(file.read_text())["log_snr"], dtype=float))
    finite = np.isfinite(levels[0])
    assert np.array_equal(finite, np.isfinite(levels[1]))
    assert np.abs(levels[0][finite] - levels[1][finite]).max() <= 1e-9
