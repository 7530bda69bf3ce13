"""`ddpm-studio solvers` lists every solver with what a person chooses by."""

from __future__ import annotations

import pytest

from ddpm_studio.cli import main
from ddpm_studio.diffusion.solvers import SOLVERS


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    assert main(["solvers", *arguments]) == 0
    return {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}


def test_lists_every_solver(capsys: pytest.CaptureFixture[str]) -> None:
    listed = rows(capsys)
    assert listed.keys() == {"solver", *SOLVERS}
    assert listed["unipc"].split()[1:7] == ["1,", "2,", "3", "2,", "3,", "4"]
    assert listed["dpm-solver++"].split()[4:7] == ["1,", "2,", "2–3"]
    assert "bh1, bh2" in listed["unipc"]
    assert "form midpoint, heun; third published, exact" in listed["dpm-solver++"]
    assert "eta 0 to 1" in listed["ddim"]
    assert listed["plms"].split()[1:4] == ["–", "2", "ε"]
    assert listed["lcm"].split()[1:4] == ["–", "–", "x0"]


def test_counts_network_calls(capsys: pytest.CaptureFixture[str]) -> None:
    listed = rows(capsys, "--steps", "12")
    for name, expected in (("ddim", 12), ("plms", 13), ("pndm", 21), ("heun", 23), ("dpm2", 23)):
        assert f" {expected} " in listed[name]


@pytest.mark.parametrize(("steps", "heading"), [("1", "calls for 1 step "), ("10", "calls for 10 steps ")])
def test_the_heading_counts_the_steps(capsys: pytest.CaptureFixture[str], steps: str, heading: str) -> None:
    assert heading in rows(capsys, "--steps", steps)["solver"]


def test_too_few_steps_for_a_solver_have_no_count(capsys: pytest.CaptureFixture[str]) -> None:
    listed = rows(capsys, "--steps", "3")
    assert [name for name, line in listed.items() if "takes 4 steps or more" in line] == ["pndm"]


def test_refuses_no_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solvers", "--steps", "0"]) == 2
    assert capsys.readouterr().out == ""
