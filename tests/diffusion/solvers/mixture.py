"""A mixture of two Gaussians on the line, whose best network and whose flow are known, and curved."""

from __future__ import annotations

from collections.abc import Iterator
from math import erf

import numpy as np

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.table import walk
from tests.diffusion.solvers import toy

SHARES, MEANS, SPREADS = np.array([0.35, 0.65]), np.array([-0.6, 0.8]), np.array([0.25, 0.35])
START = np.array([-1.3, -0.2, 0.4, 1.1, 1.9])


def x0(x: Array, log_snr: float) -> Array:
    """E[x0 | x] at this level, by Bayes' rule over the two Gaussians."""
    a, s = toy.weights(log_snr)
    variance, away = a**2 * SPREADS**2 + s**2, x[..., None] - a * MEANS
    likely = SHARES * np.exp(-0.5 * away**2 / variance) / np.sqrt(variance)
    each = MEANS + a * SPREADS**2 / variance * away
    return np.asarray((likely * each).sum(-1) / likely.sum(-1))


def flow(first: float, last: float, x: Array) -> Array:
    """Where the probability flow ODE takes x from log SNR `first` to `last`: each quantile stays that quantile."""
    quantile, low, high = _below(x, first), np.full_like(x, -9.0), np.full_like(x, 9.0)
    for _ in range(80):
        middle = 0.5 * (low + high)
        short = _below(middle, last) < quantile
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return 0.5 * (low + high)


def sampled(table: SolverTable) -> Array:
    """x at the end of a table without fresh noise, from START."""
    levels: Iterator[float] = iter(table.log_snr)
    *_, picture = walk(table, lambda x, _: x0(x, next(levels)), START, prediction_type="sample")
    return picture


def _below(x: Array, log_snr: float) -> Array:
    """The share of x_t below each x: the distribution function of the mixture at this level."""
    a, s = toy.weights(log_snr)
    standard = (x[:, None] - a * MEANS) / np.sqrt(2 * (a**2 * SPREADS**2 + s**2))
    return np.asarray((SHARES * (1 + np.vectorize(erf)(standard)) / 2).sum(-1))
