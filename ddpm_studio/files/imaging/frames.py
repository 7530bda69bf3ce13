"""Frames of an animation, or pages of a TIFF: how many there are, and turning to one of them."""

from __future__ import annotations

from PIL import Image
from PIL.PngImagePlugin import Blend, PngImageFile

from ddpm_studio.files.imaging.sixteen_bits import take_lower

_ANIMATED = ("GIF", "PNG", "WEBP", "AVIF", "TIFF")
"""Formats with frames, or with pages, which are frames here."""


def frames_of(image: Image.Image) -> int:
    """The number of frames, 1 where nothing is sound behind the first; a second in a JPEG is no more than a preview."""
    try:
        return int(getattr(image, "n_frames", 1)) if image.format in _ANIMATED else 1
    except Exception:  # What follows is read as it says itself, with every exception there is for damage.
        image.seek(0)
        return 1


def turn_to(image: Image.Image, frame: int, lower: bool = False) -> bool:
    """Turn to a frame, from 1 on; False where it is laid over those before with an alpha, which mixes their levels.

    Of colours in 16 bits, `lower` has the lower bytes decoded. Frames of a PNG are decoded one after the other.
    """
    if not isinstance(image, PngImageFile) or not getattr(image, "is_animated", False):
        image.seek(frame - 1)
        if lower:
            take_lower(image)  # type: ignore[arg-type]
        return True
    apart = True
    for place in range(frame):
        image.seek(place)
        if lower:
            take_lower(image)
        if _is_opaque(image):
            image.blend_op = Blend.OP_SOURCE  # Which is the same, and Pillow cannot lay 16 bits of gray over others.
        apart &= place == 0 or image.blend_op == Blend.OP_SOURCE
    return apart


def _is_opaque(image: PngImageFile) -> bool:
    return image.mode in ("RGB", "L", "I;16") and "transparency" not in image.info
