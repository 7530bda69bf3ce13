"""Lanes looked at closely: the part of the picture that all frames show, and the loupe over the same place of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QDrag, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise, noised, weights_at
from ddpm_studio.files.pictures import as_image
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.timeline.cutout import Cutout
from ddpm_studio.gui.timeline.detail import Detail
from ddpm_studio.gui.timeline.lane_hands import HandledLanes
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.widgets.pictures.look import FEWEST
from tests.gui.finding import with_focus
from tests.gui.windows import active_window, settle

Key, Button = Qt.Key, Qt.MouseButton
CONTROL, SHIFT, PLAIN = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
SHARES = st.floats(0, 1)
T = 120


@pytest.fixture
def sheet(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window with a contact sheet of two schedules at t = 120."""
    with active_window(qtbot, QSize(1440, 900), [Schedule("linear", 300), Schedule("cosine", 1000)], T) as window:
        window.studio.select(window.studio.state.entries[0].key)
        QTest.keyClick(with_focus(), Key.Key_C)
        settle()
        yield window


def lanes(window: MainWindow) -> HandledLanes:
    return window.panel(TimelinePanel).lanes


def picture(window: MainWindow) -> Picture:
    found = window.studio.state.picture
    assert found is not None
    return found


def frames(window: MainWindow, place: int) -> list[tuple[QRectF, int]]:
    """Where the whole frames of a lane are that x_t does not cover, and their t."""
    shown, entry = lanes(window), window.studio.state.visible[place]
    strip, now = shown.strip(place), shown._now_at(entry, shown.strip(place))
    found = shown._strips.frames(window.studio.state, entry, shown._place(strip))
    places = [(QRectF(frame.left, strip.top(), strip.height(), strip.height()), frame.t) for frame in found]
    return [(at, t) for at, t in places[:-1] if now is None or not now.intersects(at)]


def wheel(window: MainWindow, where: QPointF, turns: int, held: Qt.KeyboardModifier = CONTROL) -> None:
    """Turn the wheel at a place of the lanes, as the platform tells the window."""
    place = QPointF(lanes(window).mapTo(window, where.toPoint()))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, 120 * turns), stateKey=held)
    settle()


def grabbed(window: MainWindow) -> NDArray[np.int_]:
    image = lanes(window).grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., :3].astype(int)


def part(pixels: NDArray[np.int_], at: QRectF) -> NDArray[np.int_]:
    whole = at.toRect()
    return pixels[whole.top() : whole.top() + whole.height(), whole.left() : whole.left() + whole.width()]


# the values


@given(st.lists(st.tuples(st.floats(0.2, 5), SHARES, SHARES), max_size=8), st.floats(-3, 3))
def test_a_cutout_is_a_square_of_the_picture(zooms: list[tuple[float, float, float]], by: float) -> None:
    cutout = Cutout(30, 20, 50)
    for factor, x, y in zooms:
        cutout = cutout.zoomed(factor, QPointF(x, y), (300, 100)).moved(QPointF(by, -by), (300, 100))
    assert QRectF(-1e-6, -1e-6, 300 + 2e-6, 100 + 2e-6).contains(cutout.part)
    assert FEWEST <= cutout.side <= 100


def test_a_cutout_keeps_what_is_under_the_pointer() -> None:
    before = Cutout(100, 60, 80)
    after = before.zoomed(2, QPointF(0.25, 0.75), (400, 300))
    assert after == Cutout(100 + 0.25 * 40, 60 + 0.75 * 40, 40)
    assert before.moved(QPointF(0.5, 0.25), (400, 300)) == Cutout(60, 40, 80)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3)])
def test_small_pictures_have_a_cutout(size: tuple[int, int]) -> None:
    cutout = Cutout(0, 0, 1).zoomed(0.1, QPointF(1, 1), size).zoomed(50, QPointF(0, 1), size)
    width, height = size
    assert QRectF(0, 0, width, height).contains(cutout.part)
    detail = Detail(np.zeros((height, width, 3), np.float32), 0, 100, cutout)
    assert detail.source.width() == cutout.side


# under a hand


