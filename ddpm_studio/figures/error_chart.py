"""Error chart: the errors of several lines over their network calls, both axes logarithmic, laid out on light paper."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from ddpm_studio.figures.artwork import INK, POINTS_PER_MM, Artwork, Point, Polyline, Stroke, Words
from ddpm_studio.figures.line_keys import LineKey, at_heights, end_keys, room_at_ends
from ddpm_studio.figures.line_looks import look_at
from ddpm_studio.figures.panel_frame import AXIS_PT, GAP, TICK, PanelFrame, PlotAxis
from ddpm_studio.figures.typesetting import ASCENT, DESCENT, LINE, name_runs, tick_runs, width_of
from ddpm_studio.figures.y_extents import padded
from ddpm_studio.texts import LONGEST_SENTENCE, visible
from ddpm_studio.ticks import Ticks, log_ticks

MARGIN, ASPECT = 0.3, 0.6
"""What is free around everything, in sizes of the font, and the height of a panel as a share of its width."""

BESIDE = 0.3
"""How far the bars of neighbouring lines stand apart, in sizes of the font."""

ROOM_BESIDE = 0.04
"""What is free for bars beside the least and the most calls, as a share of the axis."""

RING, CORNERS = 0.4, 16
"""Radius of the ring around a point that nothing undercuts, in sizes of the font, and its corners."""

THIN = 0.6
"""Width of the bars of intervals, as a share of that of a line."""

MOST_TICKS = 10
"""Numbers of calls that each have a tick of their own."""

_Marks = Iterator[Polyline | Words]


@dataclass(frozen=True)
class ChartPoint:
    """An error after so many calls, both above 0, its interval, and whether none is as small with as few."""

    calls: int
    error: float
    low: float
    high: float
    on_front: bool = False


@dataclass(frozen=True)
class ChartLine:
    """The points of one line, one at least, with ascending calls, and its name."""

    name: str
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True)
class ErrorChart:
    """Lines, one at least, the label of their errors, and a title; nothing below `floor` is told apart."""

    lines: tuple[ChartLine, ...]
    label: str
    title: str = ""
    floor: float = 0.0
    width_mm: float = 183.0
    font_pt: float = 7.0
    line_pt: float = 1.0


def charts_artwork(charts: Sequence[ErrorChart], name: str) -> Artwork:
    """Charts below each other on one sheet, one at least; `name` says what it shows.

    >>> line = ChartLine("ddim", (ChartPoint(5, 0.2, 0.1, 0.3), ChartPoint(10, 0.1, 0.05, 0.2, on_front=True)))
    >>> artwork = charts_artwork([ErrorChart((line,), "error")], "errors")
    >>> [mark.text for mark in artwork.marks if isinstance(mark, Words)][-3:]
    ['calls', 'error', 'ddim']
    """
    marks, top = list[Polyline | Words](), 0.0
    for chart in charts:
        layout = _Layout(chart, top)
        marks += layout.marks()
        top = layout.foot
    width = max(chart.width_mm for chart in charts) * POINTS_PER_MM
    return Artwork(width, top, tuple(marks), visible(name, LONGEST_SENTENCE))


@dataclass(frozen=True)
class _Layout:
    """A chart whose highest mark is at `top`; lengths are in points."""

    chart: ErrorChart
    top: float

    @property
    def size(self) -> float:
        return self.chart.font_pt

    @cached_property
    def points(self) -> tuple[ChartPoint, ...]:
        return tuple(chain.from_iterable(line.points for line in self.chart.lines))

    @cached_property
    def keys(self) -> tuple[LineKey, ...]:
        looks = map(look_at, range(len(self.chart.lines)))
        return tuple(
            LineKey.of(line.name, Stroke(look.colour, self.chart.line_pt, look.dash))
            for line, look in zip(self.chart.lines, looks, strict=True)
        )

    @cached_property
    def room(self) -> float:
        """What names take on the right."""
        return room_at_ends(self.keys, self.size, self.chart.width_mm * POINTS_PER_MM)

    @cached_property
    def height(self) -> float:
        """That of the panel; all names have room beside it."""
        wide = self.chart.width_mm * POINTS_PER_MM - self.room
        return max(ASPECT * wide, LINE * self.size * len(self.keys))

    @cached_property
    def x_axis(self) -> PlotAxis:
        calls = sorted({point.calls for point in self.points})
        low, high = padded([math.log10(calls[0]), math.log10(calls[-1])])
        beside = ROOM_BESIDE * (high - low)
        low, high = low - beside, high + beside
        own: Ticks = [(math.log10(each), str(each)) for each in calls]
        return PlotAxis(
            low, high, own if len(own) <= MOST_TICKS else log_ticks(low, high, MOST_TICKS), name_runs("calls")
        )

    @cached_property
    def y_axis(self) -> PlotAxis:
        ends = [math.log10(end) for point in self.points for end in (point.error, point.low, point.high) if end > 0]
        low, high = padded(ends)
        most = max(2, int(self.height / (2.4 * self.size)))
        return PlotAxis(low, high, log_ticks(low, high, most), name_runs(self.chart.label))

    @cached_property
    def frame(self) -> PanelFrame:
        labels = max(width_of(tick_runs(label), self.size) for _, label in self.y_axis.ticks)
        left = labels + self.size * (MARGIN + ASCENT + DESCENT + 2 * GAP + TICK)
        top = self.top + self.size * (MARGIN + LINE * bool(self.chart.title) + ASCENT / 2)
        right = self.chart.width_mm * POINTS_PER_MM - self.room
        return PanelFrame(left, top, right, top + self.height, self.x_axis, self.y_axis, self.size)

    @property
    def foot(self) -> float:
        """Where the lowest mark ends."""
        return self.frame.x_label_baseline + self.size * (DESCENT + MARGIN)

    def marks(self) -> _Marks:
        """Everything that there is of it."""
        if self.chart.title:
            yield Words(
                MARGIN * self.size, self.top + self.size * (MARGIN + ASCENT), name_runs(self.chart.title), self.size
            )
        yield from self._floor()
        places = [self._places(number) for number in range(len(self.keys))]
        for line, key, each in zip(self.chart.lines, self.keys, places, strict=True):
            yield from self._line(line, key.stroke, each)
        yield from self.frame.axes(Stroke(INK, AXIS_PT), x_label=True)
        yield self.frame.y_label(self.size * (MARGIN + ASCENT))
        ends = [(key, each[-1]) for key, each in zip(self.keys, places, strict=True)]
        yield from end_keys(at_heights(ends, self.frame), self.frame, self.room)

    def _floor(self) -> _Marks:
        """What the reference itself is off by, where that is on the paper."""
        if self.chart.floor > 0 and self.y_axis.low < math.log10(self.chart.floor):
            _, y = self.frame.place(self.x_axis.low, math.log10(self.chart.floor))
            yield Polyline(((self.frame.left, y), (self.frame.right, y)), Stroke(INK, AXIS_PT, (4.0, 4.0)))

    def _places(self, number: int) -> list[Point]:
        """The points of a line, beside those of the others with as many calls."""
        shift = BESIDE * self.size * (number - (len(self.keys) - 1) / 2)
        return [self._place(point.calls, point.error, shift) for point in self.chart.lines[number].points]

    def _place(self, calls: int, error: float, shift: float = 0.0) -> Point:
        x, y = self.frame.place(math.log10(calls), math.log10(error) if error > 0 else self.y_axis.low)
        return x + shift, y

    def _line(self, line: ChartLine, stroke: Stroke, places: Sequence[Point]) -> _Marks:
        bar = Stroke(stroke.colour, THIN * stroke.width)
        if len(places) > 1:
            yield Polyline(tuple(places), stroke)
        for point, (x, y) in zip(line.points, places, strict=True):
            low, high = (self._place(point.calls, end)[1] for end in (point.low, point.high))
            yield Polyline(((x, low), (x, high)), replace(bar, width=2 * bar.width))
            if point.on_front:
                yield Polyline(_ring(x, y, RING * self.size), bar)


def _ring(x: float, y: float, radius: float) -> tuple[Point, ...]:
    turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS + 1)]
    return tuple((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns)
