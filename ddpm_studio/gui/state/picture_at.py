"""One of the pictures that the window shows: the original, or x_t of a schedule at a step, or an addend of that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.noising import CLEAN, Noising, Weights
from ddpm_studio.gui.state.shown_picture import epsilon_of
from ddpm_studio.gui.state.window import Entry, State


class Pictured(Enum):
    """What a picture of x_t = √ᾱ_t·x_0 + √(1−ᾱ_t)·ε shows: all of it, or one addend at its weight."""

    NOISED = "x_t"
    PICTURE = "x_0"
    NOISE = "ε"


ENDINGS = {Pictured.NOISED: "", Pictured.PICTURE: "-x0", Pictured.NOISE: "-noise"}
"""What a file's name says of what it shows."""


@dataclass(frozen=True)
class PictureAt:
    """The picture of a State under the schedule of `entry` at step t; without an entry, the original."""

    entry: Entry | None = None
    t: int = 0
    shows: Pictured = Pictured.NOISED

    @property
    def weights(self) -> Weights:
        """The weights of the State's picture and of its noise in this one."""
        if self.entry is None:
            return CLEAN
        signal, noise = weights_at(self.entry.schedule, self.t)
        return 0.0 if self.shows is Pictured.NOISE else signal, 0.0 if self.shows is Pictured.PICTURE else noise

    def pixels(self, state: State) -> NDArray[np.uint8]:
        """The picture at the size at which all are noised, uint8 (H, W, C); `state` has one."""
        assert state.picture is not None
        pixels = state.picture.pixels
        images = Noising(pixels, epsilon_of(pixels.shape, state.seed)).images([self.weights])
        return images.reshape(pixels.shape)

    def stem(self, state: State) -> str:
        """The stem of a file's name for it: that of the picture, and of which schedule and t it is."""
        assert state.picture is not None
        name = Path(state.picture.name).stem
        return name if self.entry is None else f"{name}-{state.letter(self.entry)}-t{self.t}{ENDINGS[self.shows]}"
