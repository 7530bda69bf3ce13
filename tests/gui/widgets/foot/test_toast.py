"""Messages that do not block: where they lie, how they go away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.foot.toast import MARGIN, Toast, WholeMessage
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


LONG = "a rather long word " * 40 + "and the end."


def test_it_covers_nothing(toast: Toast) -> None:
    above = toast.window().findChildren(QWidget)[0]
    toast.say("T is 0; it must be a whole number from 1 to 100000.")
    settle()
    assert toast.isVisible()
    assert not toast.geometry().intersects(above.geometry())


@pytest.mark.parametrize("sentence", ["Saved a.csv.", LONG, "Three\nlines\nof it."])
@pytest.mark.parametrize("count", [0, 3])
def test_it_is_always_as_tall(toast: Toast, sentence: str, count: int) -> None:
    actions = [QAction(f"Do {number}", toast) for number in range(count)]
    toast.say(sentence, actions)
    settle()
    assert toast.height() == toast.fontMetrics().height() + 2 * MARGIN
    assert all(toast.rect().contains(button.geometry()) for button in buttons(toast).values())
    assert toast.text == sentence


@pytest.mark.parametrize("width", [800, 400])
def test_a_message_without_room_keeps_its_ends_and_is_shown_whole_on_a_press(
    toast: Toast, qtbot: QtBot, width: int
) -> None:
    toast.window().resize(width, 600)
    toast.say(LONG)
    settle()
    written = child(toast, ElidedLabel).label.text()
    assert written.startswith("a rather")
    assert "…" in written
    assert written.endswith("the end.")
    qtbot.mouseClick(buttons(toast)["…"], Qt.MouseButton.LeftButton)
    whole = child(toast, WholeMessage)
    qtbot.waitUntil(whole.isActiveWindow)
    text = child(whole, QLabel)
    assert text.text() == LONG
    assert text.height() >= text.heightForWidth(text.width())
    assert whole.geometry().center().y() < toast.mapToGlobal(toast.rect().topLeft()).y()
    QTest.keyClick(whole, Qt.Key.Key_Escape)
    settle()
    assert not toast.findChildren(WholeMessage)


def test_a_message_with_room_is_whole(toast: Toast) -> None:
    toast.say("T is 0; it must be a whole number from 1 to 100000.")
    settle()
    assert child(toast, ElidedLabel).label.text() == toast.text
    assert list(buttons(toast)) == ["✕"]
    toast.window().resize(200, 600)
    settle()
    assert list(buttons(toast)) == ["…", "✕"]


def test_what_a_person_typed_is_never_markup(toast: Toast) -> None:
    toast.say("<b>bold</b>")
    assert toast.text == "<b>bold</b>"
    assert child(toast, QLabel).textFormat() == Qt.TextFormat.PlainText


def test_closing_it(toast: Toast, qtbot: QtBot) -> None:
    toast.say("Something was said.")
    qtbot.mouseClick(buttons(toast)["✕"], Qt.MouseButton.LeftButton)
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
