"""Targets of predictions: what a network sees of x = a·x_0 + s·ε, and what its output is compared with.

Each function takes a = √ᾱ and s = √(1 − ᾱ) and returns, in their shape, the multiple of x that the network sees, and
the multiples of x_0 and ε whose sum is the target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array

Target = tuple[Array, Array, Array]


def epsilon_target(a: Array, s: Array) -> Target:
    """ε itself."""
    return np.ones_like(a), np.zeros_like(a), np.ones_like(a)


def sample_target(a: Array, s: Array) -> Target:
    """x_0 itself."""
    return np.ones_like(a), np.ones_like(a), np.zeros_like(a)


def v_target(a: Array, s: Array) -> Target:
    """v = a·ε − s·x_0 of Salimans & Ho 2022, appendix D."""
    return np.ones_like(a), -s, a


def flow_target(a: Array, s: Array) -> Target:
    """u = ε − x_0, for a network that sees (1 − τ)·x_0 + τ·ε, which is x/(a + s)."""
    return 1 / (a + s), -np.ones_like(a), np.ones_like(a)


def reversed_flow_target(a: Array, s: Array) -> Target:
    """x_0 − ε, for a network that sees x/(a + s)."""
    return 1 / (a + s), np.ones_like(a), -np.ones_like(a)


def edm_target(a: Array, s: Array, sigma_data: float) -> Target:
    """F = (x_0 − c_skip·x)/c_out of Karras et al. 2022, table 1, for a network that sees c_in·(x_0 + σ·ε)."""
    root = np.sqrt(s**2 + (a * sigma_data) ** 2)
    return 1 / root, s / (sigma_data * root), -a * sigma_data / root


def edm_v_target(a: Array, s: Array, sigma_data: float) -> Target:
    """The same negated, which is v at σ_data = 1."""
    root = np.sqrt(s**2 + (a * sigma_data) ** 2)
    return 1 / root, -s / (sigma_data * root), a * sigma_data / root


TARGETS: Mapping[str, Callable[..., Target]] = MappingProxyType(
    {
        "epsilon": epsilon_target,
        "sample": sample_target,
        "v_prediction": v_target,
        "flow_prediction": flow_target,
        "reversed_flow_prediction": reversed_flow_target,
        "edm": edm_target,
        "edm_v_prediction": edm_v_target,
    }
)
"""The target of each prediction type that is trained by a squared error."""
