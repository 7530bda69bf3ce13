"""Kept run: what a file says of a run without its pictures in full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.files.recipes.recipe import Recipe, RecipeRun
from ddpm_studio.run_settings import RunSettings

Noise = tuple[object, object, int, tuple[int, ...], str]
"""What tells the beginning of runs apart: the seed and whether it is all pictures' or the first's, the number of
pictures, the shape of one, (C, H, W), and the name of the picture that was noised, "" for noise alone.
"""


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run by its `key`, which begins with the time at which it ended, and the `recipe` by which it is drawn again.

    `calls` of the `total` network calls were made, in so many `seconds`, on the `device` of this name. `shape` is that
    of one picture as the network has it, (C, H, W), and `thumbnail` has a few pictures, bytes (N, H, W, C). `name` is
    what a person called it, or "", and `nbytes` what it takes on the disk.
    """

    key: str
    recipe: Recipe
    calls: int
    total: int
    seconds: float
    device: str
    shape: tuple[int, ...]
    thumbnail: NDArray[np.uint8]
    name: str = ""
    nbytes: int = 0

    @property
    def run(self) -> RecipeRun:
        """What was drawn."""
        assert self.recipe.run is not None, "a run without one is not read"
        return self.recipe.run

    @property
    def complete(self) -> bool:
        """Whether it was drawn to the end; of one that was stopped, the pictures are the network's last estimates."""
        return self.calls == self.total

    @property
    def noise(self) -> Noise:
        """What its pictures began as: runs that agree in it drew the same pictures, as far as their solvers do."""
        settings = self.run.settings
        picture = self.recipe.picture if settings.get("from_picture") else ""
        seed, seeds = settings.get("seed"), settings.get("seeds", RunSettings.seeds)
        return seed, seeds, int(str(settings.get("pictures", 0))), self.shape, picture


def is_comparable(run: KeptRun, other: KeptRun) -> bool:
    """Whether two runs drew the same pictures to the end, so that their distance says how their samplers differ."""
    return run.complete and other.complete and run.noise == other.noise


@dataclass(frozen=True, eq=False)
class KeptPictures:
    """All pictures of a run: as they are `seen`, bytes (B, H, W, C), and `x` of the network, float32 (B, C, H, W)."""

    seen: NDArray[np.uint8]
    x: NDArray[np.float32]

    def distance_to(self, other: KeptPictures) -> float:
        """The root mean square difference over the same pictures, which must have one shape.

        >>> zeros = KeptPictures(np.zeros((1, 2, 2, 1), np.uint8), np.zeros((1, 1, 2, 2), np.float32))
        >>> zeros.distance_to(KeptPictures(zeros.seen, zeros.x + np.float32(0.5)))
        0.5
        """
        difference = self.x.astype(np.float64) - other.x
        return float(np.sqrt(np.mean(np.square(difference))))
