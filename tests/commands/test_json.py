"""`--json` of every subcommand that prints a table: one document of strict JSON that says what the table says."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from ddpm_studio.cli import main
from ddpm_studio.commands import names
from ddpm_studio.diffusion.schedule import Schedule
from tests.checkpoints.families.oracle import recorded

Captured = pytest.CaptureFixture[bytes]
Said = Any
"""What a document holds."""

WITHOUT_TABLE = {"desktop", "figure", "noise", "optimize", "report", "sample", "sweep"}
"""Subcommands that write files, or whose tables tests/commands/test_sweep_command.py and test_optimize.py read."""

PURE = "--schedule=linear:T=9,zero_snr=1"
"""A schedule whose log SNR and σ are infinite at its end."""


def out_of(capsys: Captured, *arguments: str) -> str:
    assert main([*arguments]) == 0
    return capsys.readouterr().out.decode("utf-8")


def strict(text: str) -> Said:
    """What JSON says that a parser without NaN and Infinity reads."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def cells(line: str) -> list[str]:
    return re.split(r"  +", line.strip())


def number(text: str) -> float | None:
    return float(text) if text else None


def same_as_csv(table: str, objects: list[Said]) -> None:
    """Every column of CSV that has numbers is a list of JSON by the same name, its rows one object after the other."""
    rows = list(csv.DictReader(io.StringIO(table)))
    for key in rows[0]:
        if key in ("schedule", "train", "spacing"):
            told = [each[key] for each in objects for _ in each["t"]]
            assert told == [row[key] for row in rows]
        else:
            assert [value for each in objects for value in each[key]] == [number(row[key]) for row in rows]


def as_solvers(table: str, said: Said) -> None:
    _, *lines = table.splitlines()
    assert said["steps"] == 2
    for line, told in zip(lines, said["solvers"], strict=True):
        name, orders, accuracy, space, calls, *rest = cells(line)
        assert (told["solver"], told["space"]) == (name, {"ε": "epsilon"}.get(space, space))
        assert ", ".join(map(str, told["orders"])) == orders.replace("–", "")
        ranges = ["–".join(str(each or "") for each in dict.fromkeys((one[0], one[-1]))) for one in told["accuracies"]]
        assert [each or "–" for each in ranges] == accuracy.split(", ")
        assert calls == (f"takes {told['fewest_steps']} steps or more" if told["nfe"] is None else str(told["nfe"]))
        assert told["source"] == rest[-1]
        assert all(option["key"] in rest[0] for option in told["options"])


def as_shifts(table: str, said: Said) -> None:
    lines, _, below = table.partition("\n\n")
    for line, told in zip(lines.splitlines()[1:], said["rules"], strict=True):
        rule, *numbers = cells(line)
        assert told["rule"] == rule
        assert [told["tokens"], told["shift"], told["snr_shift"]] == [*map(float, numbers)]
    assert (said["width"], said["height"], said["frames"]) == (1000, 512, 1)
    assert below.splitlines() == [*dict.fromkeys(each for told in said["rules"] for each in told["warnings"])]


def as_schedules(table: str, said: Said) -> None:
    _, common, *blocks = table.split("\n\n")
    groups: dict[str, list[Said]] = {}
    for preset in said["presets"]:
        groups.setdefault(preset["group"], []).append(preset)
    every = [said["parameters"], *(kind["parameters"] for kind in said["kinds"])]
    for block, rows in zip([common, *blocks], [*every, *groups.values()], strict=True):
        lines = [cells(line) for line in block.splitlines() if line.startswith("    ")]
        for line, row in zip(lines, rows, strict=True):
            assert line[0] == row.get("key", row.get("schedule"))
            if "low" in row:
                assert float(line[-2]) == row["default"]
                bounds = line[-1].removeprefix("any other name is a parameter, ").split(" … ")
                assert [*map(float, bounds)] == [row["low"], row["high"]]
            elif "choices" in row:
                assert [each.split(" = ")[0] for each in line[-1].split(", ")] == row["choices"]
            elif "train" in row:
                assert line[1:] == [row["name"], *([row["train"]] if row["train"] else [])]
    for kind, block in zip(said["kinds"], blocks, strict=False):
        assert block.startswith(f"{kind['kind']}: ")
        assert kind["formula"] in block
        assert kind["source"] in block
        assert ", ".join(kind.get("functions", [])) in block


