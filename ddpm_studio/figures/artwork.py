"""Artwork: a figure as plain marks in points, 72 to an inch, from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ddpm_studio.figures.line_looks import Dash
from ddpm_studio.math_scripts import Runs

POINTS_PER_MM = 72 / 25.4

PAPER, INK = "#FFFFFF", "#1A1A1A"

FONTS = ("Arial", "Helvetica", "Liberation Sans", "Nimbus Sans", "DejaVu Sans")
"""Fonts for the words of a figure, the first that there is."""

SHIFTS = {"": 0.0, "sub": 0.22, "sup": -0.38}
"""How far the baseline of a script lies below that of its line, in sizes of the font."""

Point = tuple[float, float]


class Anchor(StrEnum):
    """The part of a line of words that stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True)
class Stroke:
    """The colour, as #RRGGBB, the width in points and the dash of a line, in widths of it."""

    colour: str
    width: float
    dash: Dash = ()


@dataclass(frozen=True)
class Polyline:
    """A line through two points or more."""

    points: tuple[Point, ...]
    stroke: Stroke


@dataclass(frozen=True)
class Words:
    """A line of words whose baseline passes (x, y), written upwards where it is `upward`; `size` is in points."""

    x: float
    y: float
    runs: Runs
    size: float
    anchor: Anchor = Anchor.START
    upward: bool = False
    colour: str = INK

    @property
    def text(self) -> str:
        """The words without their scripts' places."""
        return "".join(text for _, text in self.runs)


@dataclass(frozen=True)
class Artwork:
    """A sheet of paper, `width` × `height` points, and the marks on it, the lowest first; `name` says what it shows."""

    width: float
    height: float
    marks: tuple[Polyline | Words, ...]
    name: str

    @property
    def size_mm(self) -> tuple[float, float]:
        """Its width and height in millimetres."""
        return self.width / POINTS_PER_MM, self.height / POINTS_PER_MM
