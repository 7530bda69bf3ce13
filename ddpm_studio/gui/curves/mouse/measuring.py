"""Measuring between two moments: how far t and the noise level go there, and how much a curve changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QColor

from ddpm_studio.diffusion import clean
from ddpm_studio.diffusion.moment import LEVEL_SCALE, SCALES
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.bands import Measured
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.readout import value_text
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.numerals import MISSING, brief, numeral

MOST = 5
"""Schedules up to which each is measured; of more, the selected one."""


def measured(state: State, name: str, ends: tuple[float, float], ink: Callable[[Entry | None], QColor]) -> Measured:
    """What is between two positions on the x axis, the first line of the selected schedule's steps.

    `ink` is the colour of a schedule, and for None that of the first line.
    """
    start, end = (series.moved_to(state, x) for x in sorted(ends))
    lines = [(_steps(start, end), ink(None))]
    lines += [(text, ink(entry)) for entry, text in _changes(start, end, name)]
    return Measured(series.cursor_x(start, start.current), series.cursor_x(end, end.current), tuple(lines))


def _steps(start: State, end: State) -> str:
    """How many steps of the selected schedule there are, and what they do to log SNR."""
    levels = (clean.value_at(end.current.schedule, "log_snr", each.t) for each in (start, end))
    return f"Δt {numeral(end.t - start.t)}   Δ {SCALES[LEVEL_SCALE].name} {_difference(*levels)}"


def _difference(start: float | None, end: float | None) -> str:
    return MISSING if start is None or end is None else brief(end - start)


def _changes(start: State, end: State, name: str) -> Iterator[tuple[Entry, str]]:
    """What becomes of a curve, for each schedule that gets so far, each with its own number of steps if they differ."""
    shown = start.visible if len(start.visible) <= MOST else (start.current,) if start.current.visible else ()
    reached = [entry for entry in shown if end.reaches(entry)]
    steps = {entry.key: end.t_of(entry) - start.t_of(entry) for entry in reached}
    for entry in reached:
        first, last = (series.value_at(each, entry, name, each.t_of(entry)) for each in (start, end))
        text = f"{start.letter(entry)}  Δ {value_text(start, name, last - first)}"
        if series.is_log(start, ALL_CURVES[name]) and first > 0 and last > 0:
            text += f"   × {brief(last / first)}"
        if len(set(steps.values()) | {end.t - start.t}) > 1:
            text += f"   Δt {numeral(steps[entry.key])}"
        yield entry, text


class Measure:
    """The one measurement that a canvas has. While it is `armed`, it goes from a moment to wherever t is moved."""

    def __init__(self, canvas: PlotCanvas) -> None:
        self._canvas = canvas
        self._state = State()
        self._name = ""
        self._ends: tuple[float, float] | None = None
        self._from: float | None = None

    @property
    def armed(self) -> bool:
        """Whether the next drag, or move of t, measures."""
        return self._from is not None

    @property
    def busy(self) -> bool:
        """Whether there is something to clear."""
        return self.armed or self._ends is not None

    def arm(self, plot: CurvePlot) -> None:
        """Measure from the moment on in a plot."""
        self._name, self._from = plot.curve.name, series.cursor_x(self._state, self._state.current)

    def mark(self, plot: CurvePlot, ends: tuple[float, float] | None) -> None:
        """Measure between two positions on the x axis in a plot; None clears."""
        self._name, self._ends, self._from = plot.curve.name, ends, None
        self._show()

    def clear(self) -> bool:
        """Measure nothing any more; False if nothing was measured."""
        was_busy = self.busy
        self._ends = self._from = None
        self._show()
        return was_busy

    def show_state(self, state: State) -> None:
        """Measure the same in a state; over another axis its positions mean nothing."""
        same_axis, self._state = state.axis == self._state.axis, state
        if self.busy and not same_axis:
            self.clear()
        if self._from is not None:
            here = series.cursor_x(state, state.current)
            self._ends = (self._from, here) if here != self._from or self._ends else None
        if self._ends is not None:
            self._show()

    def _show(self) -> None:
        for plot in self._canvas.plots():
            ends = self._ends if plot.curve.name == self._name else None
            plot.measured.set_measured(measured(self._state, self._name, ends, plot.ink) if ends else None)
