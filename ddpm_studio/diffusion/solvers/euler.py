"""Euler and Euler ancestral in σ (Karras et al. 2022; Crowson, k-diffusion).

With x in the scale of σ, x̂ = x/a, a step is x̂ + (σ'−σ)(x̂ − x̂0)/σ. Written for x and in σ'/σ it holds at σ = ∞ too.
"""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.grids import Grid
from ddpm_studio.diffusion.solvers.registry import Rows, solver


@solver("euler", "Karras et al. 2022, Elucidating the Design Space, algorithm 1 without its corrector", "x0")
def euler(grid: Grid) -> Rows:
    """x̂ ← (σ'/σ) x̂ + (1 − σ'/σ) x̂0, which is DDIM's step."""
    ratio = grid.sigmas[1:] / grid.sigmas[:-1]
    return Rows(grid.noise[1:] / grid.noise[:-1], (grid.signal[1:] * (1 - ratio))[:, None])


@solver("euler-ancestral", "Crowson, k-diffusion, sample_euler_ancestral", "x0")
def euler_ancestral(grid: Grid) -> Rows:
    """Euler down to σ_down, then noise up to σ': σ_up² = σ'²(σ²−σ'²)/σ², σ_down² = σ'² − σ_up²."""
    ratio = grid.sigmas[1:] / grid.sigmas[:-1]
    up = np.sqrt(1 - ratio**2)
    down = ratio
    return Rows(
        grid.noise[1:] / grid.noise[:-1] * down,
        (grid.signal[1:] * (1 - ratio * down))[:, None],
        grid.noise[1:] * up,
    )
