"""Hints at the foot of the whole window, under a real mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QStatusBar, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.equation.weight_number import WeightNumber
from ddpm_studio.gui.field import GUTTER
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.tile import Tile
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.schedules.text.spec_line import SpecLine
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.widgets.slider_field import SliderField
from tests.gui.finding import child
from tests.gui.windows import active_window

Spot = tuple[QWidget, QPoint]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    schedules = [Schedule("linear", 300), Schedule("cosine", 1000)]
    with active_window(qtbot, QSize(1280, 800), schedules, 120) as window:
        for _ in range(4):
            QApplication.processEvents()
        yield window


def middle(widget: QWidget) -> Spot:
    return widget, widget.rect().center()


def in_plot(window: MainWindow) -> Spot:
    grid = window.panel(CurvesPanel).grid
    return grid.viewport(), grid.mapFromScene(grid.plots()[0].box().center())


def on_switch(window: MainWindow) -> Spot:
    grid = window.panel(CurvesPanel).grid
    title = grid.plots()[0].title
    return grid.viewport(), grid.mapFromScene(title.mapToScene(title.switch_rect().center()))


def scales(window: MainWindow) -> QWidget:
    return window.panel(TimelinePanel).scales


def on_frame(window: MainWindow) -> Spot:
    lanes = window.panel(TimelinePanel).lanes
    return lanes, lanes.strip(1).center().toPoint()


def on_letter(window: MainWindow) -> Spot:
    return window.panel(TimelinePanel).lanes, QPoint(GUTTER - 20, on_frame(window)[1].y())


def point_at(spot: Spot) -> None:
    widget, place = spot
    # From elsewhere: what is entered and left is known from one move to the next.
    QTest.mouseMove(widget.window(), QPoint(1, 1))
    QTest.mouseMove(widget, place - QPoint(1, 0))
    QTest.mouseMove(widget, place)
    QApplication.processEvents()


def said(window: MainWindow) -> str:
    return child(window, QStatusBar).currentMessage()


SPOTS: list[tuple[Callable[[MainWindow], Spot], str]] = [
    (in_plot, "Alt+drag: measure"),
    (on_switch, "logarithmic"),
    (lambda window: (scales(window), QPoint(GUTTER - 20, 8)), "make it the axis"),
    (lambda window: middle(scales(window)), "type a value of this scale"),
    (on_frame, "hold Z"),
    (on_letter, "select the schedule"),
    (lambda window: middle(window.panel(CurvesPanel).rail), "into the large plot"),
    (lambda window: middle(child(window, WeightNumber)), "double-click: type"),
    (lambda window: middle(child(window, Tile)), "to another program"),
    (lambda window: middle(child(window, SpecLine)), "Drag or turn a number"),
    (
        lambda window: middle(child(child(window.panel(SchedulesPanel), SliderField), QSlider)),
        "back to the default",
    ),
    (lambda window: middle(child(window.panel(TimeBar), QSlider)), "move t"),
]


def test_the_foot_says_what_the_mouse_can_do_where_it_is(window: MainWindow) -> None:
    for spot, words in SPOTS:
        point_at(spot(window))
        assert words in said(window)
        assert window.statusBar().fontMetrics().horizontalAdvance(said(window)) < 940, "the smallest window has no room"
        point_at((window, QPoint(window.width() // 2, 2)))
        assert said(window) == ""


def test_a_hint_follows_what_a_place_is_good_for(window: MainWindow) -> None:
    point_at(in_plot(window))
    assert "Drag: move t" in said(window)
    window.panel(CurvesPanel).grid.measure()
    assert "measure nothing" in said(window)


def test_a_message_comes_before_hints(window: MainWindow) -> None:
    foot = window.statusBar()
    before = foot.geometry()
    window.messages.say("Something was said.")
    point_at(in_plot(window))
    QApplication.processEvents()
    assert window.toast.isVisible()
    assert window.toast.width() > foot.width() - 20
    window.messages.close()
    assert "Drag: move t" in said(window)
    assert foot.geometry() == before


def test_a_panel_in_a_window_of_its_own_has_its_hints_at_the_same_foot(window: MainWindow) -> None:
    window.bring_up("picture")
    apart = next(action for action in window._zones.window_actions() if action.text().replace("&", "") == "Picture")
    apart.trigger()
    QApplication.processEvents()
    tile, place = child(window, Tile), QPointF(5, 5)
    assert tile.window() is not window
    QApplication.sendEvent(tile, QEnterEvent(place, place, QPointF(tile.mapToGlobal(place))))
    assert "to another program" in said(window)
    apart.trigger()
