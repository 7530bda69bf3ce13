"""One plot: one curve of every visible schedule, with its axes, grid and cursors."""

from __future__ import annotations

from math import log10

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication, QGraphicsItem, QGraphicsSceneResizeEvent

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.diffusion.moment import T_SCALE
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.family_lines import FamilyLines
from ddpm_studio.gui.curves.line_labels import Label, LineNames, MomentNumbers, NamedLine
from ddpm_studio.gui.curves.plot_items import Cursors, CurveItem, Dots, GridLines, Marks
from ddpm_studio.gui.curves.readout import Reading, value_text
from ddpm_studio.gui.curves.title import HEIGHT, PlotTitle, small_font
from ddpm_studio.gui.state.window import Entry, State, View
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.widgets.bare_plot import TITLE_ROW, BarePlot
from ddpm_studio.ticks import linear_ticks, log_ticks, time_ticks

EMPHASIS = 2.5
"""Width of the curve under the mouse among many plots; the others keep a width of 1, which is by far the fastest."""

LARGE = 1.8
"""Width of the curves of a plot that stands alone."""

TICK_HEIGHT, TICK_WIDTH = 30, 56
"""Room for one tick label on the y axis and on the x axis."""

TICK_GAP = 4

MOST_NAMES = 6
"""Curves up to which their titles stand in a plot; with more of them, their letters."""

MOST_LETTERS = 16
"""Curves up to which all have a letter; of more, the selected one."""

MOST_NUMBERS = 8
"""Curves up to which all have their number at the moment; of more, the selected one and the one under the mouse."""

ON_SCREEN, ON_PAPER = QGraphicsItem.CacheMode.DeviceCoordinateCache, QGraphicsItem.CacheMode.NoCache


