"""Paired runs: the same pictures, by number, drawn along any table, and how far they are from those of a fine run."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.interruption import check
from ddpm_studio.lab.measures import rms_per_picture
from ddpm_studio.run_settings import RunSettings

if TYPE_CHECKING:
    from ddpm_studio.sampling import Denoiser, Step

BATCH = 16
"""Pictures that are drawn at once, always the same ones together, since networks round by batch."""


class PairedRuns:
    """Pictures of these `numbers`, each from its own noise of `settings.seed`, and those of a `fine` table beside them.

    `denoiser` is conditioned already. Runs raise what `drawn` raises, and end between two steps where `check` does.
    """

    def __init__(self, denoiser: Denoiser, settings: RunSettings, numbers: Sequence[int], fine: SolverTable) -> None:
        self._denoiser, self._settings, self._numbers, self._fine = denoiser, settings, numbers, fine

    def pictures(self, table: SolverTable) -> NDArray[Any]:
        """What the table's last row leaves, (P, C, H, W), float32 or that of the network: latents stay latents."""
        starts = range(0, len(self._numbers), BATCH)
        return np.concatenate([self._batch(table, self._numbers[start : start + BATCH]) for start in starts])

    @cached_property
    def reference(self) -> NDArray[Any]:
        """The pictures along the fine table, drawn once."""
        return self.pictures(self._fine)

    def distances(self, table: SolverTable) -> Array:
        """The RMS distance of each picture along a table from that of the reference, (P,)."""
        return rms_per_picture(self.pictures(table), self.reference)

    def _batch(self, table: SolverTable, numbers: Sequence[int]) -> NDArray[Any]:
        from ddpm_studio.sampling.drawing import drawn

        (last,) = deque(map(_checked, drawn(self._denoiser, table, self._settings, numbers)), maxlen=1)
        return np.asarray(last.x.cpu().numpy())


def _checked(step: Step) -> Step:
    check()
    return step
