"""The field: the part of the window's width over which time runs, the same in plots, scales and lanes."""

from __future__ import annotations

from dataclasses import dataclass

GUTTER = 72
"""Width to the left of the field, where numbers of y axes, names of scales and letters stand, in pixels, where they are
in the system's font.
"""

COLUMN, NARROW_COLUMN = 168, 132
"""Width to the right of the field, where values at the moment stand, in a wide and in a narrow window, likewise."""

WIDE = 900
"""Width of a window's middle from which on it is wide."""


def gutter(scale: float = 1.0) -> int:
    """The width to the left of the field, in a font so many times as large as the system's."""
    return round(GUTTER * scale)


def column(width: int, scale: float = 1.0) -> int:
    """The width to the right of the field in `width` pixels, in a font so many times as large as the system's."""
    return round((COLUMN if width >= WIDE * scale else NARROW_COLUMN) * scale)


@dataclass(frozen=True)
class Field:
    """The pixels from `left` to `right`, over which the positions of a TimeAxis from `low` to `high` are drawn."""

    left: float
    right: float
    low: float
    high: float

    @classmethod
    def within(cls, width: int, shown: tuple[float, float], scale: float = 1.0) -> Field:
        """The field of something that is `width` pixels wide, at least one pixel of them.

        `scale` is the size of the font as a share of the system's.
        """
        left = gutter(scale)
        return cls(left, max(left + 1, width - column(width, scale)), *shown)

    @property
    def width(self) -> float:
        """The field's width in pixels."""
        return self.right - self.left

    def x(self, position: float) -> float:
        """The pixel of a position, which may lie outside of the field."""
        return self.left + (position - self.low) / (self.high - self.low) * self.width

    def position(self, x: float) -> float:
        """The position at a pixel."""
        return self.low + (x - self.left) / self.width * (self.high - self.low)

    def holds(self, x: float) -> bool:
        """Whether a pixel lies in the field."""
        return self.left <= x <= self.right