class CurvePlot(BarePlot):
    """The plot of one curve. It draws a State and knows where everything lies, but takes no mouse events itself.

    `label_width` is the width of the widest label on the y axis, in device-independent pixels.
    """

    label_width = 0.0

    def __init__(self, curve: Curve, log_text: str) -> None:
        super().__init__()
        self.curve = curve
        self.title = PlotTitle(curve, log_text)
        self._lines: dict[int, CurveItem] = {}
        self._members = FamilyLines(curve)
        self._drawn: dict[int, tuple[object, ...]] = {}
        self._extents: dict[int, series.Extent] = {}
        self._ranges: tuple[object, ...] = ()
        self._log = False
        self._scale = T_SCALE
        self._emphasised: int | None = None
        self._tokens: Tokens | None = None
        self._grid, self._marks, self._dots = GridLines(), Marks(), Dots()
        self._cursors, self._rings = Cursors(), Dots(hollow=True)
        self._names, self._numbers = LineNames(), MomentNumbers()
        self._labelled = False
        self._build()

    def _build(self) -> None:
        self.setContentsMargins(0, 0, 0, 0)
        self.layout.addItem(self.title, TITLE_ROW, 0, 1, 2)
        self.layout.setRowFixedHeight(TITLE_ROW, HEIGHT)
        items: tuple[QGraphicsItem, ...] = (
            *(self._grid, self._marks, self._names, self._cursors, self._dots, self._rings, self._numbers),
        )
        for place, item in enumerate(items):
            item.setZValue((-10, 8, 9, 10, 20, 20, 30)[place])
            self.add(item)
        font = small_font(QApplication.font())
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setStyle(tickLength=0, tickFont=font, hideOverlappingLabels=24, tickTextOffset=TICK_GAP)
            axis.enableAutoSIPrefix(False)
        self.set_printing(False)

    # what is drawn

    def show_state(self, state: State, x_range: tuple[float, float]) -> None:
        """Draw what has changed since last time; the axes stay still while a slider is held."""
        self._log = series.is_log(state, self.curve)
        self._show_curves(state)
        self._show_cursor(state)
        self._show_marks(state)
        self._show_names(state)
        self.title.set_symbol(series.symbol_of(state, self.curve.name))
        self.title.set_log(self._log if series.can_be_log(state, self.curve) else None)
        self.title.set_chosen(state.curve == self.curve.name)
        if not (state.adjusting and self._ranges):
            self._settle(state, x_range)

    def _show_curves(self, state: State) -> None:
        for key in self._lines.keys() - {entry.key for entry in state.visible}:
            self.remove(self._lines.pop(key))
            del self._drawn[key], self._extents[key]
        for entry in state.visible:
            against = None if state.view is View.PLAIN else (state.reference.schedule, state.moment.scale)
            drawn = (entry.schedule, against, state.view, state.axis, self._log)
            if entry.key not in self._lines:
                self._add_line(entry)
            if self._drawn.get(entry.key) != drawn:
                x, y = series.drawn(state, entry, self.curve)
                self._lines[entry.key].setData(x, y)
                self._extents[entry.key] = series.extent_of(state, self.curve, y)
                self._drawn[entry.key] = drawn
            self._dress(entry)
        self._members.show_state(self, state, self._log, self._tokens is not None and self._tokens.dark)

    def _add_line(self, entry: Entry) -> None:
        line = CurveItem(antialias=True, skipFiniteCheck=True)
        self._lines[entry.key] = line
        self.add(line)

    def _dress(self, entry: Entry) -> None:
        if self._tokens is None:
            return
        emphasised = entry.key == self._emphasised
        plain = LARGE if self._labelled else 1.0
        pen = STYLES[entry.style].pen(self._tokens.dark, EMPHASIS + plain - 1.0 if emphasised else plain)
        line = self._lines[entry.key]
        if line.opts["pen"] != pen:
            line.setPen(pen)
            line.setZValue(5 if emphasised else 0)

    def set_labelled(self, labelled: bool) -> None:
        """Write names and numbers into the plot, or leave them to a legend."""
        self._labelled = labelled
        self._show_bottom(not labelled)
        self._names.setVisible(labelled)
        self._numbers.setVisible(labelled)

    def _show_bottom(self, shown: bool) -> None:
        """Show the x axis, or leave it to the scales below."""
        axis = self.getAxis("bottom")
        axis.setStyle(showValues=shown)
        axis.setHeight(QFontMetricsF(axis.style["tickFont"]).height() + TICK_GAP if shown else 2)

    def _show_names(self, state: State) -> None:
        if self._tokens is None or not self._labelled:
            return
        count = len(state.visible)
        short = count > MOST_NAMES
        named = []
        for entry in state.visible if count <= MOST_LETTERS else (state.current,) if state.current.visible else ():
            name = state.letter(entry) if short else state.title(entry)
            x, y = self._lines[entry.key].getData()
            named.append(NamedLine(x, y, name, self._color(entry)))
        self._names.set_lines(named)

    def show_numbers(self, state: State, reading: Reading) -> None:
        """Write beside curves their values in a reading, and at which t that is where this is not the same for all."""
        if self._tokens is None or not self._labelled:
            return
        few = len(state.visible) <= MOST_NUMBERS
        read = [e for e in state.visible if state.reaches(e) and (few or e.key in (state.selected, self._emphasised))]
        apart = len({reading.ts[entry.key] for entry in read}) > 1
        labels = []
        for entry in read:
            value = reading.values[entry.key]
            y = self.y_of(value)
            if y is not None:
                text = f"{state.letter(entry)} {value_text(state, reading.name, value)}"
                text += f"  t {reading.ts[entry.key]}" if apart else ""
                labels.append(Label(series.cursor_x(state, entry), y, text, self._color(entry)))
        self._numbers.set_labels(labels)

    def _show_cursor(self, state: State) -> None:
        if self._tokens is None:
            return
        others = [(series.cursor_x(state, e), self._color(e)) for e in self._apart(state)]
        color = self._color(state.current) if state.current.visible else QColor(self._tokens.muted)
        self._cursors.set_cursors([*others, (series.cursor_x(state, state.current), color)])
        self._dots.set_dots(self._read_at(state))

    @staticmethod
    def _apart(state: State) -> list[Entry]:
        """The schedules that are read elsewhere on the axis than the selected one."""
        return [] if state.upright else [entry for entry in state.visible if entry.key != state.selected]

    def show_pointed(self, state: State | None) -> None:
        """Show where the curves are read at the moment of `state`, the one under the mouse, if there is one."""
        self._rings.set_dots([] if state is None else self._read_at(state))

    def _read_at(self, state: State) -> list[tuple[float, float, QColor]]:
        dots = (self._dot(state, entry) for entry in state.visible)
        return [dot for dot in dots if dot is not None]

    def _color(self, entry: Entry) -> QColor:
        assert self._tokens is not None
        return STYLES[entry.style].color(self._tokens.dark)

    def _show_marks(self, state: State) -> None:
        marks = []
        if self._tokens is not None:
            for entry in (entry for entry in series.sampled(state) if entry.key in self._lines):
                xs, ys = series.on_line(series.visited_x(state, entry), *self._lines[entry.key].getData())
                marks.append((xs, ys, STYLES[entry.style].color(self._tokens.dark)))
        self._marks.set_marks(marks)

    def _dot(self, state: State, entry: Entry) -> tuple[float, float, QColor] | None:
        y = self.y_of(series.value_at(state, entry, self.curve.name, state.t_of(entry)))
        return None if y is None else (series.cursor_x(state, entry), y, self._color(entry))

    def y_of(self, value: float) -> float | None:
        """The position of a value on the y axis, None if it has none."""
        if self._log:
            return log10(value) if 0 < value < float("inf") else None
        return value if abs(value) <= series.LARGEST else None

    # axes

    def _settle(self, state: State, x_range: tuple[float, float]) -> None:
        ranges = (tuple(self._drawn.values()), self._members.drawn, x_range, state.axis)
        if ranges == self._ranges:
            return
        self._scale = state.axis
        extents = [self._extents[entry.key] for entry in state.visible]
        y_range = series.y_range(state, self.curve, [*extents, *self._members.extents])
        self.vb.setRange(xRange=x_range, yRange=y_range, padding=0, disableAutoRange=False)
        self.update_ticks()
        self._ranges = ranges

    def update_ticks(self) -> None:
        """Choose ticks for the current ranges and size."""
        (left, right), (low, high) = self.vb.viewRange()
        rows, columns = int(self.vb.height() // TICK_HEIGHT), int(self.vb.width() // TICK_WIDTH)
        xs = time_ticks(self._scale, left, right, columns)
        ys = (log_ticks if self._log else linear_ticks)(low, high, rows)
        self.getAxis("bottom").setTicks([xs])
        self.getAxis("left").setTicks([ys])
        self._grid.set_ticks([x for x, _ in xs], [y for y, _ in ys])
        metrics = QFontMetricsF(self.getAxis("left").style["tickFont"])
        self.label_width = max((metrics.horizontalAdvance(label) for _, label in ys), default=0.0)

    def place(self, cell: QRectF) -> None:
        """Move into a cell of the scene at once."""
        self.setGeometry(cell)
        self.layout.activate()

    def set_left_width(self, width: float) -> None:
        """Set the y axis's width, so that plots below each other line up."""
        axis = self.getAxis("left")
        if axis.fixedWidth != width:
            axis.setWidth(width)
            # Labels painted before the axis has its new width would be left out.
            self.layout.activate()

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        """Update the ticks: more room, more ticks."""
        super().resizeEvent(event)
        if getattr(self, "_ranges", ()):
            self.update_ticks()

    def set_printing(self, printing: bool) -> None:
        """Redraw axes and title, as on paper, or draw them from cached pictures, as on the screen."""
        self.title.set_printing(printing)
        self._rings.setVisible(not printing)
        self._show_bottom(printing or not self._labelled)
        self._names.setVisible(self._labelled and not printing)
        self._numbers.setVisible(self._labelled and not printing)
        for item in (self.title, self._grid, self.getAxis("left"), self.getAxis("bottom")):
            item.setCacheMode(ON_PAPER if printing else ON_SCREEN)

    # where things are

    def box(self) -> QRectF:
        """The plot's inner rectangle, in scene coordinates."""
        return self.vb.sceneBoundingRect()  # type: ignore[no-any-return]

    def data_at(self, scene: QPointF) -> tuple[float, float]:
        """The data coordinates of a point in the scene."""
        point = self.vb.mapSceneToView(scene)
        return point.x(), point.y()

    def height_of(self, key: int, x: float) -> float | None:
        """The height at which a schedule's curve passes x, in data coordinates; None where it does not."""
        _, ys = series.on_line(np.array([x]), *self._lines[key].getData())
        return float(ys[0]) if len(ys) else None

    def pixel_height(self) -> float:
        """The length of the y axis that one pixel covers."""
        low, high = self.vb.viewRange()[1]
        return float((high - low) / max(self.vb.height(), 1.0))

    # looks

    def emphasise(self, state: State, key: int | None) -> None:
        """Draw one schedule's curve bolder, or none."""
        if key != self._emphasised:
            self._emphasised = key
            for entry in state.visible:
                self._dress(entry)

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours; the curves take them on when a state is shown next."""
        self._tokens = tokens
        self.colour(tokens)
        self.title.set_theme(tokens)
        self._grid.set_color(QColor(tokens.grid))
        self._cursors.set_color(QColor(tokens.muted))
        font = small_font(number_font(QApplication.font()))
        font.setWeight(QFont.Weight.DemiBold)
        for labels in (self._names, self._numbers):
            labels.set_look(font, QColor(tokens.surface))
