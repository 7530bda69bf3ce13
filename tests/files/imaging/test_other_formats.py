"""What is not decoded is called what it is, and what its sentence says to do opens."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, TiffImagePlugin

from ddpm_studio.cli import main
from ddpm_studio.errors import FileError
from ddpm_studio.files.pictures import read_picture


def encoded(file_format: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), "orange").save(buffer, file_format)
    return buffer.getvalue()


def tiff(tag: int, kind: int, value: object) -> bytes:
    tags, buffer = TiffImagePlugin.ImageFileDirectory_v2(), io.BytesIO()
    tags[tag], tags.tagtype[tag] = value, kind
    Image.new("RGB", (32, 32)).save(buffer, "TIFF", tiffinfo=tags)
    return buffer.getvalue()


BOX = b"\0\0\0\x18ftyp"
LAYERS = "with layers; export it from there as PNG"
HEIC = "is a HEIC photograph, which is not decoded here; export it as JPEG or PNG"
RAW = "is the raw data of a camera; develop it in a program for photographs, and export a JPEG or PNG"
DRAWING = "is an SVG drawing, which has no pixels; export it as PNG at the size you want"
OTHER = "is a picture of the format {}, which is not decoded here; save it as PNG"
VIDEO = "is a video, not a picture; save one of its frames as PNG"

KNOWN = {
    "iphone.heic": (BOX + b"heic\0\0\0\0mif1heic", HEIC),
    "android.heic": (BOX + b"mif1\0\0\0\0mif1heic", HEIC),
    "called.jpg": (BOX + b"heic\0\0\0\0mif1heic", HEIC),
    "canon.cr3": (BOX + b"crx \0\0\0\1", RAW),
    "fuji.raf": (b"FUJIFILMCCD-RAW 0201", RAW),
    "adobe.dng": (tiff(50706, 1, b"\1\4\0\0"), RAW),
    "nikon.nef": (tiff(254, 4, 1), RAW),
    "layers.psd": (b"8BPS\0\1\0\0\0\0\0\0", f"is a document of Photoshop, {LAYERS}"),
    "layers.xcf": (b"gimp xcf v011\0", f"is a document of GIMP, {LAYERS}"),
    "paper.pdf": (encoded("PDF"), "is a PDF document, not a picture; export the page you want as PNG"),
    "figure.eps": (b"%!PS-Adobe-3.0 EPSF-3.0", "is a PostScript document, not a picture; export the page"),
    "plain.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', DRAWING),
    "inkscape.svg": (b'<?xml version="1.0"?>\n<!-- Made -->\n<svg:svg width="9"/>', DRAWING),
    "film.mp4": (BOX + b"isom\0\0\2\0isom", VIDEO),
    "film.mov": (BOX + b"qt  \0\0\2\0", VIDEO),
    "film.mkv": (b"\x1a\x45\xdf\xa3\x01", VIDEO),
    "film.avi": (b"RIFF\0\0\0\0AVI LIST", VIDEO),
    "new.jxl": (b"\xff\x0a\xfa\x1f", OTHER.format("JPEG XL")),
    "old.jp2": (
        b"\0\0\0\x0cjP  \r\n\x87\n",
        OTHER.format("JPEG 2000"),
    ),
    "old.ppm": (encoded("PPM"), OTHER.format("Netpbm")),
    "icon.ico": (encoded("ICO"), OTHER.format("ICO")),
    "scan.dcm": (bytes(128) + b"DICM", OTHER.format("DICOM")),
}


@pytest.mark.parametrize("name", KNOWN)
def test_each_is_called_what_it_is(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, said = KNOWN[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError) as refusal:
        read_picture(path)
    assert said in str(refusal.value)
    assert main(["noise", str(path), "--schedule", "linear", "--t", "1", "-o", str(tmp_path / "out.png")]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("file_format", ["PPM", "ICO"])
def test_saved_as_png_it_opens(file_format: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(encoded(file_format))
    with pytest.raises(FileError, match="save it as PNG"):
        read_picture(tmp_path / "a")
    with Image.open(tmp_path / "a") as image:
        image.save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").image.size == (32, 32)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_avif(mode: str, tmp_path: Path) -> None:
    Image.new("RGBA", (32, 24), (90, 90, 90, 120) if mode == "RGBA" else (90, 90, 90)).convert(mode).save(
        tmp_path / "a.avif", quality=100
    )
    image, remarks, _ = read_picture(tmp_path / "a.avif")
    assert image.size == (32, 24)
    assert image.mode == ("LA" if mode == "RGBA" else "L")
    assert remarks == ()


def test_what_begins_like_an_avif_and_is_cut_off_is_damaged(tmp_path: Path) -> None:
    whole = encoded("AVIF")
    for end in (40, 120, len(whole) - 20):
        (tmp_path / "a.avif").write_bytes(whole[:end])
        with pytest.raises(FileError, match="cut off, damaged"):
            read_picture(tmp_path / "a.avif")


def test_an_avif_has_the_bound_of_what_is_decoded_in_one_go(tmp_path: Path) -> None:
    Image.new("L", (4100, 4000)).save(tmp_path / "a.avif", speed=10)
    with pytest.raises(FileError, match="over the limit of 16 megapixels for AVIF; save it as PNG or JPEG"):
        read_picture(tmp_path / "a.avif")


@pytest.mark.parametrize("file_format", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_a_frame_is_chosen(file_format: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "a", tmp_path / "out.png"
    red, green, blue = (Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue"))
    red.save(path, file_format, save_all=True, append_images=[green, blue], duration=100)
    noise = ["noise", str(path), "--schedule", "linear", "--t", "0", "-o", str(out)]
    for number, channel in ((1, 0), (2, 1), (3, 2)):
        assert main([*noise, "--frame", str(number)]) == 0
        pixel = read_picture(out).image.getpixel((9, 9))
        assert isinstance(pixel, tuple)
        assert max(range(3), key=pixel.__getitem__) == channel
    assert main([*noise, "--frame", "4"]) == 2
    assert "has no frame 4; choose one from 1 to 3" in capsys.readouterr().err


@pytest.mark.parametrize("file_format", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_every_frame_of_a_gray_animation_is_gray(file_format: str, tmp_path: Path) -> None:
    first, *others = (Image.new("L", (32, 32), level) for level in (0, 100, 200))
    first.save(tmp_path / "a", file_format, save_all=True, append_images=others, duration=100)
    for number, level in ((1, 0), (2, 100), (3, 200)):
        image, _, frames = read_picture(tmp_path / "a", number)
        pixel = image.getpixel((9, 9))
        assert (image.mode, frames) == ("L", 3)
        assert isinstance(pixel, int)
        assert abs(pixel - level) <= 2


def pages(path: Path, *sizes: tuple[int, int]) -> bytes:
    first, *others = (Image.new("1", size) for size in sizes)
    first.save(path, "TIFF", save_all=True, append_images=others, compression="group4")
    return path.read_bytes()


def test_pages_have_sizes_of_their_own(tmp_path: Path) -> None:
    pages(tmp_path / "a", (30, 20), (50, 40), (9000, 8000))
    assert [read_picture(tmp_path / "a", number).image.size for number in (1, 2)] == [(30, 20), (50, 40)]
    with pytest.raises(FileError, match="9000 × 8000 pixels, over the limit of 64 megapixels"):
        read_picture(tmp_path / "a", 3)


def test_damage_behind_the_first_page_leaves_it(tmp_path: Path) -> None:
    whole = pages(tmp_path / "a", (30, 20), (50, 40), (60, 50))
    for end in range(len(whole) - 200, len(whole), 20):
        (tmp_path / "a").write_bytes(whole[:end])
        image, _, frames = read_picture(tmp_path / "a")
        assert image.size == (30, 20)
        assert 1 <= frames <= 3


def test_the_preview_in_a_photograph_is_no_frame(tmp_path: Path) -> None:
    Image.new("L", (64, 48)).save(tmp_path / "a", "MPO", save_all=True, append_images=[Image.new("L", (32, 24))])
    image, _, frames = read_picture(tmp_path / "a")
    assert (image.size, frames) == ((64, 48), 1)
