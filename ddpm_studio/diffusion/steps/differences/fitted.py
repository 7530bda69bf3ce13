"""Fitted options: the value of a number by which a spacing comes to lie through a given list."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.steps.differences.compared_steps import ComparedSteps
from ddpm_studio.errors import StudioError
from ddpm_studio.interruption import check

HALVINGS = 36
FINEST = 2.0**-HALVINGS

USUAL = {"rho": tuple(map(float, range(1, 11))), "std": (0.5, 1.0), "alpha": (0.5, 0.6, 0.7), "beta": (0.5, 0.6, 0.7)}
"""Values that are met, which explain a list that was changed in another way besides and so cannot be fitted."""


def fitted_values(
    option: Option, make: Callable[[float], ComparedSteps], target: ComparedSteps, known: float
) -> Iterator[float]:
    """The value of the target, if that is known, or the usual and fitting ones, if it is a mere list."""
    if not math.isnan(known):
        yield known
    elif target.spaced is not None:
        if isinstance(option.default, float):
            yield option.default
    else:
        yield from USUAL.get(option.key, ())
        yield from _solved(option, make, target)


def _solved(option: Option, make: Callable[[float], ComparedSteps], target: ComparedSteps) -> Iterator[float]:
    middle = target.levels.count // 2

    def miss(value: float) -> float:
        check()
        try:
            made = make(value).levels.log_snr
        except StudioError:
            return math.nan
        return float(made[middle] - target.levels.log_snr[middle]) if middle < len(made) else math.nan

    grid = _grid(option)
    misses = [miss(value) for value in grid]
    for low, high, before, after in zip(grid, grid[1:], misses, misses[1:], strict=False):
        if before * after <= 0:
            yield _rounded(changing_sign(miss, low, high, before, after))


def _grid(option: Option) -> list[float]:
    if option.low > 0:
        grid: list[float] = np.geomspace(option.low, option.high, 9).tolist()
    else:
        grid = np.linspace(option.low, option.high, 9).tolist()
    return grid


def changing_sign(miss: Callable[[float], float], low: float, high: float, at_low: float, at_high: float) -> float:
    """Where a miss changes its sign, as fine as by HALVINGS: chords where it is smooth, never more than one call more.

    The ITP method (Oliveira and Takahashi 2020, ACM TOMS 47, 5). A miss of 0 or NaN counts to the upper side, so
    that of a stretch of zeros the lower end is found.
    """
    width, sign = high - low, at_low
    for most in range(HALVINGS, -1, -1):
        middle, half = 0.5 * (low + high), 0.5 * (high - low)
        chord = _chord(low, high, at_low, at_high, middle)
        inwards = math.copysign(0.2 * (high - low) ** 2 / width, middle - chord)
        chord = chord + inwards if abs(inwards) <= abs(middle - chord) else middle
        reach = max(width * 2.0 ** (most - HALVINGS) - half, 0.0)
        point = min(max(chord, middle - reach), middle + reach)
        at_point = miss(point)
        if at_point * sign > 0:
            low, at_low = point, at_point
        else:
            high, at_high = point, at_point
        if high - low <= width * FINEST:
            break
    return 0.5 * (low + high)


def _chord(low: float, high: float, at_low: float, at_high: float, otherwise: float) -> float:
    """Where the chord of two values is 0, if it is between them."""
    apart = at_low - at_high
    crossing = (high * at_low - low * at_high) / apart if apart else otherwise
    return crossing if low <= crossing <= high else otherwise


def _rounded(value: float) -> float:
    """A value without the last digits, which are noise."""
    return float(f"{value:.7g}")
