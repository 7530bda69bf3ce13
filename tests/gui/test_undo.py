"""Undoing in a real window, with its keys, its menu and its sliders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from tests.gui.windows import active_window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1280, 800), [Schedule("linear", 300)]) as window:
        yield window


def press(window: MainWindow, qtbot: QtBot, keys: str) -> None:
    action = next(action for action in window.findChildren(QAction) if action.shortcut().toString() == keys)
    with qtbot.waitSignal(window.studio.changed):
        action.trigger()


def text(window: MainWindow, name: str) -> str:
    action = next(action for action in window.findChildren(QAction) if action.objectName() == name)
    return action.text().replace("&", "") if action.isEnabled() else ""


def test_nothing_can_be_undone_in_a_new_window(window: MainWindow) -> None:
    assert (text(window, "undo"), text(window, "redo")) == ("", "")


def test_a_drag_of_a_slider_is_undone_at_once(window: MainWindow, qtbot: QtBot) -> None:
    editor = window.panel(SchedulesPanel).editor
    slider = next(s for s in editor.findChildren(QSlider) if "end" in s.accessibleName())
    before = window.studio.state.current.schedule
    y = slider.height() // 2
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, y))
    for x in range(slider.width() // 2, slider.width() - 4, 3):
        qtbot.mouseMove(slider, QPoint(x, y))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 4, y))
    dragged = window.studio.state.current.schedule
    assert dragged != before
    qtbot.waitUntil(lambda: text(window, "undo") == "Undo change of β_T")
    press(window, qtbot, "Ctrl+Z")
    assert window.studio.state.current.schedule == before
    assert (text(window, "undo"), text(window, "redo")) == ("", "Redo change of β_T")
    press(window, qtbot, "Ctrl+Shift+Z")
    assert window.studio.state.current.schedule == dragged
