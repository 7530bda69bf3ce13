"""Clipping of lines to a rectangle, so that whoever paints them needs no clip, and no name for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ddpm_studio.figures.artwork import Point

Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom."""


def clipped(points: Sequence[Point], inside: Rectangle) -> list[tuple[Point, ...]]:
    """The parts of a line that lie in a rectangle, each of two points or more.

    >>> clipped([(0.0, 0.0), (4.0, 4.0), (8.0, 0.0)], (0.0, 0.0, 8.0, 2.0))
    [((0.0, 0.0), (2.0, 2.0)), ((6.0, 2.0), (8.0, 0.0))]
    """
    left, top, right, bottom = inside
    if all(left <= x <= right and top <= y <= bottom for x, y in points):
        return [tuple(points)] if len(points) > 1 else []
    parts: list[list[Point]] = []
    for start, end in _segments(points, inside):
        if parts and parts[-1][-1] == start:
            parts[-1].append(end)
        else:
            parts.append([start, end])
    return [tuple(part) for part in parts]


def _segments(points: Sequence[Point], inside: Rectangle) -> Iterator[tuple[Point, Point]]:
    for start, end in pairwise(points):
        seen = _seen(start, end, inside)
        if seen is not None:
            yield seen


def _seen(start: Point, end: Point, inside: Rectangle) -> tuple[Point, Point] | None:
    """The part of a segment in a rectangle (Liang & Barsky 1984); None where that is at most a point."""
    (x, y), across, down = start, end[0] - start[0], end[1] - start[1]
    left, top, right, bottom = inside
    first, last = 0.0, 1.0
    for change, room in ((-across, x - left), (across, right - x), (-down, y - top), (down, bottom - y)):
        if change == 0:
            if room < 0:
                return None
        elif change < 0:
            first = max(first, room / change)
        else:
            last = min(last, room / change)
    if first >= last:
        return None
    from_, to = (x + first * across, y + first * down), (x + last * across, y + last * down)
    return (start if first == 0 else from_), (end if last == 1 else to)
