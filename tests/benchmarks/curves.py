"""One slider move until the window is painted, against pyqtgraph alone with the same curves on as large a canvas; and
one move of t; and what a hundred times as many steps cost. A point of a drawn schedule that is dragged on counts as a
slider.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, QPointF, QSize, Qt, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.gui import app as program
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.lazy_panel import TurnQueue
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.state.window import DEFAULT_CURVES, Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT
from tests.benchmarks.figure import Figure
from tests.benchmarks.yardstick import Yardstick
from tests.gui.finding import child

SIZE = QSize(1600, 1000)
MOVES, MOVES_OF_MANY, IN_A_ROW = 200, 40, 40
"""So many in a row that parts of the window lose their patience and follow amid them, on any machine."""

SETTLED_MS = 300
"""Longer than any part of the window waits before it follows a slider that is held."""

COLUMNS = 3
SPECS = ("linear:T=1000", "cosine:T=1000", "sigmoid:T=1000")
DRAWN = ("drawn:T=1000,points=0/10;0.3/4;0.6/-1;0.8/-5;1/-10", *SPECS[1:])
MANY = tuple(f"{kind}:T=1000" for kind in list(KINDS)[:16])

LENGTHS = (1000, 100_000)
OF_ANY_LENGTH = ("linear_rescaled", "cosine", "sigmoid")
"""Kinds that have the same curves at every length, so that no more is found about a long one."""


Mover = Callable[[float], object]
"""Makes a move that has got so far on its way, from 0 to 1."""


class Bare:
    """The same curves, pens and ranges in plots that pyqtgraph makes by itself."""

    def __init__(self, state: State) -> None:
        self.widget = pg.GraphicsLayoutWidget()
        self.widget.setBackground(LIGHT.surface)
        self._lines: dict[tuple[str, int], pg.PlotDataItem] = {}
        for place, name in enumerate(state.curves):
            plot = self.widget.addPlot(row=place // COLUMNS, col=place % COLUMNS, title=name)
            for entry in state.visible:
                pen = STYLES[entry.style].pen(LIGHT)
                self._lines[name, entry.key] = plot.plot(*_curve(entry, name), pen=pen, antialias=True)
            plot.disableAutoRange()

    @property
    def canvas(self) -> QWidget:
        """What is painted."""
        return self.widget.viewport()

    def set_curves(self, entries: tuple[Entry, ...]) -> None:
        """Set the curves of these schedules."""
        for (name, key), line in self._lines.items():
            for entry in entries:
                if entry.key == key:
                    line.setData(*_curve(entry, name))


def _curve(entry: Entry, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.arange(1.0, entry.schedule.T + 1), entry.schedule.coefficients[name]


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Count, and let it pass."""
        self.count += event.type() == QEvent.Type.Paint
        return False


class Turns(QObject):
    """Counts how often a part of the window has had its turn to follow a slider that is held."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        child(QAbstractEventDispatcher.instance(), TurnQueue).timeout.connect(self._add)

    @Slot()
    def _add(self) -> None:
        self.count += 1


def _process() -> None:
    """Let a change through: the Studio's news, what they change, its painting."""
    for _ in range(3):
        QApplication.processEvents()


