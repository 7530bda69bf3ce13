"""Training of a diffusion as its buffers tell it: the schedule, and what the network was to predict."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

if TYPE_CHECKING:
    from torch import Tensor

Array = npt.NDArray[np.float64]

_KINDS = ("linear", "linear_rescaled", "cosine", "sigmoid")
_SAME_BETA, _SAME_SIGNAL, _SAME_WEIGHT = 1e-4, 1e-6, 1e-2


def numbers_in(buffer: Tensor) -> Array:
    """The values of a buffer in a row, float64; ScheduleError for complex ones, and for bits that are no numbers."""
    if not buffer.is_complex():
        with suppress(NotImplementedError):
            return buffer.double().flatten().numpy()
    raise ScheduleError(
        QT_TRANSLATE_NOOP("errors", "they are of the type {dtype}, not real numbers"),
        dtype=str(buffer.dtype),
    )


def schedule_of(betas: Array) -> Schedule:
    """The schedule with these β, shape (T,): one of the usual kinds if it has them to 1e-4, else a custom one.

    ScheduleError for β that are not those of a schedule.
    """
    for kind in _KINDS:
        with suppress(ScheduleError):
            schedule = Schedule(kind, len(betas))
            if np.allclose(schedule.betas, betas, rtol=_SAME_BETA, atol=0):
                return schedule
    return Schedule.from_betas(betas)


def schedule_of_signal(signal: Array, schedule_of_betas: Callable[[Array], Schedule] = schedule_of) -> Schedule:
    """The schedule with this ᾱ, shape (T,): one of the usual kinds if its √ᾱ is the same to 1e-6, else that of its β.

    ScheduleError for what does not fall from 1 towards 0.
    """
    for kind in _KINDS:
        with suppress(ScheduleError):
            schedule = Schedule(kind, len(signal))
            if np.allclose(np.sqrt(np.cumprod(1 - schedule.betas)), np.sqrt(signal), rtol=0, atol=_SAME_SIGNAL):
                return schedule
    return schedule_of_betas(-np.diff(signal, prepend=1.0) / np.append(1.0, signal[:-1]))


def prediction_of(loss_weight: Array, betas: Array) -> str | None:
    """The prediction type for which denoising-diffusion-pytorch weights the loss like this, (T,); None if there is
    none.

    Its weight is c/SNR for ε, c for x0 and c/(SNR + 1) for v, where c is the SNR, bounded above with min-SNR weighting
    (Hang 2023), or below, as releases 1.5.0 to 1.5.2 had it.
    """
    signal = np.cumprod(1 - betas)
    with np.errstate(all="ignore"):
        snr = signal / (1 - signal)
        bounded = {"epsilon": loss_weight * snr, "sample": loss_weight, "v_prediction": loss_weight * (snr + 1)}
        errors = {name: _distance_from_bounded(c, snr) for name, c in bounded.items()}
    best = min(errors, key=lambda name: errors[name])
    return best if errors[best] < _SAME_WEIGHT else None


def _distance_from_bounded(c: Array, snr: Array) -> float:
    """The largest relative distance of c from the SNR bounded above by c's largest value, or below by its smallest."""
    distances = [np.abs(c / np.minimum(snr, c.max()) - 1).max(), np.abs(c / np.maximum(snr, c.min()) - 1).max()]
    return float(min(distance if np.isfinite(distance) else np.inf for distance in distances))
