"""`ddpm-studio report` writes one page that a browser opens without anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ddpm_studio.cli import main
from tests.report.parsed_page import ParsedPage


def written(tmp_path: Path, *arguments: str) -> tuple[str, ParsedPage]:
    path = tmp_path / "report.html"
    assert main(["report", *arguments, "-o", str(path)]) == 0
    page = path.read_text("utf-8")
    return page, ParsedPage(page)


def test_all_that_it_is_given_is_in_it_and_no_path(tmp_path: Path) -> None:
    picture, betas, listed = tmp_path / "a <b>.png", tmp_path / "own.csv", tmp_path / "list.txt"
    Image.radial_gradient("L").save(picture)
    betas.write_text("betas\n0.1\n0.2\n0.3\n")
    listed.write_text("sigma\n0.6\n0.4\n0\n")
    schedules = [
        f"--schedule=custom:path={betas}  # <script>alert(1)</script>",
        "--schedule=linear:T=300,snr_shift=1..4,n=3",
    ]
    steps = [f"--spacing=file:{listed}", "--spacing=trailing:steps=2", "--solver=heun"]
    page, parsed = written(tmp_path, *schedules, *steps, f"--picture={picture}", "--title=A & B", "--seed=4")
    assert parsed.texts_in("h1", "title")[:2] == ["A & B", "A & B"]
    assert parsed.texts_in("code") == [
        "custom:path=own.csv",
        *(f"linear:T=300,snr_shift={value}" for value in ("1", "2", "4")),
    ]
    assert "<script>alert(1)</script>" in parsed.texts_in("th")
    assert "heun: NFE 3, accuracy of order 2" in parsed.texts_in("p")
    assert "a <b>.png" in parsed.said
    assert len(parsed.pictures) == 1 + 3 + 3 * 5
    assert str(tmp_path) not in page
    assert "/tmp" not in page


def test_names_that_tell_schedules_apart_are_found(tmp_path: Path) -> None:
    _, parsed = written(tmp_path, "--schedule=cosine:T=10", "--schedule=linear:T=10", "--schedule=linear:T=20")
    assert parsed.texts_in("th")[2:5] == ["cosine", "linear T=10", "linear T=20"]


def test_chosen_curves_are_drawn_in_order(tmp_path: Path) -> None:
    _, parsed = written(tmp_path, "--schedule=cosine:T=10", "--curves=sigmas, betas,sigmas")
    assert parsed.texts_in("dd")[:2] == [
        "Noise per unit of picture, the noise level of Karras and k-diffusion.",
        "How much fresh noise step t mixes in: its variance.",
    ]


def test_it_goes_to_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["report", "--schedule=cosine:T=10"]) == 0
    assert capsysbinary.readouterr().out.startswith(b'<!DOCTYPE html>\n<html lang="en">')


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--curves=beta"], "There is no curve “beta”; did you mean “betas”?"),
        (["--solver=unip"], "There is no solver “unip”; did you mean “unipc”?"),
        (["--picture=none.png"], "none.png"),
        (["--steps=11"], "11"),
        (["-o", "report.pdf"], "report.pdf ends in .pdf; a report is a page, which ends in .html."),
        (
            ["--schedule=const:T=5,beta_end=0.01..0.1,n=16"] * 17,
            "A report of 273 schedules cannot be written; show 1 to 256.",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.html"
    assert main(["report", "--schedule=cosine:T=10", "-o", str(path), *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err
    assert not path.exists()
