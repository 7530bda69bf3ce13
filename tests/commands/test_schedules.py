"""`ddpm-studio schedules` tells all that a schedule can be given."""

from __future__ import annotations

import re

import pytest

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.formula.functions import CONSTANTS, FUNCTIONS
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.kinds.typed_curve import FORMULA
from ddpm_studio.diffusion.presets import GROUPS, PRESETS

OF_A_FORMULA = 5
"""Lines on what a formula gives and can be made of."""


@pytest.fixture
def listing(capsysbinary: pytest.CaptureFixture[bytes]) -> str:
    """What the command prints."""
    assert main(["schedules"]) == 0
    out, err = capsysbinary.readouterr()
    assert err == b""
    return out.decode("utf-8")


def blocks(listing: str) -> dict[str, list[str]]:
    parts = (part.splitlines() for part in listing.split("\n\n"))
    return {lines[0].partition(":")[0]: lines for lines in parts}


def test_every_kind_has_its_formula_source_and_parameters(listing: str) -> None:
    found = blocks(listing)
    for name, kind in KINDS.items():
        lines = found[name]
        assert kind.formula in lines[1]
        assert kind.source in lines[2]
        own = kind.takes_points + OF_A_FORMULA * (name == FORMULA)
        rows = [line.split() for line in lines[3 + own :]]
        assert [row[0] for row in rows] == [p.key for p in kind.parameters]
        for row, parameter in zip(rows, kind.parameters, strict=True):
            low, high = float(row[-3]), float(row[-1])
            assert (float(row[-4]), low, high) == (parameter.default, parameter.low, parameter.high)


def test_the_points_of_a_drawn_kind_are_told_as_they_can_be_typed(listing: str) -> None:
    _, points, *bounds = blocks(listing)["drawn"][3].split(maxsplit=2)
    assert Schedule.parse(f"drawn:points={points}") == Schedule("drawn")
    assert bounds == ["2 … 32 of u/log SNR, u from 0 to 1, log SNR falling within ±650"]


def test_what_a_formula_can_be_made_of_is_told(listing: str) -> None:
    _, _, _, known, log_snr, *others = blocks(listing)["formula"]
    names = re.findall(r"\w+", known)  # Signs are no words.
    assert names == [*CONSTANTS, *FUNCTIONS]
    key, text = log_snr.split()[0], log_snr.split()[3]
    assert Schedule.parse(f"formula:{key}={text}") == Schedule("formula")
    assert [line.split()[0] for line in others] == ["alpha_bar", "beta", "NAME"]


def test_operators_and_files_are_told(listing: str) -> None:
    found = blocks(listing)
    assert [line.split()[0] for line in found["every kind takes"][1:]] == ["T", "zero_snr", "snr_shift"]
    assert "scheduler_config.json" in found["custom"][1]


def test_presets_can_be_used_as_printed(listing: str) -> None:
    found = blocks(listing)
    for group in GROUPS:
        specs = [line.split()[0] for line in found[f"presets, {group}"][1:]]
        assert specs == [preset.spec for preset in PRESETS if preset.group == group]


def test_presets_tell_what_they_are_trained_for_as_training_takes_it(
    listing: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines = [line for group in GROUPS for line in blocks(listing)[f"presets, {group}"][1:]]
    for preset, line in zip(PRESETS, lines, strict=True):
        assert line.endswith(preset.objective_text or preset.name)
    spec, *_, train = next(line for line in lines if "Stable Diffusion 3" in line).split()
    assert main(["training", "--schedule", spec, "--train", train]) == 0
    assert b"train:predict=flow_prediction,draw=logit_normal" in capsysbinary.readouterr().out


def test_columns_line_up(listing: str) -> None:
    rows = blocks(listing)["logsnr_cosine"][3:]
    assert len({row.index(" … ") - len(row.split()[-3]) for row in rows}) == 1


def test_arguments_are_refused(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["schedules", "linear"]) == 2
    assert capsysbinary.readouterr() == (
        b"",
        b"ddpm-studio: unrecognized arguments: linear; see ddpm-studio schedules --help.\n",
    )
