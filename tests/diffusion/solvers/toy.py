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


def network(table: SolverTable, prediction_type: str) -> Callable[[Array, float], Array]:
    """E[ε | x], E[x0 | x] or the v of both, called once for each row in turn."""
    levels = iter(table.log_snr)

    def predicted(x: Array, _: float) -> Array:
        a, s = weights(next(levels))
        surprise = (x - a * MU) / (a**2 * C**2 + s**2)
        epsilon, x0 = s * surprise, MU + a * C**2 * surprise
        return {"epsilon": epsilon, "sample": x0, "v_prediction": a * epsilon - s * x0}[prediction_type]

    return predicted


def sampled(
    table: SolverTable,
    prediction_type: str = "epsilon",
    x: Array = START,
    noises: Callable[[int], Array] | None = None,
) -> Array:
    *_, picture = walk(table, network(table, prediction_type), x, noises, prediction_type)
    return picture
