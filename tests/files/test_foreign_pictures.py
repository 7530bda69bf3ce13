"""Pictures made to do harm, and large ones: what they take is bounded by their pixels and by the bytes of the file."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
import sys
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile, TiffImagePlugin, WebPImagePlugin

from ddpm_studio import cli
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise, noised, weights_at
from ddpm_studio.errors import FileError
from ddpm_studio.files import decoding
from ddpm_studio.files.budget import BASE, MIB, TIMES
from ddpm_studio.files.imaging import row_bands
from ddpm_studio.files.pictures import as_array, as_image, open_picture, read_picture, write_picture
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.interruption import Interrupted, interruptible
from tests.hostile.images import scanned
from tests.patience import PATIENCE_S

SIZE = (60, 40)


def encoded(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def in_mode(mode: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture of this mode, brighter to the right, whose left half is transparent if it can be."""
    x, y = np.meshgrid(np.linspace(0, 1, size[0], dtype=np.float32), np.linspace(0, 1, size[1], dtype=np.float32))
    if mode == "F":
        return Image.fromarray(x)
    if mode in ("I;16", "I"):
        return Image.fromarray((x * 65535).astype(np.uint16 if mode == "I;16" else np.int32))
    channels = np.stack([x, y, 1 - x, np.where(x < 0.5, x, 1)], -1)
    return Image.fromarray(np.uint8(channels * 255)).convert("RGBA" if mode == "RGBA" else "RGB").convert(mode)


