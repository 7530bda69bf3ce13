"""Pictures looked at closely: enlarged, and asked what can be done with them, by mouse and by keys."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ddpm_studio.gui.picture.tile import Tile
from ddpm_studio.gui.state.picture_at import PictureAt
from tests.gui.finding import with_focus
from tests.gui.picture.conftest import Bench

offscreen_menu = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def active(shown: Bench) -> Bench:
    """A bench in an active window, so that its tiles can have the focus."""
    shown.panel.activateWindow()
    shown.qtbot.waitUntil(shown.panel.isActiveWindow)
    return shown


def tiles(bench: Bench) -> tuple[Tile, ...]:
    return bench.panel.gallery.tiles


def seen(bench: Bench) -> list[int]:
    return [place for place, tile in enumerate(tiles(bench)) if tile.isVisible()]


def ask(widget: QWidget, reason: QContextMenuEvent.Reason = QContextMenuEvent.Reason.Mouse) -> None:
    """Press the right button, or the Menu key, which the platform turns into this event."""
    place = widget.rect().center()
    QApplication.sendEvent(widget, QContextMenuEvent(reason, place, widget.mapToGlobal(place)))


def middle(tile: Tile) -> QPoint:
    return tile.shown_at().center().toPoint()


def pixels(image: QImage) -> NDArray[np.int_]:
    image = image.convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., :3].astype(int)


# enlarging


def test_a_double_click_enlarges_a_picture_and_another_goes_back(active: Bench) -> None:
    small = [tile.shown_at().width() for tile in tiles(active)]
    QTest.mouseDClick(tiles(active)[1], LEFT, pos=middle(tiles(active)[1]))
    assert seen(active) == [1]
    assert tiles(active)[1].shown_at().width() > small[1]
    assert active.panel.gallery.rect().contains(tiles(active)[1].geometry())
    QTest.mouseDClick(tiles(active)[1], LEFT, pos=middle(tiles(active)[1]))
    assert seen(active) == [0, 1, 2]
    assert [tile.shown_at().width() for tile in tiles(active)] == small


def test_enter_enlarges_arrows_turn_and_esc_goes_back(active: Bench) -> None:
    tiles(active)[1].setFocus()
    QTest.keyClick(with_focus(), Key.Key_Return)
    assert seen(active) == [1]
    for key, place in ((Key.Key_Right, 2), (Key.Key_Right, 0), (Key.Key_Left, 2), (Key.Key_Left, 1)):
        QTest.keyClick(with_focus(), key)
        assert seen(active) == [place]
        assert with_focus() is tiles(active)[place]
    QTest.keyClick(with_focus(), Key.Key_Escape)
    assert seen(active) == [0, 1, 2]
    assert with_focus() is tiles(active)[1]


def test_what_is_enlarged_follows_t_and_what_is_not_costs_nothing(active: Bench) -> None:
    active.panel.gallery.enlarge(2)
    hidden, alone = tiles(active)[1].image, tiles(active)[2].image
    active.do(active.studio.set_t, 300)
    assert "t = 1000" in tiles(active)[2].caption.items
    assert tiles(active)[2].image is not alone
    assert tiles(active)[1].image is hidden
    assert "t = 300" in tiles(active)[1].caption.items
    active.panel.gallery.enlarge(None)
    assert tiles(active)[1].image is not hidden


def test_the_enlarged_schedule_stays_while_the_list_changes_until_it_is_hidden(active: Bench) -> None:
    first, second = active.studio.state.entries
    active.panel.gallery.enlarge(2)
    active.do(active.studio.set_visible, first.key, False)
    assert seen(active) == [1]
    assert tiles(active)[1].caption.title.startswith("B")
    active.do(active.studio.set_visible, second.key, False)
    assert seen(active) == [0]
    active.do(active.studio.set_visible, first.key, True)
    assert seen(active) == [0, 1]


def test_arrows_and_esc_are_the_window_s_while_nothing_is_enlarged(active: Bench) -> None:
    tiles(active)[1].setFocus()
    for key in (Key.Key_Left, Key.Key_Right, Key.Key_Escape):
        QTest.keyClick(with_focus(), key)
    assert seen(active) == [0, 1, 2]
    assert with_focus() is tiles(active)[1]


# the menu


@offscreen_menu
@pytest.mark.parametrize("reason", [QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard])
def test_the_menu_is_that_of_the_picture_that_was_asked_about(active: Bench, reason: QContextMenuEvent.Reason) -> None:
    menu, state = active.panel.menu, active.studio.state
    tiles(active)[2].setFocus()
    ask(tiles(active)[2], reason)
    assert menu.isVisible()
    assert [action.text() for action in menu.actions() if action.isVisible() and action.text()] == [
        "&Copy picture",
        "&Save picture…",
        "&Enlarge",
        "&Histogram",
        "&Open a picture…",
    ]
    with active.qtbot.waitSignal(menu.copied) as copied:
        menu.copy_picture.trigger()
    with active.qtbot.waitSignal(menu.save_wanted) as saved:
        menu.save_picture.trigger()
    assert copied.args == saved.args == [PictureAt(state.entries[1], 333)]
    menu.close()


@offscreen_menu
def test_the_menu_enlarges_and_goes_back(active: Bench) -> None:
    menu = active.panel.menu
    ask(tiles(active)[0])
    menu.enlarge.trigger()
    assert seen(active) == [0]
    ask(tiles(active)[0])
    assert menu.enlarge.text() == "&Back to all pictures"
    menu.enlarge.trigger()
    assert seen(active) == [0, 1, 2]
    menu.close()


@offscreen_menu
def test_the_menu_s_histogram_is_the_switch(active: Bench) -> None:
    menu = active.panel.menu
    menu.histogram.triggered.connect(active.studio.set_histogram)
    for shown in (True, False):
        ask(tiles(active)[1])
        menu.histogram.trigger()
        active.do(active.studio.set_t, active.studio.state.t)
        assert active.studio.state.histogram is shown
        ask(tiles(active)[1])
        assert menu.histogram.isChecked() is shown
    menu.close()


def test_between_the_pictures_there_is_no_menu(active: Bench) -> None:
    gallery = active.panel.gallery
    corner = QPoint(0, gallery.height() - 1)
    QApplication.sendEvent(
        gallery, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, corner, gallery.mapToGlobal(corner))
    )
    assert not active.panel.menu.isVisible()
