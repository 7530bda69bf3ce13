"""Normal quantiles Φ⁻¹(t/T) for all t of a schedule, and their steps, with all digits of both."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array

INNER_ABOVE = (
    2509.0809287301227,
    33430.57558358813,
    67265.7709270087,
    45921.95393154987,
    13731.69376550946,
    1971.5909503065513,
    133.14166789178438,
    3.3871328727963665,
)
INNER_BELOW = (
    5226.495278852854,
    28729.085735721943,
    39307.89580009271,
    21213.794301586597,
    5394.196021424751,
    687.1870074920579,
    42.31333070160091,
    1.0,
)
OUTER_ABOVE = (
    0.0007745450142783414,
    0.022723844989269184,
    0.2417807251774506,
    1.2704582524523684,
    3.6478483247632045,
    5.769497221460691,
    4.630337846156546,
    1.4234371107496835,
)
OUTER_BELOW = (
    1.0507500716444169e-09,
    0.0005475938084995345,
    0.015198666563616457,
    0.14810397642748008,
    0.6897673349851,
    1.6763848301838038,
    2.053191626637759,
    1.0,
)
"""Coefficients of Wichura's rational functions, the highest power first (1988, algorithm AS 241)."""

CLOSE = 32
"""Steps from an end from which on a series gives the difference of two quantiles more exactly than subtraction."""


def probits(T: int) -> Array:
    """Φ⁻¹(t/T) at t = 0 … T, shape (T + 1,), from −∞ to ∞.

    >>> probits(4).round(4).tolist()
    [-inf, -0.6745, 0.0, 0.6745, inf]
    """
    below = _lower_probits(np.arange(1, T // 2 + 1) / T)
    return np.concatenate([[-np.inf], below, -below[::-1][1 - T % 2 :], [np.inf]])


def probit_steps(T: int) -> Array:
    """Φ⁻¹(t/T) − Φ⁻¹((t−1)/T) at t = 1 … T, shape (T,).

    Between close quantiles it is the odd part of the Taylor series of Φ⁻¹ about the middle of the step.
    """
    n = np.arange((T + 1) // 2)
    x = _lower_probits((n + 0.5) / T)
    half = 0.5 / T * np.sqrt(2 * np.pi) * np.exp(x**2 / 2)
    third, fifth, seventh = (np.polyval(each, x**2) for each in ((2, 1), (24, 46, 7), (720, 2784, 1740, 127)))
    series = 2 * half * (1 + half**2 * (third / 6 + half**2 * (fifth / 120 + half**2 * seventh / 5040)))
    steps = np.where(n < CLOSE, np.diff(probits(T))[: len(n)], series)
    return np.concatenate([steps, steps[::-1][T % 2 :]])


def _lower_probits(u: Array) -> Array:
    """Φ⁻¹(u) of rising u from 1e-10 to ½, to 1e-15; further out AS 241 has a third piece."""
    tail, middle = np.sqrt(-np.log(u[u < 0.075])) - 1.6, u[u >= 0.075] - 0.5
    near = 0.180625 - middle**2
    inner = middle * (np.polyval(INNER_ABOVE, near) / np.polyval(INNER_BELOW, near))
    return np.concatenate([-np.polyval(OUTER_ABOVE, tail) / np.polyval(OUTER_BELOW, tail), inner])
