"""One plot: one curve of every visible schedule, with its names, numbers, marks and cursors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import copysign, inf, isinf, isnan, log10

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication, QGraphicsItem

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.figures.y_extents import LARGEST
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.bands import MeasuredBand, RubberBand
from ddpm_studio.gui.curves.finding_marks import FindingMark, FindingMarks, marks_on
from ddpm_studio.gui.curves.labels.chosen_labels import Pointer, named_lines, numbers_at
from ddpm_studio.gui.curves.labels.line_names import LineNames
from ddpm_studio.gui.curves.labels.moment_numbers import Label, MomentNumbers
from ddpm_studio.gui.curves.lines import elbo_line
from ddpm_studio.gui.curves.lines.elbo_line import ElboLine
from ddpm_studio.gui.curves.lines.family_lines import FamilyLines
from ddpm_studio.gui.curves.lines.line_ground import LineGround
from ddpm_studio.gui.curves.plot_frame import PlotFrame
from ddpm_studio.gui.curves.plot_items import Cursors, CurveItem, Dots, Marks
from ddpm_studio.gui.curves.points.point_handles import PointHandles
from ddpm_studio.gui.curves.points.point_places import places_of
from ddpm_studio.gui.curves.readout import Reading
from ddpm_studio.gui.curves.step_dots import DottedCurve, StepDots
from ddpm_studio.gui.curves.title import PlotTitle, small_font
from ddpm_studio.gui.curves.zooming import SeenPart
from ddpm_studio.gui.state.window import Entry, State, View
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.bare_plot import TITLE_ROW

EMPHASIS = 1.5
"""How much wider the curve under the mouse is than the others."""

ON_SCREEN, ON_PAPER = QGraphicsItem.CacheMode.DeviceCoordinateCache, QGraphicsItem.CacheMode.NoCache


class CurvePlot(PlotFrame):
    """The plot of one curve. It draws a State and knows where everything lies, but takes no mouse events itself."""

    def __init__(self, curve: Curve, log_text: str) -> None:
        super().__init__()
        self.curve = curve
        self.title = PlotTitle(curve, log_text)
        self._lines: dict[int, CurveItem] = {}
        self._members = FamilyLines(curve)
        self._ground = LineGround(lambda: self.lines)
        self._drawn: dict[int, tuple[object, ...]] = {}
        self._shown: tuple[Entry, ...] = ()
        self._extents: dict[int, series.Extent] = {}
        self._look: tuple[object, ...] = ()
        self._emphasised: int | None = None
        self._tokens: Tokens | None = None
        self._marks, self._dots = Marks(), Dots()
        self._cursors, self._rings = Cursors(), Dots(hollow=True)
        self._names, self._numbers = LineNames(), MomentNumbers()
        self._numbers.placed.connect(self._names.give_way)
        self.findings, self.handles = FindingMarks(), PointHandles()
        self._found: dict[int, tuple[object, list[FindingMark]]] = {}
        self.steps = StepDots()
        self.rubber, self.measured = RubberBand(), MeasuredBand()
        self._elbo = ElboLine() if curve.name == elbo_line.CURVE else None
        self._labelled = False
        self._build()

    def _build(self) -> None:
        self.layout.addItem(self.title, TITLE_ROW, 0, 1, 2)
        self.layout.setRowFixedHeight(TITLE_ROW, self.title.height)
        items: tuple[QGraphicsItem, ...] = (
            *(self._grid, self._ground, self._marks, self._names, self.findings),
            *(self._cursors, self._dots, self._rings, self._numbers, self.measured, self.rubber),
            *(self.handles, self.steps),
        )
        for place, item in enumerate(items):
            item.setZValue((-10, 0, 8, 9, 15, 10, 20, 20, 30, 40, 40, 35, 8)[place])
            self.add(item)
        if self._elbo is not None:
            self.add(self._elbo)
            self._names.keep_off(self._elbo)
        self.set_printing(False)

    # what is drawn

    def show_state(self, state: State, seen: SeenPart) -> None:
        """Draw what has changed since last time; the axes stay still while a slider is held."""
        self._shown = state.visible
        self._log = series.is_log(state, self.curve)
        if (self._log, state.view) != self._look:
            self._look = (self._log, state.view)
            self.y_span.chosen = None
        if self._elbo is not None:
            self._elbo.show_on(self._log, state.view is View.PLAIN)
        self._show_curves(state)
        self._show_cursor(state)
        self._show_marks(state)
        self._show_names(state)
        self._show_findings(state)
        self._show_handles(state)
        self._show_steps(state)
        self.title.set_symbol(series.symbol_of(state, self.curve.name))
        self.title.set_log(self._log if series.can_be_log(state, self.curve) else None)
        self.title.set_chosen(state.curve == self.curve.name)
        if not (state.adjusting and self._ranges):
            self._settle(state, seen)

    def let_go(self, state: State) -> None:
        """Keep nothing of schedules that are not those of a state, as long as this is not seen."""
        if self._shown and _specs(self._shown) != _specs(state.visible):
            self._shown = ()
            self._show_curves(State())
            self._names.set_lines(())
            self._numbers.set_labels(())
            self._found = {}
            self.findings.set_marks([])
            self.handles.set_places((), QColor())
            self.steps.show_steps(state.axis, [])

    def _show_curves(self, state: State) -> None:
        for key in self._lines.keys() - {entry.key for entry in state.visible}:
            self.remove(self._lines.pop(key))
            self._ground.renew()
            del self._drawn[key], self._extents[key]
        for entry in state.visible:
            drawn = (
                series.source(entry, self.curve.name),
                state.against,
                state.view,
                state.axis,
                self._log,
            )
            if entry.key not in self._lines:
                self._add_line(entry)
            if self._drawn.get(entry.key) != drawn:
                find = partial(series.drawn, series.lean(state, self.curve), entry, self.curve)
                _, y = self._lines[entry.key].show_line(find)
                self._extents[entry.key] = series.extent_of(state, self.curve, y)
                self._drawn[entry.key] = drawn
                self._ground.renew()
            self._dress(entry)
        if self._members.show_state(self, state, self._log, self._tokens or LIGHT):
            self._ground.renew()

    def _add_line(self, entry: Entry) -> None:
        self._lines[entry.key] = CurveItem()
        self.add(self._lines[entry.key])

    def _dress(self, entry: Entry) -> None:
        if self._tokens is None:
            return
        emphasised = entry.key == self._emphasised
        plain = self._tokens.line_width if self._labelled else self._tokens.thin_width
        pen = STYLES[entry.style].pen(self._tokens, EMPHASIS + plain if emphasised else plain)
        line = self._lines[entry.key]
        if line.opts["pen"] != pen:
            line.setPen(pen)
            line.setZValue(5 if emphasised else 0)
            self._ground.renew()

    def set_labelled(self, labelled: bool) -> None:
        """Write names and numbers into the plot, or leave them to a legend."""
        self._labelled = labelled
        self._ground.set_keeping(labelled)
        self._show_bottom(not labelled)
        self._names.setVisible(labelled)
        self._numbers.setVisible(labelled)
        self.findings.setVisible(labelled)
        self.steps.setVisible(labelled)

    def _show_names(self, state: State) -> None:
        if self._tokens is None or not self._labelled:
            return
        self._names.set_lines(named_lines(state, self._lines, self._color))

    def _show_findings(self, state: State) -> None:
        if self._tokens is None or not self._labelled:
            return
        before, self._found = self._found, {}
        for entry in state.visible:
            drawn, color = self._drawn[entry.key], self._color(entry)
            known = before.get(entry.key)
            if known is None or known[0] != (drawn, color):
                line = self._lines[entry.key].getData()
                known = (drawn, color), marks_on(entry.key, entry.schedule, state.axis, line, color)
            self._found[entry.key] = known
        marks = [mark for _, found in self._found.values() for mark in found]
        self.findings.set_marks(marks)
        self._names.set_marks(marks)

    def _show_handles(self, state: State) -> None:
        self.handles.set_places(places_of(state, self.curve.name), self.ink(state.current))

    def _show_steps(self, state: State) -> None:
        if self._tokens is None or not self._labelled:
            return
        stepped = [entry for entry in state.visible if entry.steps]
        self.steps.show_steps(
            state.axis,
            [
                DottedCurve(entry, self._lines[entry.key].getData(), self._color(entry), self._drawn[entry.key])
                for entry in stepped
            ],
        )

    def show_numbers(self, state: State, reading: Reading, pointer: Pointer | None = None) -> None:
        """Write beside curves their values in a reading, those first that are nearest to where somebody points."""
        if self._tokens is None or not self._labelled:
            return
        self._numbers.set_labels(numbers_at(state, reading, self.y_of, self._color, pointer))

    def numbers(self) -> Sequence[Label]:
        """The values that are written beside curves, those first that are wanted most."""
        return self._numbers.labels()

    def counted_at(self, place: QPointF) -> Sequence[Label]:
        """Of these those that have no room, if their count is at a place of the scene."""
        return self._numbers.counted_at(place) if self._numbers.isVisible() else ()

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

    def ink(self, entry: Entry | None) -> QColor:
        """The colour of what is said of a schedule, and for None of the text."""
        if self._tokens is None:
            return QColor()
        return QColor(self._tokens.text) if entry is None else self._color(entry)

    def _show_marks(self, state: State) -> None:
        marks = []
        if self._tokens is not None:
            for entry in (entry for entry in series.sampled(state) if entry.key in self._lines):
                xs, ys = series.on_line(series.visited_x(state, entry), *self._lines[entry.key].getData())
                marks.append((xs, ys, STYLES[entry.style].color(self._tokens.dark)))
        self._marks.set_marks(marks)

    def _dot(self, state: State, entry: Entry) -> tuple[float, float, QColor] | None:
        y = self.y_of(series.value_at(state, entry, self.curve.name, state.t_of(entry)))
        return None if y is None or isinf(y) else (series.cursor_x(state, entry), y, self._color(entry))

    def y_of(self, value: float) -> float | None:
        """The position of a value on the y axis, infinite where it lies beyond every place; None if it has none."""
        if isnan(value) or (self._log and value < 0):
            return None
        if self._log and 0 < value < inf:
            return log10(value)
        if self._log:
            return inf if value else -inf
        return value if abs(value) <= LARGEST else copysign(inf, value)

    # axes

    def _settle(self, state: State, seen: SeenPart) -> None:
        # The point of a drawn schedule at u = 0 lies above its line, which begins at t = 1.
        handled = self.handles.extent(seen.x)
        ranges = (tuple(self._drawn.values()), self._members.drawn, handled, seen, state.axis, self.y_span.chosen)
        if ranges == self._ranges:
            return
        self._scale = state.axis
        if not (seen.held and self._ranges):
            extents = [*self._extents_in(state, seen), handled]
            self.y_span.fitted = series.y_range(state, self.curve, extents, seen.whole)
        self.vb.setRange(xRange=seen.x, yRange=self.y_span.shown, padding=0, disableAutoRange=False)
        self.update_ticks()
        self._ranges = ranges

    def _extents_in(self, state: State, seen: SeenPart) -> list[series.Extent]:
        """The extents of what is seen of the curves."""
        keys = [entry.key for entry in state.visible]
        items = (*(self._lines[key] for key in keys), *self._members.items)
        whole = (*(self._extents[key] for key in keys), *self._members.extents)
        return [self._extent_in(state, seen, item, extent) for item, extent in zip(items, whole, strict=True)]

    def _extent_in(self, state: State, seen: SeenPart, item: CurveItem, whole: series.Extent) -> series.Extent:
        x, y = item.getData()
        if seen.whole and series.lies_within(x, seen.x):
            return whole
        return series.seen_extent(state, self.curve, x, y, seen.x)

    def set_printing(self, printing: bool) -> None:
        """Redraw axes and title, as on paper, or draw them from cached pictures, as on the screen."""
        self.title.set_printing(printing)
        self._ground.set_keeping(self._labelled and not printing)
        for item in (self._rings, self.measured, self.rubber, self.handles):
            item.setVisible(not printing)
        self._show_bottom(printing or not self._labelled)
        self._names.setVisible(self._labelled and not printing)
        self._numbers.setVisible(self._labelled and not printing)
        self.findings.setVisible(self._labelled and not printing)
        self.steps.setVisible(self._labelled and not printing)
        for item in (self.title, self._grid, self.getAxis("left"), self.getAxis("bottom")):
            item.setCacheMode(ON_PAPER if printing else ON_SCREEN)

    @property
    def lines(self) -> list[CurveItem]:
        """All lines that are drawn."""
        return [*self._members.items, *self._lines.values()]

    def set_arrived(self, share: float) -> None:
        """Let what stands at the lines come in while they are on their way."""
        at_lines = self._names, self._numbers, self._marks, self._dots, self._rings
        for item in (*at_lines, self.findings, self.handles, self.steps):
            item.setOpacity(share)
        self._ground.renew()

    # where things are

    def height_of(self, key: int, x: float) -> float | None:
        """The height at which a schedule's curve passes x, in data coordinates; None where it does not."""
        _, ys = series.on_line(np.array([x]), *self._lines[key].getData())
        return float(ys[0]) if len(ys) else None

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
        self.layout.setRowFixedHeight(TITLE_ROW, self.title.height)
        self._write_ticks(tokens)
        self._grid.set_color(QColor(tokens.grid))
        if self._elbo is not None:
            self._elbo.set_theme(tokens, small_font(QApplication.font()))
        self._cursors.set_color(QColor(tokens.muted))
        self.handles.set_ground(QColor(tokens.surface))
        font = small_font(number_font(QApplication.font()))
        font.setWeight(QFont.Weight.DemiBold)
        for labels in (self._names, self._numbers, self.measured):
            labels.set_look(font, QColor(tokens.surface))
        self._numbers.set_muted(QColor(tokens.muted))
        self.findings.set_colors(QColor(tokens.warning), QColor(tokens.surface))
        self.steps.set_ground(QColor(tokens.surface))
        for band in (self.measured, self.rubber):
            band.set_color(QColor(tokens.accent))


def _specs(entries: Sequence[Entry]) -> list[object]:
    return [(entry.key, entry.spec, entry.train) for entry in entries]
