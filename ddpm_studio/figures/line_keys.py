"""Keys of lines: their names at their ends, beside the panel, or in a legend above all panels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ddpm_studio.figures.artwork import Point, Polyline, Stroke, Words
from ddpm_studio.figures.panel_frame import PanelFrame
from ddpm_studio.figures.spreading import spread
from ddpm_studio.figures.typesetting import ASCENT, LINE, cut, name_runs, width_of
from ddpm_studio.math_scripts import Runs

TIE, SAMPLE, GAP, BETWEEN = 1.6, 2.4, 0.4, 1.4
"""Lengths of the piece of a line before its name, at its end and in a legend, and of what is free around a name, in
sizes of the font.
"""

LEADER = 0.35
"""Width of what leads from the end of a line to its name, as a share of the line's, which it must not seem to go on."""

WIDEST = 0.4
"""Share of a figure's width that names at the ends of lines have at most."""

TALLEST = 0.35
"""Share of a figure's height that a legend has at most."""

LEVEL = 2.0
"""Distance from the panel's edge, in sizes of the font, up to which a line is tied to its name from where it ends."""


@dataclass(frozen=True)
class LineKey:
    """The name of a line, and how it is drawn."""

    name: Runs
    stroke: Stroke

    @classmethod
    def of(cls, name: str, stroke: Stroke) -> LineKey:
        """That of a name, which may be anybody's."""
        return cls(name_runs(name), stroke)


def room_at_ends(keys: Sequence[LineKey], size: float, width: float) -> float:
    """The width in points that names at the ends of lines take of a figure of this width."""
    names = max((width_of(key.name, size) for key in keys), default=0.0)
    return min(size * (2 * GAP + TIE) + names, WIDEST * width)


@dataclass(frozen=True)
class EndKey:
    """A key beside a panel: where its line ends, and the height of the middle of its name."""

    key: LineKey
    end: Point
    height: float

    def is_tied(self, frame: PanelFrame) -> bool:
        """Whether the line ends so close to the edge that its name is tied to it, and does not only show its look."""
        return frame.right - self.end[0] <= LEVEL * frame.size


def at_heights(keys: Sequence[tuple[LineKey, Point]], frame: PanelFrame) -> list[EndKey]:
    """Keys of lines that end at these points of a panel, from above, so that no name overlaps another."""
    tied = sorted(keys, key=lambda each: each[1][1])
    heights = spread([end[1] for _, end in tied], LINE * frame.size, frame.top, frame.bottom)
    return [EndKey(key, end, height) for (key, end), height in zip(tied, heights, strict=True)]


def end_keys(keys: Sequence[EndKey], frame: PanelFrame, room: float) -> Iterator[Polyline | Words]:
    """Names beside a panel, each tied to where its line ends."""
    size = frame.size
    first, last = frame.right + GAP * size, frame.right + (GAP + TIE) * size
    for each in keys:
        bend, tie_end = (first, each.height), (last, each.height)
        if each.is_tied(frame):
            yield Polyline((each.end, bend), Stroke(each.key.stroke.colour, LEADER * each.key.stroke.width))
        yield Polyline((bend, tie_end), each.key.stroke)
        name = name_beside(each.key.name, size, room)
        yield Words(last + GAP * size, each.height + ASCENT / 2 * size, name, size)


def name_beside(name: Runs, size: float, room: float) -> Runs:
    """As much of a name as this room beside a panel has a place for."""
    return cut(name, size, room - size * (2 * GAP + TIE))


def fit_at_ends(keys: Sequence[LineKey], size: float, height: float) -> bool:
    """Whether a panel of this height has room for all names beside it."""
    return len(keys) * LINE * size <= height + LINE * size


@dataclass(frozen=True)
class FigureLegend:
    """Rows of keys, as wide as `width` points, and how many keys have no room."""

    rows: tuple[tuple[LineKey, ...], ...]
    left_out: int
    width: float
    size: float

    @classmethod
    def of(cls, keys: Sequence[LineKey], size: float, width: float, height: float) -> FigureLegend:
        """As many keys as have room in a figure of this width and height."""
        rows = _rows(
            [LineKey(cut(key.name, size, width - (SAMPLE + 2 * GAP) * size), key.stroke) for key in keys], size, width
        )
        most = max(1, int(TALLEST * height / (LINE * size)))
        return cls(tuple(rows[:most]), sum(map(len, rows[most:])), width, size)

    @property
    def height(self) -> float:
        """What it takes of a figure's height, in points."""
        return LINE * self.size * (len(self.rows) + (self.left_out > 0)) + GAP * self.size if self.rows else 0.0

    def marks(self, left: float, top: float) -> Iterator[Polyline | Words]:
        """Its rows below each other."""
        for number, row in enumerate(self.rows):
            yield from self._row(row, left, top + LINE * self.size * number)
        if self.left_out:
            baseline = top + self.size * (LINE * len(self.rows) + ASCENT)
            yield Words(left, baseline, (("", f"+{self.left_out}"),), self.size)

    def _row(self, row: Sequence[LineKey], left: float, top: float) -> Iterator[Polyline | Words]:
        baseline = top + ASCENT * self.size
        middle = baseline - ASCENT / 2 * self.size
        for key in row:
            end = left + SAMPLE * self.size
            yield Polyline(((left, middle), (end, middle)), key.stroke)
            yield Words(end + GAP * self.size, baseline, key.name, self.size)
            left += _width(key, self.size)


def _rows(keys: Sequence[LineKey], size: float, width: float) -> list[tuple[LineKey, ...]]:
    rows: list[list[LineKey]] = []
    free = 0.0
    for key in keys:
        wide = _width(key, size)
        if not rows or wide - BETWEEN * size > free:
            rows.append([])
            free = width
        rows[-1].append(key)
        free -= wide
    return [tuple(row) for row in rows]


def _width(key: LineKey, size: float) -> float:
    """What a key takes of a row, with what is free behind it."""
    return size * (SAMPLE + GAP + BETWEEN) + width_of(key.name, size)
