"""Decoding of pictures, of any depth and colour model that Pillow knows, in 8 bits, gray or in colour, upright."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.content import START
from ddpm_studio.files.filetypes import FileKind, types_of
from ddpm_studio.files.imaging.avif_colours import profile_of_avif
from ddpm_studio.files.imaging.frames import frames_of, turn_to
from ddpm_studio.files.imaging.gain_maps import gain_map_in
from ddpm_studio.files.imaging.other_formats import check_is_no_raw, named
from ddpm_studio.files.imaging.png_chunks import SIGNATURE, without_texts
from ddpm_studio.files.imaging.png_colours import profile_of_png
from ddpm_studio.files.imaging.profiles import converted, profile_of
from ddpm_studio.files.imaging.row_bands import in_strips
from ddpm_studio.files.imaging.sixteen_bits import (
    FULL,
    as_stored,
    joined,
    left_dark,
    may_use_few,
    raw_mode,
    stretched,
    top_of,
)
from ddpm_studio.interruption import awaited
from ddpm_studio.texts import Text

MAX_PIXELS = 64_000_000
"""Larger pictures are refused before they are decoded: those of most cameras are smaller, and take less than 1 GB."""

_AT_ONCE = {"WEBP": 16_000_000, "AVIF": 16_000_000}
"""The bound for formats that are decoded in one go: once nobody waits for it, that takes half a second more."""

MAX_SIDE = 65_535
"""Pixels of the longest side, which is that of JPEG: a row of more would be a strip of any size."""

MAX_SCANS = 100
"""Passes over a JPEG: progressive ones have ten or so, and each takes time for every pixel, however few its bytes."""

_BEGINNING_OF_JPEG, _BEGINNING_OF_SCAN = b"\xff\xd8", b"\xff\xda"

_GRAY = ("1", "L", "LA", "La")
"""Pillow's modes with one channel beside a possible alpha."""

BARELY = 1
"""Levels between the channels of a pixel that is still gray: WebP and AVIF, which store YUV, decode gray no closer."""

MAX_FRAME = 10_000
"""Frames on the way to which those before are decoded."""

_FORMATS = tuple(each.name.upper() for each in types_of(FileKind.PICTURE))

_TOO_LARGE = QT_TRANSLATE_NOOP(
    "errors", "{path} has {width} × {height} pixels, over the limit of {limit} megapixels; make it smaller first."
)
_TOO_LONG = QT_TRANSLATE_NOOP(
    "errors", "{path} has {width} × {height} pixels, over the limit of {limit} a side; make it smaller first."
)
_TOO_LARGE_AT_ONCE = QT_TRANSLATE_NOOP(
    "errors",
    "{path} has {width} × {height} pixels, over the limit of {limit} megapixels for {format}; save it as PNG or JPEG.",
)

# Pillow only warns up to twice its bound and names no size beyond it; `decoded` has a bound of its own.
Image.MAX_IMAGE_PIXELS = None
# Without a handler, what Pillow logs about a damaged file would go to stderr beside our own sentence.
logging.getLogger("PIL").addHandler(logging.NullHandler())


class Decoded(NamedTuple):
    """A picture, sentences about what was done to its colours for it to be shown, for whoever opens it, and the number
    of frames in its file.
    """

    image: Image.Image
    remarks: tuple[Text, ...] = ()
    frames: int = 1


def decoded(file: BinaryIO, name: str, frame: int = 1) -> Decoded:
    """The picture in a file: RGB, or L if it is gray; with alpha, as RGBA or LA, if any pixel is transparent.

    Of an animation, or a TIFF with pages, it is the frame of that number, from 1 on.

    It is upright, in 8 bits and in sRGB, whatever depth and colour profile the file has.

    It is gray if the file holds one channel. A palette, WebP and AVIF have no such thing: there it is gray if every
    pixel is.

    Raises FileError, calling the file `name`, for one that is empty, not a picture, damaged or larger than MAX_PIXELS,
    and for one that has no such frame. Whoever ends it doesn't wait for a decoder, which asks seldom.
    """
    return awaited(lambda: _decoded(file, name, frame))


