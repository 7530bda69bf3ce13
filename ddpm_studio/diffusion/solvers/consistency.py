"""Sampling from networks that go to the picture in one call (Song et al. 2023; Luo et al. 2023): estimate, then noise.

Both set x to the estimate with fresh noise of the next level, and differ in how much noise that is.
"""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers.registry import Rows, solver
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP


def _never(**_: object) -> int:
    """The accuracy of a solver whose error depends on the network alone, and no number of steps makes smaller."""
    return 0


@solver(
    "lcm",
    QT_TRANSLATE_NOOP("solvers", "Luo et al. 2023, Latent Consistency Models, algorithm 3"),
    "x0",
    accuracy=_never,
)
def lcm_rows(steps: Steps) -> Rows:
    """x ← a' x̂0 + s' z; the last estimate is the picture."""
    return _noised(steps, steps.noise[1:].copy())


@solver(
    "consistency",
    QT_TRANSLATE_NOOP("solvers", "Song et al. 2023, Consistency Models, algorithm 1"),
    "x0",
    accuracy=_never,
)
def consistency_rows(steps: Steps) -> Rows:
    """x ← a' (x̂0 + √(σ'² − σ_min²) z), σ_min the schedule's lowest: the estimate has that much noise in it already."""
    lowest = np.exp(-0.5 * steps.schedule.coefficients.log_snr[0])
    missing = np.sqrt(np.maximum(1 - (lowest / np.where(steps.sigmas[1:] > 0, steps.sigmas[1:], lowest)) ** 2, 0))
    return _noised(steps, steps.noise[1:] * missing)


def _noised(steps: Steps, added: Array) -> Rows:
    a, reached = steps.signal[1:].copy(), steps.log_snr[1:].copy()
    a[-1], added[-1], reached[-1] = 1, 0, np.inf
    return Rows(np.zeros(steps.count), a[:, None], added, log_snr_next=reached)
