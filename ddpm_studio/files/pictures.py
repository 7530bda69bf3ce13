"""Pictures in and out: what Pillow decodes becomes 8-bit gray or RGB, and from there float32 in [−1, 1] and back."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffTags
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.decoding import Decoded, check_size, decoded
from ddpm_studio.files.filetypes import FileKind, types_of
from ddpm_studio.files.imaging.row_bands import in_strips
from ddpm_studio.files.imaging.tiff_tags import XMP
from ddpm_studio.files.logs import reading
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.recipes.carriers import png_with, xmp_packet
from ddpm_studio.interruption import check
from ddpm_studio.texts import Text

RGB = tuple[int, int, int]
WHITE: RGB = (255, 255, 255)

LONGEST_SIDE = 1024
"""The longest side at which pictures are shown; saving works on the full picture."""

_WRITTEN = [each for each in types_of(FileKind.PICTURE) if each.name not in ("GIF", "AVIF")]  # 256 colours; lossy.
_FORMAT_OF = {suffix: each.name.upper() for each in _WRITTEN for suffix in each.suffixes}
_MOST_XMP = {"JPEG": 65_000, "WEBP": 4 * MIB, "TIFF": 4 * MIB}
"""Bytes of the longest packet of metadata that a format has room for, if it keeps one."""

_NO_ROOM = QT_TRANSLATE_NOOP(
    "pictures", "A {format} has no room for the recipe of this picture; save a PNG to have it in the file."
)

_ENCODING: dict[str, dict[str, Any]] = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}


def open_picture(path: str | os.PathLike[str], background: RGB = WHITE) -> Image.Image:
    """The picture in a file as 8-bit RGB, or L if it is gray, upright, over `background` where it is transparent.

    Reads PNG, JPEG, WebP, AVIF, GIF (its first frame), TIFF and BMP, told by content, of any depth and colour model.
    Raises FileError, naming the path and the remedy, for a file that is not a picture, is damaged or is too large.
    """
    return over(read_picture(path).image, background)


def read_picture(path: str | os.PathLike[str], frame: int = 1) -> Decoded:
    """The picture in a file, upright: L if it is gray, else RGB, or LA or RGBA if any pixel is transparent; and what is
    to be said of its colours. Of an animation, or a TIFF with pages, it is the frame of that number, from 1 on.

    FileError as in `open_picture`.
    """
    with reading(path), ForeignFile(path).stream(spending=True) as file:
        return decoded(file, os.fspath(path), frame)


def over(image: Image.Image, background: RGB) -> Image.Image:
    """`image`, of a mode that `read_picture` returns, over one colour: L if picture and colour are gray, else RGB."""
    if not image.mode.endswith("A"):
        return image
    gray = image.mode == "LA" and len(set(background)) == 1
    opaque = Image.new("L" if gray else "RGB", image.size)
    for top, strip in in_strips(image):
        ground = Image.new("RGBA", strip.size, (*background, 255))
        opaque.paste(Image.alpha_composite(ground, strip.convert("RGBA")).convert(opaque.mode), (0, top))
    return opaque


def fitted(image: Image.Image, longest: int = LONGEST_SIDE) -> Image.Image:
    """`image` shrunk so that its long side is at most `longest`, or itself; it keeps its aspect ratio."""
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def as_array(image: Image.Image) -> NDArray[np.float32]:
    """An L or RGB picture as a network sees it: float32, shape (H, W, 1) or (H, W, 3), 0 … 255 mapped to −1 … 1."""
    array = np.asarray(image, dtype=np.float32) / np.float32(127.5)
    array -= 1
    return array.reshape(image.height, image.width, -1)


def as_image(array: NDArray[np.float32]) -> Image.Image:
    """The inverse of `as_array`: (H, W, 1 or 3) in [−1, 1] as 8-bit L or RGB; what lies outside is clipped."""
    scaled = np.clip((array + np.float32(1)) * np.float32(127.5), 0, 255)
    return image_of(np.rint(scaled).astype(np.uint8))


def image_of(pixels: NDArray[np.uint8]) -> Image.Image:
    """uint8 (H, W, C) as a picture: RGB of C ≥ 3 channels, else L."""
    shown = np.ascontiguousarray(seen(pixels))
    return Image.fromarray(shown[..., 0] if shown.shape[-1] == 1 else shown)


def seen(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The channels of (…, C) that are seen: the first three of C ≥ 3, as RGB, else the first, as gray."""
    return pixels[..., :3] if pixels.shape[-1] >= 3 else pixels[..., :1]


def png_bytes(image: Image.Image, recipe: str = "") -> bytes:
    """`image` as the bytes of a PNG file, with the text of a recipe if there is one."""
    return _encoded(image, "PNG", "", recipe)


def write_picture(
    path: str | os.PathLike[str], image: Image.Image, description: str = "", recipe: str = ""
) -> tuple[Text, ...]:
    """Write a picture, whole or not at all, in the format of the suffix (PNG, JPEG, WebP, TIFF, BMP; none means PNG).

    A PNG carries `description`, and all but a BMP the text of a `recipe`; what is returned says so where a file has no
    room for it. Whoever ends it while it is encoded leaves no file behind. Raises FileError for another suffix, for a
    picture that could not be read again, and if the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix and suffix not in _FORMAT_OF:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} ends in {suffix}; a picture ends in one of {known}."),
            path=os.fspath(path),
            suffix=suffix,
            known=", ".join(_FORMAT_OF),
        )
    file_format = _FORMAT_OF.get(suffix, "PNG")
    check_size(image.size, file_format, os.fspath(path))
    with written_whole(path) as file:
        try:
            file.write(_encoded(image, file_format, description, recipe))
        except ValueError as error:
            raise FileError(
                QT_TRANSLATE_NOOP("errors", "{path} cannot be written as {format}: {reason}; save it as PNG."),
                path=os.fspath(path),
                format=file_format,
                reason=str(error),
            ) from error
    return () if _has_room(file_format, recipe) else (Text(_NO_ROOM, {"format": file_format}),)


def _has_room(file_format: str, recipe: str) -> bool:
    return not recipe or file_format == "PNG" or len(xmp_packet(recipe)) <= _MOST_XMP.get(file_format, 0)


class _Watched(io.BytesIO):
    """A buffer that asks at each piece written into it whether anybody still waits."""

    def write(self, piece: Any, /) -> int:
        check()
        return super().write(piece)


def _encoded(image: Image.Image, file_format: str, description: str, recipe: str) -> bytes:
    options = dict(_ENCODING.get(file_format, {}))
    if file_format == "PNG" and description:
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("Description", description)
    if recipe and file_format == "TIFF":
        options["tiffinfo"] = _tags(recipe)
    elif recipe and file_format != "PNG" and _has_room(file_format, recipe):
        options["xmp"] = xmp_packet(recipe)
    buffer = _Watched()
    image.save(buffer, file_format, **options)
    return png_with(buffer.getvalue(), recipe) if file_format == "PNG" else buffer.getvalue()


def _tags(recipe: str) -> ImageFileDirectory_v2:
    tags = ImageFileDirectory_v2()
    tags.tagtype[XMP] = TiffTags.BYTE
    tags[XMP] = xmp_packet(recipe)
    return tags
