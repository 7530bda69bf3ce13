"""Outcome of a point: the pictures that it draws with what they cost, or the sentence that says why there are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Drawn:
    """Pictures, float32, (N, C, H, W), in ±1, and what they took.

    `nfe` is the number of network calls of each, `stochastic` whether fresh noise was added on the way, `network_s` the
    seconds within the steps, and `whole_s` those of all that was done for the point once the checkpoint was open.
    """

    pictures: NDArray[np.float32]
    nfe: int
    stochastic: bool
    network_s: float
    whole_s: float


@dataclass(frozen=True)
class Failed:
    """Why a point has no pictures."""

    sentence: str


Outcome = Drawn | Failed