def _decoded(file: BinaryIO, name: str, frame: int) -> Decoded:
    start = file.read(START)
    if not start:
        raise FileError(QT_TRANSLATE_NOOP("errors", "{path} is empty; choose a picture."), path=name)
    file.seek(0)
    try:
        is_png = start.startswith(SIGNATURE)
        bare = without_texts(file) if is_png else file
        with warnings.catch_warnings(action="ignore"), Image.open(bare, formats=_FORMATS) as image:
            check_size(image.size, str(image.format), name)
            check_is_no_raw(image, name)
            if start.startswith(_BEGINNING_OF_JPEG):
                _check_scans(file, name)
            frames, apart = _turned_to(image, frame, name)
            raw = raw_mode(image)
            _decode_upright(image)
            plain, top = _of_both_bytes(image, bare, frame, raw, apart)
            content, said = _colours(file, image)
            found = _in_srgb(plain, content, top)
            said += gain_map_in(file, image.format) + (left_dark(image) if raw and not apart else ())
            return found._replace(remarks=(*found.remarks, *said), frames=frames)
    except FileError:
        raise
    except Exception as error:  # Decoders raise nearly every exception there is for damage.
        raise _unreadable(error, start, name) from error


def drop_idle_alpha(image: Image.Image) -> Image.Image:
    """An RGBA or LA picture itself if any pixel is transparent, else as RGB or L."""
    transparent = any(strip.getchannel("A").getextrema() != (255, 255) for _, strip in in_strips(image))
    return image if transparent else image.convert(image.mode[:-1])


def drop_idle_colour(image: Image.Image) -> Image.Image:
    """An RGB or RGBA picture itself if any pixel that is not wholly transparent has a colour, else as L or LA."""
    coloured = any(_is_coloured(strip) for _, strip in in_strips(image))
    return image if coloured else image.convert(image.mode.replace("RGB", "L"))


def _is_coloured(image: Image.Image) -> bool:
    red, green, blue, *alpha = image.split()
    colour = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(red, blue))
    for channel in alpha:
        colour = ImageChops.darker(colour, channel.point(lambda value: 255 * (value > 0)))
    return colour.point(lambda level: 255 * (level > BARELY)).getbbox() is not None


def check_size(size: tuple[int, int], file_format: str, name: str) -> None:
    """FileError about a file of this name for a picture that is larger than what is read in Pillow's format."""
    width, height = size
    if max(size) > MAX_SIDE:
        raise FileError(_TOO_LONG, path=name, width=width, height=height, limit=MAX_SIDE)
    limit = _AT_ONCE.get(file_format, MAX_PIXELS)
    if width * height > limit:
        raise FileError(
            _TOO_LARGE if limit == MAX_PIXELS else _TOO_LARGE_AT_ONCE,
            path=name,
            width=width,
            height=height,
            limit=limit // 1_000_000,
            format=file_format,
        )


def _check_scans(file: BinaryIO, name: str) -> None:
    """FileError for a JPEG with too many scans; its place in the file is the same afterwards."""
    place, scans, last = file.tell(), 0, b""
    file.seek(0)
    while piece := file.read(MIB):
        scans += (last + piece).count(_BEGINNING_OF_SCAN)
        last = piece[-1:]
    file.seek(place)
    if scans > MAX_SCANS:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} is a JPEG of {count} scans, over the limit of {limit}; save it again as PNG or JPEG."
            ),
            path=name,
            count=scans,
            limit=MAX_SCANS,
        )


def _unreadable(error: Exception, start: bytes, name: str) -> FileError:
    begun = any(each.starts(start) for each in types_of(FileKind.PICTURE))
    if not begun and (known := named(start, name)):
        return known
    if isinstance(error, UnidentifiedImageError) and not begun:
        return FileError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} is not a picture; choose a PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP file."
            ),
            path=name,
        )
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} cannot be decoded: it is cut off, damaged or of a rare kind; save it again as PNG or JPEG.",
        ),
        path=name,
    )


def _turned_to(image: Image.Image, frame: int, name: str) -> tuple[int, bool]:
    """The number of frames, after a turn to that of this number, and what `turn_to` says; FileError for none."""
    count = frames_of(image)
    if frame > count:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} has no frame {frame}; choose one from 1 to {count}."),
            path=name,
            frame=frame,
            count=count,
        )
    apart = turn_to(image, frame)
    check_size(image.size, str(image.format), name)  # Pages have sizes of their own.
    return count, apart


def _decode_upright(image: Image.Image) -> None:
    """Decode `image` and turn it as its EXIF orientation says."""
    with _quiet_libtiff() if image.format == "TIFF" else contextlib.nullcontext():
        image.load()
    with contextlib.suppress(Exception):  # Damaged EXIF data is no reason to refuse the pixels.
        ImageOps.exif_transpose(image, in_place=True)


