"""Quantiles of the beta distribution, from its incomplete integral, without SciPy."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array


def beta_quantiles(q: Array, alpha: float, beta: float) -> Array:
    """x, (n,), with I_x(α, β) = q for q in [0, 1], (n,); the nearer half of the distribution is inverted for each.

    >>> beta_quantiles(np.array([0.0, 0.25, 0.5, 1.0]), 0.6, 0.6).round(3).tolist()
    [0.0, 0.176, 0.5, 1.0]
    """
    half = np.array([0.5])
    lower, upper = _incomplete_beta(half, alpha, beta)[0], _incomplete_beta(half, beta, alpha)[0]
    area = q * (lower + upper)
    nearer, x = area <= lower, np.empty(len(area))
    x[nearer] = _inverse_incomplete_beta(area[nearer], alpha, beta)
    x[~nearer] = 1 - _inverse_incomplete_beta(lower + upper - area[~nearer], beta, alpha)
    return x


def _incomplete_beta(x: Array, alpha: float, beta: float) -> Array:
    """B_x(α, β) = x^α Σ (1−β)_n xⁿ/(n! (α+n)), (n,), for x ≤ ½, (n,) (DLMF 8.17.7)."""
    n = np.arange(64)
    rising = np.cumprod(np.concatenate([[1.0], (n[1:] - beta) / n[1:]]))
    terms = rising / (alpha + n)
    # Eight polynomials of seventh degree, and one in x⁸ of them: sixty calls of NumPy one after the other take longer.
    eight = terms.reshape(8, 8) @ x ** n[:8, None]
    area: Array = x**alpha * np.polynomial.polynomial.polyval(x**8, eight, tensor=False)
    return area


def _inverse_incomplete_beta(area: Array, alpha: float, beta: float) -> Array:
    """x ≤ ½ with B_x(α, β) = `area`, by Newton's method on y = x^α, in which the function is nearly a line."""
    y: Array = np.minimum(area * alpha, 0.5**alpha)
    for _ in range(20):
        x: Array = y ** (1 / alpha)
        slope = (1 - x) ** (beta - 1) / alpha
        before, y = y, np.clip(y - (_incomplete_beta(x, alpha, beta) - area) / slope, 0.0, 0.5**alpha)
        # What the next step would add is of the order of the square of this.
        if (np.abs(y - before) <= 1e-12 * y).all():
            break
    inverse: Array = y ** (1 / alpha)
    return inverse
