"""Spacings of flows, τ in falling order with the end, 0, after them; on another schedule they are its σ/(1+σ)."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas, shifted
from ddpm_studio.diffusion.steps.spacing_registry import spacing
from ddpm_studio.errors import QT_TRANSLATE_NOOP

SHIFT = Option(
    "shift",
    None,
    1e-3,
    1e3,
    meaning=QT_TRANSLATE_NOOP("options", "s, larger values crowd the noisy end; by default the schedule’s"),
)


def shift_of(model: ModelSigmas, shift: float | None) -> float:
    """s of a spacing: the one that is given, else that of the schedule."""
    return model.shift if shift is None else shift


@spacing(
    "tau list",
    "τ = s·u/(1 + (s−1)·u), u = 1 − k/N",
    QT_TRANSLATE_NOOP("spacings", "Esser et al. 2024, Stable Diffusion 3, equation 23; Flux, with s = exp(μ)"),
    SHIFT,
    closed=False,
)
def flow_shift(model: ModelSigmas, n: int, shift: float | None) -> Array:
    """Even times from 1, shifted towards noise.

    >>> from ddpm_studio.diffusion.schedule import Schedule
    >>> flow_shift(ModelSigmas(Schedule("flow")), 4, shift=3).round(3).tolist()
    [1.0, 0.9, 0.75, 0.5, 0.0]
    """
    return shifted(np.linspace(1, 0, n + 1), shift_of(model, shift))


@spacing(
    "tau list",
    QT_TRANSLATE_NOOP("spacings", "τ = 1 − x: x linear to a threshold for ⌊N/2⌋ steps, then quadratic to 1"),
    QT_TRANSLATE_NOOP("spacings", "Genmo, Mochi 1; LTX-Video"),
    Option(
        "threshold", 0.025, 1e-4, 0.5, meaning=QT_TRANSLATE_NOOP("options", "noise that the linear steps take away")
    ),
    closed=False,
)
def linear_quadratic(model: ModelSigmas, n: int, threshold: float) -> Array:
    """Small even steps at first, then ever longer ones.

    >>> linear_quadratic(None, 4, threshold=0.025).round(4).tolist()
    [1.0, 0.9875, 0.975, 0.725, 0.0]
    """
    if n == 1:
        return np.array([1.0, 0.0])
    linear = n // 2
    rest = n - linear
    k = np.arange(n + 1.0)
    # A parabola through both ends of its part, with the slope of the line where they meet.
    slope = threshold / linear
    past = k - linear
    curve = threshold + slope * past + (1 - threshold - slope * rest) * (past / rest) ** 2
    taus: Array = 1 - np.where(k < linear, slope * k, curve)
    taus[-1] = 0.0
    return taus
