"""Strips of a picture, from top to bottom, that are worked on one at a time."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from ddpm_studio.interruption import check

STRIP = 2**20
"""About how many pixels are worked on at a time, so that no more than the picture is there at its full size."""


def in_strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """The picture from top to bottom in strips of about STRIP pixels, each with its first row."""
    rows = max(1, STRIP // image.width)
    for top in range(0, image.height, rows):
        check()
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))
