"""β that a schedule has of its own, for a text that is to take its place: where there is no file to read them from."""

from __future__ import annotations

import os

import numpy as np

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import CUSTOM, betas_in
from ddpm_studio.files.reading import from_home


def own_betas(before: Schedule | None, path: str, quantity: str) -> tuple[Array, str, Array]:
    """β at a path, the quantity that they came from and log SNR if they don't tell it, or those of the schedule
    before it where it has them from there and nothing is there any more.

    A text that names no path has those of a schedule before it that were pasted.
    """
    if before is not None and before.kind == CUSTOM.name and before.path == path and not _is_there(path):
        return np.array(before.trained_betas), before.quantity, np.array(before.trained_log_snr)
    return betas_in(path, quantity)


def _is_there(path: str) -> bool:
    return bool(path) and os.path.exists(from_home(path))  # noqa: PTH110  # Path.exists raises where it may not look.
