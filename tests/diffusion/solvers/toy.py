"""Pixels that are N(μ, c²): the one kind of data whose best network and whose flow are known in closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.table import walk

MU, C = 0.7, 0.3
START = np.array([-1.3, 0.4, 1.9])


def weights(log_snr: float) -> tuple[float, float]:
    return (1 / (1 + np.exp(-log_snr))) ** 0.5, (1 / (1 + np.exp(log_snr))) ** 0.5


def flow(first: float, last: float, x: Array) -> Array:
    """Where the probability flow ODE takes x from log SNR `first` to `last`: each quantile stays that quantile."""
    (a, s), (a_last, s_last) = weights(first), weights(last)
    spread = np.sqrt((a_last**2 * C**2 + s_last**2) / (a**2 * C**2 + s**2))
    return a_last * MU + spread * (x - a * MU)


def said(prediction_type: str, x0: Array, epsilon: Array, a: float | Array, s: float | Array) -> Array:
    """The output of a network that knows x0 and ε, as the papers have it, with σ = s/a and the usual σ_data."""
    plain = {
        "epsilon": epsilon,
        "sample": x0,
        "v_prediction": a * epsilon - s * x0,
        "flow_prediction": epsilon - x0,
        "reversed_flow_prediction": x0 - epsilon,
    }
    if prediction_type in plain:
        return plain[prediction_type]
    sigma, data = s / a, 1.0 if prediction_type == "edm_v_prediction" else 0.5
    above = sigma - 0.002 if prediction_type == "consistency" else sigma
    skip, out = data**2 / (above**2 + data**2), above * data / np.sqrt(sigma**2 + data**2)
    precise: Array = (x0 - skip * (x0 + sigma * epsilon)) / out
    return -precise if prediction_type == "edm_v_prediction" else precise


def seen(prediction_type: str, a: float | Array, s: float | Array) -> float | Array:
    """The factor by which such a network sees x = a x0 + s ε: of x0 + σ ε, or of (1 − τ) x0 + τ ε."""
    if "flow" in prediction_type:
        return 1 / (a + s)
    if prediction_type in ("edm", "edm_v_prediction", "consistency"):
        data = 1.0 if prediction_type == "edm_v_prediction" else 0.5
        return 1 / (a * np.sqrt((s / a) ** 2 + data**2))
    return 1.0


def network(table: SolverTable, prediction_type: str) -> Callable[[Array, float], Array]:
    """The best network of this prediction type, called once for each row in turn."""
    levels = iter(table.log_snr)

    def predicted(shown: Array, _: float) -> Array:
        a, s = weights(next(levels))
        surprise = (shown / seen(prediction_type, a, s) - a * MU) / (a**2 * C**2 + s**2)
        return said(prediction_type, MU + a * C**2 * surprise, s * surprise, a, s)

    return predicted


def sampled(
    table: SolverTable,
    prediction_type: str = "epsilon",
    x: Array = START,
    noises: Callable[[int], Array] | None = None,
) -> Array:
    *_, picture = walk(table, network(table, prediction_type), x, noises, prediction_type)
    return picture