def test_ctrl_and_the_wheel_zoom_all_frames_about_the_pointer(sheet: MainWindow) -> None:
    (first, _), *_ = frames(sheet, 0)
    shown = lanes(sheet)._strips.detail_of(sheet.studio.state, lanes(sheet)._place(lanes(sheet).strip(0)))
    assert shown is not None
    for _ in range(10):
        wheel(sheet, first.center(), 1)
    cutout = lanes(sheet).cutout
    assert cutout is not None
    assert cutout.side == FEWEST
    assert shown.cutout.part.contains(cutout.part)
    assert (cutout.part.center() - shown.cutout.part.center()).manhattanLength() < 2
    x0, pixels = picture(sheet).pixels, grabbed(sheet)
    for place, entry in enumerate(sheet.studio.state.visible):
        for at, t in frames(sheet, place):
            x_t = np.asarray(as_image(noised(x0, draw_noise(x0.shape, 0), weights_at(entry.schedule, t)))).astype(int)
            for x, y in ((1.5, 1.5), (4.5, 2.5), (6.5, 6.5)):
                row, column = int(cutout.top + y), int(cutout.left + x)
                middle = (column + 0.5 - cutout.left, row + 0.5 - cutout.top)
                where = at.topLeft() + QPointF(*middle) * at.width() / cutout.side
                assert np.abs(pixels[int(where.y()), int(where.x())] - x_t[row, column]).max() <= 1
    assert sheet.studio.state.t == T


def test_the_wheel_alone_is_for_scrolling_and_out_there_is_an_end(sheet: MainWindow) -> None:
    (first, _), *_ = frames(sheet, 0)
    wheel(sheet, first.center(), 3, PLAIN)
    assert lanes(sheet).cutout is None
    wheel(sheet, first.center(), -20)
    height, width, _ = picture(sheet).pixels.shape
    cutout = lanes(sheet).cutout
    assert cutout is not None
    assert cutout.side == min(width, height)


@pytest.mark.parametrize(("button", "held"), [(Button.LeftButton, SHIFT), (Button.MiddleButton, PLAIN)])
def test_a_drag_with_shift_or_the_middle_button_moves_all_frames_and_not_t(
    sheet: MainWindow, button: Qt.MouseButton, held: Qt.KeyboardModifier
) -> None:
    (first, _), *_ = frames(sheet, 1)
    wheel(sheet, first.center(), 2)
    before, then = lanes(sheet).cutout, grabbed(sheet)
    assert before is not None
    start, by = first.center().toPoint(), QPoint(20, -10)
    QTest.mousePress(lanes(sheet), button, held, start)
    QTest.mouseMove(lanes(sheet), start + by)
    QTest.mouseRelease(lanes(sheet), button, held, start + by)
    settle()
    after, now = lanes(sheet).cutout, grabbed(sheet)
    assert after is not None
    assert after.left == pytest.approx(before.left - 20 / first.height() * before.side)
    assert after.top == pytest.approx(before.top + 10 / first.height() * before.side)
    assert sheet.studio.state.t == T
    assert all((part(now, at) != part(then, at)).any() for place in (0, 1) for at, _ in frames(sheet, place))
    QTest.mouseMove(lanes(sheet), start)
    assert lanes(sheet).cutout == after