WAYS = [
    *((mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *((mode, "TIFF") for mode in ("I;16", "I", "F", "CMYK", "YCbCr", "LAB", "RGBA")),
    *((mode, "JPEG") for mode in ("L", "RGB", "CMYK")),
    *((mode, "WEBP") for mode in ("RGB", "RGBA")),
    ("P", "GIF"),
    ("RGB", "BMP"),
]


@pytest.mark.parametrize(("mode", "file_format"), WAYS)
def test_strips_make_the_picture_that_the_whole_makes(
    mode: str, file_format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(encoded(in_mode(mode), file_format))
    whole = open_picture(tmp_path / "a", (10, 200, 30))
    monkeypatch.setattr(row_bands, "STRIP", 7 * SIZE[0])
    joined = open_picture(tmp_path / "a", (10, 200, 30))
    assert (joined.mode, joined.tobytes()) == (whole.mode, whole.tobytes())


def test_noise_in_strips_is_that_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(encoded(in_mode("RGB"), "PNG"))
    monkeypatch.setattr(row_bands, "STRIP", 7 * SIZE[0])
    arguments = ["noise", str(tmp_path / "a.png"), "--schedule", "linear", "--t", "100", "--seed", "3"]
    assert cli.main([*arguments, "-o", str(tmp_path / "b.png")]) == 0
    x0 = as_array(in_mode("RGB"))
    expected = as_image(noised(x0, draw_noise(x0.shape, 3), weights_at(Schedule("linear"), 100)))
    assert read_picture(tmp_path / "b.png").image.tobytes() == expected.tobytes()


PEAK = """
import sys
from ddpm_studio.files.pictures import as_array, fitted, open_picture
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024
before = peak()
as_array(fitted(open_picture(sys.argv[1])))
print(peak() - before)
"""
BYTES_A_PIXEL = 16
"""WebP's decoder takes most; the bound in pixels makes 1 GB of it."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is told by Linux")
@pytest.mark.parametrize(("mode", "file_format"), WAYS)
def test_a_picture_takes_a_small_multiple_of_its_pixels(mode: str, file_format: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(encoded(in_mode(mode, (4000, 4000)), file_format))
    done = subprocess.run([sys.executable, "-c", PEAK, str(tmp_path / "a")], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 64 * MIB + BYTES_A_PIXEL * 4000**2
    assert BYTES_A_PIXEL * decoding.MAX_PIXELS <= 2**30


@pytest.mark.parametrize(("side", "opens"), [(4000, True), (4001, False)])
def test_a_webp_is_decoded_in_one_go_and_so_has_a_lower_bound(side: int, opens: bool, tmp_path: Path) -> None:
    Image.new("RGB", (side, side)).save(tmp_path / "a.webp", lossless=True, method=0, quality=0)
    if opens:
        assert open_picture(tmp_path / "a.webp").size == (side, side)
    else:
        with pytest.raises(FileError, match="over the limit of 16 megapixels for WEBP; save it as PNG or JPEG"):
            open_picture(tmp_path / "a.webp")


@pytest.mark.parametrize("file_format", ["WEBP", "PNG", "JPEG", "GIF", "TIFF", "BMP"])
def test_nobody_who_gives_up_waits_for_a_decoder(
    file_format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoder is one that stands still until the test lets go of it."""
    (tmp_path / "a").write_bytes(encoded(in_mode("RGB"), file_format))
    released, at_work = threading.Event(), list[threading.Thread]()

    def stand_still(image: Image.Image) -> None:
        at_work.append(threading.current_thread())
        assert released.wait(PATIENCE_S)

    def give_up() -> None:
        if at_work:
            raise Interrupted

    monkeypatch.setattr(Image.Image, "load", stand_still)
    monkeypatch.setattr(ImageFile.ImageFile, "load", stand_still)
    monkeypatch.setattr(WebPImagePlugin.WebPImageFile, "load", stand_still)
    monkeypatch.setattr(TiffImagePlugin.TiffImageFile, "load", stand_still)
    with pytest.raises(Interrupted), interruptible(give_up):
        read_picture(tmp_path / "a")
    assert at_work[0].is_alive()
    released.set()
    at_work[0].join(PATIENCE_S)


@pytest.mark.parametrize("size", [(decoding.MAX_SIDE, 2), (2, decoding.MAX_SIDE)])
def test_no_side_is_longer_than_a_strip_has_room_for(size: tuple[int, int], tmp_path: Path) -> None:
    Image.new("L", size).save(tmp_path / "a.png")
    assert open_picture(tmp_path / "a.png").size == size
    longer = (size[0] + (size[0] > 2), size[1] + (size[1] > 2))
    Image.new("L", longer).save(tmp_path / "a.png")
    with pytest.raises(FileError, match=rf"{longer[0]} × {longer[1]} pixels, over the limit of 65535 a side; make it"):
        open_picture(tmp_path / "a.png")


@pytest.mark.parametrize("scans", [decoding.MAX_SCANS, decoding.MAX_SCANS + 1])
def test_a_jpeg_has_no_more_scans_than_it_needs(scans: int, tmp_path: Path) -> None:
    usual = scanned(1, 100).count(b"\xff\xda")
    assert usual < 12
    (tmp_path / "a.jpg").write_bytes(scanned(1 + scans - usual, 100))
    if scans <= decoding.MAX_SCANS:
        assert open_picture(tmp_path / "a.jpg").size == (100, 100)
    else:
        with pytest.raises(FileError, match=r"a\.jpg is a JPEG of 101 scans, over the limit of 100; save it again as"):
            open_picture(tmp_path / "a.jpg")


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "large.webp"
    with pytest.raises(FileError, match="over the limit of 16 megapixels for WEBP; save it as PNG or JPEG"):
        write_picture(path, Image.new("L", (4001, 4000)))
    assert not list(tmp_path.iterdir())


# bombs


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_with(*chunks: bytes) -> bytes:
    whole = encoded(in_mode("L"), "PNG")
    return whole[:33] + b"".join(chunks) + whole[33:]


def tiff_with(tags: list[tuple[int, int, int, int]], follower: int = 0) -> bytes:
    """A TIFF of 1 × 1 pixel with more tags; behind its directory comes the one at `follower`."""
    plain = [(256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8)]
    every = sorted([*plain, (277, 3, 1, 1), (278, 3, 1, 1), (279, 4, 1, 1), *tags])
    directory = b"".join(struct.pack("<HHII", *tag) for tag in every)
    return b"II*\0" + struct.pack("<IBxH", 10, 77, len(every)) + directory + struct.pack("<I", follower)


def exif_of(*tags: tuple[int, int, int, int], more: bytes = b"") -> bytes:
    directory = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(tags)) + directory + bytes(4) + more


@cache
def zeros() -> bytes:
    """A hundred megabytes of nothing, compressed, which takes a second."""
    return zlib.compress(bytes(100 * MIB))


ENDLESS = [(1000 + i, 1, 4_000_000, 8) for i in range(2000)]
"""Tags that all claim the same four million bytes."""

BOMBS: dict[str, Callable[[], bytes]] = {
    "PNG, zTXt": lambda: png_with(chunk(b"zTXt", b"a\0\0" + zeros())),
    "PNG, iTXt": lambda: png_with(chunk(b"iTXt", b"a\0\1\0\0\0" + zeros())),
    "PNG, many texts": lambda: png_with(*[chunk(b"tEXt", b"a%d\0b" % i) for i in range(20_000)]),
    "PNG, profile": lambda: png_with(chunk(b"iCCP", b"a\0\0" + zeros())),
    "PNG, EXIF": lambda: png_with(chunk(b"eXIf", exif_of(*ENDLESS, more=bytes(4_000_000))[6:])),
    "JPEG, EXIF": lambda: encoded(in_mode("RGB"), "JPEG", exif=exif_of(*ENDLESS, more=bytes(30_000))),
    "WebP, EXIF": lambda: encoded(in_mode("RGB"), "WEBP", exif=exif_of(*ENDLESS, more=bytes(4_000_000))),
    "TIFF, tags": lambda: tiff_with(ENDLESS) + bytes(4_000_000),
    "TIFF, 20,000 tags": lambda: tiff_with([(500 + i, 3, 1, 1) for i in range(20_000)]),
    "TIFF, a directory that follows itself": lambda: tiff_with([], follower=10),
    "TIFF, strips without end": lambda: tiff_with([(32_000, 4, 2**32 - 1, 8)]),
    "GIF, 10,000 frames": lambda: (
        encoded(in_mode("P"), "GIF", save_all=True, append_images=[in_mode("P")]) + b"\x2c" + bytes(9) * 10_000
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_open_or_are_refused_within_their_budget(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path, content = tmp_path / "a", BOMBS[name]()
    path.write_bytes(content)
    tracemalloc.start()
    with contextlib.suppress(FileError):
        assert read_picture(path).image.size in (SIZE, (1, 1))
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < BASE + TIMES * len(content)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("file_format", ["ICO", "PPM", "TGA", "PCX", "SGI", "DDS", "PDF", "ICNS"])
def test_formats_that_are_not_on_the_list_are_not_decoded(file_format: str, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(in_mode("RGB", (64, 64)), file_format))
    with pytest.raises(FileError, match=r"not a picture|cannot be decoded|not decoded here"):
        read_picture(path)


def test_a_decoder_that_is_led_in_circles_runs_out_of_budget(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(MIB))
    stream = ForeignFile(path).stream(spending=True)

    def read_again() -> bytes:
        stream.seek(0)
        return stream.read(MIB)

    for _ in range(BASE // MIB + TIMES):
        assert len(read_again()) == MIB
    with pytest.raises(FileError, match="far more than a file"):
        read_again()
