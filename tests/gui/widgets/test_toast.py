"""Messages that do not block: where they lie, how they go away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.toast import MARGIN, Toast
from tests.gui.finding import child


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    return window


def test_it_lies_in_the_upper_right_corner(window: QWidget) -> None:
    toast = Toast(window)
    window.show()
    toast.say("T is 0; it must be a whole number from 1 to 100000.")
    assert toast.isVisible()
    assert toast.geometry().topRight() == window.rect().adjusted(0, MARGIN, -MARGIN, 0).topRight()
    assert toast.x() > 300


def test_a_long_message_is_wrapped_and_not_cut_off(window: QWidget) -> None:
    toast = Toast(window)
    window.show()
    toast.say("a rather long word " * 40)
    assert toast.height() > 100
    assert window.rect().contains(toast.geometry())


def test_it_follows_the_windows_size(window: QWidget) -> None:
    toast = Toast(window)
    window.show()
    toast.say("Something was said.")
    window.resize(500, 300)
    assert window.rect().contains(toast.geometry())


def test_what_a_person_typed_is_never_markup(window: QWidget) -> None:
    toast = Toast(window)
    toast.say("<b>bold</b>")
    assert toast.text == "<b>bold</b>"
    assert toast.findChildren(QWidget)[0].property("textFormat") == Qt.TextFormat.PlainText


def test_closing_it(window: QWidget, qtbot: QtBot) -> None:
    toast = Toast(window)
    window.show()
    toast.say("Something was said.")
    button = child(toast, QToolButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not toast.isVisible()


def test_it_offers_what_may_be_done_about_it_until_the_next_one(window: QWidget, qtbot: QtBot) -> None:
    toast, action = Toast(window), QAction("Mend it")
    window.show()
    toast.say("It is broken.", [action])
    with qtbot.waitSignal(action.triggered):
        qtbot.mouseClick(buttons(toast)["Mend it"], Qt.MouseButton.LeftButton)
    assert all(toast.rect().contains(button.geometry()) for button in buttons(toast).values())
    toast.say("Something else.")
    assert list(buttons(toast)) == ["✕"]


def buttons(toast: Toast) -> dict[str, QToolButton]:
    return {button.text(): button for button in toast.findChildren(QToolButton) if not button.isHidden()}
