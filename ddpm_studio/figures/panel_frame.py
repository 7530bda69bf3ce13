"""PanelFrame: the rectangle of a panel, its two axes with their ticks, and what is drawn in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ddpm_studio.figures.artwork import Anchor, Point, Polyline, Stroke, Words
from ddpm_studio.figures.line_clipping import clipped
from ddpm_studio.figures.plotted_lines import PlottedLine
from ddpm_studio.figures.typesetting import ASCENT, LINE, tick_runs
from ddpm_studio.math_scripts import Runs
from ddpm_studio.ticks import Ticks

TICK, GAP = 0.4, 0.3
"""Length of a tick, and what is free between it and its label, in sizes of the font."""

AXIS_PT = 0.5
"""Width of an axis in points, but no more than that of the lines."""


@dataclass(frozen=True)
class PlotAxis:
    """What one axis shows, from `low` to `high`: ticks, and its label."""

    low: float
    high: float
    ticks: Ticks
    label: Runs

    @property
    def span(self) -> float:
        """What lies between its ends."""
        return self.high - self.low


@dataclass(frozen=True)
class PanelFrame:
    """A rectangle in points and its axes; `size` is that of the font."""

    left: float
    top: float
    right: float
    bottom: float
    x: PlotAxis
    y: PlotAxis
    size: float

    def place(self, x: float, y: float) -> Point:
        """Where a point of the plot's coordinates lies."""
        across, up = (x - self.x.low) / self.x.span, (y - self.y.low) / self.y.span
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    @property
    def point_size(self) -> tuple[float, float]:
        """How far a point of print reaches in the plot's coordinates."""
        return self.x.span / (self.right - self.left), self.y.span / (self.bottom - self.top)

    def curve(self, plotted: PlottedLine, stroke: Stroke) -> Iterator[Polyline]:
        """The parts of a curve that lie within, through as many points as print can show."""
        points = [self.place(*point) for point in zip(*map(list, plotted.needed(self.point_size)), strict=True)]
        for part in clipped(points, (self.left, self.top, self.right, self.bottom)):
            yield Polyline(part, stroke)

    def axes(self, stroke: Stroke, x_label: bool) -> Iterator[Polyline | Words]:
        """Both axes with ticks and labels; that of x only where it is wanted."""
        corner = (self.left, self.bottom)
        yield Polyline(((self.left, self.top), corner, (self.right, self.bottom)), stroke)
        yield from self._x_ticks(stroke)
        yield from self._y_ticks(stroke)
        if x_label:
            yield Words((self.left + self.right) / 2, self.x_label_baseline, self.x.label, self.size, Anchor.MIDDLE)

    @property
    def x_label_baseline(self) -> float:
        """The baseline of the x axis' label."""
        return self.bottom + self.size * (TICK + GAP + ASCENT + LINE)

    def _x_ticks(self, stroke: Stroke) -> Iterator[Polyline | Words]:
        baseline = self.bottom + self.size * (TICK + GAP + ASCENT)
        for value, label in self.x.ticks:
            x, _ = self.place(value, self.y.low)
            yield Polyline(((x, self.bottom), (x, self.bottom + TICK * self.size)), stroke)
            yield Words(x, baseline, tick_runs(label), self.size, Anchor.MIDDLE)

    def _y_ticks(self, stroke: Stroke) -> Iterator[Polyline | Words]:
        end = self.left - TICK * self.size
        for value, label in self.y.ticks:
            _, y = self.place(self.x.low, value)
            yield Polyline(((end, y), (self.left, y)), stroke)
            middle = y + ASCENT / 2 * self.size
            yield Words(end - GAP * self.size, middle, tick_runs(label), self.size, Anchor.END)

    def y_label(self, x: float) -> Words:
        """The label of the y axis, whose baseline is at x."""
        return Words(x, (self.top + self.bottom) / 2, self.y.label, self.size, Anchor.MIDDLE, upward=True)


def ends_of(frame: PanelFrame, plotted: Sequence[PlottedLine]) -> list[Point | None]:
    """Where each line ends within a panel; None for one that is not there."""
    return [_end(frame, each) for each in plotted]


def _end(frame: PanelFrame, plotted: PlottedLine) -> Point | None:
    inside = (plotted.x >= frame.x.low) & (plotted.x <= frame.x.high)
    if not inside.any():
        return None
    x, y = frame.place(float(plotted.x[inside][-1]), float(plotted.y[inside][-1]))
    return x, min(max(y, frame.top), frame.bottom)