@contextlib.contextmanager
def _quiet_libtiff() -> Iterator[None]:
    """libtiff writes its complaints straight to file descriptor 2, where no Python handler sees them."""
    try:
        stderr = os.dup(2)
    except OSError:  # A program without a console has no descriptor 2.
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def _of_both_bytes(image: Image.Image, file: BinaryIO, frame: int, raw: str, apart: bool) -> tuple[Image.Image, int]:
    """`image`, decoded from a file by Pillow's raw mode, and its level of 16 bits that is white, FULL if they are all
    used.

    Of colours in 16 bits, the file is decoded again for what is below the byte that Pillow takes, if they need it and
    the levels of frames are kept `apart`.
    """
    if image.mode.startswith("I;16"):
        return image, _top(image)
    if not raw or not apart or "transparency" in image.info or not may_use_few(image):
        return as_stored(image, raw), FULL
    file.seek(0)
    with Image.open(file, formats=_FORMATS) as lower:
        turn_to(lower, frame, lower=True)
        _decode_upright(lower)
        whole, top = joined(image, lower, raw)
        return as_stored(whole, raw), top


def _colours(file: BinaryIO, image: Image.Image) -> tuple[bytes | None, tuple[Text, ...]]:
    """The colour profile of a picture in a file, None for sRGB, and what is to be said of it besides."""
    if image.format == "PNG":
        return profile_of_png(file)
    embedded = image.info.get("icc_profile")
    return profile_of_avif(file) if image.format == "AVIF" and not embedded else (embedded, ())


def _in_srgb(image: Image.Image, content: bytes | None, top: int) -> Decoded:
    """`image`, of any mode, with the content of its colour profile, as `decoded` returns it.

    In 16 bits `top` is white.
    """
    profile, said = profile_of(content)
    of_print = profile is not None and profile.mode == image.mode == "CMYK"
    if of_print:
        image, said = converted(image, profile, said)
    plain = _in_8_bits(image, top)
    if not of_print:
        plain, said = converted(plain, profile, said)
    return Decoded(plain, (*stretched(top), *said))


def _top(image: Image.Image) -> int:
    """The level of a gray 16-bit picture that is white."""
    return top_of(max(int(np.asarray(strip).max()) for _, strip in in_strips(image)))


def _in_8_bits(image: Image.Image, top: int) -> Image.Image:
    """`image`, of any mode, as L or RGB, or as LA or RGBA if any pixel is transparent; in 16 bits `top` is white."""
    if image.mode.startswith("I;16"):
        return _gray(image, lambda strip: np.asarray(strip).astype(np.float32) / np.float32(top))
    if image.mode in ("I", "F"):
        return _in_unit_range(image)
    plain = "L" if image.mode in _GRAY else "RGB"
    mode = f"{plain}A" if image.has_transparency_data else plain
    converted = image if image.mode == mode else image.convert(mode)
    if converted.mode.endswith("A"):
        converted = drop_idle_alpha(converted)
    # Frames of a GIF behind the first have no palette any more.
    says_nothing_of_gray = image.mode.startswith("P") or image.format in (*_AT_ONCE, "GIF")
    return drop_idle_colour(converted) if says_nothing_of_gray and plain == "RGB" else converted


def _gray(image: Image.Image, level: Callable[[Image.Image], NDArray[np.float32]]) -> Image.Image:
    """The picture as L; `level` gives what each pixel of a strip is, from 0 to 1."""
    gray = Image.new("L", image.size)
    for top, strip in in_strips(image):
        gray.paste(Image.fromarray(np.rint(level(strip) * 255).astype(np.uint8)), (0, top))
    return gray


def _in_unit_range(image: Image.Image) -> Image.Image:
    """A 32-bit picture as L: taken to be in the narrowest of 0…1, 0…255 and 0…65535, else stretched from end to end.

    NaN becomes black.
    """
    # Pillow's mode I is signed, and a TIFF says in tag 339 if its values are not.
    unsigned = image.mode == "I" and getattr(image, "tag_v2", {}).get(339) == (1,)

    def numbers(strip: Image.Image) -> NDArray[np.float32]:
        values = np.asarray(strip)
        return (values.view(np.uint32) if unsigned else values).astype(np.float32)

    ends = [(values.min(), values.max()) for _, strip in in_strips(image) if len(values := _finite(numbers(strip)))]
    low, high = (float(min(ends)[0]), float(max(top for _, top in ends))) if ends else (0.0, 1.0)
    if low >= 0:
        low, high = 0.0, next((top for top in (1.0, 255.0, 65535.0) if high <= top), high)
    span = (high - low) or 1.0
    return _gray(image, lambda strip: np.nan_to_num((numbers(strip) - low) / span, nan=0.0).clip(0, 1))


def _finite(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values[np.isfinite(values)]
