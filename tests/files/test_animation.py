"""Animations, read back by Pillow's decoders and by Qt's, which know nothing of how they were put together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageSequence
from PySide6.QtGui import QImageReader

from ddpm_studio.errors import FileError
from ddpm_studio.files.animation import write_animation

SIZE = (50, 34)
DURATIONS = (40, 100, 1000)


def frame(number: int) -> Image.Image:
    """A gradient that grows brighter from frame to frame."""
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    return Image.fromarray(np.stack([x * 4, y * 4, np.full_like(x, 60 * number)], -1).astype(np.uint8))


def frames() -> Iterator[tuple[Image.Image, int]]:
    return ((frame(number), duration) for number, duration in enumerate(DURATIONS))


def read_back(path: Path) -> list[tuple[NDArray[np.uint8], int]]:
    read = []
    with Image.open(path) as image:
        for number in range(len(ImageSequence.all_frames(image))):
            image.seek(number)
            image.load()
            read.append((np.asarray(image.convert("RGB")), image.info["duration"]))
        assert image.info["loop"] == 0
    return read


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".GIF"])
def test_every_frame_comes_back_with_its_duration(tmp_path: Path, suffix: str) -> None:
    write_animation(tmp_path / f"a{suffix}", SIZE, frames())
    read = read_back(tmp_path / f"a{suffix}")
    assert [duration for _, duration in read] == list(DURATIONS)
    for number, (pixels, _) in enumerate(read):
        assert np.abs(pixels.astype(int) - np.asarray(frame(number))).mean() < 8


@pytest.mark.parametrize("length", [1, 255, 256, 4001])
def test_how_it_was_made_is_recorded(tmp_path: Path, length: int) -> None:
    about = "t" * length
    for name in ("a.gif", "a.webp"):
        write_animation(tmp_path / name, SIZE, frames(), about)
        assert len(read_back(tmp_path / name)) == len(DURATIONS)
    with Image.open(tmp_path / "a.gif") as image:
        assert image.info["comment"] == about.encode()
    with Image.open(tmp_path / "a.webp") as image:
        assert image.getexif()[ExifTags.Base.ImageDescription] == about


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_qt_reads_it_too(tmp_path: Path, suffix: str) -> None:
    write_animation(tmp_path / f"a{suffix}", SIZE, frames(), "how it was made")
    reader = QImageReader(str(tmp_path / f"a{suffix}"))
    assert reader.supportsAnimation()
    assert reader.imageCount() == len(DURATIONS)
    assert all((image.width(), image.height()) == SIZE for image in (reader.read() for _ in DURATIONS))


def test_few_colours_survive_gif_exactly(tmp_path: Path) -> None:
    flat = Image.new("RGB", (33, 21), (12, 200, 77))
    write_animation(tmp_path / "a.gif", flat.size, [(flat, 40)])
    assert (read_back(tmp_path / "a.gif")[0][0] == (12, 200, 77)).all()


def test_what_the_frames_raise_leaves_the_old_file(tmp_path: Path) -> None:
    def broken() -> Iterator[tuple[Image.Image, int]]:
        yield frame(0), 40
        raise RuntimeError("cancelled")

    (tmp_path / "a.webp").write_bytes(b"old")
    with pytest.raises(RuntimeError, match="cancelled"):
        write_animation(tmp_path / "a.webp", SIZE, broken())
    assert (tmp_path / "a.webp").read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.webp"]


def test_other_suffixes_and_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"a\.mp4 does not end in \.gif or \.webp"):
        write_animation(tmp_path / "a.mp4", SIZE, frames())
    with pytest.raises(FileError, match=r"20000 × 10 pixels exceed \.webp's limit of 16383"):
        write_animation(tmp_path / "a.webp", (20000, 10), frames())
    assert not list(tmp_path.iterdir())
