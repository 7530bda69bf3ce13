"""Exceptions in what Qt calls and in single panels: reported, while the rest of the window goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.curves.legend import Legend, LegendStrip
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.curves.plot_items import CurveItem
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.panels import PANELS, PanelSpec
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.picture.tile import Tile
from ddpm_studio.gui.schedules.rows.model import EntriesModel
from ddpm_studio.gui.schedules.rows.row_delegate import RowDelegate
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.widgets import number_box
from tests.gui.finding import child
from tests.gui.windows import active_window


class PlantedError(Exception):
    """What nobody foresaw."""


def failing(*_: Any, **__: Any) -> Any:
    raise PlantedError


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1280, 800)) as window:
        window.studio.set_grid(True)  # Which has a legend.
        settle()
        yield window


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def steps_shown(window: MainWindow) -> int:
    """What the time bar says, which is the last panel to hear of a state."""
    return int(child(window.panel(TimeBar), QSpinBox).suffix().strip(" /"))


def resize(window: MainWindow) -> None:
    window.resize(window.width() - 60, window.height() - 20)


def repaint(window: MainWindow) -> None:
    for widget in window.findChildren(QWidget):
        widget.update()
    window.grab()


def press_a_key(window: MainWindow) -> None:
    QTest.keyClick(child(window.panel(TimeBar), QSlider), Qt.Key.Key_Right)


def click_a_plot(window: MainWindow) -> None:
    grid = child(window, PlotGrid)
    place = grid.mapFromScene(grid.plots()[0].box().center())
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))


def show_another_number(window: MainWindow) -> None:
    window.studio.set_schedule(Schedule("linear", window.studio.state.current.schedule.T + 1))


PLANTED: dict[str, tuple[object, str, Callable[[MainWindow], None]]] = {
    "resizeEvent of a plot": (CurvePlot, "update_ticks", resize),
    "paintEvent": (Legend, "paint", repaint),
    "paintEvent with a painter": (Tile, "_paint_name", repaint),
    "paint of an item": (CurveItem, "getPath", repaint),
    "paint of pyqtgraph's own": (pg.AxisItem, "generateDrawSpecs", resize),
    "sizeHint": (Legend, "height", lambda window: child(window, LegendStrip).updateGeometry()),
    "data": (EntriesModel, "line", repaint),
    "paint of a delegate": (RowDelegate, "_tick", repaint),
    "textFromValue": (number_box, "number_text", show_another_number),
    "eventFilter": (TimeBar, "handle_key", press_a_key),
    "mousePressEvent": (PlotGrid, "_press_inside", click_a_plot),
}


def test_an_exception_stays_in_the_method_that_qt_called(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for planted, (place, name, act) in PLANTED.items():
        with qtbot.captureExceptions() as exceptions, monkeypatch.context() as planting:
            planting.setattr(place, name, failing)
            act(window)
            settle()
            show_another_number(window)
            settle()
        assert {kind for kind, *_ in exceptions} == {PlantedError}, planted
        assert steps_shown(window) == window.studio.state.current.schedule.T, planted
        act(window)
        settle()
        assert window.isVisible(), planted


class Hearing:
    """What panels are told, each by itself; the one in `failing` fails at that."""

    def __init__(self) -> None:
        self.told: dict[type, list[object]] = {}
        self.failing: type | None = None

    def ear(self, kind: type) -> Callable[[object, object], None]:
        """A method that takes the place of one of the panel's."""

        def hear(panel: object, news: object) -> None:
            self.told.setdefault(kind, []).append(news)
            if kind is self.failing:
                raise PlantedError

        return hear


@pytest.mark.parametrize("spec", PANELS, ids=[spec.name for spec in PANELS])
@pytest.mark.parametrize("method", ["show_state", pytest.param("set_theme", marks=pytest.mark.slow)])
def test_a_panel_that_fails_keeps_no_other_from_what_there_is_to_show(
    spec: PanelSpec[Any], method: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    hearing = Hearing()
    kinds: list[Any] = [each.make for each in PANELS]
    for kind in kinds:
        monkeypatch.setattr(kind, method, hearing.ear(kind))
    window = open_window([], [], None)
    qtbot.addWidget(window)
    settle()
    hearing.failing = kinds[PANELS.index(spec)]
    hearing.told.clear()
    with qtbot.captureExceptions() as exceptions:
        for T, theme in ((10, ThemeChoice.DARK), (20, ThemeChoice.LIGHT)):
            with qtbot.waitSignal(window.studio.changed):
                window.studio.set_schedule(Schedule("linear", T))
            if method == "set_theme":
                window.set_theme(theme)
    assert [kind for kind, *_ in exceptions] == [PlantedError]
    assert [len(hearing.told[kind]) for kind in kinds] == [2] * len(PANELS)


def test_a_panel_that_works_again_shows_the_state_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = window.panel(PicturePanel)
    with qtbot.captureExceptions() as exceptions, monkeypatch.context() as planting:
        planting.setattr(panel, "refresh", failing)
        show_another_number(window)
        settle()
    assert len(exceptions) == 1
    seen: list[State] = []
    monkeypatch.setattr(panel, "refresh", lambda: seen.append(panel.state))
    window.studio.announce()
    settle()
    assert seen == [window.studio.state]
