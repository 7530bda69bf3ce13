"""Windows of their own, for parts of the main one: its keys, hints and drops, and the way back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.gui.zones.tab_zone import TabZone
from tests.gui.finding import child
from tests.gui.windows import settle

APART = ("equation", "schedules", "explain", "picture", "sampling", "lab", "values", "centre")


def line(window: MainWindow, name: str) -> QAction:
    """The line of the menu that opens this in a window of its own."""
    return window._zones._apart[name]


def take_out(window: MainWindow, name: str, qtbot: QtBot) -> QWidget:
    """The window that it is in then, which is active."""
    line(window, name).trigger()
    settle()
    own = window._zones.homes[name].content.window()
    assert own is not window
    own.activateWindow()
    qtbot.waitUntil(own.isActiveWindow)
    return own


@pytest.mark.parametrize("name", APART)
def test_every_part_opens_in_a_window_of_its_own_and_closing_that_puts_it_back(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    home = window._zones.homes[name]
    before = home.content.size() if home.content.isVisible() else None
    own = take_out(window, name, qtbot)
    assert own.windowTitle() == home.title
    assert home.content.isVisible()
    assert not home.isVisible()
    assert line(window, name).isChecked()
    own.close()
    qtbot.waitUntil(lambda: home.content.window() is window)
    settle()
    assert home.content.isVisible()
    assert not own.isVisible()
    assert not line(window, name).isChecked()
    assert before is None or home.content.size() == before


def test_plots_and_lanes_go_together_and_the_rest_has_their_room(window: MainWindow, qtbot: QtBot) -> None:
    tabs = child(window, TabZone)
    before = tabs.height()
    own = take_out(window, "centre", qtbot)
    assert window.panel(CurvesPanel).window() is own
    assert window.panel(TimelinePanel).window() is own
    assert tabs.height() > before + 200
    QTest.mouseClick(window._zones.zones["timeline"].corner.apart, Qt.MouseButton.LeftButton)
    settle()
    assert window.panel(CurvesPanel).window() is window
    assert tabs.height() == before


def test_a_panel_behind_another_is_seen_when_it_is_apart_and_comes_back_to_the_front(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel, bar = window.panel(ValuesPanel), child(child(window, TabZone), QTabBar)
    assert not panel.isVisible()
    own = take_out(window, "values", qtbot)
    assert panel.isVisible()
    assert [bar.tabText(n) for n in range(bar.count())] == ["Picture", "Sampling", "Lab"]
    assert window.panel(PicturePanel).isVisible()
    own.close()
    qtbot.waitUntil(lambda: window.panel_in_front() == "values")
    assert [bar.tabText(n) for n in range(bar.count())] == ["Picture", "Sampling", "Lab", "Values"]


def test_the_button_beside_the_tabs_takes_out_what_is_in_front(window: MainWindow) -> None:
    window.bring_up("sampling")
    corner = child(window, TabZone)._corner
    assert corner.apart.accessibleName() == "Sampling in a window of its own"
    QTest.mouseClick(corner.apart, Qt.MouseButton.LeftButton)
    assert window.panel(SamplingPanel).window() is not window
    assert window.panel_in_front() in ("picture", "lab", "values")


def test_with_every_panel_apart_nothing_is_in_front(window: MainWindow) -> None:
    for name in APART:
        line(window, name).trigger()
    settle()
    assert window.panel_in_front() == ""
    assert not child(window, TabZone).isVisible()
    window.bring_up("picture")
    window.reset_layout()
    settle()
    assert all(panel.window() is window for panel in map(window.panel, (CurvesPanel, SchedulesPanel, ValuesPanel)))
    assert window.panel_in_front() == "picture"


def test_the_keys_of_the_main_window_are_at_work(window: MainWindow, qtbot: QtBot) -> None:
    own = take_out(window, "picture", qtbot)
    own.setFocus()
    t, count = window.studio.state.t, len(window.studio.state.entries)
    QTest.keyClick(own, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(window.studio.state.entries) == count + 1
    settle()
    QTest.keyClick(own, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(window.studio.state.entries) == count
    QTest.keyClick(own, Qt.Key.Key_Right)
    assert window.studio.state.t == t + 1
    QTest.keyClick(own, Qt.Key.Key_C)
    assert window.studio.state.sheet


def test_a_letter_in_a_box_chooses_there(window: MainWindow, qtbot: QtBot) -> None:
    own = take_out(window, "schedules", qtbot)
    box = child(own, QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_C)
    assert not window.studio.state.sheet
    assert box.currentText().startswith("C")
    t = window.studio.state.t
    QTest.keyClick(box, Qt.Key.Key_Right)
    assert window.studio.state.t == t


def test_what_is_dropped_on_it_is_opened(window: MainWindow, qtbot: QtBot) -> None:
    own, mime = take_out(window, "values", qtbot), QMimeData()
    mime.setText("sigmoid:T=200")
    actions, place = Qt.DropAction.CopyAction, QPoint(20, 20)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(place, actions, mime, buttons, keys)
    QApplication.sendEvent(own, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(own, QDropEvent(QPointF(place), actions, mime, buttons, keys))
    qtbot.waitUntil(lambda: window.studio.state.entries[-1].schedule.kind == "sigmoid")


def test_unticking_what_is_apart_puts_it_back_and_folds_it(window: MainWindow, qtbot: QtBot) -> None:
    take_out(window, "schedules", qtbot)
    shown = next(action for action in window._zones.actions() if action.text().replace("&", "") == "Schedules")
    assert shown.isChecked()
    shown.trigger()
    settle()
    assert not shown.isChecked()
    assert not line(window, "schedules").isChecked()
    assert not window.panel(SchedulesPanel).isVisible()
    line(window, "schedules").trigger()
    assert window.panel(SchedulesPanel).isVisible()
    assert shown.isChecked()


def test_the_windows_vanish_with_the_main_one(window: MainWindow, qtbot: QtBot) -> None:
    own = take_out(window, "picture", qtbot)
    window.close()
    assert not own.isVisible()


def test_the_equation_fills_a_window_of_its_own_and_is_as_it_was_back_in_the_main_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel, home = window.panel(EquationPanel), window._zones.zones["equation"]
    settle()
    before, pictures = panel.size(), panel.forward.thumbnails.values()
    sides = {max(picture.width(), picture.height()) for picture in pictures}
    home.set_apart(True)
    for size in (QSize(1300, 400), QSize(1800, 500), QSize(1000, 400), QSize(900, 60)):
        home.own_window.resize(size)
        settle()
        assert panel.size() == home.own_window.size(), "as small as it is dragged"
        shown = {max(picture.width(), picture.height()) for picture in pictures}
        side = max(30, min(256, size.height() - 12, 72 + (size.width() - 980 - 72) // 4))
        assert shown == {side}
        assert panel.arc.isVisible() is (side > 30)
        parts = [part for part in (*pictures, *panel.forward.numbers, panel.arc, panel.sides) if part.isVisible()]
        assert all(part.visibleRegion().boundingRect().width() == part.width() for part in parts)
    home.set_apart(False)
    settle()
    assert panel.size() == before
    assert {max(picture.width(), picture.height()) for picture in pictures} == sides


def test_the_window_of_the_equation_leaves_the_main_one_s_height_alone(window: MainWindow) -> None:
    panel, home = window.panel(EquationPanel), window._zones.zones["equation"]
    home.set_apart(True)
    home.own_window.resize(1300, 300)
    settle()
    side = panel.arc.width()
    window.resize(960, 560)
    settle()
    assert panel.arc.width() == side
    home.set_apart(False)
    settle()
    assert max(picture.height() for picture in panel.forward.thumbnails.values()) <= 30


@pytest.mark.parametrize("name", ["equation", "schedules", "centre", "sampling"])
def test_a_window_of_its_own_opens_on_the_screen(window: MainWindow, qtbot: QtBot, name: str) -> None:
    room = window.screen().availableGeometry()
    window.resize(room.size())
    window.move(room.topLeft())
    assert room.contains(take_out(window, name, qtbot).frameGeometry())
    window.reset_layout()
