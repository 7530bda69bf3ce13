"""Spacings of diffusers where a word of it means another list in some of its schedulers."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.steps.flow_spacings import SHIFT, shift_of
from ddpm_studio.diffusion.steps.incomplete_beta import beta_quantiles
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas, shifted
from ddpm_studio.diffusion.steps.spacing_registry import ALPHA, BETA, spacing
from ddpm_studio.errors import QT_TRANSLATE_NOOP

MULTISTEP = QT_TRANSLATE_NOOP("spacings", "as in diffusers, DPMSolverMultistepScheduler, UniPC, DEIS")


@spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "round of N+1 points from T−1 to 0, the last dropped"),
    MULTISTEP,
    closed=False,
)
def linspace_multistep(T: int, n: int) -> Array:
    """Even steps that stop one short of 0; halves are rounded as in diffusers.

    >>> linspace_multistep(1000, 4).tolist()
    [999.0, 749.0, 500.0, 250.0]
    """
    timesteps = np.linspace(0.0, T - 1.0, n + 1)[:0:-1]
    return np.round(timesteps) if n < T else timesteps


@spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "k·⌊T/(N+1)⌋ + offset, k = N … 1"),
    MULTISTEP,
    Option("offset", 0, 0, 100_000, meaning=QT_TRANSLATE_NOOP("options", "added to every timestep")),
    closed=False,
)
def leading_multistep(T: int, n: int, offset: float) -> Array:
    """Even steps counted from the clean end, where one is left out; T steps are those of T − 1 and one more.

    >>> leading_multistep(1000, 4, offset=1).tolist()
    [801.0, 601.0, 401.0, 201.0]
    """
    if n == T:
        return np.arange(T - 1.0, -1.0, -1.0) + offset
    return np.arange(n, 0.0, -1.0) * (T // (n + 1)) + offset


@spacing(
    "sigmas",
    QT_TRANSLATE_NOOP("spacings", "σ_min + (σ_max − σ_min)·Beta(α, β) quantile of 1 − k/(n−1)"),
    QT_TRANSLATE_NOOP("spacings", "as in diffusers, use_beta_sigmas"),
    ALPHA,
    BETA,
    closed=True,
)
def beta_diffusers(sigma_max: float, sigma_min: float, n: int, alpha: float, beta: float) -> Array:
    """Quantiles of σ itself, not of the timestep."""
    return sigma_min + (sigma_max - sigma_min) * beta_quantiles(1 - np.linspace(0, 1, n), alpha, beta)


@spacing(
    "tau list",
    QT_TRANSLATE_NOOP("spacings", "N points from 1 to the least τ of the schedule, shifted once more"),
    QT_TRANSLATE_NOOP("spacings", "as in diffusers, FlowMatchEulerDiscreteScheduler without sigmas"),
    SHIFT,
    closed=False,
)
def flow_match_diffusers(model: ModelSigmas, n: int, shift: float | None) -> Array:
    """The steps of Stable Diffusion 3: its least τ, 1/T, is shifted twice."""
    s = shift_of(model, shift)
    least = shifted(np.array(1 / model.schedule.T), s)
    return np.append(shifted(np.linspace(1, float(least), n), s), 0.0)


@spacing(
    "tau list",
    QT_TRANSLATE_NOOP("spacings", "τ = s·u/(1 + (s−1)·u), u = (1 − 1/T)·(1 − k/N)"),
    QT_TRANSLATE_NOOP("spacings", "as in diffusers, use_flow_sigmas"),
    SHIFT,
    closed=False,
)
def flow_sigmas_diffusers(model: ModelSigmas, n: int, shift: float | None) -> Array:
    """Even times that begin a step of training below pure noise."""
    return shifted((1 - 1 / model.schedule.T) * np.linspace(1, 0, n + 1), shift_of(model, shift))
