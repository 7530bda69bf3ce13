"""Pixels out of two Gaussians: the best network of every parametrisation, and all moments, in closed form.

The network goes by nothing but what it is given: the noise level it works out of what it is told.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.special import ndtr
from torch import Tensor

from ddpm_studio.diffusion.levels import log_snr_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from tests.diffusion.solvers import toy

WEIGHTS, CENTRES, SPREADS = (0.3, 0.7), (-0.8, 0.5), (0.25, 0.15)
MEAN = float(np.dot(WEIGHTS, CENTRES))
VARIANCE = float(np.dot(WEIGHTS, np.square(CENTRES) + np.square(SPREADS)) - MEAN**2)
PIXELS = 2048


def noise() -> Tensor:
    """x_T, (1, 1, 1, PIXELS): the quantiles of N(0, 1), whose moments have no sampling error to speak of."""
    places = torch.from_numpy((np.arange(PIXELS) + 0.5) / PIXELS)
    return torch.special.ndtri(places).reshape(1, 1, 1, PIXELS)


def below(value: float) -> float:
    """The share of pixels below a value."""
    return float(np.dot(WEIGHTS, ndtr((value - np.array(CENTRES)) / SPREADS)))


def network(
    prediction_type: str,
    schedule: Schedule,
    learned_variance: bool = False,
    changed: Callable[..., Array] = lambda x0: x0,
) -> Callable[..., Tensor]:
    """The best network of this prediction type; with a learned variance, one half-way between its bounds.

    `changed` makes of E[x0 | x], and of what else the network is given, the estimate in its place.
    """

    def predicted(shown: Tensor, told: Tensor, *rest: Tensor) -> Tensor:
        a, s = toy.weights(float(_level(prediction_type, schedule, told.double().numpy()[:1])[0]))
        x = shown.numpy() / toy.seen(prediction_type, a, s)
        x0 = changed(_expected(x, a, s), *rest)
        out = torch.from_numpy(toy.said(prediction_type, x0, (x - a * x0) / s, a, s))
        return torch.cat([out, torch.zeros_like(out)], dim=1) if learned_variance else out

    return predicted


def _level(prediction_type: str, schedule: Schedule, told: Array) -> Array:
    """Log SNR by what is told."""
    with np.errstate(divide="ignore"):
        if "flow" in prediction_type:
            tau = told / 1000 if prediction_type == "flow_prediction" else 1 - told
            return 2 * np.log((1 - tau) / tau)
    if prediction_type in ("edm", "edm_v_prediction"):
        return -8 * told
    return -2 * told / 250 if prediction_type == "consistency" else log_snr_at(schedule, told)


def _expected(x: Array, a: float, s: float) -> Array:
    """E[x0 | x]: that of each Gaussian, weighted by how likely x is under it."""
    likely, means = [], []
    for weight, centre, spread in zip(WEIGHTS, CENTRES, SPREADS, strict=True):
        variance, surprise = a * a * spread * spread + s * s, x - a * centre
        likely.append(np.log(weight / np.sqrt(variance)) - surprise**2 / (2 * variance))
        means.append(centre + a * spread * spread * surprise / variance)
    shares = np.exp(np.stack(likely) - np.max(likely, axis=0))
    found: Array = (shares * np.stack(means)).sum(axis=0) / shares.sum(axis=0)
    return found
