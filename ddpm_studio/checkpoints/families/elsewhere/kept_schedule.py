"""Schedule kept beside weights that cannot be sampled: the buffers `betas` or `alphas_cumprod` of CompVis' programs."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from ddpm_studio.checkpoints.source import Source
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import ScheduleError

_PREFIXES = ("", "state_dict.")


def kept(source: Source) -> Schedule | None:
    """The schedule of the buffer `betas`, or of alphas_cumprod if only that is kept; None if neither gives one."""
    from ddpm_studio.checkpoints.families.shared.trained import numbers_in

    for prefix in _PREFIXES:
        betas, products = (source.tensors.get(prefix + name) for name in ("betas", "alphas_cumprod"))
        try:
            if betas is not None:
                return _named(numbers_in(betas))
            if products is not None:
                signal = np.concatenate([[1.0], numbers_in(products)])
                return _named(1 - signal[1:] / signal[:-1])
        except (ScheduleError, ValueError, TypeError, IndexError):
            return None
    return None


def _named(betas: Array) -> Schedule:
    """The schedule by its name if it is CompVis' "linear", which is scaled_linear, else whatever fits these β."""
    from ddpm_studio.checkpoints.families.shared.trained import schedule_of

    start, end = (float(f"{beta:.6g}") for beta in (betas[0], betas[-1]))
    with suppress(ScheduleError):
        schedule = Schedule("scaled_linear", len(betas), {"beta_start": start, "beta_end": end})
        if np.allclose(schedule.betas, betas, rtol=1e-4, atol=0):
            return schedule
    return schedule_of(betas)
