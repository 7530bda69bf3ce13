"""What can be plotted covers every coefficient, says what it is, and keeps its promises about the axis."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import ddpm_studio
from ddpm_studio.diffusion import CURVES, Coefficients, Curve, Schedule
from ddpm_studio.diffusion.curves import SEED_CURVES
from tests.diffusion.strategies import schedules

ROUNDING = 1e-12


ENTRY = '''    @shown_as("p/2", "p/2", "Half of the density.", "p/2 = {half_density:.4g}", group=Group.LOSS_WEIGHTS)
    def half_density(self) -> Array:
        """An example."""
        halved = self.log_snr_density / 2
        return halved

'''
USE = """
import io, sys
import numpy as np
from ddpm_studio.cli import main
from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.files.snippets import numpy_snippet

schedule = Schedule("cosine", 5)
half = schedule.coefficients["half_density"]
print(CURVES["half_density"].symbol, np.array_equal(2 * half, schedule.coefficients.log_snr_density))
names = {}
exec(numpy_snippet(schedule), names)
print(np.array_equal(names["half_density"], half))
main(["export", "--schedule", "cosine:T=5"])
"""


def numbers_at(schedule: Schedule, t: int) -> dict[str, float]:
    made = schedule.coefficients
    names = {entry.name for entry in made.derivation} - {"levels"}
    return {name: float(getattr(made, name)[t - 1]) for name in names} | {"t": t}


def test_there_is_one_curve_for_every_coefficient() -> None:
    assert list(CURVES) == list(Schedule("linear").coefficients.arrays)
    assert all(name == curve.name for name, curve in CURVES.items())


def test_the_eight_of_the_seed_come_first() -> None:
    assert SEED_CURVES == (
        "betas",
        "alphas",
        "alphas_cumprod",
        "alphas_cumprod_prev",
        "sqrt_recip_alphas",
        "sqrt_alphas_cumprod",
        "sqrt_one_minus_alphas_cumprod",
        "posterior_variance",
    )
    assert tuple(CURVES)[:8] == SEED_CURVES


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_every_curve_has_a_symbol_a_formula_and_one_sentence(curve: Curve) -> None:
    assert curve.symbol
    assert curve.formula
    assert curve.meaning.endswith(".")
    assert ". " not in curve.meaning
    assert 20 < len(curve.meaning) < 120


def test_symbols_are_told_apart() -> None:
    assert len({curve.symbol for curve in CURVES.values()}) == len(CURVES)


def test_formula_with_the_numbers_of_the_last_step() -> None:
    numbers = numbers_at(Schedule("linear"), 300)
    assert CURVES["sqrt_alphas_cumprod"].at_t.format(**numbers) == "x_t = 0.2192·x_0 + 0.9757·ε"
    assert CURVES["alphas"].at_t.format(**numbers) == "α_t = 1 − 0.02 = 0.98"
    assert CURVES["snr_db"].at_t.format(**numbers) == "10·log₁₀ SNR = 10·log SNR/ln 10 = 10·(-2.986)/ln(10) = -12.97 dB"


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_formula_with_numbers_shows_the_value_of_the_curve(curve: Curve) -> None:
    numbers = numbers_at(Schedule("cosine", 100), 37)
    text = curve.at_t.format(**numbers)
    assert "{" not in text
    assert f"{numbers[curve.name]:.4g}" in text


@pytest.mark.parametrize("t", [1, 50])
@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_formula_can_be_filled_in_at_both_ends_of_zero_terminal_snr(curve: Curve, t: int) -> None:
    assert "nan" not in curve.at_t.format(**numbers_at(Schedule("linear", 50, {"zero_snr": 1}), t))


@settings(max_examples=100)
@given(schedules())
def test_every_schedule_stays_within_the_bounds_of_its_curves(schedule: Schedule) -> None:
    for name, curve in CURVES.items():
        values = schedule.coefficients[name]
        low, high = curve.bounds
        assert low is None or values.min() >= low - ROUNDING, (name, str(schedule))
        assert high is None or values.max() <= high + ROUNDING, (name, str(schedule))


def test_logarithmic_curves_have_something_to_show() -> None:
    for schedule in (Schedule("linear", 1000), Schedule("cosine", 1000, {"zero_snr": 1})):
        for curve in CURVES.values():
            values = schedule.coefficients[curve.name][1:-1]
            assert not curve.log or (values > 0).all(), curve.name


def test_names_are_the_fields_own() -> None:
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in CURVES)


def test_one_entry_adds_a_curve(tmp_path: Path) -> None:
    """Its array, its name in the table, its column in a file and its line in copied code all come from the entry."""
    shutil.copytree(
        Path(ddpm_studio.__file__).parent,
        tmp_path / "ddpm_studio",
        ignore=shutil.ignore_patterns("gui", "__pycache__"),
    )
    curves = tmp_path / "ddpm_studio" / "diffusion" / "curves.py"
    before, start, last = curves.read_text(encoding="utf-8").rpartition("    @shown_as(")
    curves.write_text(before + ENTRY + start + last, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", USE], cwd=tmp_path, capture_output=True, text=True, check=False)
    found, copied, header, *rows = done.stdout.splitlines()
    assert (found, copied) == ("p/2 True", "True"), done.stderr
    assert header.split(",") == ["t", *list(CURVES)[:-1], "half_density", list(CURVES)[-1]]
    assert len(rows) == 5


def test_curves_that_use_each_other_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def snr(coefficients: Coefficients) -> np.ndarray:
        return 1 * coefficients.loss_weight_epsilon

    monkeypatch.setattr(Coefficients, "snr", replace(CURVES["snr"], array=snr))
    with pytest.raises(RecursionError, match=r"use each other in a circle: snr, loss_weight_epsilon; give one"):
        _ = Coefficients(np.array([0.1, 0.2]))["snr"]
