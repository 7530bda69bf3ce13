from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import Entry, State
from tests.gui.finding import child


def signals(panel: CurvesPanel) -> list[tuple[str, SignalInstance, str]]:
    """What a person does in the panel: a name for it, its signal, and the slot of the Studio that does it."""
    return [
        ("t_chosen", panel.grid.t_chosen, "set_t"),
        ("curve_chosen", panel.grid.curve_chosen, "explain"),
        ("curve_chosen", panel.curve_chosen, "explain"),
        ("schedule_chosen", panel.grid.schedule_chosen, "select"),
        ("curves_chosen", panel.chooser.chosen, "set_curves"),
        ("curves_chosen", panel.curves_chosen, "set_curves"),
        ("axis_chosen", panel.axis.chosen, "set_axis"),
        ("view_chosen", panel.views.chosen, "set_view"),
        ("grid_chosen", panel.grid_chosen, "set_grid"),
        ("log_toggled", panel.grid.log_toggled, "set_log"),
        ("log_toggled", panel.log_toggled, "set_log"),
        ("points", panel.grid.points.chosen, "set_points"),
        ("held", panel.grid.points.held, "set_adjusting"),
        ("taken_back", panel.grid.points.taken_back, "take_back"),
        ("refused", panel.grid.points.refused, "complain"),
        ("steps_replaced", panel.grid.steps_replaced, "reshape_steps"),
        ("adjusting", panel.grid.adjusting, "set_adjusting"),
        ("save_requested", panel.save_requested, ""),
    ]


def put(lines: Iterable[str]) -> None:
    """Copy a table as the window does, which takes its time for it."""
    QApplication.clipboard().setText("".join(lines))


class Nobody:
    """A TaskMonitor that lets everything through."""

    def step(self) -> None:
        pass


def save_plots(panel: CurvesPanel, path: str, name: str = "") -> None:
    """Save all plots, or one, at once."""
    task = panel.drawn_plots(path, name)
    for _ in task.drawing:
        pass
    task.write(Nobody())
    assert task.written == path


offscreen_menu = pytest.mark.qt_log_ignore("^This plugin does not support grabbing the keyboard")
"""The offscreen platform has no keyboard for a menu to grab."""


def state_of(*specs: str, **changes: Any) -> State:
    """A State with these schedules, the first one selected."""
    entries = tuple(Entry(key, Schedule.parse(spec), style=key) for key, spec in enumerate(specs))
    return State(entries=entries, **{"axis": "t", **changes})


@dataclass
class _Recorder:
    said: list[tuple[Any, ...]]
    name: str

    def note(self, *values: Any) -> None:
        self.said.append((self.name, *values))


@dataclass
class Bench:
    """A shown panel wired to a Studio as the window does it, and every signal that the panel gave."""

    panel: CurvesPanel
    studio: Studio
    said: list[tuple[Any, ...]] = field(default_factory=list)
    recorders: list[_Recorder] = field(default_factory=list)

    @property
    def grid(self) -> PlotGrid:
        return child(self.panel, PlotGrid)

    @property
    def viewport(self) -> QWidget:
        viewport: QWidget = self.grid.viewport()
        return viewport

    def plot(self, name: str) -> CurvePlot:
        return next(plot for plot in self.grid.plots() if plot.curve.name == name)

    def lines(self, name: str) -> list[Any]:
        """The curve items of a plot, in the order of the visible schedules."""
        plot = self.plot(name)
        return [plot._lines[entry.key] for entry in self.studio.state.visible]

    def cursor(self, name: str) -> float:
        """Where the selected schedule's cursor stands in a plot."""
        return self.plot(name)._cursors.cursors()[-1][0]

    def place(self, name: str, x: float, y: float | None = None) -> QPoint:
        """Where a data point of a plot is in the viewport; half-way up when y is left out."""
        plot = self.plot(name)
        scene = plot.vb.mapViewToScene(QPointF(x, 0.0 if y is None else y))
        return QPointF(scene.x(), plot.box().center().y() if y is None else scene.y()).toPoint()

    def drag(self, places: list[QPoint]) -> None:
        """Press, move through all places, release."""
        button = Qt.MouseButton.LeftButton
        QTest.mousePress(self.viewport, button, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(self.viewport, place)
        QTest.mouseRelease(self.viewport, button, pos=places[-1])
        self.settle()

    def settle(self) -> None:
        """Let the Studio's news and the layout come through."""
        for _ in range(3):
            QApplication.processEvents()


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    panel, studio = CurvesPanel(), Studio()
    made = Bench(panel, studio)
    qtbot.addWidget(panel)
    studio.changed.connect(panel.show_state)
    panel.copied.connect(put)
    for name, signal, slot in signals(panel):
        recorder = _Recorder(made.said, name)
        made.recorders.append(recorder)
        signal.connect(recorder.note)
        if slot:
            signal.connect(getattr(studio, slot))
    studio.set_schedule(Schedule.parse("linear:T=1000"))
    studio.add(Schedule.parse("cosine:T=1000"))
    studio.add(Schedule.parse("sigmoid:T=300"))
    studio.select(studio.state.entries[0].key)
    studio.set_grid(True)
    studio.set_axis("t")
    # These would choose logarithmic ones.
    studio.set_log("posterior_variance", False)
    studio.set_log("betas", False)
    studio.set_scale("t/T")
    studio.set_t(400)
    panel.resize(1200, 560)
    panel.show_state(studio.state)
    panel.show()
    qtbot.waitExposed(panel)
    made.settle()
    return made


@pytest.fixture
def large(bench: Bench) -> Bench:
    """The same with one large plot."""
    bench.studio.set_grid(False)
    bench.studio.set_axis("t")
    bench.studio.explain("alphas_cumprod")
    bench.settle()
    bench.said.clear()
    return bench
