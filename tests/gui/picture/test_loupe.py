"""Zoom and loupe: the same part of every picture, its pixels as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion.forward import draw_noise, noised, weights_at
from ddpm_studio.files.pictures import as_image
from ddpm_studio.gui.picture.tile import Tile
from ddpm_studio.gui.widgets.pictures.look import Look, around
from ddpm_studio.gui.widgets.pictures.loupe import FACTOR, LoupePlace
from tests.gui.picture.conftest import Bench

Key = Qt.Key
SHARES = st.floats(0, 1)


def pixels(image: QImage) -> NDArray[np.int_]:
    image = image.convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., :3].astype(int)


@pytest.fixture
def active(shown: Bench) -> Bench:
    """A bench in an active window, the pointer in the middle of B's picture."""
    shown.panel.activateWindow()
    shown.qtbot.waitUntil(shown.panel.isActiveWindow)
    point(shown, 0.5, 0.5)
    return shown


def at(tile: Tile, x: float, y: float) -> QPoint:
    place = tile.shown_at()
    return QPointF(place.left() + x * place.width(), place.top() + y * place.height()).toPoint()


def point(bench: Bench, x: float, y: float) -> None:
    """Move the pointer to shares of B's picture."""
    tile = bench.panel.gallery.tiles[2]
    QTest.mouseMove(tile, at(tile, x, y))
    QApplication.processEvents()


def wheel(tile: Tile, where: QPoint, turns: int) -> None:
    """Turn the wheel at a place of a tile, as the platform tells the window."""
    window = tile.window()
    QTest.wheelEvent(window.windowHandle(), tile.mapTo(window, where).toPointF(), QPoint(0, 120 * turns))


def window_of(bench: Bench) -> QWindow:
    window = bench.panel.window().windowHandle()
    assert window is not None
    return window


def grabbed(bench: Bench) -> list[NDArray[np.int_]]:
    return [pixels(tile.grab(tile.shown_at().toAlignedRect()).toImage()) for tile in bench.panel.gallery.tiles]


# the values


@given(st.lists(st.tuples(st.floats(0.25, 4), SHARES, SHARES), max_size=8), st.floats(-2, 2))
def test_what_is_seen_lies_in_the_picture(zooms: list[tuple[float, float, float]], by: float) -> None:
    look = Look()
    for factor, x, y in zooms:
        look = look.zoomed(factor, QPointF(x, y), 40).moved(QPointF(by, -by))
    part = look.part(300, 200)
    assert QRectF(-1e-6, -1e-6, 300 + 2e-6, 200 + 2e-6).contains(part)
    assert 1 <= look.zoom <= 40


def test_zooming_keeps_what_is_under_the_pointer() -> None:
    look = Look()
    for factor in (2.0, 3.0, 0.5):
        before = look.part(300, 200)
        look = look.zoomed(factor, QPointF(0.25, 0.75), 40)
        after = look.part(300, 200)
        assert before.left() + 0.25 * before.width() == pytest.approx(after.left() + 0.25 * after.width())
        assert before.top() + 0.75 * before.height() == pytest.approx(after.top() + 0.75 * after.height())
    assert look.zoomed(1e-3, QPointF(1, 1), 40) == Look()


@given(SHARES, SHARES, SHARES, SHARES, st.integers(1, 7))
def test_the_pixels_around_a_part_hold_it(x: float, y: float, w: float, h: float, reduction: int) -> None:
    part = QRectF(x * 90, y * 50, max(1, w * (100 - x * 90)), max(1, h * (60 - y * 50))) & QRectF(0, 0, 100, 60)
    whole = around(part, reduction, 100, 60)
    assert whole.toRectF().contains(part)
    assert whole.left() % reduction == whole.top() % reduction == 0
    assert whole.right() < 100
    assert whole.bottom() < 60


@given(SHARES, SHARES)
def test_the_loupe_enlarges_what_lies_there(x: float, y: float) -> None:
    tile, seen = QRectF(10, 20, 300, 200), QRectF(0, 0, 900, 600)
    loupe = LoupePlace.of(QPointF(x, y), tile, seen)
    assert tile.contains(loupe.place)
    assert seen.contains(loupe.part)
    assert loupe.place.width() / loupe.part.width() == pytest.approx(FACTOR * tile.width() / seen.width())


# under a hand


