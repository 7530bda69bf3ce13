"""Whatever Pillow decodes becomes upright in 8 bits, gray or RGB; whatever it does not, one sentence."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ddpm_studio.errors import FileError
from ddpm_studio.files.pictures import (
    as_array,
    as_image,
    fitted,
    open_picture,
    over,
    png_bytes,
    read_picture,
    write_picture,
)
from ddpm_studio.interruption import interruptible

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF", "BMP")


def encoded(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def read(content: bytes) -> Image.Image:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return read_picture(file.name).image


def opened(content: bytes) -> NDArray[np.uint8]:
    return np.asarray(over(read(content), (255, 255, 255)).convert("RGB"))


def ramp(width: int = 48, height: int = 32) -> Image.Image:
    """Red grows to the right, green downwards."""
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.stack([x * 255 // width, y * 255 // height, np.full_like(x, 90)], -1).astype(np.uint8))


@pytest.mark.parametrize("file_format", FORMATS)
def test_formats_are_told_by_content_whatever_the_suffix(tmp_path: Path, file_format: str) -> None:
    path = tmp_path / "picture.xyz"
    path.write_bytes(encoded(ramp(), file_format))
    image = open_picture(path)
    assert (image.mode, image.size) == ("RGB", (48, 32))
    # GIF has 256 colours, JPEG and WebP are lossy; all must still be the same picture.
    assert np.abs(np.asarray(image).astype(int) - np.asarray(ramp())).mean() < 12


def test_first_frame_of_a_gif() -> None:
    red, blue = Image.new("RGB", (4, 4), (255, 0, 0)), Image.new("RGB", (4, 4), (0, 0, 255))
    content = encoded(red, "GIF", save_all=True, append_images=[blue])
    assert (opened(content) == (255, 0, 0)).all()


@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_16_bit_gray_is_scaled_over_its_whole_range(file_format: str) -> None:
    values = np.array([[0, 128, 257, 32768, 40000, 65535]], np.uint16)
    gray = opened(encoded(Image.fromarray(values), file_format))[0, :, 0]
    assert gray.tolist() == [round(int(v) / 257) for v in values[0]]


def test_big_endian_16_bit_tiff() -> None:
    image = Image.frombytes("I;16B", (2, 1), struct.pack(">HH", 0, 65535))
    assert opened(encoded(image, "TIFF"))[0, :, 1].tolist() == [0, 255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 51.0, 200.0], [0, 51, 200]),
        ([0.0, 257.0, 65535.0], [0, 1, 255]),
        ([-2.0, 0.0, 2.0], [0, 128, 255]),
        ([0.0, 5e5, 1e6], [0, 128, 255]),
        ([float("nan"), 0.25, float("inf")], [0, 64, 255]),
        ([0.0, 0.0, 0.0], [0, 0, 0]),
    ],
)
def test_float_tiff(values: list[float], expected: list[int]) -> None:
    content = encoded(Image.fromarray(np.array([values], np.float32)), "TIFF")
    assert opened(content)[0, :, 2].tolist() == expected


@pytest.mark.parametrize(("top", "half"), [(255, 127), (65535, 127), (2**31 - 1, 128)])
def test_32_bit_integers(top: int, half: int) -> None:
    content = encoded(Image.fromarray(np.array([[0, top // 2, top]], np.int32)), "TIFF")
    assert opened(content)[0, :, 0].tolist() == [0, half, 255]


def test_unsigned_32_bit_tiff_is_not_taken_for_negative() -> None:
    data = struct.pack("<4I", 0, 2**30, 2**31, 2**32 - 1)
    short = [(256, 4), (257, 1), (258, 32), (259, 1), (262, 1), (277, 1), (278, 1), (339, 1)]
    tags = [(tag, 3, 1, value) for tag, value in short] + [(273, 4, 1, 8), (279, 4, 1, len(data))]
    directory = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    content = b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(tags)) + directory + bytes(4)
    assert opened(content)[0, :, 0].tolist() == [0, 64, 128, 255]


def test_cmyk_jpeg_and_tiff() -> None:
    red = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    for file_format in ("JPEG", "TIFF"):
        assert np.abs(opened(encoded(red, file_format)).astype(int) - (255, 0, 0)).max() <= 3


@pytest.mark.parametrize("mode", ["P", "RGB", "CMYK", "YCbCr"])
def test_opaque_modes_come_as_rgb(mode: str) -> None:
    image = read(encoded(ramp().convert(mode), "TIFF"))
    assert image.mode == "RGB"


def gray_palette() -> Image.Image:
    """Three grays in an order of their own, and a colour that no pixel has."""
    image = Image.new("P", (3, 1))
    image.putpalette([200] * 3 + [0] * 3 + [90] * 3 + [255, 0, 0])
    image.putdata([0, 1, 2])
    return image


GRAY = {
    "8-bit PNG": (encoded(ramp().convert("L"), "PNG"), 0),
    "bits": (encoded(ramp().convert("1"), "PNG"), 0),
    "16-bit PNG": (encoded(Image.fromarray(np.full((3, 2), 40_000, np.uint16)), "PNG"), 0),
    "float TIFF": (encoded(Image.fromarray(np.full((3, 2), 0.5, np.float32)), "TIFF"), 0),
    "JPEG": (encoded(ramp().convert("L"), "JPEG"), 0),
    "BMP": (encoded(ramp().convert("L"), "BMP"), 0),
    "GIF": (encoded(ramp().convert("L"), "GIF"), 0),
    "a palette": (encoded(gray_palette(), "PNG"), 0),
    "a palette in a GIF": (encoded(gray_palette(), "GIF"), 0),
    "WebP": (encoded(ramp().convert("L"), "WEBP", lossless=True), 0),
    "WebP with loss": (encoded(ramp().convert("L"), "WEBP"), 12),
    "an alpha channel that hides nothing": (encoded(ramp().convert("LA"), "PNG"), 0),
}
"""Files of gray pictures, and by how much they differ at most from what was stored."""


@pytest.mark.parametrize("case", GRAY)
def test_gray_stays_one_channel(case: str) -> None:
    content, loss = GRAY[case]
    image = read(content)
    assert image.mode == "L"
    assert as_array(image).shape == (image.height, image.width, 1)
    with Image.open(io.BytesIO(content)) as stored:
        if stored.mode in ("L", "P", "RGB", "1"):
            assert np.abs(np.asarray(image).astype(int) - np.asarray(stored.convert("L"))).max() <= loss


def test_three_equal_channels_are_still_three() -> None:
    assert read(encoded(ramp().convert("L").convert("RGB"), "PNG")).mode == "RGB"


@pytest.mark.parametrize(("background", "mode"), [((200, 200, 200), "L"), ((200, 0, 50), "RGB")])
def test_gray_over_a_background_has_a_colour_only_with_that(background: tuple[int, int, int], mode: str) -> None:
    image = Image.new("LA", (2, 1), (100, 255))
    image.putpixel((1, 0), (100, 0))
    shown = over(read(encoded(image, "PNG")), background)
    assert read(encoded(image, "PNG")).mode == "LA"
    assert shown.mode == mode
    assert np.asarray(shown.convert("RGB"))[0].tolist() == [[100, 100, 100], list(background)]


def test_a_colour_that_is_transparent_is_none() -> None:
    image = gray_palette()
    image.putpixel((0, 0), 3)
    content = encoded(image, "PNG", transparency=3)
    assert (read(content).mode, over(read(content), (7, 7, 7)).mode) == ("LA", "L")
    assert np.asarray(over(read(content), (7, 7, 7))).tolist() == [[7, 0, 90]]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_lies_over_the_chosen_colour(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (3, 1), (100, 100, 100, 255))
    image.putpixel((1, 0), (100, 100, 100, 0))
    image.putpixel((2, 0), (100, 100, 100, 51))
    image.convert(mode).save(tmp_path / "a.png")
    row = np.asarray(open_picture(tmp_path / "a.png", (200, 0, 50)))[0]
    assert row.tolist() == [[100, 100, 100], [200, 0, 50], [180, 20, 60]]


def test_transparent_palette_and_colour_keys(tmp_path: Path) -> None:
    palette = Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 200, 100, 0])
    palette.putpixel((1, 0), 1)
    for name in ("a.png", "a.gif"):
        palette.save(tmp_path / name, transparency=1)
        assert np.asarray(open_picture(tmp_path / name, (0, 0, 255)))[0].tolist() == [[10, 20, 30], [0, 0, 255]]
    Image.new("L", (1, 1), 7).save(tmp_path / "key.png", transparency=7)
    assert np.asarray(open_picture(tmp_path / "key.png", (9, 8, 7)))[0, 0].tolist() == [9, 8, 7]


def test_an_alpha_channel_that_hides_nothing_is_dropped(tmp_path: Path) -> None:
    ramp().convert("RGBA").save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").image.mode == "RGB"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(file_format: str, orientation: int) -> None:
    """What EXIF says of the stored rows and columns (CIPA DC-008, tag 274), undone here by hand."""
    upright = np.asarray(ramp())
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[274] = orientation
    options = {"quality": 95} if file_format in ("JPEG", "WEBP") else {}
    content = encoded(Image.fromarray(np.ascontiguousarray(stored)), file_format, exif=exif, **options)
    shown = opened(content)
    assert shown.shape == upright.shape
    assert np.abs(shown.astype(int) - upright).mean() < 5


def test_damaged_exif_does_not_hide_the_picture() -> None:
    content = encoded(ramp(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xffgarbage")
    assert opened(content).shape == (32, 48, 3)


# refusals


def refusal(path: Path | str) -> str:
    with pytest.raises(FileError) as caught:
        open_picture(path)
    return str(caught.value)


def test_missing_folder_empty_and_not_a_picture(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("beta\n0.1\n")
    assert refusal(tmp_path / "no.png") == f"There is no file {tmp_path}/no.png; check its name and folder."
    assert refusal(tmp_path) == f"{tmp_path} is a folder; name a file in it."
    assert "empty.png is empty" in refusal(tmp_path / "empty.png")
    assert "text.png is not a picture; choose a PNG, JPEG" in refusal(tmp_path / "text.png")
    assert "There is no file" in refusal("a\0b.png")


def test_a_file_used_as_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "There is no file" in refusal(tmp_path / "file" / "a.png")


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is a device or a pipe" in refusal(tmp_path / "pipe")


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("share", [0.2, 0.6])
def test_truncated(tmp_path: Path, capfd: pytest.CaptureFixture[str], file_format: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    content = encoded(Image.fromarray(noise), file_format)
    path = tmp_path / "cut"
    path.write_bytes(content[: int(share * len(content))])
    assert "cut cannot be decoded: it is cut off, damaged" in refusal(path)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("compression", ["tiff_lzw", "jpeg", "tiff_deflate", "packbits"])
def test_libtiff_keeps_its_complaints_to_itself(capfd: pytest.CaptureFixture[str], compression: str) -> None:
    content = bytearray(encoded(ramp(), "TIFF", compression=compression))
    content[20:60] = b"\xff" * 40
    with pytest.raises(FileError):
        read(bytes(content[:-60]))
    assert capfd.readouterr().err == ""


def test_any_damage_is_a_file_error_or_a_picture() -> None:
    generator = np.random.default_rng(1)
    for file_format in FORMATS:
        content = encoded(ramp(), file_format)
        for _ in range(60):
            damaged = bytearray(content)
            for place in generator.integers(0, min(len(content), 300), 4):
                damaged[place] = generator.integers(0, 256)
            with contextlib.suppress(FileError):
                assert read(bytes(damaged)).mode in ("L", "LA", "RGB", "RGBA")


def huge_png(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(12_000, 9_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_by_its_size(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "bomb.png").write_bytes(huge_png(*size))
    text = refusal(tmp_path / "bomb.png")
    assert f"{size[0]} × {size[1]} pixels, over the limit of 64 megapixels" in text


def test_a_picture_without_pixels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.png").write_bytes(huge_png(0, 5))
    assert "none.png cannot be decoded" in refusal(tmp_path / "none.png")


# arrays, sizes, files


def test_bytes_and_floats_are_each_others_inverse() -> None:
    every = np.arange(256, dtype=np.uint8)
    image = Image.fromarray(np.stack([every, every[::-1], every], -1)[None])
    array = as_array(image)
    assert array.dtype == np.float32
    assert (array[0, 0, 0], array[0, 255, 0]) == (-1, 1)
    assert (np.asarray(as_image(array)) == np.asarray(image)).all()


def test_values_outside_are_clipped() -> None:
    array = np.array([[[-3.0, 0.0, 3.0]]], np.float32)
    assert np.asarray(as_image(array)).tolist() == [[[0, 128, 255]]]
    assert np.asarray(as_image(array.reshape(1, 3, 1))).tolist() == [[0, 128, 255]]


@pytest.mark.parametrize(
    ("size", "expected"),
    [((6000, 4000), (1024, 683)), ((1024, 1024), (1024, 1024)), ((10, 5), (10, 5)), ((1, 5000), (1, 1024))],
)
def test_fitted(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert fitted(Image.new("RGB", size)).size == expected


def test_png_bytes_keep_every_pixel() -> None:
    assert (opened(png_bytes(ramp())) == np.asarray(ramp())).all()


@pytest.mark.parametrize("suffix", [".png", ".PNG", ".jpg", ".webp", ".tif", ".bmp", ""])
def test_written_in_the_format_of_the_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    write_picture(path, ramp(), "x_0; linear:T=300 t=1")
    names = {".jpg": "JPEG", ".webp": "WEBP", ".tif": "TIFF", ".bmp": "BMP"}
    with Image.open(path) as image:
        assert image.format == names.get(suffix.lower(), "PNG")
        if image.format == "PNG":
            assert image.info["Description"] == "x_0; linear:T=300 t=1"


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"out\.psd ends in \.psd; a picture ends in one of \.png"):
        write_picture(tmp_path / "out.psd", ramp())
    assert not list(tmp_path.iterdir())


def test_a_size_that_the_format_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"out\.webp cannot be written as WEBP: .* save it as PNG"):
        write_picture(tmp_path / "out.webp", Image.new("RGB", (16_400, 1)))
    assert not list(tmp_path.iterdir())


def test_what_breaks_off_the_encoding_leaves_no_file(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), interruptible(stop):
        write_picture(tmp_path / "out.png", ramp())
    assert not list(tmp_path.iterdir())
