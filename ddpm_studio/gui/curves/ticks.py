"""Ticks at round values, with labels short enough for a small plot."""

from __future__ import annotations

import math
from collections.abc import Sequence

Ticks = list[tuple[float, str]]

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SLACK = 1e-9
"""Greatest distance of a tick outside the range, in steps: rounding must not lose the one at the very edge."""


def linear_ticks(low: float, high: float, most: int) -> Ticks:
    """As many ticks in [low, high], low < high, as `most` (at least 3) allows, at multiples of 1, 2 or 5·10^k."""
    most = max(most, 3)
    step = _round_step((high - low) / (2 * most))
    while len(inside := _multiples(step, low, high)) > most:
        step = _round_step(step * 1.5)
    ticks = [i * step for i in inside]
    return list(zip(ticks, _labels(ticks, step), strict=True))


def log_ticks(low: float, high: float, most: int) -> Ticks:
    """Ticks for the values 10^low … 10^high, placed at their log₁₀: 1-2-5, else powers of ten, else as if linear."""
    powers = _multiples(1.0, low, high)
    fine = [m * 10.0**k for k in range(powers.start - 1, powers.stop + 1) for m in (1, 2, 5)]
    shown = [value for value in fine if low - _SLACK <= math.log10(value) <= high + _SLACK]
    if len(powers) < 2 or len(shown) <= most:
        if len(shown) < 2:
            return [(math.log10(v), label) for v, label in linear_ticks(10.0**low, 10.0**high, most) if v > 0]
        return [(math.log10(value), _labels([value], value)[0]) for value in shown]
    every = math.ceil(_round_step(len(powers) / max(most, 2)))
    return [(float(k), "10" + str(k).translate(_SUPERSCRIPTS)) for k in powers if k % every == 0]


def _multiples(step: float, low: float, high: float) -> range:
    return range(math.ceil(low / step - _SLACK), math.floor(high / step + _SLACK) + 1)


def _round_step(least: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - _SLACK))


def _labels(ticks: Sequence[float], step: float) -> list[str]:
    """The ticks as text, all in the same notation: 0.005, or 5e−6 where the largest is far from 1."""
    largest = max((abs(tick) for tick in ticks), default=0.0)
    decimals = max(0, -math.floor(math.log10(step) + _SLACK))
    if 1e-3 <= largest < 1e6:
        return ["0" if abs(tick) < step / 2 else f"{tick:.{decimals}f}".replace("-", "−") for tick in ticks]
    return [_scientific(tick, step) for tick in ticks]


def _scientific(tick: float, step: float) -> str:
    if abs(tick) < step / 2:
        return "0"
    digits = max(0, math.floor(math.log10(abs(tick)) + _SLACK) - math.floor(math.log10(step) + _SLACK))
    mantissa, exponent = f"{tick:.{digits}e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", "−")
