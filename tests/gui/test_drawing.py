"""Drawing a schedule in a real window: what is seen meanwhile, undone and kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.projects.document import from_text, read_document, to_text, write_document
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.gui.windows import active_window, settle

LEFT = Qt.MouseButton.LeftButton
SPEC = "drawn:T=300,points=0/10;0.4/2;1/-10"


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule("linear", 300), Schedule.parse(SPEC)]) as window:
        window.studio.select(window.studio.state.entries[1].key)
        window.studio.explain("log_snr")
        settle()
        yield window


def middle(window: MainWindow) -> QPoint:
    """Where the handle of the point in the middle is in the viewport."""
    grid = window.panel(CurvesPanel).grid
    (plot,) = grid.plots()
    place = plot.handles.places()[1]
    where: QPoint = grid.mapFromScene(plot.vb.mapViewToScene(QPointF(place.x, place.y)))
    return where


def hold(window: MainWindow, away: QPoint) -> None:
    """Take that handle, and move it away."""
    viewport, start = window.panel(CurvesPanel).grid.viewport(), middle(window)
    QTest.mousePress(viewport, LEFT, pos=start)
    for share in (0.5, 1.0):
        move_to(window, start + away * share)


def move_to(window: MainWindow, place: QPoint) -> None:
    viewport = window.panel(CurvesPanel).grid.viewport()
    there, held = QPointF(viewport.mapToGlobal(place)), Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), there, Qt.MouseButton.NoButton, LEFT, held)
    QApplication.sendEvent(viewport, event)
    settle()


def let_go(window: MainWindow) -> None:
    QTest.mouseRelease(window.panel(CurvesPanel).grid.viewport(), LEFT, pos=middle(window))
    settle()


def spec(window: MainWindow) -> str:
    return str(window.studio.state.current.schedule)


def test_everything_follows_while_a_point_is_dragged(window: MainWindow) -> None:
    hold(window, QPoint(40, 20))
    state = window.studio.state
    assert spec(window) != SPEC
    assert state.adjusting
    for panel in (CurvesPanel, PicturePanel, EquationPanel, TimelinePanel):
        assert window.panel(panel).state is state
    let_go(window)
    assert not window.studio.state.adjusting


def test_a_drag_is_undone_at_once(window: MainWindow) -> None:
    for away in (QPoint(40, 20), QPoint(-30, -15)):
        hold(window, away)
        let_go(window)
    window.studio.undo()
    window.studio.undo()
    assert spec(window) == SPEC


def test_undo_during_a_drag_ends_it(window: MainWindow) -> None:
    undo = window.findChild(QAction, "undo")
    assert undo is not None
    hold(window, QPoint(40, 20))
    undo.trigger()
    settle()
    assert spec(window) == SPEC
    move_to(window, middle(window) + QPoint(30, 30))
    let_go(window)
    assert spec(window) == SPEC
    assert not window.studio.state.adjusting


def test_escape_takes_a_drag_back_and_stops_nothing_else(window: MainWindow) -> None:
    undo = window.studio.state.undo
    hold(window, QPoint(40, 20))
    QTest.keyClick(window.panel(CurvesPanel).grid, Qt.Key.Key_Escape)
    settle()
    assert (spec(window), window.studio.state.undo) == (SPEC, undo)


def test_after_a_click_on_a_point_delete_removes_that_and_no_schedule(window: MainWindow) -> None:
    window.panel(SchedulesPanel).list.view.setFocus()
    viewport = window.panel(CurvesPanel).grid.viewport()
    QTest.mouseClick(viewport, LEFT, pos=middle(window))
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Delete)
    settle()
    assert [str(entry.schedule) for entry in window.studio.state.entries] == [
        "linear:T=300",
        "drawn:T=300,points=0/10;1/-10",
    ]


def test_a_project_keeps_what_was_drawn(window: MainWindow, tmp_path: Path) -> None:
    hold(window, QPoint(40, 20))
    let_go(window)
    drawn = window.studio.state.current.schedule
    text = to_text(write_document(window.studio.state, tmp_path))
    opened = read_document(from_text(text, "x"), tmp_path, State())
    assert opened.state.current.schedule == drawn
    assert str(drawn) in text
