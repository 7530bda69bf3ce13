"""`ddpm-studio figure`, from its arguments to the file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.figures.composing import artwork_of
from ddpm_studio.figures.figure import Figure, FigureLine
from ddpm_studio.figures.line_looks import look_at
from ddpm_studio.figures.svg import svg_file
from tests.patience import PATIENCE_S

Captured = pytest.CaptureFixture[bytes]

SVG = "{http://www.w3.org/2000/svg}"


def texts_of(content: bytes) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(content).iter(f"{SVG}text")]


def test_svg_goes_to_standard_output(capsysbinary: Captured) -> None:
    assert main(["figure", "--schedule", "cosine:T=1000", "--curves=betas", "--width", "3.25in", "--no-recipe"]) == 0
    line = FigureLine(Schedule("cosine", 1000), "cosine", look_at(0).colour, look_at(0).dash)
    assert capsysbinary.readouterr() == (svg_file(artwork_of(Figure((line,), ("betas",), width_mm=82.55))), b"")


def test_names_curves_and_sizes(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    schedules = ["--schedule", "linear:T=10..20,n=2", "--schedule", "cosine  # <script>ours</script>"]
    sizes = ["--width", "183", "--height", "6cm", "--font", "6", "--line", "0.5", "--title", "A & B"]
    more = ["--curves", "alphas_cumprod, snr", "--axis", "sigma", "--log", "snr", "--names", "legend", "--grey"]
    assert main(["figure", *schedules, *sizes, *more, "-o", str(path)]) == 0
    content = path.read_bytes()
    assert {"linear T=10", "linear T=20", "<script>ours</script>", "A & B", "ᾱt", "SNR", "σ"} <= {*texts_of(content)}
    root = ElementTree.fromstring(content)
    assert (root.attrib["width"], root.attrib["height"]) == ("183mm", "60mm")
    assert not {each for each in root.iter() if each.tag.endswith("script")}


def test_a_script_for_matplotlib(tmp_path: Path) -> None:
    path = tmp_path / "a.PY"
    assert main(["figure", "--schedule", "cosine", "-o", str(path)]) == 0
    compile(path.read_text(encoding="utf-8"), "a.py", "exec")
    assert "import matplotlib.pyplot as plt" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "a.eps"], "a.eps does not end in .pdf, .svg, .png or .py; a figure is written as one of them."),
        (["--dpi", "9"], "72"),
        (["--curves", "alpha_bar"], "There is no curve “alpha_bar”; did you mean"),
        (["--curves", ","], "A figure of nothing is empty; show a schedule and a curve."),
        (["--axis", "logsnr"], "There is no scale “logsnr”; did you mean “log_snr”?"),
        (["--log", "snrs"], "There is no curve “snrs”; did you mean “snr”?"),
        (["--width", "3.2.1mm"], "“3.2.1” is not a number"),
        (["--width", "wide"], "“wide” is not a length; write 89mm, 8.9cm or 3.5in"),
        (["--width", "5"], "A figure is from 20 to 1000 mm wide, not 5."),
        (["--font", "nan"], "from 3 to 36 pt, not nan"),
        (["--names", "some"], "--names"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["figure", "--schedule", "cosine", *arguments]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert words in err.decode()
    assert err.count(b"\n") == 1
    assert not [*tmp_path.iterdir()]


def test_a_pdf_is_written_without_a_display(tmp_path: Path) -> None:
    displays = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    bare = {key: value for key, value in os.environ.items() if key not in displays}
    command = [sys.executable, "-m", "ddpm_studio", "figure", "--schedule=linear", "-o", "a.pdf"]
    done = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, timeout=PATIENCE_S, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/FontFile" in content
