"""One of the pictures that the window shows: the original, or x_t of a schedule at a step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.noising import CLEAN, Noising
from ddpm_studio.gui.state.noise import epsilon_of
from ddpm_studio.gui.state.window import Entry, State


@dataclass(frozen=True)
class PictureAt:
    """The picture of a State under the schedule of `entry` at step t; without an entry, the original."""

    entry: Entry | None = None
    t: int = 0

    def pixels(self, state: State) -> NDArray[np.uint8]:
        """The picture at the size at which all are noised, uint8 (H, W, C); `state` has one."""
        assert state.picture is not None
        pixels = state.picture.pixels
        weights = CLEAN if self.entry is None else weights_at(self.entry.schedule, self.t)
        images = Noising(pixels, epsilon_of(pixels.shape, state.seed)).images([weights])
        return images.reshape(pixels.shape)

    def stem(self, state: State) -> str:
        """The stem of a file's name for it: that of the picture, and of which schedule and t it is."""
        assert state.picture is not None
        name = Path(state.picture.name).stem
        return name if self.entry is None else f"{name}-{state.letter(self.entry)}-t{self.t}"
