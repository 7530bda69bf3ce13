"""FrameGrid: what is painted where, and sharp when small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.frame_grid import FrameGrid


def batch(count: int, side: int = 4) -> NDArray[np.uint8]:
    """Pictures of which the left half has the number of the picture as red, the right half is white."""
    pictures = np.full((count, side, side, 3), 255, np.uint8)
    for number in range(count):
        pictures[number, :, : side // 2] = (number, 0, 0)
    return pictures


def grid_of(qtbot: QtBot, pictures: NDArray[np.uint8], width: int, height: int) -> FrameGrid:
    grid = FrameGrid()
    qtbot.addWidget(grid)
    grid.resize(width, height)
    grid.set_pictures(pictures)
    return grid


def test_small_pictures_keep_sharp_pixels(qtbot: QtBot) -> None:
    grid = grid_of(qtbot, batch(1), 47, 90)
    place, image = grid.place(0), grid.grab().toImage()
    assert place.width() == place.height() == 44  # 11 whole pixels for each of the picture's own
    reds = [image.pixelColor(place.left() + x, place.center().y()).green() for x in range(44)]
    assert reds == [0] * 22 + [255] * 22


def test_every_picture_is_shown_and_none_over_another(qtbot: QtBot) -> None:
    grid = grid_of(qtbot, batch(16), 300, 120)
    places = [grid.place(number) for number in range(16)]
    assert all(grid.rect().contains(place) for place in places)
    assert not any(a.intersects(b) for n, a in enumerate(places) for b in places[:n])
    image = grid.grab().toImage()
    for number, place in enumerate(places):
        assert image.pixelColor(place.topLeft() + QPoint(1, 1)).red() == number


def test_enlarging_shows_one_picture_alone(qtbot: QtBot) -> None:
    grid = grid_of(qtbot, batch(9), 120, 120)
    before = grid.place(5).width()
    grid.enlarge(5)
    assert grid.place(5).width() > 2 * before
    assert grid.place(0).isEmpty()
    grid.enlarge(None)
    assert grid.place(5).width() == before


def test_gray_and_transparent_pictures_become_rgb(qtbot: QtBot) -> None:
    gray = grid_of(qtbot, np.full((2, 3, 3, 1), 77, np.uint8), 50, 50)
    assert gray.picture(1).pixelColor(2, 2) == QColor(77, 77, 77)
    rgba = np.zeros((1, 3, 3, 4), np.uint8)
    rgba[..., 1], rgba[..., 3] = 200, 5
    assert grid_of(qtbot, rgba, 50, 50).picture(0).pixelColor(0, 0) == QColor(0, 200, 0)


def test_nothing_to_show_is_no_error(qtbot: QtBot) -> None:
    grid = grid_of(qtbot, batch(4), 50, 50)
    grid.set_pictures(None)
    grid.grab()
    assert grid.count == grid.columns == 0


def test_many_pictures_in_a_low_row_take_several_lines(qtbot: QtBot) -> None:
    grid = FrameGrid(at_left=True)
    qtbot.addWidget(grid)
    grid.resize(300, 50)
    grid.set_pictures(batch(8, side=16))
    assert {grid.place(number).top() for number in range(8)} == {grid.place(0).top()}
    grid.set_pictures(batch(256, side=16))
    places = [grid.place(number) for number in range(256)]
    assert all(grid.rect().contains(place) and place.width() >= 3 for place in places)
    assert places[0].left() == 0
