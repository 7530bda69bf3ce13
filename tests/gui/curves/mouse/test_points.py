"""Points of a drawn schedule under the mouse and keys in the plots."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.by_hand.drawn_points import tells_level
from ddpm_studio.gui.curves.menu import PlotMenu
from ddpm_studio.gui.curves.points.point_places import PointPlace
from tests.gui.curves.conftest import Bench, offscreen_menu
from tests.gui.finding import child

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
SPEC = "drawn:T=1000,points=0/10;0.4/2;0.7/-3;1/-10"
AXES = ("t", "t/T", "log_snr", "sigma", "tau")


@pytest.fixture
def drawn(large: Bench) -> Bench:
    """A drawn schedule, chosen, between others, with its log SNR in the large plot."""
    large.studio.set_schedule(Schedule.parse(SPEC))
    large.studio.explain("log_snr")
    large.settle()
    large.said.clear()
    return large


def handles(bench: Bench) -> list[PointPlace]:
    (plot,) = bench.grid.plots()
    return list(plot.handles.places())


def pixel(bench: Bench, number: int) -> QPoint:
    (plot,) = bench.grid.plots()
    place = next(place for place in handles(bench) if place.number == number)
    return QPointF(plot.vb.mapViewToScene(QPointF(place.x, place.y))).toPoint()


def at(bench: Bench, x: float, y: float) -> QPoint:
    return bench.place(bench.studio.state.curve, x, y)


def points(bench: Bench) -> tuple[tuple[float, float], ...]:
    return bench.studio.state.current.schedule.points


def move(bench: Bench, place: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Move the mouse with keys held, as QTest.mouseMove cannot."""
    where = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, QPointF(bench.viewport.mapToGlobal(place)), Qt.MouseButton.NoButton, LEFT, keys
    )
    QApplication.sendEvent(bench.viewport, event)
    bench.settle()


def pull(bench: Bench, start: QPoint, *places: QPoint, keys: Qt.KeyboardModifier | None = None) -> None:
    """Drag from a place over others."""
    QTest.mousePress(bench.viewport, LEFT, pos=start)
    for place in places:
        move(bench, place, keys or Qt.KeyboardModifier.NoModifier)
    QTest.mouseRelease(bench.viewport, LEFT, pos=places[-1])
    bench.settle()


def test_handles_lie_on_log_snr_at_their_u(drawn: Bench) -> None:
    assert [(place.number, place.x) for place in handles(drawn)] == [(0, 0.0), (1, 400.0), (2, 700.0), (3, 1000.0)]
    assert [place.y for place in handles(drawn)] == pytest.approx([10.0, 2.0, -3.0, -10.0])


@pytest.mark.parametrize("axis", AXES)
def test_handles_lie_on_every_curve_of_the_noise_level_over_every_axis(drawn: Bench, axis: str) -> None:
    drawn.studio.set_axis(axis)
    for name in filter(tells_level, CURVES):
        drawn.studio.explain(name)
        drawn.settle()
        line = drawn.lines(name)[0].getData()
        for place in handles(drawn)[1:]:
            t = round(drawn.studio.state.current.schedule.points[place.number][0] * 1000)
            assert (place.x, place.y) == pytest.approx((line[0][t - 1], line[1][t - 1]), abs=1e-9), name
        assert len(handles(drawn)) == 4, name


@pytest.mark.parametrize("name", ["log_snr", "snr", "sigmas"])
def test_every_handle_is_within_the_plot_however_steep_the_beginning_is(drawn: Bench, name: str) -> None:
    drawn.studio.set_schedule(Schedule.parse("drawn:T=10,points=0/40;0.5/2;1/-10"))
    drawn.studio.explain(name)
    drawn.settle()
    (plot,) = drawn.grid.plots()
    assert all(plot.box().contains(QPointF(pixel(drawn, number))) for number in range(3))
    span = np.ptp(plot.vb.viewRange()[1])
    drawn.studio.select(drawn.studio.state.entries[1].key)
    drawn.settle()
    assert np.ptp(plot.vb.viewRange()[1]) < span


@pytest.mark.parametrize("name", ["betas", "posterior_variance", "min_snr_weight_x0"])
def test_other_curves_have_no_handles(drawn: Bench, name: str) -> None:
    drawn.studio.explain(name)
    drawn.settle()
    assert handles(drawn) == []


def test_only_the_chosen_line_has_handles_where_it_is_seen_as_it_is(drawn: Bench) -> None:
    studio = drawn.studio
    hidden: list[Callable[[], object]] = [
        partial(studio.set_visible, studio.state.selected, False),
        partial(studio.set_view, "difference"),
        partial(studio.set_kind, "cosine"),
    ]
    for hide in hidden:
        hide()
        drawn.settle()
        assert handles(drawn) == []
        studio.undo()
        drawn.settle()
        assert len(handles(drawn)) == 4


