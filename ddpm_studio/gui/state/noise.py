"""ε of the picture in view, drawn once for all panels that noise it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.forward import draw_noise


@lru_cache(maxsize=1)
def epsilon_of(shape: tuple[int, ...], seed: int) -> NDArray[np.float32]:
    """The ε of `draw_noise`, float32 of this shape; read-only, and kept until another is wanted."""
    epsilon = draw_noise(shape, seed)
    epsilon.flags.writeable = False
    return epsilon
