"""Composing of a figure: what stands where on the paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FigureError
from ddpm_studio.figures.artwork import INK, POINTS_PER_MM, Artwork, Polyline, Stroke, Words
from ddpm_studio.figures.figure import Figure, Naming
from ddpm_studio.figures.line_keys import EndKey, FigureLegend, LineKey, at_heights, end_keys, fit_at_ends, room_at_ends
from ddpm_studio.figures.line_looks import grey_at
from ddpm_studio.figures.panel_frame import AXIS_PT, GAP, TICK, PanelFrame, PlotAxis, ends_of
from ddpm_studio.figures.plotted_lines import PlottedLine, plotted, y_limits
from ddpm_studio.figures.typesetting import ASCENT, DESCENT, LINE, name_runs, symbol_runs, tick_runs, width_of
from ddpm_studio.texts import LONGEST_SENTENCE, visible
from ddpm_studio.ticks import linear_ticks, log_ticks, time_ticks

MARGIN = 0.3
"""What is free around everything, in sizes of the font."""

X_TICK, Y_TICK = 4.5, 2.4
"""Least distance of ticks on the axes, in sizes of the font."""

SMALLEST = 5.0
"""Least width and height of a panel, in sizes of the font."""

_Marks = Iterator[Polyline | Words]


def artwork_of(figure: Figure) -> Artwork:
    """A figure laid out on paper.

    Names that have no room at the ends of their lines stand in a legend. Raises FigureError as `composed` does.

    >>> from ddpm_studio.diffusion import Schedule
    >>> from ddpm_studio.figures.figure import FigureLine
    >>> artwork = artwork_of(Figure((FigureLine(Schedule("cosine", 1000), "mine"),), ("betas",), width_mm=127.0))
    >>> round(artwork.width), [mark.text for mark in artwork.marks if isinstance(mark, Words)][-2:]
    (360, ['βt', 'mine'])
    """
    composition = composed(figure)
    names = dict.fromkeys(line.name for line in figure.shown if line.name)
    said = visible(figure.title or " · ".join(names), LONGEST_SENTENCE)
    return Artwork(*composition.paper, tuple(composition.marks()), said)


def composed(figure: Figure) -> Composition:
    """A figure composed as it is drawn. Raises FigureError where there is no room for the panels."""
    composition = Composition(figure)
    if figure.naming is Naming.DIRECT and not fit_at_ends(composition.keys, figure.font_pt, composition.panel_height):
        composition = Composition(replace(figure, naming=Naming.LEGEND))
    composition.check_room()
    return composition


@dataclass(frozen=True)
class Composition:
    """A figure and what of it follows from what; lengths are in points."""

    figure: Figure

    @cached_property
    def paper(self) -> tuple[float, float]:
        """Width and height."""
        return self.figure.width_mm * POINTS_PER_MM, self.figure.height * POINTS_PER_MM

    @property
    def size(self) -> float:
        """The size of the font."""
        return self.figure.font_pt

    # what is told apart

    @cached_property
    def strokes(self) -> tuple[Stroke, ...]:
        """Those of the lines that are shown."""
        figure = self.figure
        looks = list(dict.fromkeys((line.colour, line.dash) for line in figure.shown))
        greys = {look: grey_at(place, len(looks)) for place, look in enumerate(looks)}
        return tuple(
            Stroke(greys[line.colour, line.dash] if figure.grey else line.colour, figure.line_pt, line.dash)
            for line in figure.shown
        )

    @cached_property
    def keys(self) -> tuple[LineKey, ...]:
        """Those of the lines that have a name."""
        shown = zip(self.figure.shown, self.strokes, strict=True)
        return tuple(LineKey.of(self.figure.name(line), stroke) for line, stroke in shown if line.name)

    @cached_property
    def legend(self) -> FigureLegend:
        """The legend, which is empty where there is none."""
        keys = self.keys if self.figure.naming is Naming.LEGEND else ()
        return FigureLegend.of(keys, self.size, self.paper[0] - 2 * MARGIN * self.size, self.paper[1])

    @property
    def room_at_right(self) -> float:
        """What is left free for names at the ends of lines."""
        direct = self.figure.naming is Naming.DIRECT and bool(self.keys)
        return room_at_ends(self.keys, self.size, self.paper[0]) if direct else 0.0

    # panels

    @cached_property
    def curves(self) -> tuple[Curve, ...]:
        """One for each panel, row by row."""
        return tuple(ALL_CURVES[name] for name in self.figure.curves)

    @cached_property
    def lines(self) -> tuple[Sequence[PlottedLine], ...]:
        """The lines of each panel."""
        return tuple(plotted(self.figure, curve) for curve in self.curves)

    @cached_property
    def top(self) -> float:
        """Where the first row begins: below the title and the legend."""
        return self.size * (MARGIN + LINE * bool(self.figure.title)) + self.legend.height

    def is_lowest(self, number: int) -> bool:
        """Whether a panel has no other below it."""
        return number + self.figure.columns >= len(self.curves)

    @cached_property
    def room_below(self) -> tuple[float, ...]:
        """What labels of the x axis take below each row: of the ticks, and its own below the lowest panels."""
        lowest = {number // self.figure.columns for number in range(len(self.curves)) if self.is_lowest(number)}
        return tuple(
            self.size * (TICK + GAP + ASCENT + MARGIN + (LINE + DESCENT) * (row in lowest))
            for row in range(self.figure.rows)
        )

    @cached_property
    def panel_height(self) -> float:
        """The height of every panel; half a label of a tick stands above it."""
        rows = self.figure.rows
        return (self.paper[1] - self.top - sum(self.room_below) - rows * ASCENT / 2 * self.size) / rows

    @cached_property
    def panel_width(self) -> float:
        """The width of every panel."""
        columns = self.figure.columns
        return (self.paper[0] - self.room_at_right - sum(self.room_left) - columns * self.room_over) / columns

    @cached_property
    def y_axes(self) -> tuple[PlotAxis, ...]:
        """The y axis of each panel."""
        return tuple(map(self._y_axis, self.curves, self.lines))

    def _y_axis(self, curve: Curve, lines: Sequence[PlottedLine]) -> PlotAxis:
        low, high = y_limits(self.figure, curve, lines)
        find = log_ticks if self.figure.is_log(curve) else linear_ticks
        ticks = find(low, high, self._most(self.panel_height, Y_TICK))
        return PlotAxis(low, high, ticks, symbol_runs(self.figure.symbol(curve)))

    @cached_property
    def x_axis(self) -> PlotAxis:
        """The x axis of all panels."""
        low, high = self.figure.time_axis.shown()
        width = self.paper[0] / self.figure.columns - self.room_at_right / self.figure.columns
        ticks = time_ticks(self.figure.axis, low, high, self._most(width - X_TICK * self.size, X_TICK))
        return PlotAxis(low, high, ticks, symbol_runs(SCALES[self.figure.axis].name))

    def _most(self, length: float, apart: float) -> int:
        """The most ticks on an axis."""
        return max(2, int(length / (apart * self.size)))

    @cached_property
    def room_over(self) -> float:
        """What is free on the right of each panel: half the label of a tick at its end."""
        return self.size * MARGIN + max(
            (width_of(tick_runs(label), self.size) / 2 for _, label in self.x_axis.ticks), default=0.0
        )

    @cached_property
    def room_left(self) -> tuple[float, ...]:
        """What the y axes of each column take on its left."""
        return tuple(map(self._room_left, range(self.figure.columns)))

    def _room_left(self, column: int) -> float:
        axes = self.y_axes[column :: self.figure.columns]
        labels = max((width_of(tick_runs(label), self.size) for axis in axes for _, label in axis.ticks), default=0.0)
        return labels + self.size * (MARGIN + ASCENT + DESCENT + 2 * GAP + TICK)

    def check_room(self) -> None:
        """Raise FigureError where the panels would be too small to show anything."""
        if min(self.panel_width, self.panel_height) < SMALLEST * self.size:
            raise FigureError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{width:.4g} × {height:.4g} mm have no room for {count} panels at {font:g} pt; make the figure "
                    "larger, or show fewer curves.",
                ),
                width=self.figure.width_mm,
                height=self.figure.height,
                count=len(self.curves),
                font=self.size,
            )

    def frame(self, number: int) -> PanelFrame:
        """The rectangle and the axes of a panel."""
        row, column = divmod(number, self.figure.columns)
        left = sum(self.room_left[: column + 1]) + column * (self.panel_width + self.room_over)
        top = self.top + sum(self.room_below[:row]) + row * self.panel_height + (row + 1) * ASCENT / 2 * self.size
        right, bottom = left + self.panel_width, top + self.panel_height
        return PanelFrame(left, top, right, bottom, self.x_axis, self.y_axes[number], self.size)

    # marks

    def marks(self) -> _Marks:
        """Everything that is on the paper."""
        yield from self._title()
        yield from self.legend.marks(MARGIN * self.size, self.top - self.legend.height)
        for number in range(len(self.curves)):
            yield from self._panel(number)

    def _title(self) -> _Marks:
        if self.figure.title:
            yield Words(MARGIN * self.size, self.size * (MARGIN + ASCENT), name_runs(self.figure.title), self.size)

    def _panel(self, number: int) -> _Marks:
        frame, column = self.frame(number), number % self.figure.columns
        for plotted_line, stroke in zip(self.lines[number], self.strokes, strict=True):
            yield from frame.curve(plotted_line, stroke)
        yield from frame.axes(Stroke(INK, min(AXIS_PT, self.figure.line_pt)), self.is_lowest(number))
        yield frame.y_label(frame.left - self.room_left[column] + self.size * (MARGIN + ASCENT))
        yield from end_keys(self.keys_at_ends(number), frame, self.room_at_right)

    def keys_at_ends(self, number: int) -> list[EndKey]:
        """The names at the ends of a panel's lines: none but in the last column, where there is room for them."""
        if not self.room_at_right or number % self.figure.columns < self.figure.columns - 1:
            return []
        frame = self.frame(number)
        ends = ends_of(frame, self.lines[number])
        named = [end for end, line in zip(ends, self.figure.shown, strict=True) if line.name]
        return at_heights([(key, end) for key, end in zip(self.keys, named, strict=True) if end is not None], frame)
