"""β bit for bit as published code computes them in float64, written here as it is there."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array

STEPS = (1, 2, 10, 300, 1000, 4000)


def warm_up(T: int, share: float) -> Array:
    """Ho et al. 2020, diffusion_utils: `_warmup_beta`."""
    betas = 0.02 * np.ones(T, dtype=np.float64)
    length = int(T * share)
    betas[:length] = np.linspace(1e-4, 0.02, length, dtype=np.float64)
    return betas


def geodiff(T: int) -> Array:
    """Xu et al. 2022, `get_beta_schedule`: sigmoid."""
    betas = np.linspace(-6, 6, T)
    return 1 / (np.exp(-betas) + 1) * (0.02 - 1e-4) + 1e-4


def rescaled(T: int) -> Array:
    """Nichol & Dhariwal 2021, `get_named_beta_schedule`: linear, capped here where it has no cap."""
    scale = 1000 / T
    return np.minimum(np.linspace(scale * 0.0001, scale * 0.02, T, dtype=np.float64), 0.999)


PUBLISHED: dict[str, Callable[[int], Array]] = {
    "linear": lambda T: np.linspace(1e-4, 0.02, T, dtype=np.float64),
    "scaled_linear": lambda T: np.linspace(0.00085**0.5, 0.012**0.5, T, dtype=np.float64) ** 2,
    "sqrt": lambda T: np.linspace(1e-4, 0.02, T, dtype=np.float64) ** 0.5,
    "const": lambda T: 0.02 * np.ones(T, dtype=np.float64),
    "jsd": lambda T: 1.0 / np.linspace(T, 1, T, dtype=np.float64),
    "warmup10": lambda T: warm_up(T, 0.1),
    "warmup50": lambda T: warm_up(T, 0.5),
    "sigmoid_beta": geodiff,
    "linear_rescaled": rescaled,
}


def for_alpha_bar(T: int, alpha_bar: Callable[[float], float]) -> Array:
    """Nichol & Dhariwal 2021, `betas_for_alpha_bar`, which diffusers has as well."""
    return np.array([min(1 - alpha_bar((i + 1) / T) / alpha_bar(i / T), 0.999) for i in range(T)])


def laplace(t: float) -> float:
    """ᾱ of diffusers' `betas_for_alpha_bar`: laplace."""
    snr = math.exp(-0.5 * math.copysign(1, 0.5 - t) * math.log(1 - 2 * math.fabs(0.5 - t) + 1e-6))
    return math.sqrt(snr / (1 + snr))


@pytest.mark.parametrize("T", STEPS)
@pytest.mark.parametrize("kind", PUBLISHED)
def test_betas_are_the_published_ones(kind: str, T: int) -> None:
    np.testing.assert_array_equal(Schedule(kind, T).betas, PUBLISHED[kind](T))


@pytest.mark.parametrize("T", STEPS)
def test_cosine_is_the_published_one(T: int) -> None:
    """Wherever NumPy's cosine and square round as the C library's, which miss each other by one in the last place."""
    ours = Schedule("cosine", T).betas
    angles = [(i / T + 0.008) / 1.008 * math.pi / 2 for i in range(T + 1)]
    levels = np.array([math.cos(angle) ** 2 for angle in angles])
    theirs = np.minimum(1 - levels[1:] / levels[:-1], 0.999)
    same = levels == np.cos(np.array(angles)) ** 2
    both = same[1:] & same[:-1]
    assert both.mean() > 0.99
    np.testing.assert_array_equal(ours[both], theirs[both])
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-15)


@pytest.mark.parametrize("T", STEPS)
@pytest.mark.parametrize(
    ("kind", "alpha_bar"), [("exp", lambda t: math.exp(t * -12.0)), ("laplace_diffusers", laplace)]
)
def test_what_is_published_in_float32_is_so_in_float32(kind: str, alpha_bar: Callable[[float], float], T: int) -> None:
    theirs = for_alpha_bar(T, alpha_bar)
    np.testing.assert_array_equal(Schedule(kind, T).betas.astype(np.float32), theirs.astype(np.float32))


@pytest.mark.parametrize("T", [300, 1000])
def test_sigmoid_differs_from_the_published_by_its_rounding(T: int) -> None:
    """lucidrains' `sigmoid_beta_schedule`, whose β at the clean end is a difference of numbers near 1."""
    t = np.arange(T + 1) / T
    first, last = 1 / (1 + math.exp(3)), 1 / (1 + math.exp(-3))
    levels = (last - 1 / (1 + np.exp(-(t * 6 - 3)))) / (last - first)
    levels = levels / levels[0]
    theirs = np.clip(1 - levels[1:] / levels[:-1], 0, 0.999)
    # The last levels are themselves small differences of numbers near 1.
    rounding = 4 * 2.0**-53 / (last - first) / levels[:-1]
    assert (np.abs(Schedule("sigmoid", T).betas - theirs) <= rounding).all()
