"""Colours in files of 16 bits, of which few are used, against arithmetic on the levels that were written."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QColorSpace

from ddpm_studio.files.pictures import read_picture

Levels = NDArray[np.uint16]


def levels_up_to(top: int, bands: int) -> Levels:
    """Levels of 24 × 20 pixels, `top` among them."""
    levels = np.random.default_rng(top).integers(0, top + 1, (20, 24, bands)).astype(np.uint16)
    levels[3, 4, 0] = top
    return levels


def png(levels: Levels, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of 16 bits as in its specification."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    height, width, bands = levels.shape
    header = struct.pack(">IIBBBBB", width, height, 16, {2: 4, 3: 2, 4: 6}[bands], 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)
    parts = (b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def tiff(levels: Levels, order: str, packed: bool) -> bytes:
    """A TIFF of 16 bits, in either order of bytes, plain or deflated, as in its specification."""
    height, width, bands = levels.shape
    content = levels.astype(f"{order}u2").tobytes()
    content = zlib.compress(content) if packed else content
    start = 8 + len(content) + len(content) % 2
    bits = start + 2 + 12 * (11 if bands == 4 else 10) + 4
    tags = [
        *[(256, 3, 1, width), (257, 3, 1, height), (258, 3, bands, bits), (259, 3, 1, 8 if packed else 1)],
        *[(262, 3, 1, 2), (273, 4, 1, 8), (277, 3, 1, bands), (278, 3, 1, height), (279, 4, 1, len(content))],
        *[(284, 3, 1, 1), *([(338, 3, 1, 2)] if bands == 4 else [])],
    ]

    def entry(tag: int, kind: int, count: int, value: int) -> bytes:
        short = kind == 3 and count == 1
        return struct.pack(f"{order}HHI{'Hxx' if short else 'I'}", tag, kind, count, value)

    directory = struct.pack(f"{order}H", len(tags)) + b"".join(entry(*tag) for tag in tags) + bytes(4)
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, start)
    body = content + bytes(len(content) % 2)
    return head + body + directory + struct.pack(f"{order}{bands}H", *[16] * bands)


FILES: dict[str, Callable[[Levels], bytes]] = {
    "PNG": png,
    "TIFF, little end": lambda levels: tiff(levels, "<", packed=False),
    "TIFF, big end": lambda levels: tiff(levels, ">", packed=False),
    "TIFF, little end, deflated": lambda levels: tiff(levels, "<", packed=True),
    "TIFF, big end, deflated": lambda levels: tiff(levels, ">", packed=True),
}
CASES = [(name, bands) for name in FILES for bands in (3, 4)] + [("PNG", 2)]
"""Of gray with alpha in 16 bits Pillow knows no TIFF."""


def said(bits: int, top: int) -> list[str]:
    return [f"Its levels, stored in 16 bits, use the lower {bits}: they were stretched, so that {top} is white."]


@pytest.mark.parametrize(("bits", "top"), [(8, 255), (10, 1023), (12, 4095), (14, 16383)])
@pytest.mark.parametrize(("name", "bands"), CASES)
def test_few_bits_of_colours_are_stretched(name: str, bits: int, top: int, bands: int, tmp_path: Path) -> None:
    levels = levels_up_to(top, bands)
    (tmp_path / "a").write_bytes(FILES[name](levels))
    image, remarks, _ = read_picture(tmp_path / "a")
    assert np.array_equal(np.asarray(image), np.rint(levels / top * 255))
    assert list(map(str, remarks)) == said(bits, top)


@pytest.mark.parametrize("name", FILES)
def test_alpha_of_all_bits_beside_few_is_left(name: str, tmp_path: Path) -> None:
    levels = levels_up_to(4095, 4)
    levels[..., 3] = 65535
    levels[0, 0, 3] = 257 * 100
    (tmp_path / "a").write_bytes(FILES[name](levels))
    image, remarks, _ = read_picture(tmp_path / "a")
    assert np.array_equal(np.asarray(image)[..., :3], np.rint(levels[..., :3] / 4095 * 255))
    assert np.array_equal(np.asarray(image)[..., 3], levels[..., 3] // 257)
    assert list(map(str, remarks)) == said(12, 4095)


@pytest.mark.parametrize("bands", [3, 4])
@pytest.mark.parametrize("top", [16384, 65535, 0])
@pytest.mark.parametrize("name", FILES)
def test_all_bits_and_none_are_left_as_they_are(name: str, top: int, bands: int, tmp_path: Path) -> None:
    levels = levels_up_to(top, bands)
    levels[5, 5] = 0
    (tmp_path / "a").write_bytes(FILES[name](levels))
    image, remarks, _ = read_picture(tmp_path / "a")
    assert remarks == ()
    assert np.abs(np.asarray(image).astype(int) - levels / 257).max() <= 1


def test_few_bits_in_a_picture_that_lies_on_its_side(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    levels = levels_up_to(4095, 3)
    (tmp_path / "a").write_bytes(png(levels, (b"eXIf", turned.tobytes().removeprefix(b"Exif\0\0"))))
    image, *_ = read_picture(tmp_path / "a")
    assert np.array_equal(np.asarray(image), np.rot90(np.rint(levels / 4095 * 255), -1))


def test_few_bits_are_stretched_before_their_profile_is_heeded(tmp_path: Path) -> None:
    levels = levels_up_to(4095, 3)
    wide = bytes(QColorSpace(QColorSpace.NamedColorSpace.AdobeRgb).iccProfile().data())
    eight = Image.fromarray(np.rint(levels / 4095 * 255).astype(np.uint8))
    eight.save(tmp_path / "b", "PNG", icc_profile=wide)
    (tmp_path / "a").write_bytes(png(levels, (b"iCCP", b"a\0\0" + zlib.compress(wide))))
    first, second = read_picture(tmp_path / "a"), read_picture(tmp_path / "b")
    assert np.array_equal(np.asarray(first.image), np.asarray(second.image))
    assert list(map(str, first.remarks)) == said(12, 4095) + list(map(str, second.remarks))