def test_a_drag_moves_a_point_and_is_one_step(drawn: Bench) -> None:
    t = drawn.studio.state.t
    before = drawn.studio.state.current.schedule
    seen = []
    QTest.mousePress(drawn.viewport, LEFT, pos=pixel(drawn, 1))
    for x, y in ((410, 1.0), (450, 0.0), (500, -1.0)):
        move(drawn, at(drawn, x, y))
        seen.append(points(drawn)[1])
        assert drawn.studio.state.adjusting
        drawn_line = drawn.lines("log_snr")[0].getData()[1]
        np.testing.assert_array_equal(drawn_line, drawn.studio.state.current.schedule.coefficients.log_snr)
    QTest.mouseRelease(drawn.viewport, LEFT, pos=at(drawn, 500, -1.0))
    drawn.settle()
    assert not drawn.studio.state.adjusting
    assert [u for u, _ in seen] == pytest.approx([0.41, 0.45, 0.5], abs=0.002)
    assert [level for _, level in seen] == pytest.approx([1.0, 0.0, -1.0], abs=0.1)
    assert str(drawn.studio.state.undo) == "change of the points"
    assert drawn.studio.state.t == t
    drawn.studio.undo()
    assert drawn.studio.state.current.schedule == before
    drawn.studio.redo()
    assert points(drawn)[1] == seen[-1]


def test_a_press_alone_moves_nothing(drawn: Bench) -> None:
    before = drawn.studio.state.document
    QTest.mouseClick(drawn.viewport, LEFT, pos=pixel(drawn, 1))
    drawn.settle()
    assert drawn.studio.state.document == before


def test_points_stay_between_their_neighbours(drawn: Bench) -> None:
    pull(drawn, pixel(drawn, 1), at(drawn, 900, -8.0))
    assert points(drawn)[1] == (0.6999, -2.999)
    pull(drawn, pixel(drawn, 0), at(drawn, 300, 6.0))
    assert list(points(drawn)[0]) == pytest.approx([0.0, 6.0], abs=0.1)
    pull(drawn, pixel(drawn, 3), at(drawn, 100, 9.0))
    assert points(drawn)[3] == (1.0, -3.001)


def test_escape_takes_a_drag_back_as_if_it_had_never_been(drawn: Bench) -> None:
    before, undo = drawn.studio.state.document, drawn.studio.state.undo
    QTest.mousePress(drawn.viewport, LEFT, pos=pixel(drawn, 1))
    move(drawn, at(drawn, 500, -1.0))
    assert drawn.studio.state.document != before
    QTest.keyClick(drawn.grid, Qt.Key.Key_Escape)
    drawn.settle()
    state = drawn.studio.state
    assert (state.document, state.undo, state.adjusting) == (before, undo, False)
    move(drawn, at(drawn, 600, -2.0))
    QTest.mouseRelease(drawn.viewport, LEFT, pos=at(drawn, 600, -2.0))
    drawn.settle()
    assert drawn.studio.state.document == before


@pytest.mark.parametrize("name", ["alphas_cumprod", "snr", "sigmas", "snr_db"])
@pytest.mark.parametrize("operators", ["", ",snr_shift=4", ",zero_snr=1"])
def test_on_other_curves_a_drag_leads_to_the_value_there(drawn: Bench, name: str, operators: str) -> None:
    drawn.studio.set_schedule(Schedule.parse(SPEC + operators))
    drawn.studio.explain(name)
    drawn.settle()
    (plot,) = drawn.grid.plots()
    place = next(place for place in handles(drawn) if place.number == 1)
    aim = place.x, place.y + 0.05 * (plot.vb.viewRange()[1][1] - plot.vb.viewRange()[1][0])
    pull(drawn, pixel(drawn, 1), at(drawn, *aim))
    after = next(place for place in handles(drawn) if place.number == 1)
    assert after.y == pytest.approx(aim[1], abs=1.5 * plot.pixel_height())
    assert points(drawn)[1] != (0.4, 2.0)
    assert points(drawn)[1][0] == pytest.approx(0.4, abs=0.002)


@pytest.mark.parametrize("axis", ["log_snr", "sigma", "tau"])
def test_over_a_noise_level_a_point_moves_along_the_axis_and_keeps_its_u(drawn: Bench, axis: str) -> None:
    drawn.studio.explain("alphas_cumprod")
    drawn.studio.set_axis(axis)
    drawn.settle()
    aim = pixel(drawn, 1) + QPoint(40, 25)
    pull(drawn, pixel(drawn, 1), aim)
    assert points(drawn)[1][0] == 0.4
    assert -3 < points(drawn)[1][1] < 2
    assert abs(pixel(drawn, 1).x() - aim.x()) <= 1


def test_with_zero_terminal_snr_the_last_point_has_no_handle(drawn: Bench) -> None:
    drawn.studio.set_parameter("zero_snr", 1)
    drawn.settle()
    assert [place.number for place in handles(drawn)] == [0, 1, 2]


