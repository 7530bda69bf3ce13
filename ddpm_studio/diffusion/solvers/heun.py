"""Heun's method and DPM-Solver-2 in σ (Karras et al. 2022; Crowson, k-diffusion): two network calls a step.

With x̂ = x/a the ODE is dx̂/dσ = ε̂, so ε̂ is the slope, which Heun averages and DPM-Solver-2 takes at the midpoint. A
step to σ = 0, where there is no second slope, is Euler's, and so is one from σ = ∞. Heun may take the slope of a flow
instead, dy/dτ = ε̂ − x̂0 of y = x/(a + s), which is finite there (diffusers, FlowMatchHeunDiscreteScheduler).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ddpm_studio.diffusion.levels import signal, timestep_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.solvers.pure_noise import after_noise
from ddpm_studio.diffusion.solvers.registry import Rows, solver
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

SLOPE = Option(
    "slope",
    "epsilon",
    choices=("epsilon", "velocity"),
    label=QT_TRANSLATE_NOOP("options", "Slope"),
    meaning=QT_TRANSLATE_NOOP("options", "what is averaged: ε along σ, as published, or ε − x0 along a flow's τ"),
    needs=QT_TRANSLATE_NOOP("options", "it needs two steps or more, as one to the clean picture is Euler's"),
)


def _two_calls(steps: int) -> int:
    return 2 * steps - 1


@solver(
    "heun",
    QT_TRANSLATE_NOOP("solvers", "Karras et al. 2022, Elucidating the Design Space, algorithm 1"),
    "epsilon",
    SLOPE,
    accuracy=lambda **_: 2,
    nfe=_two_calls,
)
def heun_rows(steps: Steps, slope: str) -> Rows:
    """Euler to σ', then again from σ with the mean of both slopes: the trapezoidal rule, in σ or in τ."""
    only_euler = steps.count == 1 and steps.ends_clean
    return _along_tau(steps) if slope == "velocity" and not only_euler else after_noise(steps, _along_sigma)


def _along_tau(steps: Steps) -> Rows:
    """The trapezoidal rule for y = x/(a + s), whose slope is dy/dτ = ε̂ − x̂0: finite at both ends of a flow."""
    scale, nothing = steps.signal + steps.noise, np.zeros(steps.count)
    ratio, change = scale[1:] / scale[:-1], scale[1:] * np.diff(steps.noise / scale)
    first = np.stack([ratio, change, nothing], axis=-1)
    second = np.stack([ratio, change / 2, change / 2], axis=-1)
    return replace(_pairs(steps, first, second, steps.log_snr[1:]), space="velocity")


def _along_sigma(steps: Steps) -> Rows:
    a, change, nothing = steps.signal, np.diff(steps.sigmas), np.zeros(steps.count)
    first = np.stack([a[1:] / a[:-1], a[1:] * change, nothing], axis=-1)
    second = np.stack([a[1:] / a[:-1], a[1:] * change / 2, a[1:] * change / 2], axis=-1)
    return _pairs(steps, first, second, steps.log_snr[1:])


@solver(
    "dpm2",
    QT_TRANSLATE_NOOP("solvers", "Lu et al. 2022, DPM-Solver-2; Crowson, k-diffusion, sample_dpm_2"),
    "epsilon",
    accuracy=lambda **_: 2,
    nfe=_two_calls,
)
def dpm2_rows(steps: Steps) -> Rows:
    """Euler to the middle of ln σ, then from σ to σ' with the slope found there."""
    return after_noise(steps, _through_middle)


def _through_middle(steps: Steps) -> Rows:
    a, sigmas, nothing = steps.signal, steps.sigmas, np.zeros(steps.count)
    middle = 0.5 * (steps.log_snr[:-1] + steps.log_snr[1:])
    a_middle, sigma_middle = signal(middle), np.exp(-0.5 * middle)
    to_middle = np.stack([a_middle / a[:-1], a_middle * (sigma_middle - sigmas[:-1]), nothing], axis=-1)
    over = np.stack([a[1:] / a[:-1], a[1:] * np.diff(sigmas), nothing], axis=-1)
    return _pairs(steps, to_middle, over, middle)


def _pairs(steps: Steps, first: Array, second: Array, between: Array) -> Rows:
    """Rows (A, B_0, B_1) of both stages in turn, the second at log SNR `between`; Euler alone for a step to σ = 0."""
    weights = np.stack([first, second], axis=1).reshape(-1, 3)
    timestep = np.stack([steps.timesteps, timestep_at(steps.schedule, between)], axis=1).ravel()
    log_snr = np.stack([steps.log_snr[:-1], between], axis=1).ravel()
    log_snr_next = np.stack([between, steps.log_snr[1:]], axis=1).ravel()
    base = np.repeat(2 * np.arange(steps.count), 2)
    if steps.ends_clean:
        weights, timestep, base = weights[:-1], timestep[:-1], base[:-1]
        log_snr, log_snr_next = log_snr[:-1], log_snr_next[:-1]
    return Rows(weights[:, 0], weights[:, 1:], None, base, timestep, log_snr, log_snr_next)