def test_the_wheel_zooms_all_pictures_about_the_pointer_and_1_shows_them_whole(active: Bench) -> None:
    tiles, whole = active.panel.gallery.tiles, grabbed(active)
    captions = [tile.caption for tile in tiles]
    wheel(tiles[2], at(tiles[2], 0, 0), 4)
    state = active.studio.state
    assert state.picture is not None
    x0 = state.picture.pixels
    for tile, entry, t in zip(tiles[1:], state.entries, (100, 333), strict=True):
        x_t = np.asarray(as_image(noised(x0, draw_noise(x0.shape, 0), weights_at(entry.schedule, t)))).astype(int)
        shown = pixels(tile.image)
        assert shown.shape[0] <= 12
        assert np.abs(shown - x_t[: shown.shape[0], : shown.shape[1]]).max() <= 1
    assert [tile.caption for tile in tiles] == captions
    QTest.keyClick(window_of(active), Key.Key_1)
    assert all((now == before).all() for now, before in zip(grabbed(active), whole, strict=True))


def test_the_middle_button_moves_what_is_seen(active: Bench) -> None:
    gallery = active.panel.gallery
    tile = gallery.tiles[1]
    wheel(tile, at(tile, 0.5, 0.5), 4)
    before = gallery.look
    QTest.mousePress(tile, Qt.MouseButton.MiddleButton, pos=at(tile, 0.5, 0.5))
    QTest.mouseMove(tile, at(tile, 0.75, 0.5))
    QTest.mouseRelease(tile, Qt.MouseButton.MiddleButton, pos=at(tile, 0.75, 0.5))
    assert gallery.look.left == pytest.approx(before.left - 0.25 / before.zoom, abs=0.01)
    assert gallery.look.zoom == before.zoom
    assert gallery.look.top == pytest.approx(before.top, abs=0.01)


def test_a_double_click_beside_the_pictures_shows_them_whole(active: Bench) -> None:
    gallery = active.panel.gallery
    wheel(gallery.tiles[1], at(gallery.tiles[1], 0.5, 0.5), 2)
    QTest.mouseDClick(gallery, Qt.MouseButton.LeftButton, pos=QPoint(1, gallery.height() - 1))
    assert gallery.look == Look()


def test_another_picture_is_seen_whole(active: Bench) -> None:
    gallery = active.panel.gallery
    wheel(gallery.tiles[1], at(gallery.tiles[1], 0.5, 0.5), 2)
    active.do(active.studio.set_t, 200)
    assert gallery.look != Look()
    picture = active.studio.state.picture
    assert picture is not None
    active.do(active.studio.set_picture, replace(picture, name="another"))
    assert gallery.look == Look()


def test_while_z_is_held_the_loupe_is_over_the_same_place_of_every_picture(active: Bench) -> None:
    before = grabbed(active)
    QTest.keyPress(window_of(active), Key.Key_Z)
    held = grabbed(active)
    places = [np.argwhere((now != then).any(-1)) for now, then in zip(held, before, strict=True)]
    for found, now in zip(places, held, strict=True):
        (top, left), (bottom, right) = found.min(0), found.max(0)
        assert abs((top + bottom) / 2 - now.shape[0] / 2) <= 3
        assert abs((left + right) / 2 - now.shape[1] / 2) <= 3
    point(active, 0.9, 0.9)
    assert any((now != then).any() for now, then in zip(grabbed(active), held, strict=True))
    active.do(active.studio.set_t, 250)
    QTest.keyRelease(window_of(active), Key.Key_Z)
    active.do(active.studio.set_t, 100)
    assert all((now == then).all() for now, then in zip(grabbed(active), before, strict=True))


def test_in_a_text_field_z_is_a_letter(active: Bench) -> None:
    field, before = active.panel.header.seed, grabbed(active)
    field.setFocus()
    active.qtbot.waitUntil(field.hasFocus)
    QTest.keyPress(window_of(active), Key.Key_Z)
    QTest.keyRelease(window_of(active), Key.Key_Z)
    QTest.keyClick(window_of(active), Key.Key_1)
    assert "1" in field.text()
    assert all((now == then).all() for now, then in zip(grabbed(active), before, strict=True))


def test_the_loupe_goes_with_the_pointer(active: Bench) -> None:
    before = grabbed(active)
    QTest.keyPress(window_of(active), Key.Key_Z)
    QApplication.sendEvent(active.panel.gallery, QEvent(QEvent.Type.Leave))
    assert all((now == then).all() for now, then in zip(grabbed(active), before, strict=True))
    QTest.keyRelease(window_of(active), Key.Key_Z)
