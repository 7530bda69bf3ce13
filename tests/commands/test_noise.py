"""`ddpm-studio noise`: x_t of a real picture in a real file."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise, weights_at

Captured = pytest.CaptureFixture[bytes]
SIZE = (90, 70)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture of 90 × 70 pixels, nearly gray."""
    Image.new("RGB", SIZE, (140, 120, 128)).save(tmp_path / "gray.png")
    return tmp_path / "gray.png"


def pixels(png: bytes) -> NDArray[np.float64]:
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", SIZE)
    return np.asarray(image, dtype=np.float64)


def noised(capture: Captured, *arguments: str) -> NDArray[np.float64]:
    assert main(["noise", *arguments]) == 0
    out, err = capture.readouterr()
    assert err == b""
    return pixels(out)


def test_t_0_is_the_clean_picture(picture: Path, capsysbinary: Captured) -> None:
    clean = noised(capsysbinary, str(picture), "--schedule", "linear", "--t", "0")
    np.testing.assert_array_equal(clean, pixels(picture.read_bytes()))


def test_mean_and_spread_are_those_of_the_schedule(picture: Path, capsysbinary: Captured) -> None:
    spec = "linear:T=1000"
    x_t = noised(capsysbinary, str(picture), "--schedule", spec, "--t", "100")
    coefficients = Schedule.parse(spec).coefficients
    signal, noise = coefficients.sqrt_alphas_cumprod[99], coefficients.sqrt_one_minus_alphas_cumprod[99]
    x0 = pixels(picture.read_bytes())[0, 0] / 127.5 - 1
    standard_error = noise * 127.5 / np.sqrt(x_t[..., 0].size)
    assert x_t.mean(axis=(0, 1)) == pytest.approx((signal * x0 + 1) * 127.5, abs=4 * standard_error)
    assert x_t.std(axis=(0, 1)) == pytest.approx(noise * 127.5, rel=0.05)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".bmp"])
def test_a_gray_picture_has_gray_noise(tmp_path: Path, suffix: str) -> None:
    path, out = tmp_path / "gray.png", tmp_path / f"out{suffix}"
    Image.new("L", SIZE, 128).save(path)
    assert main(["noise", str(path), "--schedule", "linear:T=1000", "--t", "50", "--seed", "3", "-o", str(out)]) == 0
    with Image.open(out) as image:
        assert image.mode == ("RGB" if suffix == ".webp" else "L")
        channels = np.asarray(image.convert("RGB")).astype(float)
    assert (channels == channels[..., :1]).all()
    signal, noise = weights_at(Schedule("linear", 1000), 50)
    epsilon = ((channels[..., :1] / 127.5 - 1) - signal * (128 / 127.5 - 1)) / noise
    assert epsilon.shape == (SIZE[1], SIZE[0], 1)
    spread = 1 / np.sqrt(epsilon.size)
    assert epsilon.mean() == pytest.approx(0, abs=4 * spread)
    assert epsilon.std() == pytest.approx(1, abs=0.05)
    if suffix != ".jpg":
        assert np.abs(epsilon - draw_noise(epsilon.shape, 3)).max() < 0.51 / 127.5 / noise


def test_seed_decides_the_noise(picture: Path, capsysbinary: Captured) -> None:
    arguments = (str(picture), "--schedule", "cosine", "--t", "150")
    first, same, other = (noised(capsysbinary, *arguments, "--seed", seed) for seed in ("0", "0", "1"))
    np.testing.assert_array_equal(first, same)
    assert np.abs(first - other).mean() > 10
    np.testing.assert_array_equal(first, noised(capsysbinary, *arguments))


def test_file_is_the_same_as_standard_output(picture: Path, tmp_path: Path, capsysbinary: Captured) -> None:
    arguments = ["noise", str(picture), "--schedule", "linear", "--t", "9"]
    assert main(arguments) == 0
    printed = capsysbinary.readouterr().out
    assert main([*arguments, "-o", str(tmp_path / "x.png")]) == 0
    assert capsysbinary.readouterr().out == b""
    assert (tmp_path / "x.png").read_bytes() == printed


def test_large_picture_keeps_its_size(tmp_path: Path, capsysbinary: Captured) -> None:
    Image.new("RGB", (2000, 10)).save(tmp_path / "wide.png")
    assert main(["noise", str(tmp_path / "wide.png"), "--schedule", "linear", "--t", "1"]) == 0
    assert Image.open(io.BytesIO(capsysbinary.readouterr().out)).size == (2000, 10)


REFUSED = {
    "t beyond": (["gray.png", "--schedule", "linear", "--t", "301"], "t is 301; linear:T=300 has the steps 0 to 300."),
    "t below": (["gray.png", "--schedule", "linear", "--t", "-1"], "argument --t: “-1” is not a whole number from 0"),
    "t no number": (["gray.png", "--schedule", "linear", "--t", "a"], "argument --t: “a” is not a whole number from 0"),
    "seed": (["gray.png", "--schedule", "linear", "--t=1", "--seed=-1"], "argument --seed: “-1” is not a whole number"),
    "no picture": (["cat.png", "--schedule", "linear", "--t", "1"], "There is no file cat.png"),
    "folder": ([".", "--schedule", "linear", "--t", "1"], ". is a folder"),
    "no schedule": (["gray.png", "--t", "1"], "the following arguments are required: --schedule"),
    "cut off": (["cut.png", "--schedule", "linear", "--t", "1"], "cut.png cannot be decoded"),
    "format": (["gray.png", "--schedule", "linear", "--t", "1", "-o", "x.csv"], "x.csv ends in .csv"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_one_sentence_and_code_2(
    picture: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Captured, case: str
) -> None:
    monkeypatch.chdir(picture.parent)
    (picture.parent / "cut.png").write_bytes(picture.read_bytes()[:100])
    arguments, sentence = REFUSED[case]
    assert main(["noise", *arguments]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert err.decode().startswith(f"ddpm-studio: {sentence}")
    assert err.count(b"\n") == 1
    assert {path.name for path in picture.parent.iterdir()} == {"gray.png", "cut.png"}
