"""DDIM (Song et al. 2021a)."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.levels import log_alpha_bar
from ddpm_studio.diffusion.solvers.registry import Rows, fresh_noise, solver
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP


@solver(
    "ddim",
    QT_TRANSLATE_NOOP("solvers", "Song et al. 2021, Denoising Diffusion Implicit Models, equations 12 and 16"),
    "x0",
    fresh_noise(0.0, QT_TRANSLATE_NOOP("options", "fresh noise: none at 0, DDPM's at 1")),
)
def ddim_rows(steps: Steps, eta: float) -> Rows:
    """x ← a_p x̂0 + √(1−ᾱ_p−σ²) ε̂ + σ z with ε̂ = (x − a x̂0)/s; η = 0 adds no noise, η = 1 is DDPM's fixed_small."""
    log_alphas_cumprod = log_alpha_bar(steps.log_snr)
    a, s = steps.signal, steps.noise
    betas = -np.expm1(log_alphas_cumprod[:-1] - log_alphas_cumprod[1:])
    sigma = eta * s[1:] / s[:-1] * np.sqrt(betas)

    of_epsilon = np.sqrt(np.maximum(s[1:] ** 2 - sigma**2, 0))
    of_x = of_epsilon / s[:-1]
    by_epsilon = -of_x * a[:-1]
    return Rows(of_x, (a[1:] + by_epsilon)[:, None], sigma, by_epsilon=by_epsilon)
