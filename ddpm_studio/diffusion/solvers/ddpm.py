"""DDPM (Ho et al. 2020) on any subset of levels (Nichol & Dhariwal 2021, section 4), with fixed or learned variance."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.levels import log_alpha_bar
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.solvers.registry import Rows, solver
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

LOG_OF_NOTHING = float(np.log(1e-20))
"""ln σ² of a posterior of zero variance (Ho et al.'s code)."""

VARIANCE = Option(
    "variance",
    "fixed_small",
    choices=("fixed_small", "fixed_large", "learned_range"),
    label=QT_TRANSLATE_NOOP("options", "Variance"),
    meaning=QT_TRANSLATE_NOOP("options", "variance of the fresh noise: β̃', β' or as the network predicts"),
    needs=QT_TRANSLATE_NOOP("options", "noise is added by every step but the last"),
)


@solver(
    "ddpm",
    QT_TRANSLATE_NOOP("solvers", "Ho et al. 2020, Denoising Diffusion Probabilistic Models, algorithm 2"),
    "x0",
    VARIANCE,
)
def ddpm_rows(steps: Steps, variance: str) -> Rows:
    """x ← μ̃(x, x̂0) + σ z: the posterior mean of equation 7, β' = 1 − ᾱ_t/ᾱ_p of the levels kept; no noise at the end.

    σ² is β̃' (fixed_small), β' (fixed_large) or between the two, as the network predicts (learned_range).
    """
    log_alphas_cumprod = log_alpha_bar(steps.log_snr)
    a, s = steps.signal, steps.noise
    betas = -np.expm1(log_alphas_cumprod[:-1] - log_alphas_cumprod[1:])
    posterior_variance = betas * (s[1:] / s[:-1]) ** 2

    coef1 = a[1:] * betas / s[:-1] ** 2
    coef2 = np.sqrt(1 - betas) * (s[1:] / s[:-1]) ** 2

    std = np.sqrt(betas if variance == "fixed_large" else posterior_variance)
    std[-1] = 0
    if variance != "learned_range":
        return Rows(coef2, coef1[:, None], std)
    lowest = np.log(np.maximum(posterior_variance, np.exp(LOG_OF_NOTHING)))
    return Rows(coef2, coef1[:, None], std, log_variance=(lowest, np.log(betas)))