def test_a_drag_with_ctrl_takes_a_frame_out_and_moves_no_t(sheet: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = list[str]()
    monkeypatch.setattr(QDrag, "exec", lambda drag, actions: offered.append(drag.mimeData().urls()[0].fileName()))
    shown, (place, t) = lanes(sheet), frames(sheet, 1)[3]
    start = place.center().toPoint()
    QTest.mouseMove(shown, start)
    assert "Ctrl+drag: to another program" in shown._hint_at(QPointF(start))
    for held in (CONTROL, PLAIN):
        QTest.mousePress(shown, Button.LeftButton, held, start)
        for by in (2, 40, 60):
            QTest.mouseMove(shown, start + QPoint(by, 0))
        QTest.mouseRelease(shown, Button.LeftButton, held, start + QPoint(60, 0))
        assert offered == [f"still-life-B-t{t}.png"]
        assert (sheet.studio.state.t == T) is (held is CONTROL)


def test_1_shows_what_was_shown_at_first_and_so_does_another_picture(sheet: MainWindow) -> None:
    before, (first, _) = grabbed(sheet), frames(sheet, 0)[0]
    QTest.mouseMove(lanes(sheet), first.center().toPoint())
    wheel(sheet, first.center(), 2)
    assert (grabbed(sheet) != before).any()
    QTest.keyClick(sheet.windowHandle(), Key.Key_1)
    settle()
    assert (grabbed(sheet) == before).all()
    wheel(sheet, first.center(), 2)
    sheet.studio.set_picture(replace(picture(sheet), name="another"))
    settle()
    assert lanes(sheet).cutout is None


def test_a_move_of_t_paints_no_strip_again_while_zoomed(sheet: MainWindow) -> None:
    (first, _), *_ = frames(sheet, 0)
    wheel(sheet, first.center(), 2)
    strips = lanes(sheet)._strips
    lanes(sheet).grab()
    painted = {key: known[1].cacheKey() for key, known in strips._known.items()}
    sheet.studio.set_t(200)
    settle()
    lanes(sheet).grab()
    assert {key: known[1].cacheKey() for key, known in strips._known.items()} == painted


# the loupe


def check_loupes(window: MainWindow, before: NDArray[np.int_], x: float, y: float) -> None:
    """In every frame a square around these shares of it is another, and nothing else."""
    now = grabbed(window)
    for place in range(len(window.studio.state.visible)):
        for at, _ in frames(window, place):
            found = np.argwhere((part(now, at) != part(before, at)).any(-1))
            (top, left), (bottom, right) = found.min(0), found.max(0)
            assert abs((top + bottom) / 2 - y * at.height()) <= 2
            assert abs((left + right) / 2 - x * at.width()) <= 2
            assert max(bottom - top, right - left) < 0.7 * at.height()


def test_while_z_is_held_the_loupe_is_over_the_same_place_of_every_frame(sheet: MainWindow) -> None:
    before, (first, _) = grabbed(sheet), frames(sheet, 1)[0]
    QTest.mouseMove(lanes(sheet), first.center().toPoint())
    QTest.keyPress(sheet.windowHandle(), Key.Key_Z)
    settle()
    check_loupes(sheet, before, 0.5, 0.5)
    QTest.mouseMove(lanes(sheet), (first.topLeft() + QPointF(0.4, 0.6) * first.width()).toPoint())
    settle()
    check_loupes(sheet, before, 0.4, 0.6)
    QTest.keyRelease(sheet.windowHandle(), Key.Key_Z)
    settle()
    assert (grabbed(sheet) == before).all()


def test_it_shows_pixels_of_the_picture_four_times_as_large(sheet: MainWindow) -> None:
    (first, t), *_ = frames(sheet, 0)
    for _ in range(10):
        wheel(sheet, first.center(), 1)
    cutout, entry, x0 = lanes(sheet).cutout, sheet.studio.state.visible[0], picture(sheet).pixels
    assert cutout is not None
    QTest.mouseMove(lanes(sheet), first.center().toPoint())
    QTest.keyPress(sheet.windowHandle(), Key.Key_Z)
    settle()
    x_t = np.asarray(as_image(noised(x0, draw_noise(x0.shape, 0), weights_at(entry.schedule, t)))).astype(int)
    middle = cutout.part.center()
    expected = x_t[int(middle.y()), int(middle.x())]
    pixels = grabbed(sheet)
    side = 4 * first.width() / cutout.side
    assert side > 40
    row, column = int(first.center().y()), int(first.center().x())
    assert np.abs(pixels[row, column] - expected).max() <= 1
    QTest.keyRelease(sheet.windowHandle(), Key.Key_Z)


def test_it_is_over_the_frames_too_while_it_is_held_over_a_picture(sheet: MainWindow) -> None:
    gallery, shown = sheet.panel(PicturePanel).gallery, lanes(sheet)
    before, tile = grabbed(sheet), gallery.tiles[1]
    detail = shown._strips.detail_of(sheet.studio.state, shown._place(shown.strip(0)))
    assert detail is not None
    seen, place = tile.shown_at(), detail.place.center()
    at = QPointF(seen.left() + place.x() * seen.width(), seen.top() + place.y() * seen.height())
    QTest.mouseMove(tile, at.toPoint())
    QTest.keyPress(sheet.windowHandle(), Key.Key_Z)
    settle()
    assert (grabbed(sheet) != before).any()
    QApplication.sendEvent(gallery, QEvent(QEvent.Type.Leave))
    settle()
    assert (grabbed(sheet) == before).all()
    QTest.keyRelease(sheet.windowHandle(), Key.Key_Z)
