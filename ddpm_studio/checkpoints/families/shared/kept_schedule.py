"""Schedule kept beside weights that cannot be sampled: the buffers of CompVis' programs, betas and ᾱ among them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from ddpm_studio.checkpoints.source import Source
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import ScheduleError

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.families.shared.stored_noising import StoredNoising

_PREFIXES = ("", "state_dict.")


def kept(source: Source) -> StoredNoising | None:
    """What the buffers say of the schedule; None if they give none."""
    from ddpm_studio.checkpoints.families.shared.stored_noising import noising_in

    for prefix in _PREFIXES:
        names = [name for name in source.tensors if name.startswith(prefix) and "." not in name.removeprefix(prefix)]
        inside = {name.removeprefix(prefix): source.tensors[name] for name in names}
        with suppress(ScheduleError, ValueError, TypeError, IndexError):
            if (found := noising_in({prefix: inside}, _named)) is not None:
                return found
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
