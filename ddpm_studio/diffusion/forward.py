"""Forward process: x_t from x_0 in one step (Ho et al. 2020, equation 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

Float = TypeVar("Float", np.float32, np.float64)

DATA_STD = 0.5
"""σ₀ of pictures in [−1, 1] if none were measured: σ_data of Karras et al. 2022, table 1."""


def weights_at(schedule: Schedule, t: int) -> tuple[float, float]:
    """(√ᾱ_t, √(1−ᾱ_t)) for t = 0 … T, where t = 0 is the clean picture. Raises ScheduleError outside.

    >>> signal, noise = weights_at(Schedule("linear", 300), 300)
    >>> round(signal, 4), round(noise, 4)
    (0.2192, 0.9757)
    """
    if not 0 <= t <= schedule.T:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "t is {t}; {spec} has the steps 0 to {high}."),
            t=t,
            spec=str(schedule),
            high=schedule.T,
        )
    if t == 0:
        return 1.0, 0.0
    c = schedule.coefficients
    return float(c.sqrt_alphas_cumprod[t - 1]), float(c.sqrt_one_minus_alphas_cumprod[t - 1])


def same_moment(t: int, T: int, other: int) -> int:
    """The step of a schedule of `other` steps at the relative time t/T, rounded to the nearest, halves up.

    >>> same_moment(150, 300, 1000)
    500
    """
    return (2 * t * other + T) // (2 * T)


def draw_noise(shape: tuple[int, ...], seed: int) -> NDArray[np.float32]:
    """ε ~ N(0, 1), float32, of `shape`; the same seed gives the same noise on every machine (PCG64).

    >>> bool((draw_noise((2, 2), seed=7) == draw_noise((2, 2), seed=7)).all())
    True
    """
    return noise_stream(seed)(shape)


def noise_stream(seed: int) -> Callable[[tuple[int, ...]], NDArray[np.float32]]:
    """The same ε part after part: called with the shapes of strips from top to bottom, it gives those of the whole."""
    generator = default_rng(seed)

    def draw(shape: tuple[int, ...]) -> NDArray[np.float32]:
        return generator.standard_normal(shape, dtype=np.float32)

    return draw


def noised(
    x0: NDArray[Float],
    epsilon: NDArray[Float],
    weights: tuple[float, float],
    out: NDArray[Float] | None = None,
) -> NDArray[Float]:
    """x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε, elementwise, with x0 in [−1, 1]; written to `out`, of the same shape, if given.

    >>> noised(np.array([1.0, -1.0]), np.array([0.5, 0.5]), (0.6, 0.8)).round(3).tolist()
    [1.0, -0.2]
    """
    signal, noise = weights
    out = np.multiply(x0, x0.dtype.type(signal), out=out)
    out += epsilon * epsilon.dtype.type(noise)
    return out


def predicted_std(alphas_cumprod: Array, data_std: float = DATA_STD) -> Array:
    """The standard deviation of x at the level ᾱ, for pictures of standard deviation `data_std` = σ₀.

    √(ᾱ σ₀² + 1 − ᾱ), since picture and noise are independent (Ho et al. 2020, equation 4).

    >>> predicted_std(np.array([1.0, 0.5, 0.0])).round(3).tolist()
    [0.5, 0.791, 1.0]
    """
    return np.sqrt(alphas_cumprod * data_std**2 + (1 - alphas_cumprod))
