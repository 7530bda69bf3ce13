"""Ticks at round values, with labels short enough for a small plot."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

from ddpm_studio.diffusion.moment import LEVEL_SCALE, SIGMA_SCALE

Ticks = list[tuple[float, str]]
"""Positions on an axis, and what stands there."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SLACK = 1e-9
"""Greatest distance of a tick outside the range, in steps: rounding must not lose the one at the very edge."""

_LEAST, _GREATEST = math.log10(5e-324), math.log10(sys.float_info.max)
"""The powers of ten between which float64 has numbers, the last few of them with fewer digits."""

_FULL = 300
"""Up to 10^±300 they have all their digits, and so has the distance between two of them."""

_FINEST = 1e-12
"""Least distance of ticks, as a fraction of the numbers that they say: their digits would not tell them apart."""


def linear_ticks(low: float, high: float, most: int) -> Ticks:
    """As many ticks in [low, high], low < high, as `most` (at least 3) allows, at multiples of 1, 2 or 5·10^k.

    There are two or more, in need at multiples of 4·10^k, unless float64 has too few digits to tell them apart.
    """
    most = max(most, 3)
    finest = max(_FINEST * max(abs(low), abs(high)), 10.0**-_FULL)
    step = _round_step(max((high - low) / (2 * most), finest))
    while len(inside := _multiples(step, low, high)) > most:
        step = _round_step(step * 1.5)
    if len(inside) < 2:
        step *= 0.8
    ticks = [i * step for i in _multiples(step, low, high)]
    return list(zip(ticks, _labels(ticks, step), strict=True))


def log_ticks(low: float, high: float, most: int) -> Ticks:
    """Ticks for the values 10^low … 10^high, placed at their log₁₀: 1-2-5, else powers of ten, else as if linear."""
    low, high = max(low, _LEAST), min(high, _GREATEST)
    powers = _multiples(1.0, low, high)
    if len(powers) > max(most, 1):
        return _powers_of_ten(powers, most)
    fine = [(k + math.log10(m), m, k) for k in range(powers.start - 1, powers.stop + 1) for m in (1, 2, 5)]
    shown = [(place, m, k) for place, m, k in fine if low - _SLACK <= place <= high + _SLACK]
    if len(powers) >= 2 and len(shown) > most:
        return _powers_of_ten(powers, most)
    return _between(low, high, most) if len(shown) < 2 else [(place, _label(m, k)) for place, m, k in shown]


def level_ticks(low: float, high: float, most: int) -> Ticks:
    """Ticks for log SNR, which falls from left to right: it is 0 less the position on its axis."""
    return [(-value, label) for value, label in reversed(linear_ticks(-high, -low, most))]


TIME_TICKS = {LEVEL_SCALE: level_ticks, SIGMA_SCALE: log_ticks}
"""The ticks of the scales over which curves are drawn; those of the others are linear."""


def time_ticks(scale: str, low: float, high: float, most: int) -> Ticks:
    """As many ticks as `most` allows on the axis of a scale, between two positions."""
    return TIME_TICKS.get(scale, linear_ticks)(low, high, most)


def _powers_of_ten(powers: range, most: int) -> Ticks:
    return [(float(k), "10" + str(k).translate(_SUPERSCRIPTS)) for k in _some(powers, most)]


def _some(powers: range, most: int) -> list[int]:
    """Every one of these powers, or every second, fifth, tenth …: two at least, and `most` (at least 3) at most."""
    least = len(powers) / max(most, 3)
    for every in (math.ceil(_round_step(least)), math.ceil(least)):
        some = [k for k in powers if k % every == 0]
        if len(some) > 1:
            break
    return some


def _between(low: float, high: float, most: int) -> Ticks:
    """Ticks as if linear, for a range so narrow that it has less than two at 1, 2 or 5·10^k."""
    power = math.floor(low) if abs(low) > _FULL else 0
    unit = f"e{power}".replace("-", "−") if power else ""
    ticks = linear_ticks(10.0 ** (low - power), 10.0 ** (high - power), most)
    return [(power + math.log10(value), label + unit) for value, label in ticks if value > 0]


def _label(factor: int, power: int) -> str:
    if abs(power) > _FULL:
        return f"{factor}e{power}".replace("-", "−")
    value = factor * 10.0**power
    return _labels([value], value)[0]


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
