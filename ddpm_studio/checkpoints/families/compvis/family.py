"""CompVis' latent-diffusion: Stable Diffusion and its kin as .ckpt or .safetensors. Only their schedule is of use here.

state_dict: betas, model.diffusion_model.*, first_stage_model.*, cond_stage_model.*
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from ddpm_studio.checkpoints.checkpoint import Checkpoint, register
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import Readable, Text

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.families.shared.stored_noising import StoredNoising

FAMILY = "CompVis latent diffusion"
_NETWORK, _DECODER = "model.diffusion_model.", "first_stage_model."
_PREFIXES = ("", "state_dict.")
_LATENT = QT_TRANSLATE_NOOP("errors", "it draws latents that its autoencoder turns into pictures, often guided by text")
_BARE = QT_TRANSLATE_NOOP(
    "errors", "it is a network of CompVis' latent-diffusion without the config that says how it is built"
)
_CONTRADICTED = QT_TRANSLATE_NOOP("errors", "{reason}; {table} counts, and {others} contradict it")


def _recognises(source: Source) -> bool:
    return any(name.startswith((_NETWORK, f"state_dict.{_NETWORK}")) for name in source.tensors)


@register(FAMILY, _recognises)
def read(source: Source) -> Checkpoint:
    """Refuse the model by name, with its schedule."""
    from ddpm_studio.checkpoints.families.shared.stored_noising import named

    latent = any(name.removeprefix("state_dict.").startswith(_DECODER) for name in source.tensors)
    reason: Readable
    kind, reason = QT_TRANSLATE_NOOP("errors", "a CompVis checkpoint"), _BARE
    if latent:
        kind, reason = QT_TRANSLATE_NOOP("errors", "a latent diffusion model from CompVis or Stability"), _LATENT
    noising = _noising(source)
    if noising and noising.others:
        reason = Text(_CONTRADICTED, {"reason": reason, "table": noising.table, "others": named(noising.others)})
    raise UnsupportedError(source.path, kind, reason, noising.schedule if noising else None)


def _noising(source: Source) -> StoredNoising | None:
    """What the buffers say of the schedule, betas and ᾱ among them; None if they give none."""
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
