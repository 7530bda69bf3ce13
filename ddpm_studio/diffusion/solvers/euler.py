"""Euler and Euler ancestral in σ (Karras et al. 2022; Crowson, k-diffusion).

With x in the scale of σ, x̂ = x/a, a step is x̂ + (σ'−σ)(x̂ − x̂0)/σ. Written for x in σ'/σ, it also holds at σ = ∞.
"""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.solvers.registry import Rows, fresh_noise, solver
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP


@solver(
    "euler",
    QT_TRANSLATE_NOOP("solvers", "Karras et al. 2022, Elucidating the Design Space, algorithm 1 without its corrector"),
    "x0",
)
def euler_rows(steps: Steps) -> Rows:
    """x̂ ← (σ'/σ) x̂ + (1 − σ'/σ) x̂0, the step of DDIM."""
    ratio = steps.sigmas[1:] / steps.sigmas[:-1]
    return Rows(steps.noise[1:] / steps.noise[:-1], (steps.signal[1:] * (1 - ratio))[:, None])


@solver(
    "euler-ancestral",
    QT_TRANSLATE_NOOP("solvers", "Crowson, k-diffusion, sample_euler_ancestral"),
    "x0",
    fresh_noise(1.0, QT_TRANSLATE_NOOP("options", "fresh noise: none at 0, which is Euler, DDPM's at 1")),
)
def euler_ancestral_rows(steps: Steps, eta: float) -> Rows:
    """Euler down to σ_down, then noise up to σ': σ_up² = η²σ'²(σ²−σ'²)/σ², σ_down² = σ'² − σ_up².

    The step of DDIM with its η.
    """
    ratio = steps.sigmas[1:] / steps.sigmas[:-1]
    up = eta * np.sqrt(1 - ratio**2)
    down = np.hypot(np.sqrt(1 - eta**2), eta * ratio)
    return Rows(
        steps.noise[1:] / steps.noise[:-1] * down,
        (steps.signal[1:] * (1 - ratio * down))[:, None],
        steps.noise[1:] * up,
    )
