"""Lines that slide to another axis, in the whole window."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QAbstractAnimation, QPointF, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.curves.plot_items import CurveItem
from ddpm_studio.gui.main_window import MainWindow
from tests.gui.windows import active_window, settle

LONG_MS = 1_000_000
"""So long that a test sees the way, and nothing of it passes by itself that a picture would show."""

SCHEDULES = [Schedule("linear", 300), Schedule.parse("cosine:T=1000,zero_snr=1")]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1280, 800), SCHEDULES, 120) as window:
        settle()
        yield window


@pytest.fixture
def grid(window: MainWindow) -> PlotGrid:
    grid = window.panel(CurvesPanel).grid
    grid.slide.motion_ms = lambda: LONG_MS
    return grid


def choose(window: MainWindow, axis: str) -> None:
    window.studio.set_axis(axis)
    settle()


def slides(grid: PlotGrid) -> bool:
    return grid.slide.state() is QAbstractAnimation.State.Running


def lines(grid: PlotGrid) -> list[CurveItem]:
    return [line for plot in grid.plots() for line in plot.lines]


def points(line: CurveItem) -> np.ndarray:
    """The points that are drawn of a line, in the scene's pixels."""
    path = line.getPath() if line._passing is None else line._passing
    elements = (path.elementAt(place) for place in range(path.elementCount()))
    there = [line.mapToScene(QPointF(each.x, each.y)) for each in elements]
    return np.array([(point.x(), point.y()) for point in there])


def picture(grid: PlotGrid) -> QImage:
    return grid.grab().toImage()


@pytest.mark.parametrize("axis", ["t", "log_snr", "sigma"])
def test_lines_slide_from_where_they_were_to_where_they_are(window: MainWindow, grid: PlotGrid, axis: str) -> None:
    before = [points(line)[:, 0] for line in lines(grid)]
    choose(window, axis)
    assert slides(grid)
    data = [tuple(each.copy() for each in line.getData()) for line in lines(grid)]
    starts = [points(line)[:, 0] for line in lines(grid)]
    grid.slide.setCurrentTime(LONG_MS // 2)
    middles = [points(line)[:, 0] for line in lines(grid)]
    grid.slide.setCurrentTime(LONG_MS - 1)
    ends = [points(line)[:, 0] for line in lines(grid)]
    for was, start, middle, end in zip(before, starts, middles, ends, strict=True):
        assert start[0] == pytest.approx(was[0], abs=0.5)
        assert middle == pytest.approx((start + end) / 2, abs=0.5)
    for line, (x, y) in zip(lines(grid), data, strict=True):
        assert all(np.array_equal(now, then) for now, then in zip(line.getData(), (x, y), strict=True))
    assert any(abs(end - start).max() > 20 for start, end in zip(starts, ends, strict=True))


@pytest.mark.parametrize("axis", ["t", "log_snr", "sigma"])
def test_in_the_end_all_is_drawn_as_without_any_way(window: MainWindow, grid: PlotGrid, axis: str) -> None:
    grid.slide.motion_ms = lambda: 0
    choose(window, axis)
    wanted = picture(grid)
    choose(window, "t/T")
    grid.slide.motion_ms = lambda: LONG_MS
    choose(window, axis)
    grid.slide.setCurrentTime(LONG_MS // 2)
    assert picture(grid) != wanted
    grid.slide.setCurrentTime(LONG_MS)
    settle()
    assert not slides(grid)
    assert picture(grid) == wanted


def test_another_state_is_shown_at_once(window: MainWindow, grid: PlotGrid) -> None:
    choose(window, "log_snr")
    window.studio.set_t(30)
    settle()
    assert not slides(grid)
    assert all(line._passing is None for line in lines(grid))
    choose(window, "sigma")
    assert slides(grid)
    choose(window, "t")
    assert slides(grid), "it is on its way to another axis"
    grid.zoom(2)
    assert not slides(grid)


def test_a_key_makes_them_slide(window: MainWindow, grid: PlotGrid) -> None:
    window.studio.add(Schedule("flow", 300))
    settle()
    for key, scale in zip((*map(Qt.Key, b"TULN"), Qt.Key.Key_F), SCALES, strict=True):
        grid.slide.end()
        QTest.keyClick(window, key)
        settle()
        assert (window.studio.state.axis, slides(grid)) == (scale, True)


def test_nothing_slides_that_is_not_the_same(window: MainWindow, grid: PlotGrid) -> None:
    window.studio.set_view("difference")
    settle()
    choose(window, "log_snr")
    assert not slides(grid)
    window.studio.set_view("plain")
    settle()
    window.studio.set_grid(True)
    window.studio.set_axis("t")
    settle()
    assert not slides(grid)


def test_nothing_slides_unseen_or_where_nothing_is_to_move(window: MainWindow, grid: PlotGrid) -> None:
    grid.slide.motion_ms = lambda: 0
    choose(window, "log_snr")
    assert not slides(grid)
    grid.slide.motion_ms = lambda: LONG_MS
    window.hide()
    choose(window, "t")
    window.show()
    settle()
    assert not slides(grid)


def test_without_a_display_nothing_moves(window: MainWindow) -> None:
    grid = window.panel(CurvesPanel).grid
    choose(window, "sigma")
    assert not slides(grid)
    assert all(line._passing is None for line in lines(grid))
