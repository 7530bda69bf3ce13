"""Sixteen bits a level: how many of them a picture uses, and colours, of which Pillow decodes the upper byte only."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.imaging.row_bands import in_strips
from ddpm_studio.texts import Text

FULL = 65535

_DEPTHS = (1, 2, 4, 8, 10, 12, 14)
"""Bits of a level that are stored in 16: whoever leaves the upper ones empty has a picture that would look black."""

_STRETCHED = QT_TRANSLATE_NOOP(
    "findings", "Its levels, stored in 16 bits, use the lower {bits}: they were stretched, so that {top} is white."
)

_DARK = QT_TRANSLATE_NOOP(
    "findings",
    "Its levels, stored in 16 bits, use the lower ones alone; they were not stretched, since an alpha mixes its "
    "frames: it is as dark as it is stored.",
)

_LITTLE, _BIG = ";16L", ";16B"
_OTHER_END = {
    f"{bands}{end}": f"{bands}{other}"
    for bands in ("RGB", "RGBX", "RGBA")
    for end, other in (
        (_LITTLE, _BIG),
        (_BIG, _LITTLE),
        (";16N", _BIG if sys.byteorder == "little" else _LITTLE),
    )
} | {"LA;16B": "RGBA"}
"""Pillow's raw modes of 16 bits, of which it takes the upper byte, and those that take the lower in their place.

None takes the lower of gray with alpha: as four bands the lower bytes are the second and the last.
"""


def stretched(top: int) -> tuple[Text, ...]:
    """What is to be said of levels of which `top` is white."""
    return () if top == FULL else (Text(_STRETCHED, {"bits": top.bit_length(), "top": top}),)


def top_of(highest: int) -> int:
    """The level that is white: that of the least depth which has all levels up to the highest."""
    return next((2**bits - 1 for bits in _DEPTHS if 0 < highest < 2**bits), FULL)


def raw_mode(image: ImageFile) -> str:
    """Pillow's name for 16 bits of colour or of gray with alpha in a picture yet to be decoded; "" for others."""
    modes = {_mode_of(tile.args) for tile in image.tile}
    return modes.pop() if len(modes) == 1 and modes <= _OTHER_END.keys() else ""


def may_use_few(upper: Image.Image) -> bool:
    """True for the upper bytes of RGB or RGBA if those of its colours leave empty what a depth below 16 does."""
    return all(band.getextrema()[1] < 2 ** (_DEPTHS[-1] - 8) for band in upper.split()[:3])


def left_dark(mixed: Image.Image) -> tuple[Text, ...]:
    """What is to be said of the upper bytes of frames that an alpha mixes, whose lower ones are not known."""
    used = max(band.getextrema()[1] for band in mixed.split()[:3])
    return (Text(_DARK),) if used and may_use_few(mixed) else ()


def take_lower(image: ImageFile) -> None:
    """Have the lower bytes decoded of a picture whose raw mode is one of 16 bits."""
    other = _OTHER_END[raw_mode(image)]
    image.tile = [
        tile._replace(args=other if isinstance(tile.args, str) else (other, *(tile.args or ())[1:]))
        for tile in image.tile
    ]


def as_stored(image: Image.Image, raw: str) -> Image.Image:
    """The picture as gray with alpha if that is what its raw mode stores, which Pillow decodes as colours."""
    return image.convert("LA") if raw.startswith("LA") and image.mode == "RGBA" else image


def joined(upper: Image.Image, lower: Image.Image, raw: str) -> tuple[Image.Image, int]:
    """The picture of both bytes in 8 bits, stretched, of the mode of `upper`, and the level that is white.

    Alpha is stretched where it goes no further than the colours.
    """
    highest = np.max([levels.max(axis=(0, 1)) for _, levels in _levels(upper, lower, raw)], axis=0)
    top = top_of(int(highest[:3].max()))
    white = np.array([top, top, top, top if highest[-1] <= top else FULL][: len(highest)], np.float32)
    result = Image.new(upper.mode, upper.size)
    for row, levels in _levels(upper, lower, raw):
        eight = np.rint(levels.astype(np.float32) / white * 255).astype(np.uint8)
        result.paste(Image.fromarray(eight), (0, row))
    return result, top


def _levels(upper: Image.Image, lower: Image.Image, raw: str) -> Iterator[tuple[int, NDArray[np.uint16]]]:
    """The levels of 16 bits, (H, W, bands), strip by strip, each with its first row."""
    for (row, high), (_, low) in zip(in_strips(upper), in_strips(lower), strict=True):
        below = np.asarray(low)[..., [1, 1, 1, 3]] if raw.startswith("LA") else np.asarray(low)
        yield row, np.asarray(high).astype(np.uint16) << 8 | below


def _mode_of(args: object) -> str:
    mode = args[0] if isinstance(args, tuple) and args else args
    return mode if isinstance(mode, str) else ""
