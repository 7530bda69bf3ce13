"""Dialogs and menus that are closed are gone, however often they were opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.help_windows.help import NAME as HELP
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.header import BackgroundButton
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from tests.gui.finding import child
from tests.gui.windows import active_window

TIMES = 30


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1024, 700)) as window:
        yield window


def action(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


def popup() -> QWidget:
    found = QApplication.activePopupWidget()
    assert found is not None
    return found


def open_shortcuts(window: MainWindow) -> QWidget:
    action(window, "show_shortcuts").trigger()
    return window.findChildren(QDialog, HELP)[-1]


def open_about(window: MainWindow) -> QWidget:
    action(window, "show_about").trigger()
    return window.findChildren(QDialog, HELP)[-1]


def open_menu_of_the_list(window: MainWindow) -> QWidget:
    child(window, EntriesView).customContextMenuRequested.emit(QPoint(20, 20))
    return popup()


def open_menu_of_a_plot(window: MainWindow) -> QWidget:
    window.panel(CurvesPanel).grid.menu_requested.emit("betas", QPoint(20, 20))
    return popup()


def open_menu_of_a_field(window: MainWindow) -> QWidget:
    field = window.panel(SchedulesPanel).list.view.line
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), field.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(field, event)
    return popup()


def open_colours(window: MainWindow) -> QWidget:
    child(child(window, BackgroundButton), QMenu).actions()[-1].trigger()
    return child(child(window, BackgroundButton), QColorDialog)


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
@pytest.mark.parametrize(
    "opened",
    [
        open_shortcuts,
        open_about,
        open_menu_of_the_list,
        open_menu_of_a_plot,
        open_menu_of_a_field,
        open_colours,
    ],
)
def test_what_is_closed_is_gone(window: MainWindow, opened: Callable[[MainWindow], QWidget]) -> None:
    counts = []
    for _ in range(TIMES):
        QTest.keyClick(opened(window), Qt.Key.Key_Escape)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        counts.append(len(QApplication.allWidgets()))
    assert counts == counts[:1] * TIMES


def test_help_replaces_help(window: MainWindow) -> None:
    open_shortcuts(window)
    about = open_about(window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChildren(QDialog, HELP) == [about]
    assert about.isVisible()
    about.close()
