"""`ddpm-studio training` writes what each step weighs, of several schedules with an objective each."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.training.objective import Objective

FIRST = ["--schedule", "cosine:T=5"]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_schedule_has_its_objective(tmp_path: Path) -> None:
    path, train = tmp_path / "weights.csv", ["--train", "predict=v_prediction", "--train", "weight=p2"]
    assert main(["training", *FIRST, "--schedule", "linear:T=3", *train, "-o", str(path)]) == 0
    rows = rows_of(path)
    assert [row["t"] for row in rows] == ["1", "2", "3", "4", "5", "1", "2", "3"]
    assert rows[0]["train"] == "train:predict=v_prediction"
    expected = Objective("epsilon", weight="p2").weights(Schedule("linear", 3))
    assert [float(row["effective_weight"]) for row in rows[5:]] == expected.effective.tolist()
    for row in rows:
        product = float(row["density"]) * float(row["loss_weight"]) * float(row["unit"])
        assert float(row["effective_weight"]) == pytest.approx(product, rel=1e-15)


def test_one_objective_is_that_of_all_members_of_all_families(tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    schedules = ["--schedule", "cosine:T=2,s=0.01..0.02,n=2", *FIRST]
    assert main(["training", *schedules, "--train", "draw=lognormal", "-o", str(path)]) == 0
    rows = rows_of(path)
    assert {row["train"] for row in rows} == {"train:draw=lognormal"}
    assert list(dict.fromkeys(row["schedule"] for row in rows)) == [
        "cosine:T=2,s=0.01",
        "cosine:T=2,s=0.02",
        "cosine:T=5",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--train", "predict=v"], "There is no prediction type “v”; did you mean “v_prediction”?"),
        (
            ["--train", "a=1", "--train", "b=1"],
            "A training objective has no “a”; this one takes predict, draw, weight.",
        ),
        (
            ["--train", "", "--train", ""],
            "There are 2 --train for 1 --schedule; give one for all, or one for each.",
        ),
    ],
)
def test_what_is_wrong_is_told(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["training", *FIRST, *arguments]) == 2
    assert capsys.readouterr() == ("", f"ddpm-studio: {said}\n")


def test_code_is_a_loss(tmp_path: Path) -> None:
    path, names = tmp_path / "loss.py", dict[str, object]()
    train = ["--train", "predict=v_prediction,weight=min_snr"]
    assert main(["training", *FIRST, *train, "--code", "-o", str(path)]) == 0
    code = path.read_text(encoding="utf-8")
    assert code.startswith("# cosine:T=5\n")
    assert "# train:predict=v_prediction,weight=min_snr" in code
    exec(code, names)
    assert callable(names["loss"])


def test_code_is_of_one_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["training", "--schedule", "cosine:T=2..3,n=2", "--code"]) == 2
    assert "--code writes the loss of one schedule" in capsys.readouterr().err
