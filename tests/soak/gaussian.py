"""Gaussian data on their way through a solver's table, from its first row on: the truth about a predicted error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.diffusion.solvers.cosine_spectrum import CosineSpectrum

Array = NDArray[np.float64]

OCTAVES = ((0.0, 0.25), (0.25, 0.5), (0.5, np.inf))
"""Fineness of coarse details, of middle ones and of fine ones, as a share of the finest."""


def error_of_gaussian(table: SolverTable, spectrum: CosineSpectrum) -> tuple[float, ...]:
    """By what share the mean is off, the contrast of coarse, middle and fine details over that of the data, and the KL
    divergence of the variances in nats a value.
    """
    parts = _drawn(table, spectrum.variance)
    a, s = (float(np.sqrt(1 / (1 + np.exp(sign * table.log_snr_next[-1])))) for sign in (-1, 1))
    ratio = (parts[1:] ** 2).sum(axis=0) / (a**2 * spectrum.variance + s**2)
    kl = (spectrum.number * (ratio - 1 - np.log(ratio))).sum() / 2 / spectrum.number.sum()
    power = spectrum.number * spectrum.variance
    bands = [(spectrum.fineness > low) & (spectrum.fineness <= high) for low, high in OCTAVES]
    contrasts = [
        float(np.sqrt(np.average(ratio[band], weights=power[band]))) if band.any() else np.nan for band in bands
    ]
    return float(parts[0, 0] / a - 1), *contrasts, float(kl)


def _drawn(table: SolverTable, variances: Array) -> Array:
    """What the last x consists of in each direction: shares of the data's mean, of x_T, and of the noise of each row,
    (2 + R, K).
    """
    x = [np.zeros((2 + table.nfe, len(variances)))]
    x[0][1] = 1
    estimates: list[Array] = []
    for row in range(table.nfe):
        a, s = float(table.sqrt_alphas_cumprod[row]), float(table.sqrt_one_minus_alphas_cumprod[row])
        # E[x0 | x] of data N(mean, e), and the ε that is left of x then.
        clean = a * variances / (a**2 * variances + s**2) * x[row]
        clean[0] += s**2 / (a**2 * variances + s**2)
        noise = (x[row] - a * clean) / s
        dark = a**2 < np.finfo(np.float32).tiny
        said = {"x0": clean, "velocity": noise - clean, "epsilon": clean if dark else noise}
        estimates.append(said[table.space])
        follows = table.A[row] * x[table.base[row]]
        for back in range(min(table.history, row + 1)):
            follows = follows + table.B[row, back] * estimates[row - back]
        follows[2 + row] += table.C[row]
        x.append(follows)
    return x[-1]
