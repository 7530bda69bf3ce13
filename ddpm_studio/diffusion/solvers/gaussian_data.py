"""Errors of a solver on Gaussian data, known without a network and without drawing: every table is linear there.

Data N(μ, e) along one direction has the best estimate x̂0 = μ + a e/(a² e + s²)·(x − a μ), so x stays Gaussian along any
table. With the eigenvalues e of the covariance of pictures as variances, that says what becomes of each direction.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ddpm_studio.diffusion.levels import noise, signal
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers.cosine_spectrum import CosineSpectrum
from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.interruption import check

MOST_VALUES = 2**21
"""Of each array that is needed for a table: directions go through a long one some at a time."""


class Responses(NamedTuple):
    """What a unit of x_T (K,), of the data's mean (K,), or of what is added after each row (R, K) is in the last x."""

    start: Array
    mean: Array
    added: Array


class GaussianError(NamedTuple):
    """The result of a table along K directions: `variance` (K,) of the last x over that of the data at its level,
    `mean` (K,) the share of the data's mean that arrives, and `kl` (K,), nats by which the variance is wrong.
    """

    variance: Array
    mean: Array
    kl: Array


def gaussian_error(table: SolverTable, variances: Array) -> GaussianError:
    """The errors of a table that starts from N(0, 1) for data of these variances, (K,), all > 0.

    A learned variance is taken at its lower bound.

    >>> from ddpm_studio.diffusion import Schedule, Steps, solver_table
    >>> steps = Steps.from_spacing(Schedule("linear", 1000), 20)
    >>> for solver in ("ddim", "dpm-solver++"):
    ...     print(solver, gaussian_error(solver_table(solver, steps), np.array([0.01, 0.25, 1.0])).variance.round(3))
    ddim [0.234 0.744 0.83 ]
    dpm-solver++ [0.245 0.915 1.003]
    """
    block = max(1, MOST_VALUES // table.nfe)
    blocks = [_error_of(table, variances[first : first + block]) for first in range(0, max(1, len(variances)), block)]
    return GaussianError(*map(np.concatenate, zip(*blocks, strict=True)))


def _error_of(table: SolverTable, variances: Array) -> GaussianError:
    found = responses(table, variances)
    last = table.log_snr_next[-1]
    expected = signal(last) ** 2 * variances + noise(last) ** 2
    ratio = (found.start**2 + ((table.C[:, None] * found.added) ** 2).sum(axis=0)) / expected
    return GaussianError(ratio, found.mean / signal(last), 0.5 * (ratio - 1 - np.log(ratio)))


COARSE, FINE = 0.25, 0.5
"""Where details begin to be of middle fineness, and to be fine: the last octave, the one before it, and all others."""


class PredictedError(NamedTuple):
    """What a table makes of Gaussian data with this spectrum, beside the data.

    `bias` is the share of the mean by which it is off, `contrast` (3,) the standard deviation of coarse, middle and
    fine details over that of the data, `kl` the nats a value by which the variances are wrong.
    """

    bias: float
    contrast: tuple[float, float, float]
    kl: float


def predicted_error(table: SolverTable, spectrum: CosineSpectrum) -> PredictedError:
    """The errors of a table that starts from N(0, 1), exact for the Gaussian with this spectrum and the best network.

    A learned variance is taken at its lower bound. Where there are no details of a kind, their contrast is NaN.
    """
    found = gaussian_error(table, spectrum.variance)
    weight = spectrum.number * spectrum.variance
    edges = (0.0, COARSE, FINE, np.inf)
    bands = [(spectrum.fineness > low) & (spectrum.fineness <= high) for low, high in pairwise(edges)]
    coarse, middle, fine = (_contrast(weight[band], found.variance[band]) for band in bands)
    kl = float(spectrum.number @ found.kl / max(1.0, spectrum.number.sum()))
    return PredictedError(float(found.mean[0] - 1) if len(found.mean) else 0.0, (coarse, middle, fine), kl)


def _contrast(weight: Array, ratio: Array) -> float:
    return float(np.sqrt(weight @ ratio / weight.sum())) if len(weight) else np.nan


def responses(table: SolverTable, variances: Array) -> Responses:
    """The responses of the last x for data of these variances, (K,), by going back along the table."""
    rows, (gain, constant) = table.nfe, _best(table, variances)
    of_x, of_m = np.zeros((rows + 1, len(variances))), np.zeros((rows, len(variances)))
    of_x[rows] = 1
    for i in reversed(range(rows)):
        check()
        reach = min(table.history, i + 1)
        of_m[i - reach + 1 : i + 1] += table.B[i, reach - 1 :: -1, None] * of_x[i + 1]
        of_x[table.base[i]] += table.A[i] * of_x[i + 1]
        of_x[i] += gain[i] * of_m[i]
    return Responses(of_x[0], (constant * of_m).sum(axis=0), of_x[1:])


def _best(table: SolverTable, variances: Array) -> tuple[Array, Array]:
    """The best m as gain·x + constant·μ, both (R, K)."""
    a, s = table.sqrt_alphas_cumprod[:, None], table.sqrt_one_minus_alphas_cumprod[:, None]
    total = a**2 * variances + s**2
    x0, epsilon = (a * variances / total, s**2 / total), (s / total, -s * a / total)
    if table.space == "velocity":
        return epsilon[0] - x0[0], epsilon[1] - x0[1]
    kept = table.keeps_x0[:, None]
    return np.where(kept, x0[0], epsilon[0]), np.where(kept, x0[1], epsilon[1])
