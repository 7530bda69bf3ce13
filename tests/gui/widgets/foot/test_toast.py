"""Messages that do not block: where they lie, how they go away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.foot.toast import Toast
from tests.gui.finding import child


@pytest.fixture
def toast(qtbot: QtBot) -> Iterator[Toast]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    column, toast = QVBoxLayout(window), Toast()
    column.addWidget(QWidget(), 1)
    column.addWidget(toast)
    with qtbot.waitExposed(window):
        window.show()
    yield toast
    window.close()


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def test_it_takes_a_row_as_long_as_it_has_something_to_say(toast: Toast) -> None:
    above = toast.window().findChildren(QWidget)[0]
    before = above.height()
    toast.say("T is 0; it must be a whole number from 1 to 100000.")
    settle()
    assert toast.isVisible()
    assert not toast.geometry().intersects(above.geometry())
    assert before - 60 < above.height() < before
    toast.hide()
    settle()
    assert above.height() == before


@pytest.mark.parametrize("width", [800, 400])
def test_a_long_message_is_wrapped_and_not_cut_off(toast: Toast, width: int) -> None:
    toast.say("a rather long word " * 40)
    toast.window().resize(width, 600)
    settle()
    text = toast.findChildren(QLabel)[0]
    assert text.height() >= text.heightForWidth(text.width()) > 5 * text.fontMetrics().height()
    assert toast.window().rect().contains(toast.geometry())


def test_what_a_person_typed_is_never_markup(toast: Toast) -> None:
    toast.say("<b>bold</b>")
    assert toast.text == "<b>bold</b>"
    assert toast.findChildren(QWidget)[0].property("textFormat") == Qt.TextFormat.PlainText


def test_closing_it(toast: Toast, qtbot: QtBot) -> None:
    toast.say("Something was said.")
    button = child(toast, QToolButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not toast.isVisible()


def test_it_offers_what_may_be_done_about_it_until_the_next_one(toast: Toast, qtbot: QtBot) -> None:
    action = QAction("Mend it")
    toast.say("It is broken.", [action])
    with qtbot.waitSignal(action.triggered):
        qtbot.mouseClick(buttons(toast)["Mend it"], Qt.MouseButton.LeftButton)
    assert all(toast.rect().contains(button.geometry()) for button in buttons(toast).values())
    toast.say("Something else.")
    assert list(buttons(toast)) == ["✕"]


def buttons(toast: Toast) -> dict[str, QToolButton]:
    return {button.text(): button for button in toast.findChildren(QToolButton) if not button.isHidden()}
