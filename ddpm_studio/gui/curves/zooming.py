"""Zooming: which part of an axis is seen, from 0 to 1, after it was zoomed or moved."""

from __future__ import annotations

from dataclasses import dataclass

Part = tuple[float, float]

WHOLE: Part = (0.0, 1.0)

DEEPEST = 200.0
"""How many times the x axis can be enlarged."""


@dataclass(frozen=True)
class SeenPart:
    """The positions on the x axis between which curves are seen, whether that is all of it, and whether it is held."""

    x: tuple[float, float]
    whole: bool = True
    held: bool = False


def zoomed(part: Part, factor: float, around: float) -> Part:
    """1/`factor` of a part; what is at the fraction `around` of it stays where it is.

    >>> zoomed((0.0, 1.0), 2.0, 0.5), zoomed((0.5, 1.0), 0.1, 0.0)
    ((0.25, 0.75), (0.0, 1.0))
    """
    left, right = part
    size = min(1.0, max((right - left) / factor, 1 / DEEPEST))
    return _from(left + around * (right - left - size), size)


def between(part: Part, first: float, last: float) -> Part:
    """What lies between two fractions of a part, in either order, about their middle if that is too little.

    >>> between((0.0, 0.5), 0.75, 0.25)
    (0.125, 0.375)
    """
    left, size = part[0], part[1] - part[0]
    low, high = sorted(min(max(fraction, 0.0), 1.0) for fraction in (first, last))
    wanted = max((high - low) * size, 1 / DEEPEST)
    return _from(left + (low + high) / 2 * size - wanted / 2, wanted)


def moved(part: Part, by: float) -> Part:
    """A part as large that begins `by` of its size further on, as far as the axis goes.

    >>> moved((0.0, 0.5), 0.5), moved((0.0, 0.5), 3.0)
    ((0.25, 0.75), (0.5, 1.0))
    """
    size = part[1] - part[0]
    return _from(part[0] + by * size, size)


def _from(left: float, size: float) -> Part:
    left = min(max(0.0, left), 1.0 - size)
    return left, left + size
