"""Spacings from published tables, which other numbers of steps interpolate in ln σ, or ln τ, over the step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.steps.gits_tables import COEFFICIENTS, gits_table
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.published_tables import ALIGN_YOUR_STEPS, OPTIMAL_STEPS
from ddpm_studio.diffusion.steps.spacing_registry import spacing
from ddpm_studio.errors import QT_TRANSLATE_NOOP

MODEL = QT_TRANSLATE_NOOP("options", "the model that the table was made for")


@spacing(
    "sigma list",
    QT_TRANSLATE_NOOP("spacings", "a table of ten steps, else interpolated in ln σ"),
    QT_TRANSLATE_NOOP("spacings", "Sabour et al. 2024, Align Your Steps"),
    Option("model", "sd15", choices=tuple(ALIGN_YOUR_STEPS), meaning=MODEL),
    closed=False,
)
def ays(levels: ModelSigmas, n: int, model: str) -> Array:
    """The steps that were optimised for a model; the last of the table is replaced by the end.

    >>> ays(None, 20, "sd15").round(3).tolist()[:4]
    [14.615, 9.727, 6.475, 5.002]
    """
    return _ended(ALIGN_YOUR_STEPS[model], n)


@spacing(
    "sigma list",
    QT_TRANSLATE_NOOP("spacings", "a table for 2 … 20 steps, else interpolated in ln σ"),
    QT_TRANSLATE_NOOP("spacings", "Chen et al. 2024, GITS; ComfyUI’s GITSScheduler"),
    Option(
        "coeff", 1.2, choices=COEFFICIENTS, meaning=QT_TRANSLATE_NOOP("options", "larger values crowd the clean end")
    ),
    closed=False,
)
def gits(levels: ModelSigmas, n: int, coeff: float) -> Array:
    """The steps that follow the bends of the trajectory.

    >>> gits(None, 4, 0.8).round(3).tolist()
    [14.615, 11.545, 7.49, 3.073, 0.0]
    """
    return _ended(gits_table(coeff, min(max(n, 2), 20)), n)


@spacing(
    "tau list",
    QT_TRANSLATE_NOOP("spacings", "a table of 10, 20 or 40 steps, else interpolated in ln τ"),
    QT_TRANSLATE_NOOP("spacings", "Pei et al. 2025, OptimalSteps; ComfyUI’s OptimalStepsScheduler"),
    Option("model", "flux", choices=tuple(OPTIMAL_STEPS), meaning=MODEL),
    closed=False,
)
def optimal_steps(levels: ModelSigmas, n: int, model: str) -> Array:
    """The steps that a model of flow matching needs least.

    >>> optimal_steps(None, 10, "flux").tolist()[-3:]
    [0.5512, 0.2808, 0.0]
    """
    return _ended(OPTIMAL_STEPS[model], n)


def _ended(table: Sequence[float], n: int) -> Array:
    """n levels of a table, and 0 in place of its last one."""
    places = np.linspace(0, len(table) - 1, n + 1)
    levels = np.exp(np.interp(places, np.arange(len(table)), np.log(table)))
    if n == len(table) - 1:
        levels = np.array(table)
    levels[-1] = 0.0
    return levels
