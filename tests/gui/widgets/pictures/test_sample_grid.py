"""Pictures of a run under a hand: clicked, dragged out, gone through by keys, and asked about by mouse and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.pictures.enlarging import Enlarging
from ddpm_studio.gui.widgets.pictures.sample_grid import SampleGrid
from ddpm_studio.gui.widgets.pictures.sample_offers import SampleOffers

offscreen_menu = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
COUNT = 6


class Page:
    """Two grids of the same six pictures, three side by side, in an active window, and what is said about them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.page = QWidget()
        self.grids = [SampleGrid(), SampleGrid()]
        row = QHBoxLayout(self.page)
        for grid in self.grids:
            row.addWidget(grid)
            grid.set_pictures(pictures(COUNT))
        self.offers = SampleOffers(self.grids, Enlarging(self.grids, self.page), self.page)
        self.dragged: list[tuple[int, QImage]] = []
        self.offers.dragged.connect(lambda number, image: self.dragged.append((number, image)))
        qtbot.addWidget(self.page)
        self.page.resize(440, 160)
        self.page.show()
        qtbot.waitActive(self.page)
        assert self.first.columns == 3

    @property
    def first(self) -> SampleGrid:
        return self.grids[0]

    @property
    def alone(self) -> list[int | None]:
        return [grid.enlarged for grid in self.grids]

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.page.windowHandle(), key)

    def drag(self, number: int, by: int, button: Qt.MouseButton = LEFT) -> None:
        place = self.first.place(number).center()
        QTest.mousePress(self.first, button, pos=place)
        for part in (by // 2, by, by + 1):
            QTest.mouseMove(self.first, place + QPoint(part, 0))
        QTest.mouseRelease(self.first, button, pos=place + QPoint(by + 1, 0))


def pictures(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Gray pictures of 8 × 8, each as bright as its number."""
    return np.arange(count, dtype=np.uint8).repeat(8 * 8 * 3).reshape(count, 8, 8, 3)


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    return Page(qtbot)


def test_a_click_enlarges_in_all_grids_and_another_brings_all_back(page: Page) -> None:
    QTest.mouseClick(page.first, LEFT, pos=page.first.place(4).center())
    assert page.alone == [4, 4]
    QTest.mouseClick(page.grids[1], LEFT, pos=page.grids[1].place(4).center())
    assert page.alone == [None, None]


def test_a_drag_takes_a_picture_out_and_enlarges_none(page: Page) -> None:
    far = QApplication.startDragDistance()
    page.drag(2, far + 20)
    ((number, image),) = page.dragged
    assert (number, image.width(), image.pixelColor(3, 3).red()) == (2, 8, 2)
    assert page.alone == [None, None]


def test_other_buttons_drag_nothing_and_a_press_that_trembles_is_a_click(page: Page) -> None:
    far = QApplication.startDragDistance()
    page.drag(2, far + 20, Qt.MouseButton.RightButton)
    page.drag(2, far - 2)
    assert page.dragged == []
    assert page.alone == [2, 2]


def test_a_press_that_is_let_go_elsewhere_does_nothing(page: Page) -> None:
    QTest.mousePress(page.first, LEFT, pos=page.first.place(0).center())
    QTest.mouseRelease(page.first, LEFT, pos=page.first.place(5).center())
    assert page.alone == [None, None]


def test_arrow_keys_go_to_a_picture_and_enter_enlarges_it(page: Page) -> None:
    page.first.setFocus()
    page.press(Key.Key_Right, Key.Key_Down, Key.Key_Return)
    assert page.alone == [4, 4]
    page.press(Key.Key_Right)
    assert page.alone == [5, 5]
    page.press(Key.Key_Right)
    assert page.alone == [0, 0]
    page.press(Key.Key_Left, Key.Key_Escape)
    assert page.alone == [None, None]
    page.press(Key.Key_Up, Key.Key_Down, Key.Key_Return)
    assert page.alone == [5, 5], "there is no row below the last"


def test_the_picture_with_the_focus_is_framed(page: Page) -> None:
    page.grids[1].setFocus()
    before = page.first.grab().toImage()
    page.first.setFocus()
    page.press(Key.Key_Right)
    image, place = page.first.grab().toImage(), page.first.place(1)
    assert image != before
    assert image.pixelColor(place.left() + 1, place.center().y()) == page.first.palette().highlight().color()
    page.grids[1].setFocus()
    assert page.first.grab().toImage() == before


@offscreen_menu
@pytest.mark.parametrize("number", [0, 4])
def test_the_menu_key_asks_about_the_picture_with_the_focus(page: Page, number: int) -> None:
    page.first.setFocus()
    page.press(*[Key.Key_Right] * number)
    page.first.set_pictures(pictures(COUNT))
    place = page.first.mapToGlobal(page.first.place(number).center())
    # The platform makes this event of the key, with the middle of the widget.
    middle = page.first.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, page.first.mapToGlobal(middle))
    QApplication.sendEvent(page.first, event)
    menu = page.offers.menu
    assert menu.isVisible()
    assert menu.pos() == place
    copied: list[QImage] = []
    menu.copied.connect(copied.append)
    menu.copy_picture.trigger()
    assert [image.pixelColor(2, 2).red() for image in copied] == [number]
    menu.enlarge.trigger()
    assert page.alone == [number, number]
    menu.close()


def test_where_there_are_no_pictures_there_is_nothing_to_do(page: Page) -> None:
    page.first.set_pictures(None)
    assert page.first.focusPolicy() == Qt.FocusPolicy.NoFocus
    QTest.mouseClick(page.first, LEFT)
    page.first.grab()
    assert page.first.statusTip() == ""
    assert page.alone == [None, None]


def test_one_picture_leaves_the_arrows_to_the_window(page: Page) -> None:
    page.first.set_pictures(pictures(1))
    page.first.setFocus()
    page.press(Key.Key_Right, Key.Key_Return)
    assert page.alone == [None, None]
