"""Exponential integrators in λ, of which DPM-Solver, DEIS and UniPC are made.

Between two levels, h = λ' − λ apart, the probability flow ODE is solved by

    x' = (s'/s) x + a' ∫₀ʰ e^(u−h) x0(λ+u) du      or      x' = (a'/a) x − s' ∫₀ʰ e^(h−u) ε(λ+u) du.

The solvers differ in their approximation of x0 or ε under the integral. With the polynomial in r = u/h through the
values at some nodes r_j, the integral is a weighted sum whose weights integrate 1, r, r², … exactly: the moments.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

Index = NDArray[np.intp]

FEW_STEPS = 15
"""Number of steps below which the last ones are of lower order (the code of Lu et al. 2022b)."""

FORM = Option(
    "form",
    "midpoint",
    choices=("midpoint", "heun"),
    label=QT_TRANSLATE_NOOP("options", "Form"),
    meaning=QT_TRANSLATE_NOOP("options", "order 2 takes the slope in the middle of a step, or integrates it exactly"),
    needs=QT_TRANSLATE_NOOP("options", "it needs a higher order than 1, and enough steps to reach it"),
)
THIRD = Option(
    "third",
    "published",
    choices=("published", "exact"),
    label=QT_TRANSLATE_NOOP("options", "Order 3"),
    meaning=QT_TRANSLATE_NOOP(
        "options", "multistep of order 3 takes half of the curvature, as published, or all of it"
    ),
    needs=QT_TRANSLATE_NOOP("options", "it needs multistep, order 3 and enough steps to reach it"),
)


class Span(NamedTuple):
    """Spans from level `start` to level `stop`, arrays of shape (R,): h = λ' − λ, and a and s at both ends."""

    h: Array
    a: Array
    s: Array
    a_next: Array
    s_next: Array


def span(steps: Steps, start: Index | None = None, stop: Index | None = None) -> Span:
    """The spans from `start` to `stop`, each an array of level indexes (R,); by default the single steps."""
    start = np.arange(steps.count) if start is None else start
    stop = start + 1 if stop is None else stop
    h = steps.lambdas[stop] - steps.lambdas[start]
    return Span(h, steps.signal[start], steps.noise[start], steps.signal[stop], steps.noise[stop])


def moments_x0(over: Span, count: int) -> Array:
    """a' ∫₀ʰ e^(u−h) (u/h)^k du = a' h k! φ_{k+1}(−h) for k < count, (R, count)."""
    higher = [over.a_next * over.h * math.factorial(k) * phi(k + 1, -over.h) for k in range(1, count)]
    return np.stack([-over.a_next * np.expm1(-over.h), *higher], axis=-1)


def moments_epsilon(over: Span, count: int) -> Array:
    """−s' ∫₀ʰ e^(h−u) (u/h)^k du = −s' h k! φ_{k+1}(h) for k < count, (R, count); k = 0 is finite at s' = 0 too."""
    higher = [-over.s_next * over.h * math.factorial(k) * phi(k + 1, over.h) for k in range(1, count)]
    return np.stack([over.a_next * over.s / over.a * np.expm1(-over.h), *higher], axis=-1)


def phi(k: int, z: Array) -> Array:
    """φ_k(z), k ≥ 1: φ_1 = (e^z − 1)/z, φ_{k+1} = (φ_k − 1/k!)/z; its series where that recursion would cancel.

    >>> phi(1, np.array([-1e-9, 1.0])).round(4).tolist()
    [1.0, 1.7183]
    """
    near = np.where(np.abs(z) < 1, z, 0.0)
    series = np.polynomial.polynomial.polyval(near, [1 / math.factorial(n + k) for n in range(18)])
    far: Array = np.expm1(z) / z
    for n in range(1, k):
        far = (far - 1 / math.factorial(n)) / z
    return np.where(np.abs(z) < 1, series, far)


def nodes(steps: Steps, count: int) -> Array:
    """r_j = (λ_{i−j} − λ_i)/h_i of this step's level and the ones before, j < count, (N, count)."""
    i, j = np.arange(steps.count)[:, None], np.arange(count)
    past = steps.lambdas[np.maximum(i - j, 0)]
    return np.asarray((past - steps.lambdas[:-1, None]) / np.diff(steps.lambdas)[:, None])


def quadrature(at: Array, moments: Array) -> Array:
    """The weights w_j, (R, p), with Σ_j w_j r_j^k = moments_k for every k < p; nodes `at` and `moments` are (R, p).

    >>> trapezoid = quadrature(np.array([[0.0, 1.0]]), np.array([[1.0, 1 / 2]]))
    >>> trapezoid.round(3).tolist()
    [[0.5, 0.5]]
    >>> adams_bashforth = quadrature(np.array([[0.0, -1.0]]), np.array([[1.0, 1 / 2]]))
    >>> adams_bashforth.round(3).tolist()
    [[1.5, -0.5]]
    """
    powers = at[:, None, :] ** np.arange(at.shape[1])[:, None]
    return np.asarray(np.linalg.solve(powers, moments[:, :, None])[:, :, 0], dtype=np.float64)


def multistep(at: Array, orders: Index, moments: Callable[[int], Array]) -> Array:
    """The weights B, (R, K), of rows that use the first `orders` (R,) of their nodes `at` (R, K); 0 rows for order 0.

    `moments(p)` returns the (R, p) moments of the method of order p.
    """
    weights = np.zeros_like(at)
    for order in range(1, at.shape[1] + 1):
        rows = orders == order
        weights[rows, :order] = quadrature(at[rows, :order], moments(order)[rows])
    return weights


def approximated(order: int, moments: Array, form: str, third: str) -> Array:
    """The moments as the papers have them: order 2 takes M_1 = ½ M_0 (midpoint), and multistep order 3 half of M_2.

    Both are exact to the order below, so multistep 3 converges like h² with a small constant. They are the defaults
    because every picture made with these solvers has them. The form heun keeps M_1, and an exact third order M_2.
    """
    moments = moments.copy()
    if order == 2 and form == "midpoint":
        moments[:, 1] = moments[:, 0] / 2
    if order == 3 and third == "published":
        moments[:, 2] /= 2
    return moments


def warm_up(steps: Steps, order: int) -> Index:
    """The order of each step, (N,), limited by the number of levels before it; those without signal do not count.

    >>> from ddpm_studio.diffusion import Schedule
    >>> warm_up(Steps.from_spacing(Schedule("linear", 1000), 5), order=3).tolist()
    [1, 2, 3, 3, 3]
    """
    known = np.arange(steps.count) + 1 - steps.dark
    return np.clip(known, 1, order)


def usual_orders(steps: Steps, order: int) -> Index:
    """The order of each step, (N,), of a method of `order` that rises to it at the start and is lowered at the end."""
    return lowered_at_end(steps, warm_up(steps, order))


def lowered_at_end(steps: Steps, orders: Index) -> Index:
    """`orders` with the last step lowered to 1, if few steps or σ = 0 make it unstable, and the last but one to 2.

    >>> from ddpm_studio.diffusion import Schedule
    >>> lowered_at_end(Steps.from_spacing(Schedule("linear", 1000), 5), np.array([1, 2, 3, 3, 3])).tolist()
    [1, 2, 3, 2, 1]
    """
    lowered = orders.copy()
    if steps.count < FEW_STEPS:
        lowered[-2:-1] = np.minimum(lowered[-2:-1], 2)
    if steps.count < FEW_STEPS or steps.ends_clean:
        lowered[-1] = 1
    return lowered
