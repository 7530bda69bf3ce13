"""The panel in small windows: what folds and stands beside where there is hardly any height."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.sampling.pages.solver_page import ERROR, ESTIMATE
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.widgets.focus import KeylessScrollArea
from tests.gui.finding import child
from tests.gui.sampling.conftest import Stage

SMALLEST, SMALL, USUAL = QSize(655, 145), QSize(720, 178), QSize(1130, 245)
"""Of the panel in windows of 960×600, 1024×700 and 1440×900."""

SIZES = pytest.mark.parametrize("size", [SMALLEST, SMALL, USUAL], ids=lambda size: f"{size.height()}")


def lay_out(stage: Stage, size: QSize) -> None:
    stage.panel.resize(size)
    for _ in range(5):
        QApplication.processEvents()


def run(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.panel.run_bar.buttons.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)


def scrolled(stage: Stage) -> int:
    """By how many pixels the panel can be scrolled."""
    return child(stage.panel, KeylessScrollArea).verticalScrollBar().maximum()


def places(stage: Stage, parts: Iterable[QWidget]) -> list[QRect]:
    """Where these are in the panel, if they are seen."""
    return [QRect(part.mapTo(stage.panel, QPoint()), part.size()) for part in parts if part.isVisible()]


def assert_apart(stage: Stage, parts: Iterable[QWidget]) -> None:
    """All are inside the panel, and none lies over another."""
    seen = places(stage, parts)
    assert all(stage.panel.rect().contains(place) for place in seen)
    assert not any(one.intersects(other) for one, other in combinations(seen, 2))


@SIZES
@pytest.mark.parametrize("page", Page)
def test_no_page_has_a_scroll_bar_about_it_in_a_small_window(
    stage: Stage, qtbot: QtBot, page: Page, size: QSize
) -> None:
    run(stage, qtbot)
    stage.panel._turn_to(page)
    lay_out(stage, size)
    assert scrolled(stage) == 0
    roomy = size == USUAL or page in (Page.WATCH, Page.COMPARE)
    assert stage.panel.timeline.isVisible() == stage.panel.status.isVisible() == roomy
    lay_out(stage, USUAL)
    assert stage.panel.timeline.isVisible()


@SIZES
def test_the_switches_of_the_solver_s_table_stand_beside_it_where_there_is_little_height(
    stage: Stage, qtbot: QtBot, size: QSize
) -> None:
    solver = stage.panel.views.solver
    stage.panel._turn_to(Page.SOLVER)
    lay_out(stage, size)
    parts = (solver.plot, solver.heat_map, solver._error, solver.network, solver.shown)
    for shown in (ERROR, ESTIMATE):
        solver.choose(shown)
        lay_out(stage, size)
        assert_apart(stage, parts)
        low = size != USUAL
        assert solver.plot.isVisible() == (not low or shown == ESTIMATE), "The error has its place."
    assert (solver.network.x() > solver.heat_map.geometry().right()) == low
    assert min(solver.plot.height(), solver.heat_map.height()) >= 58
    assert solver._what.text() == solver._what.toolTip() == solver.plot.toolTip()


@SIZES
def test_a_schedule_that_a_table_is_imagined_for_is_told_where_there_is_no_room_for_it(
    stage: Stage, qtbot: QtBot, size: QSize
) -> None:
    solver = stage.panel.views.solver
    stage.panel.show_prediction()
    lay_out(stage, size)
    assert solver._for_whom.isVisible() == (size == USUAL)
    assert "cosine" in solver.plot.toolTip()


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@SIZES
def test_as_many_rows_are_seen_whole_as_a_small_window_has_room_for(
    stage: Stage, qtbot: QtBot, size: QSize, count: int
) -> None:
    compare = stage.panel.views.compare
    stage.panel._turn_to(Page.COMPARE)
    lay_out(stage, size)
    for _ in range(count - 1):
        qtbot.mouseClick(compare.add, Qt.MouseButton.LeftButton)
    run(stage, qtbot)
    lay_out(stage, size)
    if size != SMALLEST or count <= 2:
        assert scrolled(stage) == 0
        assert_apart(stage, (*compare.choices, stage.panel.timeline))
        assert_apart(stage, (*compare.grids, compare.add, stage.panel.timeline))
    for grid in compare.grids[:count]:
        assert grid.count > 0
        assert all(grid.rect().contains(grid.place(number)) for number in range(grid.count))
        assert grid.height() >= 16
    assert compare.add.isVisible() == (count < 4 or size == USUAL)


def test_the_curve_of_a_checkpoint_folds_where_only_the_button_has_room(stage: Stage, qtbot: QtBot) -> None:
    card = stage.panel.views.model.card
    stage.panel._turn_to(Page.MODEL)
    for size, has_curve in ((SMALLEST, False), (SMALL, True), (SMALLEST, False)):
        lay_out(stage, size)
        assert card.schedule.plot.isVisible() is has_curve
        assert_apart(stage, (card._area, card.schedule.plot, card.schedule.add))
        assert card._area.height() >= 48


@pytest.mark.qt_log_ignore("does not support (grabbing the keyboard|raise)", extend=True)
@SIZES
def test_steps_are_chosen_and_the_best_are_asked_for_in_one_row(stage: Stage, size: QSize) -> None:
    stage.panel.view_bar.more.click()
    lay_out(stage, size)
    box, best = stage.panel.details.spacing, stage.panel.details.spacing_row.best
    assert_apart(stage, (box, best, stage.panel.details.seed))
    assert best.visibleRegion().boundingRect() == best.rect()
    assert "Best steps for this checkpoint" in best.toolTip()
    box.showPopup()
    assert box.view().viewport().width() >= box.view().sizeHintForColumn(0), "The names are whole."
    box.hidePopup()
