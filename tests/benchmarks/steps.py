"""One move of a step's dot, which is dragged, until the window is painted, against pyqtgraph alone with the same curves
and dots on as large a plot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.state.step_notes import HeldStep, StepNotes, notes_of
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT
from tests.benchmarks.curves import Paints, _milliseconds, _opened, _process
from tests.benchmarks.figure import Figure

SPECS = ("linear:T=1000", "cosine:T=1000", "sigmoid:T=1000")
STEPS = ("karras:steps=20", "trailing:steps=50")
MOVES, IN_A_ROW = 100, 20


class BareDots:
    """The same curve of each schedule, and the same dots, in a plot that pyqtgraph makes by itself."""

    def __init__(self, state: State, size: QSize) -> None:
        self.widget = pg.GraphicsLayoutWidget()
        self.widget.setBackground(LIGHT.surface)
        self.widget.resize(size)
        self._name, self._dots = state.curve, {}
        plot = self.widget.addPlot()
        for entry in state.visible:
            style = STYLES[entry.style]
            y = entry.values(self._name)
            plot.plot(np.arange(1.0, len(y) + 1), y, pen=style.pen(LIGHT, LIGHT.line_width), antialias=True)
            for notes in notes_of(entry):
                dots = pg.ScatterPlotItem(size=7, pen=style.color(False), brush=LIGHT.surface)
                dots.setData(notes.times, self._heights(notes))
                plot.addItem(dots)
                self._dots[notes.key, notes.place] = dots
        plot.disableAutoRange()

    def _heights(self, notes: StepNotes) -> Array:
        known = notes.schedule.coefficients[self._name]
        return np.interp(notes.times, np.arange(1.0, len(known) + 1), known)

    def move(self, notes: StepNotes) -> None:
        """Move the dots of a line of steps."""
        self._dots[notes.key, notes.place].setData(notes.times, self._heights(notes))


def benchmark() -> list[Figure]:
    """A step in the middle of a line of steps is dragged; window, panel and a bare plot take its moves in turn."""
    window = _opened(SPECS)
    studio = window.studio
    for entry in studio.state.entries:
        for text in STEPS:
            studio.add_steps(StepsSpec.parse(text), entry.key)
    _process()
    whole, alone, bare = map(partial(np.percentile, q=95), _drag(window))
    window.close()
    return [
        Figure("one move of a step's dot, 3 schedules of 70 steps, 95th percentile", float(whole), unit="ms"),
        Figure("the same, curves panel alone, 95th percentile", float(alone), unit="ms"),
        Figure("the same dots in bare pyqtgraph, 95th percentile", float(bare), unit="ms"),
        Figure("window ÷ bare pyqtgraph", float(whole / bare)),
        Figure("curves panel ÷ bare pyqtgraph", float(alone / bare), 1.3),
    ]


def _drag(window: MainWindow) -> Sequence[list[float]]:
    """What each move takes of what all threads compute: there is nothing beside it that would wait for other work."""
    studio, panel = window.studio, CurvesPanel()
    panel.resize(window.panel(CurvesPanel).size())
    panel.show_state(studio.state)
    bare = BareDots(studio.state, panel.grid.size())
    for widget in (panel, bare.widget):
        widget.show()
    _process()
    paints = [Paints(each.grid.viewport()) for each in (window.panel(CurvesPanel), panel)]
    paints.append(Paints(bare.widget.viewport()))
    notes = notes_of(studio.state.current)[0]
    held = HeldStep(notes, 8, studio.replace_steps, studio.set_adjusting, studio.take_back)
    times: list[list[float]] = [[], [], []]
    around = float(notes.times[8]) + np.linspace(-10, 10, MOVES)
    for places in np.split(around, MOVES // IN_A_ROW):
        states: list[State] = []
        for place in places:
            _timed(times[0], partial(held.move, "t", float(place), 0.1))
            states.append(studio.state)
        for state in states:
            _timed(times[1], partial(panel.show_state, state))
        for state in states:
            _timed(times[2], partial(bare.move, notes_of(state.current)[0]))
    held.let_go()
    assert all(paint.count >= MOVES for paint in paints)
    for widget in (panel, bare.widget):
        widget.close()
    return times


def _timed(times: list[float], change: Callable[[], object]) -> None:
    times.append(_milliseconds(change, time.process_time))
