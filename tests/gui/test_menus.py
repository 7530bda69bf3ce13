"""Menus: letters that choose an action, and groups, in the menu bar and in every menu that opens elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.actions import EDIT, MENU_BAR, VIEW
from ddpm_studio.gui.curves.menu import PlotMenu
from ddpm_studio.gui.help_windows.help import shortcuts_table
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.palette.menu_deeds import deeds_of_menus
from ddpm_studio.gui.schedules.list_actions import ListActions
from ddpm_studio.gui.widgets.pictures.picture_menu import PictureMenu
from ddpm_studio.gui.widgets.typed.mnemonics import mnemonic


def letters(menu: QMenu) -> list[str]:
    """The underlined letters of a menu's actions, "" where one has none."""
    return [mnemonic(action.text()) for action in menu.actions() if not action.isSeparator()]


def within(menu: QMenu) -> Iterator[QMenu]:
    """A menu and those that open from it."""
    menu.aboutToShow.emit()
    yield menu
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from within(inner)


def test_no_letter_chooses_two_actions_of_any_menu(window: MainWindow) -> None:
    elsewhere = ListActions(window).menu(window), PlotMenu(window), PictureMenu(window)
    menus = {id(each): each for menu in (*window.findChildren(QMenu), *elsewhere) for each in within(menu)}
    assert len(menus) > len(MENU_BAR)
    for menu in menus.values():
        found = [letter for letter in letters(menu) if letter]
        assert len(set(found)) == len(found), (menu.title(), letters(menu))


def test_every_action_of_the_menu_bar_has_a_letter(window: MainWindow) -> None:
    for spec in MENU_BAR:
        menu = window.menus[spec]
        assert all(letters(menu)), (menu.title(), letters(menu))


def test_the_view_menu_has_its_groups(window: MainWindow) -> None:
    groups: list[list[str]] = [[]]
    for action in window.menus[VIEW].actions():
        if action.isSeparator():
            groups.append([])
        else:
            groups[-1].append(action.text().replace("&", ""))
    assert groups == [
        ["Go to…", "Equal t", "Equal t/T", "Equal log SNR", "Equal σ", "Equal τ"],
        ["Contact sheet", "Runs in lanes", "Step marks"],
        ["Full screen"],
        ["Forward process", "Reverse process", "Training objective"],
        ["Equation", "Curves", "Timeline", "Schedules", "Explain", "Picture", "Sampling", "Lab", "Values"],
        ["In a window of its own", "Reset layout"],
        ["Theme"],
    ]


@pytest.mark.qt_log_ignore("does not support (grabbing the keyboard|raise)", extend=True)
def test_a_letter_folds_a_panel_from_the_view_menu(window: MainWindow, qtbot: QtBot) -> None:
    view = window.menus[VIEW]
    timeline = next(action for action in view.actions() if action.text().replace("&", "") == "Timeline")
    assert timeline.isChecked()
    view.popup(QPoint(0, 0))
    qtbot.keyClick(view, mnemonic(timeline.text()))
    assert not timeline.isChecked()
    assert QApplication.activePopupWidget() is None


def test_what_can_be_copied_is_one_menu_in_groups(window: MainWindow) -> None:
    menu = window.menus[EDIT].findChild(QMenu)
    assert menu is not None
    assert [action.text().replace("&", "") for action in menu.actions()] == [
        *("Text", "", "Python (NumPy)", "Python (diffusers)", "Python (k-diffusion σ)", "", "PyTorch training loss")
    ]
    assert all(letters(menu)), letters(menu)
    keys = {action.objectName(): action.shortcut().toString() for action in menu.actions() if action.shortcut()}
    assert keys["copy_spec"] == "Ctrl+Shift+C"


def test_deeds_and_keys_of_inner_menus_say_which_menu_they_are_in(window: MainWindow) -> None:
    deeds = {deed.id: deed for deed in deeds_of_menus(window.menuBar())}
    assert deeds["copy_numpy"].text == "Copy schedule as: Python (NumPy)"
    assert deeds["copy_numpy"].where == "Edit ▸ Copy schedule as"
    assert "Copy schedule as: Python (NumPy)" in shortcuts_table(window)
