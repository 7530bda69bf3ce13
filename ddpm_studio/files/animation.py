"""Animations out: GIF and animated WebP, one frame at a time, so that neither memory nor cancelling waits for the rest.

Pillow encodes each frame; the containers around the frames are put together here, since Pillow keeps all frames of an
animation in memory until the last one arrives.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from PIL import ExifTags, Image

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.recipes.carriers import GIF_XMP, xmp_packet

Frames = Iterable[tuple[Image.Image, int]]
"""RGB or L pictures of one size, each with its duration in ms."""

Writer = Callable[[BinaryIO, tuple[int, int], Frames, str, str], None]

ANIMATED, HAS_XMP, HAS_EXIF = 0x02, 0x04, 0x08
"""Flags in the head of an extended WebP file."""

_XMP_END = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
"""What ends XMP in a GIF, which is no sequence of blocks, for those who read it as one, wherever they come from."""

WEBP_QUALITY = 90
WEBP_LONGEST_SIDE = 16383
GIF_LONGEST_SIDE = 65535
PALETTE_SAMPLE = (256, 256)


def write_animation(
    path: str | os.PathLike[str], size: tuple[int, int], frames: Frames, description: str = "", recipe: str = ""
) -> None:
    """Write frames of `size` that loop for ever, as GIF or WebP by the suffix of `path`, whole or not at all.

    `description` becomes the GIF's comment, or the ImageDescription of the WebP's Exif. The text of a `recipe`
    becomes its XMP.
    Raises FileError for another suffix, for a size that the format cannot hold, and if the file cannot be written. What
    `frames` raises propagates, and leaves no file behind.
    """
    write = _writer(path, size)
    with written_whole(path) as file:
        write(file, size, frames, description, recipe)


def is_animation(path: str | os.PathLike[str]) -> bool:
    """Whether the suffix of `path` is that of a format which `write_animation` knows."""
    return Path(path).suffix.lower() in _WRITERS


def _writer(path: str | os.PathLike[str], size: tuple[int, int]) -> Writer:
    suffix = Path(path).suffix.lower()
    if suffix not in _WRITERS:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} does not end in .gif or .webp; choose one of these formats."),
            path=os.fspath(path),
        )
    longest, write = _WRITERS[suffix]
    if max(size) > longest:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors", "{width} × {height} pixels exceed {suffix}'s limit of {longest}; show fewer at once."
            ),
            width=size[0],
            height=size[1],
            longest=longest,
            suffix=suffix,
        )
    return write


def _write_gif(file: BinaryIO, size: tuple[int, int], frames: Frames, description: str, recipe: str) -> None:
    """GIF89a: a screen without colours of its own, NETSCAPE's endless loop, a comment, XMP, frames with palettes."""
    file.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0, 0, 0))
    file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0")
    if description:
        file.write(b"\x21\xfe" + _gif_blocks(description.encode()) + b"\0")
    if recipe:
        file.write(b"\x21\xff\x0b" + GIF_XMP + xmp_packet(recipe) + _XMP_END)
    for image, duration in frames:
        file.write(b"\x21\xf9\x04\x00" + struct.pack("<H", duration // 10) + b"\0\0")
        palette, pixels = _gif_parts(_with_palette(image))
        file.write(b"\x2c" + struct.pack("<HHHHB", 0, 0, *size, 0x80 | 7) + palette + pixels)
    file.write(b"\x3b")


def _gif_blocks(content: bytes) -> bytes:
    """`content` in pieces of at most 255 bytes, each after its length."""
    pieces = (content[start : start + 255] for start in range(0, len(content), 255))
    return b"".join(bytes([len(piece)]) + piece for piece in pieces)


def _with_palette(image: Image.Image) -> Image.Image:
    """256 colours chosen from a sample, and dithered, which fine noise needs; a gray picture has no more than these."""
    if image.mode == "L":
        return image
    palette = image.resize(PALETTE_SAMPLE, Image.Resampling.NEAREST).quantize(256)
    return image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def _gif_parts(image: Image.Image) -> tuple[bytes, bytes]:
    """The palette, filled up to 256 colours, and the compressed pixels of a picture of mode P or L, as GIF has them."""
    buffer = io.BytesIO()
    image.save(buffer, "GIF", optimize=False, interlace=False)
    content = buffer.getvalue()
    colours = 2 << (content[10] & 7)
    start = 13 + 3 * colours
    palette = content[13:start].ljust(768, b"\0")
    assert content[start] == 0x2C, "a lone frame has its descriptor right after its palette"
    return palette, content[start + 10 : -1]


def _write_webp(file: BinaryIO, size: tuple[int, int], frames: Frames, description: str, recipe: str) -> None:
    """The extended WebP container: VP8X says that there is an animation, ANIM how it repeats, ANMF holds each frame.

    EXIF, at the end, has the description, and XMP the recipe.
    """
    flags = ANIMATED | HAS_EXIF * bool(description) | HAS_XMP * bool(recipe)
    file.write(b"RIFF\0\0\0\0WEBP")
    corner = _u24(size[0] - 1) + _u24(size[1] - 1)
    file.write(_chunk(b"VP8X", bytes([flags]) + b"\0\0\0" + corner))
    file.write(_chunk(b"ANIM", b"\xff\xff\xff\xff\0\0"))
    for image, duration in frames:
        buffer = io.BytesIO()
        # With loss, gray comes back slightly green.
        image.save(buffer, "WEBP", quality=WEBP_QUALITY, method=0, lossless=image.mode == "L")
        file.write(_chunk(b"ANMF", _u24(0) * 2 + corner + _u24(duration) + b"\x02" + buffer.getvalue()[12:]))
    if description:
        file.write(_chunk(b"EXIF", _exif(description)))
    if recipe:
        file.write(_chunk(b"XMP ", xmp_packet(recipe)))
    length = file.tell() - 8
    file.seek(4)
    file.write(struct.pack("<I", length))


def _exif(description: str) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = description.encode()
    return exif.tobytes().removeprefix(b"Exif\0\0")


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _u24(value: int) -> bytes:
    return struct.pack("<I", value)[:3]


_WRITERS = {".gif": (GIF_LONGEST_SIDE, _write_gif), ".webp": (WEBP_LONGEST_SIDE, _write_webp)}
