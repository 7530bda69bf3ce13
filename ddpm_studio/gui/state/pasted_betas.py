"""β that a schedule has of its own, for a text that is to take its place: pasted ones have no file to be read from."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import CUSTOM, betas_in


def own_betas(before: Schedule | None, path: str) -> Array:
    """β at a path, or, where a text names none, those of the schedule before it if it has its β from none either."""
    if not path and before is not None and before.kind == CUSTOM.name and not before.path:
        return np.array(before.trained_betas)
    return betas_in(path)
