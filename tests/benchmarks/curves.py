"""One slider move until all default plots of three schedules are painted, against pyqtgraph with nothing around it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.panel import CurvesPanel
from ddpm_studio.gui.state import DEFAULT_CURVES, Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, apply_theme

SIZE = QSize(1280, 560)
"""The panel's share of a window of 1600 × 1000."""

MOVES = 200
COLUMNS = 3


class Bare:
    """The same curves, pens and ranges in plots that pyqtgraph makes by itself."""

    def __init__(self, state: State) -> None:
        self.widget = pg.GraphicsLayoutWidget()
        self.widget.setBackground(LIGHT.surface)
        self._lines: dict[tuple[str, int], pg.PlotDataItem] = {}
        for place, name in enumerate(DEFAULT_CURVES):
            plot = self.widget.addPlot(row=place // COLUMNS, col=place % COLUMNS, title=name)
            for entry in state.visible:
                pen = STYLES[entry.style].pen(LIGHT.dark)
                self._lines[name, entry.key] = plot.plot(*_curve(entry, name), pen=pen, antialias=True)
            plot.disableAutoRange()

    def set_curves(self, entries: tuple[Entry, ...]) -> None:
        """Set the curves of these schedules."""
        for (name, key), line in self._lines.items():
            for entry in entries:
                if entry.key == key:
                    line.setData(*_curve(entry, name))


def _curve(entry: Entry, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.arange(1.0, entry.schedule.T + 1), entry.schedule.coefficients[name]


def _moves() -> list[State]:
    """Slider positions: β_T of the first of three schedules goes from 0.015 to 0.025."""
    kinds = ("linear", "cosine", "sigmoid")
    entries = tuple(Entry(key, Schedule(kind, 1000), style=key) for key, kind in enumerate(kinds))
    moved = (Schedule("linear", 1000, {"beta_end": beta}) for beta in np.linspace(0.015, 0.025, MOVES))
    start = State(entries=entries, selected=0, t=400, adjusting=True)
    states = [replace(start, entries=(Entry(0, schedule, style=0), *entries[1:])) for schedule in moved]
    for state in states:
        _ = state.entries[0].schedule.coefficients
    return states


def _milliseconds(change: Callable[[], None]) -> float:
    start = time.perf_counter()
    change()
    QApplication.processEvents()
    return 1e3 * (time.perf_counter() - start)


def benchmark() -> list[tuple[str, float, float | None, str]]:
    """Moves are taken in turn by the panel, by bare plots that set all curves, and by ones that set what changed."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, LIGHT)
    states = _moves()
    panel, bare = CurvesPanel(), Bare(states[0])
    for widget in (panel, bare.widget):
        widget.resize(SIZE)
        widget.show()
    panel.show_state(replace(states[0], adjusting=False))
    app.processEvents()
    ours, theirs, leanest = [], [], []
    for state in states:
        ours.append(_milliseconds(lambda state=state: panel.show_state(state)))
        theirs.append(_milliseconds(lambda state=state: bare.set_curves(state.entries)))
        leanest.append(_milliseconds(lambda state=state: bare.set_curves(state.entries[:1])))
    panel_ms, bare_ms, leanest_ms = (float(np.percentile(times, 95)) for times in (ours, theirs, leanest))
    return [
        ("one slider move, curves panel, 95th percentile", panel_ms, None, "ms"),
        ("the same curves in bare pyqtgraph, 95th percentile", bare_ms, None, "ms"),
        ("curves panel ÷ bare pyqtgraph, 95th percentiles", panel_ms / bare_ms, 1.3, ""),
        ("curves panel ÷ bare pyqtgraph that sets only what changed", panel_ms / leanest_ms, None, ""),
    ]
