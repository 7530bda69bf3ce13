"""Pictures in and out: what Pillow decodes becomes 8-bit RGB, and from there float32 in [−1, 1] and back."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import stat
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import written_whole

RGB = tuple[int, int, int]
WHITE: RGB = (255, 255, 255)

MAX_PIXELS = 100_000_000
"""Larger pictures are refused before they are decoded: at 100 megapixels, ε alone takes 1.2 GB."""

LONGEST_SIDE = 1024
"""Pictures are looked at no larger than this; saving works on the full picture."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_FORMAT_OF = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF"}
_FORMAT_OF |= {".bmp": "BMP"}
_ENCODING: dict[str, dict[str, Any]] = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}

# Pillow only warns up to twice its bound and names no size beyond it; `_decoded` has a bound of its own.
Image.MAX_IMAGE_PIXELS = None
# Without a handler, what Pillow logs about a damaged file would go to stderr beside our own sentence.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def _ignore() -> None:
    pass


def open_picture(path: str | os.PathLike[str], background: RGB = WHITE) -> Image.Image:
    """The picture in a file as 8-bit RGB, upright, over `background` where it is transparent.

    Reads PNG, JPEG, WebP, GIF (its first frame), TIFF and BMP, told by content, of any bit depth and colour model.
    Raises FileError, naming the path and the remedy, for a file that is no picture, is damaged or is too large.
    """
    return over(read_picture(path), background)


def read_picture(path: str | os.PathLike[str]) -> Image.Image:
    """The picture in a file, upright: RGBA when a pixel of it is transparent, else RGB. FileError as `open_picture`."""
    name = os.fspath(path)
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            raise _not_a_file(name, status.st_mode)
        with Path(path).open("rb") as file:
            return _decoded(file, name)
    except FileNotFoundError as error:
        raise FileError(QT_TRANSLATE_NOOP("errors", "{path} does not exist; check its name."), path=name) from error
    except FileError:
        raise
    except (OSError, ValueError) as error:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} cannot be read: {reason}; choose another picture."),
            path=name,
            reason=getattr(error, "strerror", None) or str(error),
        ) from error


def drop_idle_alpha(image: Image.Image) -> Image.Image:
    """An RGBA picture itself where a pixel of it is transparent, else as RGB."""
    return image if image.getchannel("A").getextrema() != (255, 255) else image.convert("RGB")


def looks_like_picture(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins as pictures do; False for what cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return file.read(12).startswith(_SIGNATURES)
    except (OSError, ValueError):
        return False


def over(image: Image.Image, background: RGB) -> Image.Image:
    """`image`, RGB or RGBA, as RGB over one colour."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, (*background, 255))
    return Image.alpha_composite(ground, image).convert("RGB")


def fitted(image: Image.Image, longest: int = LONGEST_SIDE) -> Image.Image:
    """`image` shrunk so that its long side is at most `longest`, or itself; the ratio of its sides stays."""
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def as_array(image: Image.Image) -> NDArray[np.float32]:
    """The picture as a network sees it: float32, shape (H, W, 3), 0 … 255 mapped to −1 … 1."""
    array = np.asarray(image.convert("RGB"), dtype=np.float32) / np.float32(127.5)
    array -= 1
    return array


def as_image(array: NDArray[np.float32]) -> Image.Image:
    """The inverse of `as_array`: (H, W, 3) in [−1, 1] as 8-bit RGB; what lies outside is clipped."""
    scaled = np.clip((array + np.float32(1)) * np.float32(127.5), 0, 255)
    return Image.fromarray(np.rint(scaled).astype(np.uint8))


def png_bytes(image: Image.Image) -> bytes:
    """`image` as the bytes of a PNG file."""
    return _encoded(image, "PNG", "", _ignore)


def write_picture(
    path: str | os.PathLike[str],
    image: Image.Image,
    description: str = "",
    on_write: Callable[[], None] = _ignore,
) -> None:
    """Write a picture, whole or not at all, in the format of the suffix (PNG, JPEG, WebP, TIFF, BMP; none means PNG).

    A PNG takes `description` along. `on_write` is called again and again while the picture is encoded; what it raises
    comes through, and leaves no file. Raises FileError for another suffix, and where the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix and suffix not in _FORMAT_OF:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} ends in {suffix}; a picture ends in one of {known}."),
            path=os.fspath(path),
            suffix=suffix,
            known=", ".join(_FORMAT_OF),
        )
    with written_whole(path) as file:
        file.write(_encoded(image, _FORMAT_OF.get(suffix, "PNG"), description, on_write))