def _milliseconds(change: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    change()
    _process()
    return 1e3 * (clock() - start)


def benchmark() -> list[Figure]:
    """β_T of the first schedule moves; window, panel and bare plots take each move in turn. Then t moves."""
    one = _moves(SPECS, DEFAULT_CURVES, MOVES, _slider)
    many = _moves(MANY, tuple(CURVES), MOVES_OF_MANY, _slider)
    drawn = _moves(DRAWN, DEFAULT_CURVES, MOVES, _point)
    return [
        Figure("one slider move, window of 1600 × 1000 with a 512² picture, 95th percentile", one.window, unit="ms"),
        Figure("one slider move, curves panel alone, 95th percentile", one.panel, unit="ms"),
        Figure("the same curves in bare pyqtgraph, 95th percentile", one.bare, unit="ms"),
        Figure("window ÷ bare pyqtgraph", one.window / one.bare, 1.3),
        Figure("window, with which other panels follow, ÷ bare pyqtgraph", one.following / one.bare, 2.0),
        Figure("curves panel ÷ bare pyqtgraph", one.panel / one.bare, 1.0),
        Figure("the same of 16 schedules with a plot for every curve, 95th percentile", many.window, unit="ms"),
        Figure("that ÷ bare pyqtgraph", many.window / many.bare, 1.3),
        *_moves_of_lengths(),
        Figure("a point of a drawn schedule dragged on, 95th percentile", drawn.window, unit="ms"),
        Figure("that ÷ bare pyqtgraph", drawn.window / drawn.bare, 1.3),
        Figure("that, with which other panels follow, ÷ bare pyqtgraph", drawn.following / drawn.bare, 2.0),
        *_moves_of_t(),
    ]


def _opened(specs: Sequence[str]) -> MainWindow:
    """A window with these schedules and a picture."""
    app = QApplication.instance() or program.make_application(["benchmark"])
    assert isinstance(app, QApplication)
    window = program.open_window([], [Schedule.parse(spec) for spec in specs], 400)
    window.share_out(SIZE)
    window.show()
    _process()
    picture = window.studio.state.picture
    assert picture is not None
    assert picture.pixels.shape == (512, 512, 3)
    return window


def _moves_of_t() -> list[Figure]:
    """Moves of t, by what all threads compute: there is nothing beside it that would have to wait for other work on the
    machine as well.
    """
    window, yardstick, times = _opened(MANY), Yardstick(time.process_time), list[float]()
    for t in np.linspace(50, 950, MOVES):
        yardstick.lay()
        times.append(_milliseconds(partial(window.studio.set_t, int(t)), time.process_time))
    window.close()
    middle, late = np.percentile(times, [50, 95]).tolist()
    return [
        Figure("one move of t, window with 16 schedules, median", middle, 25.0, "ms", yardstick.slowness),
        Figure("the same, 95th percentile", late, unit="ms"),
    ]


def _moves_of_lengths() -> list[Figure]:
    """Moves of a slider, of schedules of each length in turn, by what one thread computes but for the coefficients that
    are used: those are there before it begins.
    """
    shown: list[tuple[CurvesPanel, State]] = []
    for T in LENGTHS:
        window, panel = _opened([f"{kind}:T={T}" for kind in OF_ANY_LENGTH]), CurvesPanel()
        window.studio.set_adjusting(True)
        _process()
        panel.resize(window.panel(CurvesPanel).size())
        panel.show()
        panel.show_state(window.studio.state)
        _process()
        shown.append((panel, window.studio.state))
        window.close()
    yardstick, times = Yardstick(time.thread_time), list[list[float]]()
    for beta in np.linspace(0.015, 0.025, MOVES):
        yardstick.lay()
        times.append([_shown_in(panel, _moved(state, beta)) for panel, state in shown])
    for panel, _ in shown:
        panel.close()
    short, long = np.median(times, axis=0).tolist()
    return [
        Figure("curves panel, three schedules and their coefficients at hand, T = 1000, median", short, unit="ms"),
        Figure("what T = 100000 costs more than that", long - short, 2.0, "ms", yardstick.slowness),
    ]


def _moved(state: State, beta: float) -> State:
    """The state with another β_T of its first schedule, which has all coefficients at hand that the one before had."""
    first, *others = state.entries
    schedule = first.schedule.replace(beta_end=beta)
    for name in CURVES.keys() & vars(first.schedule.coefficients):
        assert len(schedule.coefficients[name])
    return replace(state, entries=(replace(first, schedule=schedule), *others))


def _shown_in(panel: CurvesPanel, state: State) -> float:
    return _milliseconds(partial(panel.show_state, state), time.thread_time)


def _slider(window: MainWindow) -> Mover:
    """A slider of the chosen schedule that is held, from one end of a range to the other."""
    window.studio.set_adjusting(True)
    return lambda share: window.studio.set_parameter("beta_end", 0.015 + 0.01 * share)


def _point(window: MainWindow) -> Mover:
    """A handle that the mouse holds, from where it is a little down and to the right."""
    window.studio.select(window.studio.state.entries[0].key)
    _process()
    grid = child(window.panel(CurvesPanel), PlotGrid)
    (plot,) = grid.plots()
    handle = plot.handles.places()[1]
    start = QPointF(grid.mapFromScene(plot.vb.mapViewToScene(QPointF(handle.x, handle.y))))
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=start.toPoint())

    def move(share: float) -> None:
        place = start + QPointF(10 + 230 * share, 10 + 60 * share)  # A pixel further with every move.
        there = QPointF(grid.viewport().mapToGlobal(place.toPoint()))
        held, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(QEvent.Type.MouseMove, place, there, Qt.MouseButton.NoButton, held, keys)
        QApplication.sendEvent(grid.viewport(), event)

    return move


class Moves(NamedTuple):
    """95th percentiles, in milliseconds: of moves in a window, and of those with which other panels had their turn to
    follow; of the panel alone; and of bare plots.
    """

    window: float
    following: float
    panel: float
    bare: float


def _moves(specs: Sequence[str], curves: tuple[str, ...], moves: int, mover: Callable[[MainWindow], Mover]) -> Moves:
    """Moves with these schedules and curves, each of which has a plot of its own where there are many."""
    window = _opened(specs)
    window.studio.set_curves(curves)
    window.studio.set_grid(len(curves) > len(DEFAULT_CURVES))
    _process()
    state = window.studio.state
    panel, bare = CurvesPanel(), Bare(state)
    panel.resize(window.panel(CurvesPanel).size())
    bare.widget.resize(SIZE)
    for widget in (panel, bare.widget):
        widget.show()
    panel.show_state(state)
    _process()
    times = _take_turns(window, panel, bare, moves, mover(window))
    for widget in (window, panel, bare.widget):
        widget.close()
    return times


def _take_turns(window: MainWindow, panel: CurvesPanel, bare: Bare, moves: int, move: Mover) -> Moves:
    """All moves; fails where one was not painted.

    Each has a few moves in a row, and nobody's begin before what follows later in the window has been done, so that
    none of that is counted as another's.
    """
    studio = window.studio
    canvases = (child(window.panel(CurvesPanel), PlotGrid).viewport(), child(panel, PlotGrid).viewport(), bare.canvas)
    paints = [Paints(canvas) for canvas in canvases]
    turns = Turns()
    own, following, alone, theirs = (list[float]() for _ in Moves._fields)
    for shares in np.split(np.linspace(0, 1, moves), moves // IN_A_ROW):
        states: list[State] = []
        for share in shares:
            before, took = turns.count, _milliseconds(partial(move, float(share)))
            (own if turns.count == before else following).append(took)
            states.append(studio.state)
        QTest.qWait(SETTLED_MS)
        for state in states:
            alone.append(_milliseconds(partial(panel.show_state, state)))
        QTest.qWait(SETTLED_MS)
        for state in states:
            theirs.append(_milliseconds(partial(bare.set_curves, state.entries)))
    assert all(paint.count >= moves for paint in paints)
    return Moves(*(float(np.percentile(each, 95)) for each in (own, following, alone, theirs)))
