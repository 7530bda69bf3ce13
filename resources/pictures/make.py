"""Draw the sample pictures anew beside this file, the same on every run: python resources/pictures/make.py."""

from __future__ import annotations

from pathlib import Path

import cat
import dahlia
import mountains
import numpy as np
import poster
import still_life
from noise import Array
from PIL import Image

HERE = Path(__file__).parent


def developed(linear: Array) -> Image.Image:
    """Linear light as 8-bit sRGB, highlights rolled off as film does (Narkowicz 2016); a fourth channel is cover."""
    light = np.clip(linear[..., :3], 0, None)
    film = np.clip(light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14), 0, 1)
    picture = np.concatenate([film ** (1 / 2.2), np.clip(linear[..., 3:], 0, 1)], axis=-1)
    return Image.fromarray(np.rint(picture * 255).astype(np.uint8))


def main() -> None:
    """Write every picture; the still life takes longest."""
    for name, scene in (("still-life", still_life), ("mountains", mountains), ("dahlia", dahlia)):
        developed(scene.draw()).save(HERE / f"{name}.jpg", quality=92, subsampling=0, optimize=True)
    developed(cat.draw()).save(HERE / "cat.png", optimize=True)
    poster.draw().save(HERE / "poster.png", optimize=True)


if __name__ == "__main__":
    main()
