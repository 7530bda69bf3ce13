"""Frames of PNGs of 16 bits, against the rules by which the specification of APNG lays them over each other."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ddpm_studio.files.pictures import read_picture

Levels = NDArray[np.uint16]

HEIGHT, WIDTH = 8, 10
TOP, LEFT = 2, 3
COLOUR_TYPE = {1: 0, 2: 4, 3: 2, 4: 6}
SOURCE, OVER = 0, 1
KEPT, TO_BACKGROUND, TO_PREVIOUS = 0, 1, 2


def apng(frames: list[Levels], blend: int, dispose: int) -> bytes:
    """Whole frames, and ones of less than that at (LEFT, TOP)."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    parts = list[bytes]()
    number = 0
    for frame in frames:
        height, width, bands = frame.shape
        place = (0, 0) if (height, width) == (HEIGHT, WIDTH) else (LEFT, TOP)
        rule = struct.pack(">IIIIIHHBB", number, width, height, *place, 1, 10, dispose, blend)
        rows = zlib.compress(b"".join(b"\0" + row.astype(">u2").tobytes() for row in frame))
        content = chunk(b"fdAT", struct.pack(">I", number + 1) + rows) if parts else chunk(b"IDAT", rows)
        parts.append(chunk(b"fcTL", rule) + content)
        number += 1 if len(parts) == 1 else 2
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, COLOUR_TYPE[bands], 0, 0, 0)
    head = chunk(b"IHDR", header) + chunk(b"acTL", struct.pack(">II", len(frames), 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(parts) + chunk(b"IEND", b"")


def levels(seed: int, height: int, width: int, bands: int, top: int) -> Levels:
    """Opaque levels, `top` among them."""
    found = np.random.default_rng(seed).integers(0, top + 1, (height, width, bands)).astype(np.uint16)
    found[0, 0, 0] = top
    if bands in (2, 4):
        found[..., -1] = 65535
    return found


@pytest.mark.parametrize("dispose", [KEPT, TO_BACKGROUND, TO_PREVIOUS])
@pytest.mark.parametrize(("bands", "blend"), [(1, SOURCE), (1, OVER), (3, SOURCE), (3, OVER), (2, SOURCE), (4, SOURCE)])
@pytest.mark.parametrize("top", [65535, 4095])
def test_every_frame_of_16_bits(bands: int, blend: int, dispose: int, top: int, tmp_path: Path) -> None:
    whole, part, last = levels(1, 8, 10, bands, top), levels(2, 4, 4, bands, top), levels(3, 8, 10, bands, top)
    (tmp_path / "a.png").write_bytes(apng([whole, part, last], blend, dispose))
    second = whole.copy() if dispose == KEPT else np.zeros_like(whole)
    second[TOP : TOP + 4, LEFT : LEFT + 4] = part
    for number, expected in enumerate((whole, second, last), 1):
        image, remarks, frames = read_picture(tmp_path / "a.png", number)
        assert (frames, len(remarks)) == (3, int(top < 65535))
        shown = np.asarray(image).reshape(HEIGHT, WIDTH, -1)
        scaled = expected / np.where(np.arange(bands) == (bands - 1 if bands in (2, 4) else -1), 65535, top) * 255
        assert np.abs(shown - scaled[..., : shown.shape[-1]]).max() < 1
        assert image.mode.rstrip("A") == ("L" if bands <= 2 else "RGB")


def test_colours_that_are_laid_over_with_an_alpha(tmp_path: Path) -> None:
    whole, part = levels(1, 8, 10, 4, 65535), levels(2, 4, 4, 4, 65535)
    part[:2, :, 3] = 0
    (tmp_path / "a.png").write_bytes(apng([whole, part], OVER, KEPT))
    whole[TOP + 2 : TOP + 4, LEFT : LEFT + 4] = part[2:]
    shown = np.asarray(read_picture(tmp_path / "a.png", 2).image)
    assert np.abs(shown - whole[..., :3] / 257).max() < 1


@pytest.mark.parametrize("bands", [2, 4])
@pytest.mark.parametrize(("top", "is_dark"), [(4095, True), (65535, False)])
def test_few_bits_that_an_alpha_mixes_are_said_to_be_dark(bands: int, top: int, is_dark: bool, tmp_path: Path) -> None:
    whole, part = levels(1, 8, 10, bands, top), levels(2, 4, 4, bands, top)
    part[:2, :, -1] = 0
    (tmp_path / "a.png").write_bytes(apng([whole, part], OVER, KEPT))
    first, second = (" ".join(map(str, read_picture(tmp_path / "a.png", frame).remarks)) for frame in (1, 2))
    assert ("were stretched" in first, "it is as dark as it is stored" in second) == (is_dark, is_dark)
    assert "as dark" not in first
    assert "were stretched" not in second
