"""Formulas that a table may follow to the digits of float32, which tells what its numbers are."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.quantities import QUANTITIES

FEWEST = 6
"""A shorter table follows too much to be told by it."""

OFF, OFF_ROOT, OFF_ANGLE, OFF_SHARE = 2e-6, 1e-5, 2e-5, 1e-5
"""How far β, √β, the angle of a cosine, and a straight line of other numbers may be off, for the latter as a share of
its length."""

OFF_TAU, NEARLY_NOISE = 1e-4, 0.05
"""How far τ may be off, which are written with four digits; and ᾱ below which its even steps are a whole schedule."""

_OFFSET, _RHO = 0.008, 7.0
"""s of the cosine and ρ of EDM, as everybody has them."""


def follows_formula(key: str, values: Array) -> bool:
    """Whether numbers, shape (T,), that are taken for the quantity `key` are those of a formula that is in wide use:
    linear β or √β, the cosine, even steps of ᾱ or of σ^(1/7), or even steps of a flow's time under some shift.

    >>> follows_formula("alphas", 1 - np.linspace(1e-4, 0.02, 9)), follows_formula("betas", np.geomspace(0.1, 0.9, 9))
    (True, False)
    """
    if len(values) < FEWEST:
        return False
    betas = QUANTITIES[key].betas(values)
    if len(betas) < FEWEST or not ((betas > 0) & (betas <= 1)).all():
        return False
    with np.errstate(all="ignore"):
        return _is_known(betas) or (key in _OWN and _OWN[key](values))


def _is_known(betas: Array) -> bool:
    angles = np.arccos(np.sqrt(np.cumprod(1 - betas[:-1])) * np.cos(np.pi / 2 * _OFFSET / (1 + _OFFSET)))
    return _is_line(betas, OFF) or _is_line(np.sqrt(betas), OFF_ROOT) or _is_line(angles, OFF_ANGLE)


def _is_line(values: Array, off: float) -> bool:
    """Whether these are not all the same, and rise or fall evenly but for so much."""
    even = np.linspace(values[0], values[-1], len(values))
    return bool(abs(values[-1] - values[0]) > 20 * off and np.abs(values - even).max() < off)


def _is_flow(values: Array) -> bool:
    """Whether these are τ = s·u/(1 + (s − 1)·u) of even u = 1 − k·d that begin with 1, to four digits.

    Then τ/(1 − τ) is s/(k·d) − s: a line over 1/k, which is fitted so that all τ are equally far off.
    """
    falling = values if values[0] > values[-1] else values[::-1]
    inner = falling[1:][(falling[1:] > 0) & (falling[1:] < 1)]
    if falling[0] != 1 or len(inner) < FEWEST - 1:
        return False
    over, odds, weights = 1 / np.arange(1, len(inner) + 1), inner / (1 - inner), (1 - inner) ** 2
    terms = np.stack([over, -np.ones_like(over)], axis=1)
    slope, shift = np.linalg.lstsq(terms * weights[:, None], odds * weights, rcond=None)[0]
    reckoned = slope * over - shift
    return bool(shift > OFF_TAU and np.abs(reckoned / (1 + reckoned) - inner).max() < OFF_TAU)


def _is_jsd(values: Array) -> bool:
    return bool(values.min() < NEARLY_NOISE) and _is_line(values, OFF_SHARE)


def _is_karras(values: Array) -> bool:
    roots = np.power(values[values > 0], 1 / _RHO)
    return _is_line(roots, OFF_SHARE * float(np.ptp(roots)))


_OWN = {"tau": _is_flow, "sigmas": _is_karras, "alphas_cumprod": _is_jsd}