class _Watched(io.BytesIO):
    """A buffer that tells of each piece that is written into it."""

    def __init__(self, on_write: Callable[[], None]) -> None:
        super().__init__()
        self._on_write = on_write

    def write(self, piece: Any, /) -> int:
        self._on_write()
        return super().write(piece)


def _encoded(image: Image.Image, file_format: str, description: str, on_write: Callable[[], None]) -> bytes:
    options = dict(_ENCODING.get(file_format, {}))
    if file_format == "PNG" and description:
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("Description", description)
    buffer = _Watched(on_write)
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def _not_a_file(name: str, mode: int) -> FileError:
    if stat.S_ISDIR(mode):
        return FileError(QT_TRANSLATE_NOOP("errors", "{path} is a folder; choose a picture in it."), path=name)
    return FileError(QT_TRANSLATE_NOOP("errors", "{path} is a device or a pipe; choose a file."), path=name)


def _decoded(file: BinaryIO, name: str) -> Image.Image:
    start = file.read(12)
    if not start:
        raise FileError(QT_TRANSLATE_NOOP("errors", "{path} is empty; choose a picture."), path=name)
    file.seek(0)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=_FORMATS) as image:
            _check_size(image.size, name)
            _decode_upright(image)
            return _in_8_bits(image)
    except FileError:
        raise
    except Exception as error:  # Decoders meet damage with nearly every exception there is.
        raise _unreadable(error, start, name) from error


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} has {width} × {height} pixels, over the limit of {limit} megapixels; make it smaller first.",
            ),
            path=name,
            width=width,
            height=height,
            limit=MAX_PIXELS // 1_000_000,
        )


def _unreadable(error: Exception, start: bytes, name: str) -> FileError:
    if isinstance(error, UnidentifiedImageError) and not start.startswith(_SIGNATURES):
        return FileError(
            QT_TRANSLATE_NOOP("errors", "{path} is not a picture; choose a PNG, JPEG, WebP, GIF, TIFF or BMP file."),
            path=name,
        )
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} cannot be decoded: it is cut off, damaged or of a rare kind; save it anew as PNG or JPEG.",
        ),
        path=name,
    )


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


def _in_8_bits(image: Image.Image) -> Image.Image:
    """`image`, of any mode, as RGB, or as RGBA when a pixel of it is transparent."""
    if image.mode.startswith("I;16"):
        return _gray(np.asarray(image).astype(np.float32) / np.float32(65535))
    if image.mode in ("I", "F"):
        return _gray(_in_unit_range(_numbers(image)))
    if image.has_transparency_data:
        return drop_idle_alpha(image.convert("RGBA"))
    return image.convert("RGB")


def _numbers(image: Image.Image) -> NDArray[np.float32]:
    """The values of a 32-bit picture; Pillow's mode I is signed, and a TIFF says in tag 339 when its values are not."""
    values = np.asarray(image)
    unsigned = values.dtype == np.int32 and getattr(image, "tag_v2", {}).get(339) == (1,)
    return (values.view(np.uint32) if unsigned else values).astype(np.float32)


def _gray(values: NDArray[np.float32]) -> Image.Image:
    return Image.fromarray(np.rint(values * 255).astype(np.uint8)).convert("RGB")


def _in_unit_range(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """32-bit values in [0, 1]: taken to be in the narrowest of 0…1, 0…255 and 0…65535, else stretched from end to end.

    NaN becomes black.
    """
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low >= 0:
        low, high = 0.0, next((top for top in (1.0, 255.0, 65535.0) if high <= top), high)
    span = (high - low) or 1.0
    scaled: NDArray[np.float32] = np.nan_to_num((values - low) / span, nan=0.0).clip(0, 1)
    return scaled
