"""Zooming and panning plots: with a box, the wheel, keys and a drag, and what y makes of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.menu import PlotMenu
from ddpm_studio.gui.curves.plot import CurvePlot
from tests.gui.curves.conftest import Bench, offscreen_menu
from tests.gui.curves.test_mouse import wheel
from tests.gui.finding import child

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier

NAME = "alphas_cumprod"


def only(bench: Bench) -> CurvePlot:
    (plot,) = bench.grid.plots()
    return plot


def at(bench: Bench, across: float, up: float) -> QPoint:
    """A place in the large plot, by fractions of it."""
    box = only(bench).box()
    return QPoint(round(box.left() + across * box.width()), round(box.bottom() - up * box.height()))


def drag(
    bench: Bench, button: Qt.MouseButton, keys: Qt.KeyboardModifier, places: list[QPoint], release: bool = True
) -> None:
    QTest.mousePress(bench.viewport, button, keys, places[0])
    for place in places[1:]:
        QTest.mouseMove(bench.viewport, place)
    if release:
        QTest.mouseRelease(bench.viewport, button, keys, places[-1])
    bench.settle()


@pytest.mark.parametrize(("button", "keys"), [(LEFT, SHIFT), (RIGHT, NONE)])
def test_a_box_becomes_what_is_seen_and_the_whole_comes_back(
    large: Bench, button: Qt.MouseButton, keys: Qt.KeyboardModifier
) -> None:
    plot, parts = only(large), list[tuple[float, float]]()
    large.grid.part_shown.connect(parts.append)
    whole = plot.vb.viewRange()
    corners = [at(large, 0.8, 0.2), at(large, 0.6, 0.3), at(large, 0.2, 0.7)]
    wanted = [plot.data_at(large.grid.mapToScene(place)) for place in (corners[0], corners[-1])]
    drag(large, button, keys, corners, release=False)
    assert plot.rubber.area().width() == pytest.approx(wanted[0][0] - wanted[1][0])
    assert plot.vb.viewRange() == whole
    QTest.mouseRelease(large.viewport, button, keys, corners[-1])
    large.settle()
    (left, right), (low, high) = plot.vb.viewRange()
    assert (left, right) == pytest.approx((wanted[1][0], wanted[0][0]), abs=1.5)
    assert (low, high) == pytest.approx((wanted[0][1], wanted[1][1]), abs=0.005)
    assert plot.rubber.area().isNull()
    assert parts[-1] == pytest.approx((0.2, 0.8), abs=0.01)
    assert large.studio.state.t == 400
    QTest.keyClick(large.grid, Qt.Key.Key_0, CONTROL)
    assert plot.vb.viewRange() == whole
    assert parts[-1] == (0, 1)


def test_a_flat_box_zooms_x_and_a_narrow_one_y(large: Bench) -> None:
    plot = only(large)
    whole = plot.vb.viewRange()
    drag(large, LEFT, SHIFT, [at(large, 0.2, 0.5), at(large, 0.5, 0.5)])
    assert plot.y_span.chosen is None
    assert plot.vb.viewRange()[0] != whole[0]
    large.grid.reset_zoom()
    drag(large, LEFT, SHIFT, [at(large, 0.5, 0.2), at(large, 0.5, 0.5)])
    assert plot.y_span.chosen is not None
    assert plot.vb.viewRange()[0] == whole[0]


def test_escape_gives_up_a_rubber_band_and_is_claimed_only_then(large: Bench) -> None:
    plot = only(large)
    whole = plot.vb.viewRange()

    def claimed() -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, NONE)
        event.ignore()
        QApplication.sendEvent(large.grid, event)
        return event.isAccepted()

    assert not claimed()
    corners = [at(large, 0.2, 0.2), at(large, 0.5, 0.5), at(large, 0.6, 0.6)]
    drag(large, LEFT, SHIFT, corners, release=False)
    assert claimed()
    QTest.keyClick(large.grid, Qt.Key.Key_Escape)
    assert plot.rubber.area().isNull()
    QTest.mouseRelease(large.viewport, LEFT, SHIFT, corners[-1])
    assert plot.vb.viewRange() == whole
    assert not claimed()


@offscreen_menu
@pytest.mark.parametrize("at_press", [True, False])
@pytest.mark.parametrize("dragged", [True, False])
def test_a_right_click_opens_the_menu_and_a_right_drag_does_not(large: Bench, at_press: bool, dragged: bool) -> None:
    """Whether the platform asks for the menu when the button goes down or when it comes up."""
    menu, first, last = child(large.panel, PlotMenu), at(large, 0.3, 0.3), at(large, 0.6, 0.6)

    def ask(place: QPoint) -> None:
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(large.viewport, QContextMenuEvent(reason, place, large.viewport.mapToGlobal(place)))

    QTest.mousePress(large.viewport, RIGHT, pos=first)
    if at_press:
        ask(first)
    assert not menu.isVisible()
    if dragged:
        QTest.mouseMove(large.viewport, last)
    QTest.mouseRelease(large.viewport, RIGHT, pos=last if dragged else first)
    if not at_press:
        ask(last if dragged else first)
    assert menu.isVisible() is not dragged
    menu.close()
    assert large.grid.is_zoomed is dragged


@pytest.mark.parametrize(("button", "keys"), [(MIDDLE, NONE), (LEFT, CONTROL)])
def test_a_drag_pans_and_y_settles_when_it_is_let_go(
    large: Bench, button: Qt.MouseButton, keys: Qt.KeyboardModifier
) -> None:
    plot = only(large)
    large.grid.zoom(4.0, 0.5)
    before = plot.vb.viewRange()
    places = [at(large, 0.8, 0.5), at(large, 0.6, 0.5), at(large, 0.2, 0.5)]
    drag(large, button, keys, places, release=False)
    held = plot.vb.viewRange()
    assert held[0][0] == pytest.approx(before[0][0] + 0.6 * (before[0][1] - before[0][0]), rel=0.02)
    assert held[1] == before[1]
    QTest.mouseRelease(large.viewport, button, keys, places[-1])
    large.settle()
    assert plot.vb.viewRange()[1] != held[1]
    assert large.studio.state.t == 400


def test_y_fits_the_part_of_the_curves_that_is_seen(large: Bench) -> None:
    plot = only(large)
    large.grid.zoom(10.0, 1.0)
    (left, right), (low, high) = plot.vb.viewRange()
    values = [
        value
        for entry in large.studio.state.visible
        for t, value in enumerate(entry.schedule.coefficients.alphas_cumprod, 1)
        if left <= t <= right
    ]
    assert low < min(values) < max(values) < high
    assert high - low < 1.15 * (max(values) - min(values))
    assert high < 0.1
    large.grid.reset_zoom()
    assert plot.vb.viewRange()[1] == pytest.approx([-0.04, 1.04])


def test_y_stays_while_a_slider_is_held(large: Bench) -> None:
    plot = only(large)
    large.grid.zoom(5.0, 1.0)
    before = plot.vb.viewRange()
    large.studio.set_adjusting(True)
    large.studio.set_parameter("beta_end", 0.005)
    large.studio.set_t(990)
    large.settle()
    assert plot.vb.viewRange() == before
    large.studio.set_adjusting(False)
    large.settle()
    assert plot.vb.viewRange()[0] == before[0]
    assert plot.vb.viewRange()[1] != before[1]


def test_shift_and_the_wheel_zoom_y_about_the_mouse(large: Bench) -> None:
    plot, place = only(large), at(large, 0.5, 0.25)
    whole, y = plot.vb.viewRange(), plot.data_at(large.grid.mapToScene(place))[1]
    assert wheel(large, place, 4, SHIFT)
    (low, high) = plot.vb.viewRange()[1]
    assert high - low < 0.45 * (whole[1][1] - whole[1][0])
    assert plot.data_at(large.grid.mapToScene(place))[1] == pytest.approx(y, abs=0.002)
    assert plot.vb.viewRange()[0] == whole[0]
    assert large.panel._reset.isVisible()
    wheel(large, place, -8, SHIFT)
    assert plot.vb.viewRange() == whole
    assert not large.panel._reset.isVisible()


def test_a_y_range_that_was_chosen_ends_with_its_curve_and_its_scale(large: Bench) -> None:
    large.grid.zoom_y(only(large), 2.0)
    large.studio.set_log(NAME, True)
    large.settle()
    assert only(large).y_span.chosen is None
    large.grid.zoom_y(only(large), 2.0)
    large.studio.explain("snr_db")
    large.settle()
    assert not large.panel._reset.isVisible()
    large.studio.explain(NAME)
    large.settle()
    assert only(large).y_span.chosen is None


def test_saving_a_figure_leaves_what_is_seen(large: Bench) -> None:
    plot = only(large)
    drag(large, LEFT, SHIFT, [at(large, 0.2, 0.2), at(large, 0.5, 0.5)])
    before = plot.vb.viewRange()
    large.studio.set_curves(("betas",))
    large.settle()
    large.panel._sheet("").image()
    large.settle()
    assert plot.vb.viewRange() == before
    assert large.panel._reset.isVisible()


def test_a_double_click_shows_the_whole_and_leaves_t(large: Bench) -> None:
    plot = only(large)
    whole, place = plot.vb.viewRange(), at(large, 0.5, 0.5)
    large.grid.zoom(4.0, 0.9)
    QTest.mouseClick(large.viewport, LEFT, pos=place)
    large.settle()
    t = large.studio.state.t
    assert t > 600
    QTest.mouseDClick(large.viewport, LEFT, pos=place)
    large.settle()
    assert plot.vb.viewRange() == whole
    assert large.studio.state.t == t
    QTest.mouseDClick(large.viewport, LEFT, pos=place)
    large.settle()
    assert large.studio.state.t == 500


def test_after_a_double_click_a_drag_goes_on(large: Bench) -> None:
    large.grid.zoom(4.0, 0.9)
    place = at(large, 0.5, 0.5)
    event = QMouseEvent(
        QEvent.Type.MouseButtonDblClick, QPointF(place), large.viewport.mapToGlobal(QPointF(place)), LEFT, LEFT, NONE
    )
    QApplication.sendEvent(large.viewport, event)
    QTest.mouseMove(large.viewport, at(large, 0.3, 0.5))
    QTest.mouseRelease(large.viewport, LEFT, NONE, at(large, 0.3, 0.5))
    large.settle()
    assert abs(large.studio.state.t - 292) <= 4


def test_keys_zoom_y_and_move_along(large: Bench) -> None:
    plot = only(large)
    whole = plot.vb.viewRange()
    large.grid.setFocus()
    QTest.keyClick(large.grid, Qt.Key.Key_Right, SHIFT)
    assert plot.vb.viewRange() == whole
    QTest.keyClick(large.grid, Qt.Key.Key_Plus, ALT)
    assert plot.vb.viewRange()[1][1] < whole[1][1]
    QTest.keyClick(large.grid, Qt.Key.Key_Minus, ALT)
    assert plot.vb.viewRange() == whole
    QTest.keyClick(large.grid, Qt.Key.Key_Plus, CONTROL | SHIFT)
    before = plot.vb.viewRange()[0]
    QTest.keyClick(large.grid, Qt.Key.Key_Right, SHIFT)
    left, right = plot.vb.viewRange()[0]
    assert left > before[0]
    assert right - left == pytest.approx(before[1] - before[0])


@pytest.mark.parametrize("spec", ["linear:T=1", "cosine:T=100000", "const:T=1000", "linear:T=20,zero_snr=1"])
@pytest.mark.parametrize("axis", ["t", "log_snr"])
def test_any_schedule_can_be_zoomed_as_far_as_it_goes(large: Bench, spec: str, axis: str) -> None:
    for entry in large.studio.state.entries[1:]:
        large.studio.set_visible(entry.key, False)
    large.studio.set_schedule(Schedule.parse(spec))
    large.studio.set_axis(axis)
    for name in (NAME, "snr", "betas"):
        large.studio.explain(name)
        large.settle()
        for around in (0.0, 0.4, 1.0):
            large.grid.zoom(300.0, around)
            for _ in range(4):
                large.grid.zoom_y(only(large), 50.0, around)
                drag(large, LEFT, SHIFT, [at(large, 0.4, 0.4), at(large, 0.6, 0.6)])
            large.panel.grab()
            (left, right), (low, high) = only(large).vb.viewRange()
            assert left < right
            assert low < high
            large.grid.reset_zoom()
