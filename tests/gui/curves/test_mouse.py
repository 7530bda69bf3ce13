from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QToolButton

from ddpm_studio.diffusion import CURVES
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.curves.legend import LegendStrip
from ddpm_studio.gui.curves.menu import PlotMenu
from ddpm_studio.gui.state.window import DEFAULT_CURVES
from tests.gui.curves.conftest import Bench, offscreen_menu
from tests.gui.finding import child

LEFT = Qt.MouseButton.LeftButton


def wheel(bench: Bench, place: QPoint, notches: int, modifiers: Qt.KeyboardModifier | None = None) -> bool:
    event = QWheelEvent(
        QPointF(place),
        QPointF(bench.viewport.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers or Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(bench.viewport, event)
    bench.settle()
    return event.isAccepted()


def test_a_click_in_any_plot_goes_to_that_t_and_chooses_its_curve(bench: Bench) -> None:
    for name in DEFAULT_CURVES:
        QTest.mouseClick(bench.viewport, LEFT, pos=bench.place(name, 700))
        bench.settle()
        assert abs(bench.studio.state.t - 700) <= 3
        assert bench.studio.state.curve == name
        bench.studio.set_t(100)
        bench.settle()


def test_dragging_the_cursor_scrubs_and_moves_no_axis(bench: Bench) -> None:
    before = bench.plot("snr_db").vb.viewRange()
    bench.drag([bench.place("snr_db", x) for x in (400, 450, 600, 800)])
    seen = [value for name, value, *_ in bench.said if name == "t_chosen"]
    assert abs(seen[-1] - 800) <= 3
    assert len(seen) >= 3
    assert seen == sorted(seen)
    assert bench.plot("snr_db").vb.viewRange() == before
    assert all(abs(bench.cursor(plot.curve.name) - 800) <= 3 for plot in bench.grid.plots())


def test_a_drag_out_of_the_plot_stops_at_its_ends(bench: Bench) -> None:
    bench.drag([bench.place("betas", 400), bench.place("betas", 700), bench.place("betas", 5000)])
    assert bench.studio.state.t == 1000
    bench.drag([bench.place("betas", 400), bench.place("betas", -5000)])
    assert bench.studio.state.t == 0


def test_on_the_relative_axis_a_click_chooses_the_selected_schedules_step(bench: Bench) -> None:
    bench.studio.set_axis("t/T")
    bench.studio.select(bench.studio.state.entries[2].key)
    bench.settle()
    QTest.mouseClick(bench.viewport, LEFT, pos=bench.place("betas", 0.5))
    bench.settle()
    assert abs(bench.studio.state.t - 150) <= 1


def test_a_click_on_a_title_chooses_the_curve_and_leaves_t(bench: Bench) -> None:
    title = bench.plot("betas").title
    QTest.mouseClick(bench.viewport, LEFT, pos=title.mapToScene(QPointF(5, 10)).toPoint())
    assert bench.said == [("curve_chosen", "betas")]


def test_the_switch_beside_the_title_makes_the_axis_logarithmic(bench: Bench) -> None:
    title = bench.plot("betas").title
    place = title.mapToScene(title.switch_rect().center()).toPoint()
    QTest.mouseClick(bench.viewport, LEFT, pos=place)
    bench.settle()
    assert bench.said == [("log_toggled", "betas", True)]
    low, high = bench.plot("betas").vb.viewRange()[1]
    assert -6 < low < -3
    assert -0.1 < high < 0.3
    QTest.mouseClick(bench.viewport, LEFT, pos=place)
    bench.settle()
    assert "betas" not in bench.studio.state.log_curves


def test_hovering_reads_the_values_and_emphasises_the_curve_under_the_mouse(bench: Bench) -> None:
    schedule = bench.studio.state.entries[0].schedule
    place = bench.place("alphas_cumprod", 250, float(schedule.coefficients.alphas_cumprod[249]))
    QTest.mouseMove(bench.viewport, place)
    legend = child(bench.panel, LegendStrip)
    assert legend.accessibleDescription().startswith("ᾱ_t; A linear T=1000, t = 2")
    widths = [line.opts["pen"].widthF() for line in bench.lines("alphas_cumprod")]
    assert widths[0] > 1
    assert widths[1:] == [1, 1]
    QTest.mouseMove(bench.viewport, bench.place("alphas_cumprod", 900, 0.9))
    assert all(line.opts["pen"].widthF() == 1 for line in bench.lines("alphas_cumprod"))
    assert bench.studio.state.t == 400


def test_rings_show_where_each_schedule_is_read_under_the_mouse(bench: Bench) -> None:
    plot, other = bench.plot("alphas_cumprod"), bench.plot("betas")
    place = bench.place("alphas_cumprod", 800)
    QTest.mouseMove(bench.viewport, place)
    t = round(plot.data_at(bench.grid.mapToScene(place))[0])
    a, b, c = (entry.schedule.coefficients.alphas_cumprod for entry in bench.studio.state.entries)
    third = (3 * t + 5) // 10
    assert [(x, y) for x, y, _ in plot._rings.dots()] == [(t, a[t - 1]), (t, b[t - 1]), (third, c[third - 1])]
    assert not other._rings.dots()
    bench.grid.leaveEvent(QEvent(QEvent.Type.Leave))
    assert not plot._rings.dots()


def test_cursors_that_coincide_are_one_line_and_others_have_their_colours(bench: Bench) -> None:
    def columns() -> int:
        image = bench.panel.grab().toImage()
        box = bench.plot("betas").box()
        place = bench.viewport.mapTo(bench.panel, QPointF(box.left(), box.top() + 3).toPoint())
        ground = image.pixelColor(place.x() + round(box.width()) - 3, place.y())
        return sum(image.pixelColor(place.x() + x, place.y()) != ground for x in range(round(box.width()) - 3))

    bench.studio.set_curves(("betas",))
    bench.studio.set_axis("t/T")
    bench.studio.set_t(370)
    bench.settle()
    together = columns()
    bench.studio.set_scale("t")
    bench.settle()
    assert columns() == together + 1


def test_when_the_mouse_leaves_the_cursor_is_read_again(bench: Bench) -> None:
    QTest.mouseMove(bench.viewport, bench.place("betas", 100))
    bench.grid.leaveEvent(QEvent(QEvent.Type.Leave))
    assert child(bench.panel, LegendStrip).accessibleDescription().startswith("ᾱ_t; A linear T=1000, t = 400")


def test_the_wheel_zooms_all_plots_about_the_mouse_and_a_button_brings_the_view_back(bench: Bench) -> None:
    reset = next(b for b in bench.panel.findChildren(QToolButton) if b.text() == "Reset view")
    whole = bench.plot("betas").vb.viewRange()[0]
    assert not reset.isVisible()
    place = bench.place("betas", 800)
    assert wheel(bench, place, 4)
    left, right = bench.plot("betas").vb.viewRange()[0]
    assert 0.35 < (right - left) / (whole[1] - whole[0]) < 0.45
    assert abs(bench.plot("betas").data_at(bench.grid.mapToScene(place))[0] - 800) < 5
    assert len({tuple(plot.vb.viewRange()[0]) for plot in bench.grid.plots()}) == 1
    QTest.mouseClick(reset, LEFT)
    bench.settle()
    assert bench.plot("betas").vb.viewRange()[0] == whole
    assert not reset.isVisible()


def test_zooming_never_loses_the_view(bench: Bench) -> None:
    whole = bench.plot("betas").vb.viewRange()[0]
    wheel(bench, bench.place("betas", 990), 200)
    left, right = bench.plot("betas").vb.viewRange()[0]
    assert whole[0] <= left < right <= whole[1]
    wheel(bench, bench.plot("betas").box().center().toPoint(), -300)
    assert bench.plot("betas").vb.viewRange()[0] == whole


def test_where_the_plots_scroll_the_wheel_scrolls_and_ctrl_zooms(bench: Bench) -> None:
    bench.studio.set_curves(tuple(CURVES))
    bench.settle()
    whole = bench.plot("betas").vb.viewRange()[0]
    assert not wheel(bench, bench.place("betas", 500), -1)
    assert bench.plot("betas").vb.viewRange()[0] == whole
    assert wheel(bench, bench.place("betas", 500), 1, Qt.KeyboardModifier.ControlModifier)
    assert bench.plot("betas").vb.viewRange()[0] != whole


def test_a_grid_scrolls_by_whole_rows(bench: Bench) -> None:
    bench.studio.set_curves(tuple(CURVES))
    bench.settle()
    area, bar, row = bench.panel.area, bench.panel.area.verticalScrollBar(), bench.grid.row_height
    for turned, at in ((-120, 1), (-40, 1), (-80, 2), (240, 0), (120, 0)):
        place = QPointF(area.viewport().rect().center())
        event = QWheelEvent(
            *(place, area.viewport().mapToGlobal(place), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton),
            *(Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
        )
        QApplication.sendEvent(area.viewport(), event)
        assert bar.value() == at * row
    bar.setSliderDown(True)
    bar.setValue(row + row // 3)
    bar.setSliderDown(False)
    assert bar.value() == row
    bar.triggerAction(QAbstractSlider.SliderAction.SliderSingleStepAdd)
    assert bar.value() == 2 * row


def test_keys_choose_plots_switch_axes_and_zoom(bench: Bench) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    bench.grid.setFocus()
    QTest.keyClick(bench.grid, Qt.Key.Key_Left, control)
    bench.settle()
    assert bench.studio.state.curve == "betas"
    QTest.keyClick(bench.grid, Qt.Key.Key_L)
    bench.settle()
    assert "betas" in bench.studio.state.log_curves
    whole = bench.plot("betas").vb.viewRange()[0]
    QTest.keyClick(bench.grid, Qt.Key.Key_Plus, control)
    assert bench.plot("betas").vb.viewRange()[0] != whole
    QTest.keyClick(bench.grid, Qt.Key.Key_0, control)
    assert bench.plot("betas").vb.viewRange()[0] == whole


@offscreen_menu
def test_a_right_click_opens_the_menu_of_the_plot_under_it(bench: Bench) -> None:
    menu = child(bench.panel, PlotMenu)
    place = bench.place("snr_db", 500)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, bench.viewport.mapToGlobal(place))
    QApplication.sendEvent(bench.viewport, event)
    assert menu.isVisible()
    assert menu.curve == "snr_db"
    assert not menu.log.isEnabled()
    menu.show_only.trigger()
    bench.settle()
    assert bench.studio.state.curves == ("snr_db",)
    menu.close()
    assert bench.studio.state.t == 400


@offscreen_menu
def test_the_menu_hides_a_curve_explains_it_and_makes_its_axis_logarithmic(bench: Bench) -> None:
    menu = child(bench.panel, PlotMenu)
    bench.grid.menu_requested.emit("betas", QPoint())
    menu.explain.trigger()
    menu.log.trigger()
    menu.hide_curve.trigger()
    menu.save_svg.trigger()
    menu.close()
    assert bench.said == [
        ("curve_chosen", "betas"),
        ("log_toggled", "betas", True),
        ("curves_chosen", DEFAULT_CURVES[1:]),
        ("save_requested", ".svg", "betas"),
    ]


@offscreen_menu
def test_values_are_copied_as_a_table_of_all_visible_schedules(bench: Bench) -> None:
    menu = child(bench.panel, PlotMenu)
    bench.grid.menu_requested.emit("betas", QPoint())
    menu.copy_values.trigger()
    menu.close()
    rows = [row.split("\t") for row in QGuiApplication.clipboard().text().splitlines()]
    a, _, c = (entry.schedule for entry in bench.studio.state.entries)
    assert rows[0] == ["t", "A linear:T=1000", "B cosine:T=1000", "C sigmoid:T=300"]
    assert len(rows) == 1001
    assert [float(row[1]) for row in rows[1:]] == a.coefficients.betas.tolist()
    assert [float(row[3]) for row in rows[1:301]] == c.coefficients.betas.tolist()
    assert rows[301][3] == ""


@offscreen_menu
@pytest.mark.parametrize("scale", SCALES)
def test_copied_comparisons_say_at_which_moments(bench: Bench, scale: str) -> None:
    bench.studio.set_scale(scale)
    bench.studio.set_view("ratio")
    bench.settle()
    menu = child(bench.panel, PlotMenu)
    bench.grid.menu_requested.emit("betas", QPoint())
    menu.copy_values.trigger()
    menu.close()
    rows = [row.split("\t") for row in QGuiApplication.clipboard().text().splitlines()]
    assert rows[0][3] == f"C sigmoid:T=300 ÷ A ({scale})"
    a, _, c = (entry.schedule.coefficients for entry in bench.studio.state.entries)
    level = np.interp(-c.log_snr[149], -a.log_snr, a.betas)
    tau = np.interp(c.tau[149], a.tau, a.betas)
    at = {"t": a.betas[149], "t/T": a.betas[499], "log_snr": level, "sigma": level, "tau": tau}
    assert float(rows[150][3]) == pytest.approx(c.betas[149] / at[scale], rel=1e-12)


@offscreen_menu
def test_a_plot_is_copied_as_a_picture(bench: Bench) -> None:
    menu = child(bench.panel, PlotMenu)
    bench.grid.menu_requested.emit("betas", QPoint())
    copied: list[tuple[str, QImage]] = []
    bench.panel.plot_copied.connect(lambda curve, image: copied.append((curve, image)))
    menu.copy_plot.trigger()
    menu.close()
    ((curve, image),) = copied
    assert curve == "betas"
    assert image.width() == 1120
    assert image.height() > 700
