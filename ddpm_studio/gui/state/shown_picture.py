"""Picture of the window, as it is displayed, and the ε that all panels noise it by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ddpm_studio.diffusion.forward import draw_noise
from ddpm_studio.texts import Text


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as displayed: float32 (H, W, 3), or gray (H, W, 1), in [−1, 1], long side at most 1024, and where it
    came from.

    `full_size` is the (width, height) of the original, which is read again from the file `source` when it is saved; a
    pasted picture has no source, and its original is kept in `pasted`, L or RGB, or LA or RGBA. `remarks` say what was
    done to its colours when it was opened. It is one of the `frames` of its file, the first being 1.
    """

    name: str
    pixels: NDArray[np.float32]
    full_size: tuple[int, int]
    source: str = ""
    pasted: Image | None = None
    transparent: bool = False
    remarks: tuple[Text, ...] = ()
    frame: int = 1
    frames: int = 1


@lru_cache(maxsize=1)
def epsilon_of(shape: tuple[int, ...], seed: int) -> NDArray[np.float32]:
    """The ε of `draw_noise`, float32 of this shape; read-only, and kept until another is wanted."""
    epsilon = draw_noise(shape, seed)
    epsilon.flags.writeable = False
    return epsilon