def test_shift_snaps_to_half_units_and_to_other_curves(drawn: Bench) -> None:
    pull(drawn, pixel(drawn, 1), at(drawn, 420, 1.4), keys=SHIFT)
    assert points(drawn)[1][1] == 1.5
    cosine = drawn.studio.state.entries[1].schedule.coefficients.log_snr
    near = at(drawn, 600, float(cosine[599])) + QPoint(0, 5)
    pull(drawn, pixel(drawn, 1), near, keys=SHIFT)
    u, level = points(drawn)[1]
    assert level == pytest.approx(float(np.interp(u * 1000, np.arange(1, 1001), cosine)), abs=0.02)
    drawn.studio.set_parameter("snr_shift", 4)
    drawn.settle()
    pull(drawn, pixel(drawn, 2), at(drawn, 750, -6.2), keys=SHIFT)
    (place,) = [place for place in handles(drawn) if place.number == 2]
    assert place.y == pytest.approx(-6.0, abs=1e-5)


def test_a_double_click_on_the_line_adds_a_point(drawn: Bench) -> None:
    level = float(drawn.studio.state.current.schedule.coefficients.log_snr[199])
    QTest.mouseDClick(drawn.viewport, LEFT, pos=at(drawn, 200, level))
    drawn.settle()
    assert len(points(drawn)) == 5
    u, added = points(drawn)[1]
    assert u == pytest.approx(0.2, abs=0.002)
    assert added == pytest.approx(level, abs=0.1)
    QTest.mouseDClick(drawn.viewport, LEFT, pos=pixel(drawn, 1))
    QTest.mouseDClick(drawn.viewport, LEFT, pos=at(drawn, 200, -8.0))
    drawn.settle()
    assert len(points(drawn)) == 5
    drawn.studio.undo()
    assert len(points(drawn)) == 4


def test_delete_removes_the_point_that_was_pressed_but_no_end(drawn: Bench) -> None:
    QTest.keyClick(drawn.grid, Qt.Key.Key_Delete)
    assert len(points(drawn)) == 4
    QTest.mouseClick(drawn.viewport, LEFT, pos=pixel(drawn, 2))
    QTest.keyClick(drawn.grid, Qt.Key.Key_Delete)
    drawn.settle()
    assert points(drawn) == ((0.0, 10.0), (0.4, 2.0), (1.0, -10.0))
    QTest.mouseClick(drawn.viewport, LEFT, pos=pixel(drawn, 0))
    QTest.keyClick(drawn.grid, Qt.Key.Key_Delete)
    drawn.settle()
    assert len(points(drawn)) == 3
    assert "The points at u = 0 and u = 1 stay" in str(drawn.said[-1][1])


@offscreen_menu
def test_the_menu_adds_and_removes_a_point(drawn: Bench) -> None:
    menu = child(drawn.panel, PlotMenu)

    def ask(place: QPoint) -> tuple[bool, bool]:
        QApplication.sendEvent(
            drawn.viewport,
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, drawn.viewport.mapToGlobal(place)),
        )
        menu.close()
        return menu.add_point.isVisible(), menu.remove_point.isVisible()

    assert ask(at(drawn, 200, 0.0)) == (True, False)
    menu.add_point.trigger()
    drawn.settle()
    assert points(drawn)[1][0] == pytest.approx(0.2, abs=0.002)
    assert ask(pixel(drawn, 1)) == (True, True)
    menu.remove_point.trigger()
    drawn.settle()
    assert [u for u, _ in points(drawn)] == [0.0, 0.4, 0.7, 1.0]
    drawn.studio.explain("betas")
    drawn.settle()
    assert ask(at(drawn, 200, 0.01)) == (False, False)


def test_over_a_handle_the_cursor_says_where_it_can_go(drawn: Bench) -> None:
    shapes = []
    for number in (0, 1, 3):
        QTest.mouseMove(drawn.viewport, pixel(drawn, number))
        shapes.append(drawn.viewport.cursor().shape())
    assert shapes == [Qt.CursorShape.SizeVerCursor, Qt.CursorShape.SizeAllCursor, Qt.CursorShape.SizeVerCursor]
    drawn.studio.set_axis("log_snr")
    drawn.settle()
    QTest.mouseMove(drawn.viewport, pixel(drawn, 1))
    assert drawn.viewport.cursor().shape() is Qt.CursorShape.SizeHorCursor


def test_choosing_another_line_while_a_point_is_dragged_leaves_it_there(drawn: Bench) -> None:
    key = drawn.studio.state.selected
    QTest.mousePress(drawn.viewport, LEFT, pos=pixel(drawn, 1))
    move(drawn, at(drawn, 500, -1.0))
    drawn.studio.select(drawn.studio.state.entries[1].key)
    move(drawn, at(drawn, 550, -2.0))
    QTest.mouseRelease(drawn.viewport, LEFT, pos=at(drawn, 550, -2.0))
    drawn.settle()
    assert drawn.studio.entry(key).schedule.kind == "drawn"
    assert drawn.studio.state.entries[1].schedule == Schedule("cosine", 1000)
