"""Built levels: ᾱ of a scheduler of diffusers, whichever way it has its noise."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def alphas_cumprod_of(scheduler: Any) -> NDArray[np.float64]:
    """ᾱ of t = 1 … T: that of its betas, of τ, or of the σ that it takes in T steps."""
    if hasattr(scheduler, "alphas_cumprod"):
        return np.asarray(scheduler.alphas_cumprod.double().numpy())
    T = scheduler.config.num_train_timesteps
    if "sigma_schedule" in scheduler.config:
        scheduler.set_timesteps(T)
    levels = scheduler.sigmas.double().numpy()[:T][::-1]
    if "shift" in scheduler.config:
        return np.asarray((1 - levels) ** 2 / ((1 - levels) ** 2 + levels**2))
    return np.asarray(1 / (1 + levels**2))
