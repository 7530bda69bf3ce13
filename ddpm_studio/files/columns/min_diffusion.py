"""Tables of minDiffusion and its descendants, which begin with an entry that is noisy and that no step has."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array

ROOTS = "sqrt_beta_t"
"""The table that has most digits of β."""

CUMULATED = {
    "sqrtab": "sqrt_alphas_cumprod",
    "sqrtmab": "sqrt_one_minus_alphas_cumprod",
    "alphabar_t": "alphas_cumprod",
}
"""What each table holds that is multiplied up from the first entry on."""

_NAMES = frozenset({"sqrtab", "sqrtmab", "oneover_sqrta"})


def is_min_diffusion(names: Iterable[str]) -> bool:
    """Whether tables have the names of cloneofsimo/minDiffusion (`ddpm_schedules`), which draws entries 1 … T of T + 1.

    >>> is_min_diffusion(["alpha_t", "oneover_sqrta", "sqrtab", "sqrtmab"]), is_min_diffusion(["sqrtab", "sqrtmab"])
    (True, False)
    """
    return {*names} >= _NAMES


def betas_of_roots(roots: Array) -> Array:
    """β of the T steps, shape (T,), of √β of all entries, shape (T + 1,): the first step has the noise of two.

    >>> betas_of_roots(np.sqrt([0.5, 0.5, 0.1])).round(9).tolist()
    [0.75, 0.1]
    """
    betas = np.square(roots)
    first = betas[0] + betas[1] * (1 - betas[0])
    return np.array([first, *betas[2:]])
