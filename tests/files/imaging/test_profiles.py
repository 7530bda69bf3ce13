"""Colours of pictures with a profile, against Qt's conversion of them and against formulas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from PySide6.QtGui import QColor, QColorSpace, QColorTransform

from ddpm_studio.cli import main
from ddpm_studio.files.decoding import Decoded
from ddpm_studio.files.pictures import read_picture

LEVELS = np.linspace(0, 255, 6).astype(np.uint8)
COLOURS = np.stack(np.meshgrid(LEVELS, LEVELS, LEVELS, indexing="ij"), -1).reshape(12, 18, 3)
GRAYS = np.arange(256, dtype=np.uint8)[None]
CLOSE = 2

Named = QColorSpace.NamedColorSpace
SRGB = QColorSpace(Named.SRgb)
WIDE = {
    "Display P3": QColorSpace(Named.DisplayP3),
    "Adobe RGB": QColorSpace(Named.AdobeRgb),
    "ProPhoto": QColorSpace(Named.ProPhotoRgb),
}


def icc(space: QColorSpace) -> bytes:
    return bytes(space.iccProfile().data())


def as_qt_converts(space: QColorSpace) -> np.ndarray:
    to_srgb: QColorTransform = space.transformationToColorSpace(SRGB)
    mapped = (to_srgb.map(QColor(*map(int, colour))).toRgb() for colour in COLOURS.reshape(-1, 3))
    return np.array([(each.red(), each.green(), each.blue()) for each in mapped]).reshape(COLOURS.shape)


def saved(path: Path, image: Image.Image, file_format: str, profile: bytes, **options: object) -> Decoded:
    image.save(path, file_format, icc_profile=profile, **options)
    return read_picture(path)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("name", WIDE)
def test_colours_become_srgb(name: str, file_format: str, tmp_path: Path) -> None:
    options = {"lossless": True} if file_format == "WEBP" else {}
    image, remarks, _ = saved(tmp_path / "a", Image.fromarray(COLOURS), file_format, icc(WIDE[name]), **options)
    assert np.abs(np.asarray(image, int) - as_qt_converts(WIDE[name])).max() <= CLOSE
    assert str(remarks[0]).startswith("Its colours were converted from ")
    assert str(remarks[0]).endswith(" to sRGB.")


def test_a_jpeg_of_a_phone(tmp_path: Path) -> None:
    image, remarks, _ = saved(tmp_path / "a", Image.new("RGB", (32, 32), (0, 255, 0)), "JPEG", icc(WIDE["Adobe RGB"]))
    assert image.getpixel((5, 5)) == (0, 255, 0)  # As green as sRGB gets.
    assert remarks
    image, _, _ = saved(tmp_path / "b", Image.new("RGB", (32, 32), (120, 120, 120)), "JPEG", icc(WIDE["Display P3"]))
    assert image.getpixel((5, 5)) == (120, 120, 120)


def test_alpha_is_left_as_it_is(tmp_path: Path) -> None:
    alpha = np.full(COLOURS.shape[:2], 77, np.uint8)
    layered = Image.fromarray(np.dstack([COLOURS, alpha]))
    image, _, _ = saved(tmp_path / "a", layered, "PNG", icc(WIDE["Display P3"]))
    assert np.abs(np.asarray(image, int)[..., :3] - as_qt_converts(WIDE["Display P3"])).max() <= CLOSE
    assert (np.asarray(image)[..., 3] == 77).all()


def linear_to_srgb(linear: np.ndarray) -> np.ndarray:
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def gray_space(gamma: float) -> QColorSpace:
    return QColorSpace(QColorSpace.Primaries.SRgb, QColorSpace.TransferFunction.Gamma, gamma)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_gamma(mode: str, tmp_path: Path) -> None:
    image, remarks, _ = saved(tmp_path / "a", Image.fromarray(GRAYS).convert(mode), "PNG", icc(gray_space(1.0)))
    expected = linear_to_srgb(GRAYS / 255)
    assert image.mode == mode
    assert np.abs(np.asarray(image.convert("L"), float) - expected).max() <= CLOSE
    assert remarks


def gray_profile(gamma: float) -> bytes:
    """A profile of gray as in the specification of ICC: its white, and a curve that is one power."""
    xyz = b"XYZ \0\0\0\0" + b"".join(round(each * 65536).to_bytes(4, "big") for each in (0.9642, 1.0, 0.8249))
    curve = b"curv\0\0\0\0\0\0\0\1" + round(gamma * 256).to_bytes(2, "big") + b"\0\0"
    name = b"desc\0\0\0\0" + (9).to_bytes(4, "big") + b"Dot gain\0" + bytes(4 + 4 + 2 + 1 + 67)
    parts, start, table = (xyz, curve, name), 128 + 4 + 3 * 12, b""
    for tag, part in zip((b"wtpt", b"kTRC", b"desc"), parts, strict=True):
        table += tag + start.to_bytes(4, "big") + len(part).to_bytes(4, "big")
        start += len(part)
    header = bytearray(128)
    header[0:4], header[8:12], header[12:24] = start.to_bytes(4, "big"), b"\2\x40\0\0", b"mntrGRAYXYZ "
    header[36:40], header[68:80] = b"acsp", xyz[8:]
    return bytes(header) + (3).to_bytes(4, "big") + table + b"".join(parts)


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_gray_by_a_profile_of_gray_stays_gray(mode: str, tmp_path: Path) -> None:
    gray = Image.fromarray(GRAYS if mode != "I;16" else GRAYS.astype(np.uint16) * 257)
    if mode == "LA":
        gray = Image.merge("LA", [gray, Image.new("L", gray.size, 77)])
    image, remarks, _ = saved(tmp_path / "a", gray, "PNG", gray_profile(1.8))
    expected = linear_to_srgb((GRAYS / 255) ** 1.8)
    assert image.mode == ("LA" if mode == "LA" else "L")
    assert np.abs(np.asarray(image.getchannel(0), float) - expected).max() <= CLOSE
    assert list(map(str, remarks)) == ["Its colours were converted from Dot gain to sRGB."]


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
@pytest.mark.parametrize("whose", ["Qt", "lcms"])
def test_nothing_is_said_of_srgb(whose: str, mode: str, tmp_path: Path) -> None:
    profile = icc(SRGB) if whose == "Qt" else ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    before = Image.fromarray(COLOURS).convert(mode)
    image, remarks, _ = saved(tmp_path / "a", before, "PNG", profile)
    assert remarks == ()
    assert np.array_equal(np.asarray(image), np.asarray(before.convert("L" if mode == "L" else "RGB")))


LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
BROKEN = {
    "empty": b"",
    "no profile": b"x" * 400,
    "cut off": icc(WIDE["Adobe RGB"])[:200],
    "of Lab": LAB,
    "a header": icc(WIDE["Adobe RGB"])[:132],
}


@pytest.mark.parametrize("name", list(BROKEN)[1:])
@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_a_broken_profile_is_left_out_and_that_is_said(name: str, file_format: str, tmp_path: Path) -> None:
    image, remarks, _ = saved(tmp_path / "a", Image.fromarray(COLOURS), file_format, BROKEN[name])
    assert np.array_equal(np.asarray(image), COLOURS)
    assert "was left out" in str(*remarks)


def test_a_profile_of_gray_says_nothing_of_colours(tmp_path: Path) -> None:
    image, remarks, _ = saved(tmp_path / "a", Image.fromarray(COLOURS), "PNG", gray_profile(1.8))
    assert np.array_equal(np.asarray(image), COLOURS)
    assert "was left out" in str(*remarks)


def test_damage_of_a_profile_is_no_reason_to_refuse_the_picture() -> None:
    from ddpm_studio.files.imaging.profiles import converted, profile_of

    whole, rng = bytearray(icc(WIDE["Display P3"])), np.random.default_rng(0)
    for _ in range(200):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 8):
            damaged[place] = int(rng.integers(0, 256))
        image, _ = converted(Image.fromarray(COLOURS), *profile_of(bytes(damaged)))
        assert image.size == (18, 12)


@pytest.mark.parametrize(("bits", "top"), [(1, 1), (8, 255), (10, 1023), (12, 4095), (14, 16383)])
@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_few_bits_in_16_are_stretched_and_that_is_said(bits: int, top: int, file_format: str, tmp_path: Path) -> None:
    levels = np.linspace(0, top, 256).round().astype(np.uint16)[None]
    Image.fromarray(levels).save(tmp_path / "a", file_format)
    image, remarks, _ = read_picture(tmp_path / "a")
    assert np.array_equal(np.asarray(image), np.rint(levels / top * 255))
    said = f"Its levels, stored in 16 bits, use the lower {bits}: they were stretched, so that {top} is white."
    assert list(map(str, remarks)) == [said]


@pytest.mark.parametrize("top", [0, 16384, 65535])
def test_16_bits_are_left_as_they_are(top: int, tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 4), top, np.uint16)).save(tmp_path / "a", "PNG")
    image, remarks, _ = read_picture(tmp_path / "a")
    assert remarks == ()
    assert image.getpixel((0, 0)) == round(top / 257)


def test_the_shell_notes_what_was_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(np.full((4, 4), 4095, np.uint16)).save(tmp_path / "a.png")
    out = str(tmp_path / "out.png")
    assert main(["noise", str(tmp_path / "a.png"), "--schedule", "linear", "--t", "0", "-o", out]) == 0
    assert capsys.readouterr().err == (
        "note: Its levels, stored in 16 bits, use the lower 12: they were stretched, so that 4095 is white.\n"
    )
    assert read_picture(out).image.getpixel((0, 0)) == 255
