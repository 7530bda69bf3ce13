"""The timeline: scales and lanes under a real hand, beside the plots that they share an axis with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.field import GUTTER
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.loading import load
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.timeline.lane_hands import HandledLanes
from ddpm_studio.gui.timeline.lane_layout import LEAST
from ddpm_studio.gui.timeline.time_scales import ROW, TimeScales
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.gui.windows import active_window, settle

LEFT = Qt.MouseButton.LeftButton
SPECS = ("linear:T=300", "cosine:T=1000", "linear:T=1000,zero_snr=1")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule.parse(spec) for spec in SPECS], 120) as window:
        settle()
        yield window


def scales(window: MainWindow) -> TimeScales:
    return window.panel(TimelinePanel).scales


def lanes(window: MainWindow) -> HandledLanes:
    return window.panel(TimelinePanel).lanes


def name_of(scale: str) -> QPoint:
    return QPoint(GUTTER - 20, ROW * list(SCALES).index(scale) + ROW // 2)


def drag(widget: QWidget, places: list[QPoint]) -> None:
    QTest.mousePress(widget, LEFT, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(widget, place)
    QTest.mouseRelease(widget, LEFT, pos=places[-1])
    settle()


def test_a_click_on_a_name_makes_it_the_axis_and_what_is_held_equal(window: MainWindow) -> None:
    window.studio.add(Schedule("flow", 300), choose=False)
    settle()
    for scale in SCALES:
        QTest.mouseClick(scales(window), LEFT, pos=name_of(scale))
        settle()
        state = window.studio.state
        assert (state.axis, state.moment.scale, state.t) == (scale, scale, 120), scale


def test_tau_comes_with_a_flow_and_stays_while_it_is_the_axis(window: MainWindow) -> None:
    studio, switch = window.studio, window.panel(CurvesPanel).axis
    tau = next(button for button in switch.findChildren(QToolButton) if button.text() == "τ")
    four, height = studio.state.scales, scales(window).height()
    QTest.keyClick(window, Qt.Key.Key_F)
    settle()
    assert (tau.isVisible(), studio.state.axis, "tau" in scales(window).values()) == (False, "t/T", False)
    studio.add(Schedule("flow", 300))
    settle()
    assert studio.state.scales == (*four, "tau")
    assert (tau.isVisible(), scales(window).height()) == (True, height + ROW)
    QTest.mouseClick(tau, LEFT)
    settle()
    assert (studio.state.axis, studio.state.moment.scale) == ("tau", "tau")
    studio.remove(studio.state.selected)
    settle()
    assert (tau.isVisible(), tau.isChecked(), studio.state.axis) == (True, True, "tau")
    QTest.keyClick(window, Qt.Key.Key_U)
    settle()
    assert (tau.isVisible(), studio.state.scales, scales(window).height()) == (False, four, height)


@pytest.mark.parametrize("part", [scales, lanes])
def test_a_drag_in_scales_and_lanes_goes_to_the_moment_under_the_mouse(
    window: MainWindow, part: Callable[[MainWindow], QWidget]
) -> None:
    for scale in SCALES:
        drag_on(window, part(window), scale)


def drag_on(window: MainWindow, widget: QWidget, scale: str) -> None:
    window.studio.set_axis(scale)
    settle()
    field = lanes(window)._field()
    axis, schedule = window.studio.state.time_axis, window.studio.state.current.schedule
    for t in (50, 143, 260):
        x = round(field.x(axis.position(schedule, t)))
        drag(widget, [QPoint(500, 30), QPoint(x, 30)])
        assert abs(field.x(axis.position(schedule, window.studio.state.t)) - x) <= field.width / 100, (scale, t)
        assert window.studio.state.t == axis.step(schedule, field.position(x)), (scale, t)
    drag(widget, [QPoint(500, 30), QPoint(round(field.right), 30)])
    assert window.studio.state.t == 300, scale
    drag(widget, [QPoint(500, 30), QPoint(GUTTER, 30)])
    assert window.studio.state.t == 0, scale


def test_a_click_on_a_number_moves_nothing_and_a_drag_moves_t_from_where_it_is(window: MainWindow) -> None:
    for t, widget in product((0, 120, 300), (scales(window), lanes(window))):
        window.studio.set_t(t)
        settle()
        field, before = widget._field(), window.studio.state
        axis, schedule = before.time_axis, before.current.schedule
        for x in (round(field.right) + 20, widget.width() - 40, widget.width() - 12):
            QTest.mouseClick(widget, LEFT, pos=QPoint(x, 40))
            settle()
            assert window.studio.state is before, (t, widget)
        for by in (-180, 60):
            drag(widget, [QPoint(x, 40), QPoint(x + by // 2, 40), QPoint(x + by, 40)])
            expected = axis.step(schedule, field.position(field.x(axis.position(schedule, t)) + by))
            assert window.studio.state.t == expected, (t, widget)
            window.studio.set_t(t)
            settle()


def test_the_pill_of_the_axis_keeps_its_width(window: MainWindow) -> None:
    for scale in ("t", "t/T"):
        window.studio.set_axis(scale)
        widths, texts = set(), []
        settle()
        for t in range(1, 301):
            window.studio.set_t(t)
            scales(window).show_state(window.studio.state, scales(window)._shown)
            texts.append(scales(window).values()[scale])
            pill = scales(window).pill(scale, texts[-1])
            assert pill is not None
            widths.add(pill.width())
        assert len(widths) == 1, scale
        if scale == "t/T":
            assert {len(text) for text in texts[29:]} <= {5, 6}, "0.100, 0.101 …, and 0.1033"
            assert [float(text) for text in texts] == pytest.approx(np.arange(1, 301) / 300, rel=5e-3)


def test_a_lane_says_where_its_schedule_ends(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[object] = []
    draw = QPainter.drawText

    def noting(painter: QPainter, *given: Any) -> None:
        said.append(given[-1])
        draw(painter, *given)

    monkeypatch.setattr(QPainter, "drawText", noting)
    window.studio.select(window.studio.state.entries[1].key)
    window.studio.set_axis("t")
    window.studio.set_t(700)
    settle()
    said.clear()
    lanes(window).grab()
    assert said.count("ends at t = 300") == 1
    assert [values[0] for values in map(lanes(window).values, window.studio.state.visible)] == ["–", "700", "700"]


@pytest.mark.parametrize("scale", SCALES)
def test_plot_scales_and_lanes_have_the_moment_at_the_same_pixel(window: MainWindow, scale: str) -> None:
    panel = window.panel(CurvesPanel)
    for zoomed in (False, True):
        if zoomed:
            panel.grid.zoom(1.7, 0.4)
        window.studio.set_axis(scale)
        settle()
        (plot,) = panel.grid.plots()
        cursors = plot._cursors.cursors()
        assert len(cursors) == 1
        scene = plot.vb.mapViewToScene(QPointF(cursors[0][0], 0))
        there = panel.grid.viewport().mapTo(window, panel.grid.mapFromScene(scene)).x()
        state, field = window.studio.state, lanes(window)._field()
        x = lanes(window).mapTo(window, QPoint(0, 0)).x()
        x += round(field.x(state.time_axis.position(state.current.schedule, state.t)))
        assert abs(x - there) <= 2


def test_each_lane_says_its_own_t_and_values(window: MainWindow) -> None:
    window.studio.explain("alphas_cumprod")
    window.studio.set_axis("t/T")
    settle()
    for entry, t in zip(window.studio.state.entries, (120, 400, 400), strict=True):
        alpha = np.cumprod(1 - entry.schedule.betas)[t - 1]
        own, value, decibels = lanes(window).values(entry)
        assert own == str(t)
        assert float(value) == pytest.approx(alpha, rel=5e-3)
        assert float(decibels.replace("−", "-")) == pytest.approx(
            10 * np.log10(alpha / (1 - alpha)), rel=5e-3, abs=5e-3
        )
    said = lanes(window).accessibleDescription()
    assert said.startswith("A t = 120, ᾱ_t ")
    assert "B t = 400" in said


@pytest.mark.parametrize("height", [900, 1200])
def test_the_t_of_0_db_is_told_under_each_strip_or_beside_it(window: MainWindow, height: int) -> None:
    window.share_out(QSize(1440, height))
    for _ in range(2):
        window.studio.toggle_sheet()
        settle()
        under = lanes(window)._layout.is_captioned
        assert (lanes(window)._columns.places(QRectF())[-1] is None) == under


def test_a_schedule_that_ends_before_the_moment_says_so(window: MainWindow) -> None:
    first, second, _ = window.studio.state.entries
    window.studio.select(second.key)
    window.studio.set_axis("t")
    window.studio.set_t(800)
    settle()
    assert lanes(window).values(first) == ("–", "–", "–")
    assert "It ends at t = 300" in lanes(window)._tip(first)
    assert lanes(window).values(second)[0] == "800"


def test_a_click_on_a_letter_selects_its_schedule(window: MainWindow) -> None:
    QTest.mouseClick(lanes(window), LEFT, pos=QPointF(30, lanes(window).strip(1).center().y()).toPoint())
    settle()
    assert window.studio.state.letter(window.studio.state.current) == "B"


def test_strips_follow_the_schedule_and_the_picture_but_not_t(window: MainWindow, tmp_path: Path) -> None:
    def strip(place: int) -> np.ndarray:
        rect = lanes(window).strip(place).toRect().adjusted(1, 1, -1, -1)
        image = lanes(window).grab(rect).toImage().convertToFormat(QImage.Format.Format_RGB32)
        return np.frombuffer(image.constBits(), np.uint8).reshape(rect.height(), -1, 4)[..., :3].astype(int)

    window.studio.set_t(0)
    settle()
    before, painted = strip(1), dict(lanes(window)._strips._known)
    window.studio.set_t(299)
    settle()
    assert {key: known[1] for key, known in lanes(window)._strips._known.items()} == {
        key: known[1] for key, known in painted.items()
    }
    window.studio.set_t(0)
    window.studio.select(window.studio.state.entries[1].key)
    window.studio.set_kind("jsd")
    settle()
    assert np.abs(strip(1) - before).mean() > 1
    Image.new("RGB", (300, 200), (200, 30, 30)).save(tmp_path / "red.png")
    window.studio.set_picture(load(str(tmp_path / "red.png"), (255, 255, 255)))
    settle()
    assert np.abs(strip(0)[4:20, 4:20].mean((0, 1)) - (30, 30, 200)).max() < 12


def test_without_a_picture_and_with_many_schedules_lanes_are_bars_of_tones(window: MainWindow) -> None:
    window.studio.set_picture(None)
    for _ in range(9):
        window.studio.add(Schedule("cosine", 50))
    window.studio.select(window.studio.state.entries[0].key)
    settle()
    assert lanes(window).lane(0).height() >= LEAST
    image = lanes(window).grab().toImage()
    strip = lanes(window).strip(0)
    colors = [image.pixelColor(round(x), round(strip.center().y())) for x in (strip.left() + 4, strip.center().x())]
    assert colors[0].saturation() > colors[1].saturation()


def test_any_length_has_scales_and_lanes(window: MainWindow) -> None:
    for T in (1, 2, 100_000):
        for entry in window.studio.state.entries:
            window.studio.set_schedule(Schedule("cosine", T), key=entry.key)
        for scale in SCALES:
            window.studio.set_axis(scale)
            for t in (0, 1, T):
                window.studio.set_t(t)
                settle()
                assert scales(window).values()["t"] == str(t), T
                assert lanes(window).values(window.studio.state.current)[0] == str(t), T


def test_at_the_beginning_no_value_lies_over_the_name_of_its_scale(window: MainWindow) -> None:
    window.studio.set_t(0)
    for axis in SCALES:
        window.studio.set_axis(axis)
        settle()
        for scale, text in scales(window).values().items():
            pill = scales(window).pill(scale, text)
            assert pill is not None, (axis, scale)
            assert pill.left() > scales(window)._names_end, (axis, scale)
            assert pill.left() <= scales(window)._moment_x() <= pill.right(), (axis, scale)


def test_the_scales_say_the_moment_to_a_screen_reader(window: MainWindow) -> None:
    schedule = window.studio.state.current.schedule
    alpha = np.cumprod(1 - schedule.betas)[119]
    said = dict(part.rsplit(" ", 1) for part in scales(window).accessibleDescription().split(", "))
    assert (said["t"], said["t/T"]) == ("120", "0.400")
    assert float(said["log SNR"]) == pytest.approx(np.log(alpha / (1 - alpha)), rel=5e-3)
    assert float(said["σ"]) == pytest.approx(np.sqrt((1 - alpha) / alpha), rel=5e-3)


def test_z_over_a_frame_holds_the_loupe_over_the_same_place_of_every_picture(window: MainWindow) -> None:
    shown, gallery = lanes(window), window.panel(PicturePanel).gallery
    strip, handle = shown.strip(0), window.windowHandle()
    heard: list[QPointF | None] = []
    shown.looked_at.connect(heard.append)
    before = [tile.grab().toImage() for tile in gallery.tiles]
    QTest.mouseMove(shown, QPoint(round(strip.left()) + 1, round(strip.top()) + 1))
    QTest.keyPress(handle, Qt.Key.Key_Z)
    QTest.mouseMove(shown, QPoint(round(strip.left() + strip.height()) - 1, round(strip.bottom()) - 1))
    settle()
    first, last = heard
    assert first is not None
    assert last is not None
    shows = shown._strips.detail_of(window.studio.state, shown._place(strip))
    assert shows is not None
    detail = shows.place
    pixel = detail.width() / strip.height()
    assert (first - detail.topLeft()).manhattanLength() < 4 * pixel
    assert (last - detail.bottomRight()).manhattanLength() < 4 * pixel
    assert all(tile.grab().toImage() != image for tile, image in zip(gallery.tiles, before, strict=True))
    QTest.keyRelease(handle, Qt.Key.Key_Z)
    assert heard[-1] is None
    assert all(tile.grab().toImage() == image for tile, image in zip(gallery.tiles, before, strict=True))


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_the_menu_of_a_lane_is_that_of_the_frame_under_the_pointer(window: MainWindow, qtbot: QtBot) -> None:
    shown, state = lanes(window), window.studio.state
    strip, second = shown.strip(1), state.entries[1]
    field = shown._field()
    now = round(field.x(state.time_axis.position(second.schedule, 400)))
    for x in (round(field.left) + 4, now, round(field.right) - 4):
        place = QPoint(x, round(strip.center().y()))
        QApplication.sendEvent(
            shown, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, shown.mapToGlobal(place))
        )
        assert shown.menu.isVisible()
        with qtbot.waitSignal(shown.menu.copied) as copied:
            shown.menu.copy_picture.trigger()
        (at,) = copied.args
        under = state.time_axis.step(second.schedule, field.position(x))
        assert at.entry is second
        assert at.t == 400 if x == now else abs(at.t - under) <= 1000 * strip.height() / field.width
        shown.menu.close()
    assert not QApplication.clipboard().image().isNull()
    gutter = QPoint(5, round(strip.center().y()))
    QApplication.sendEvent(shown, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, gutter, shown.mapToGlobal(gutter)))
    assert not shown.menu.isVisible()


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_a_frame_is_enlarged_among_the_pictures(window: MainWindow, qtbot: QtBot) -> None:
    window.bring_up("values")
    shown, state = lanes(window), window.studio.state
    second, strip = state.entries[1], shown.strip(1)
    place = QPoint(round(shown._field().right) - 4, round(strip.center().y()))
    found = shown._frame_at(QPointF(place))
    assert found is not None
    shown.menu.open_for(found[0], shown.mapToGlobal(place))
    with qtbot.waitSignal(window.studio.changed):
        shown.menu.enlarge.trigger()
    shown.menu.close()
    gallery = window.panel(PicturePanel).gallery
    assert window.panel_in_front() == "picture"
    assert window.studio.state.t_of(second) == found[0].t
    assert gallery.enlarged is not None
    assert gallery.pictures[gallery.enlarged] == PictureAt(second, found[0].t)
    QTest.keyClick(gallery.tiles[gallery.enlarged], Qt.Key.Key_Escape)
    assert gallery.enlarged is None