def as_card(table: str, said: Said) -> None:
    told = [[row["label"], row["text"]] for row in said["card"]] + [["assumed", each] for each in said["assumed"]]
    lines = [cells(line) for line in table.splitlines()]
    assert [line[:2] for line in lines] == told + [["assumed", "nothing"]] * (not said["assumed"])
    values = {row["key"]: row["value"] for row in said["card"]}
    assert isinstance(values["parameters"], int)
    assert values["shape"] == [3, 16, 16]
    assert Schedule.parse(values["schedule"]).T == 1000
    assert {row["origin"] for row in said["card"]} <= {"file", "name", "assumed", "tried", "given", "beside"}
    assert (said["remembered_in"], said["remembered"]) == (None, {})


CASES: dict[str, tuple[list[str], Callable[[str, Said], None]]] = {
    "export": (
        ["export", PURE, "--schedule=cosine:T=3", "--curves=betas,log_snr,sigmas"],
        same_as_csv,
    ),
    "inspect": (["inspect", "pixel-portraits"], as_card),
    "schedules": (["schedules"], as_schedules),
    "shift": (["shift", "--size=1000x512"], as_shifts),
    "solvers": (["solvers", "--steps=2"], as_solvers),
    "steps": (["steps", PURE, "--steps=3", "--spacing=trailing", "--spacing=leading"], same_as_csv),
    "training": (["training", PURE, "--schedule=cosine:T=3", "--train=weight=min_snr"], same_as_csv),
}


def test_every_command_that_prints_a_table_is_tried() -> None:
    assert CASES.keys() == {*names()} - WITHOUT_TABLE


@pytest.mark.parametrize("command", CASES)
def test_it_says_what_the_table_says(command: str, capsysbinary: Captured) -> None:
    arguments, compare = CASES[command]
    compare(out_of(capsysbinary, *arguments), strict(out_of(capsysbinary, *arguments, "--json")))


def test_what_is_infinite_is_read_as_infinity(capsysbinary: Captured) -> None:
    for command in ("export", "steps", "training"):
        said = strict(out_of(capsysbinary, command, PURE, "--json"))
        assert -math.inf in said["log_snr"]


def test_a_comparison_tells_what_is_infinite_from_what_is_not_there(capsysbinary: Captured) -> None:
    arguments = ["steps", PURE, "--steps=3", "--against=trailing:steps=2"]
    rows = [*csv.DictReader(io.StringIO(out_of(capsysbinary, *arguments, "--format=csv")))]
    told = strict(out_of(capsysbinary, *arguments, "--json"))["differences"]
    assert [[*row.values()] for row in told] == [[number(text) for text in row.values()] for row in rows]
    assert (told[0]["sigma_1"], told[-1]["sigma_2"]) == (math.inf, None)


def test_names_of_files_are_whole_in_any_encoding(tmp_path: Path, capsysbinary: Captured) -> None:
    path = tmp_path / os.fsdecode(b"\xce\xb2 \xff\n.csv")
    path.write_text("betas\n0.1\n0.2\n")
    # An export goes to others, whom it does not tell where a file lay.
    for command, place in {"export": path.name, "steps": path, "training": path}.items():
        said = strict(out_of(capsysbinary, command, f"--schedule=custom:path={path}", "--json"))
        assert said["schedule"] == f"custom:path={place}"


def test_rows_of_a_trial(tmp_path: Path, capsysbinary: Captured) -> None:
    model, picture = tmp_path / "a.pt", str(tmp_path / "heads.png")
    torch.save(recorded("guided_diffusion", "guided-new-order").tensors(), model)
    arguments = ["inspect", str(model), "--shape=8x16", "--schedule=linear:T=1000", "--heads=4", "--try", picture]
    heading, *lines = out_of(capsysbinary, *arguments).splitlines()
    told = strict(out_of(capsysbinary, *arguments, "--json"))
    assert heading == f"{told['picture']}, from top to bottom:"
    assert [cells(line) for line in lines] == [[str(each["row"]), each["options"]] for each in told["readings"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["solvers", "--steps=0"], "argument --steps: “0” is not a whole number from 1 to 100000"),
        (["shift", "--size=8x8"], "The width is 8; Stable Diffusion 3 takes 16 to 16384."),
        (["steps", "--format=csv", PURE], "not allowed with argument"),
        (["export", "--format=csv", PURE], "not allowed with argument"),
        (["inspect", "pixel-portraits", "--forget"], "--forget prints no table; leave --json out."),
    ],
)
def test_what_is_wrong_is_one_sentence(arguments: list[str], said: str, capsysbinary: Captured) -> None:
    assert main([*arguments, "--json"]) == 2
    out, err = capsysbinary.readouterr()
    assert (out, err.count(b"\n")) == (b"", 1)
    assert said in err.decode()
