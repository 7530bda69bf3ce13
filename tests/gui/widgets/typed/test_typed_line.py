"""The line of text that counts once it is finished."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.seed_field import SeedField
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine


class Picky(TypedLine):
    """Takes anything but a text in `refused_texts`, and keeps all that was entered."""

    def __init__(self) -> None:
        super().__init__()
        self.refused_texts = {"bad", "worse"}
        self.heard: list[str] = []
        self.entered.connect(self.hear)
        self.show_text("good")

    @Slot(str)
    def hear(self, text: str) -> None:
        self.heard.append(text)
        if text in self.refused_texts:
            self.draft.refuse(f"{text}, really?")

    def type(self, text: str) -> None:
        self.selectAll()
        QTest.keyClicks(self, text)


@pytest.fixture
def line(qtbot: QtBot) -> Picky:
    line = Picky()
    qtbot.addWidget(line)
    line.show()
    qtbot.waitActive(line)
    line.setFocus()
    return line


def test_a_text_is_entered_once(line: Picky) -> None:
    line.type("better")
    assert line.heard == []
    QTest.keyClick(line, Qt.Key.Key_Return)
    line.clearFocus()
    assert line.heard == ["better"]


def test_a_refused_text_stays_until_it_is_mended(line: Picky) -> None:
    for text in ("bad", "worse"):
        line.type(text)
        QTest.keyClick(line, Qt.Key.Key_Return)
        line.show_text("other")
        assert (line.text(), line.draft.reason) == (text, f"{text}, really?")
    line.type("better")
    line.clearFocus()
    assert (line.text(), line.draft.reason) == ("better", "")
    line.show_text("canonical")
    assert line.text() == "canonical"


def test_a_refused_text_is_entered_again_by_enter_but_not_by_leaving(line: Picky) -> None:
    line.type("bad")
    QTest.keyClick(line, Qt.Key.Key_Return)
    line.clearFocus()
    line.setFocus()
    assert line.heard == ["bad"]
    line.refused_texts.clear()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert (line.heard, line.draft.reason) == (["bad", "bad"], "")


@pytest.mark.parametrize("by", ["Esc", "emptying"])
def test_giving_up_brings_back_what_was_shown_last(line: Picky, by: str) -> None:
    line.type("bad")
    QTest.keyClick(line, Qt.Key.Key_Return)
    line.show_text("newer")
    if by == "Esc":
        QTest.keyClick(line, Qt.Key.Key_Escape)
    else:
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert (line.text(), line.draft.text, line.draft.reason, line.heard) == ("newer", None, "", ["bad"])


@pytest.mark.parametrize("text", ["9223372036854775808", "-1", "-", "99999999999999999999999"])
def test_a_seed_out_of_bounds_stays_and_is_told(qtbot: QtBot, text: str) -> None:
    field, chosen = SeedField(), list[object]()
    qtbot.addWidget(field)
    field.chosen.connect(chosen.append)
    field.show_value(7)
    field.show()
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.text(), chosen) == (text, [])
    assert field.draft.reason == f"{text} is no seed; choose a whole number from 0 to 2⁶³ − 1."
    field.selectAll()
    QTest.keyClicks(field, "9223372036854775807")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.draft.reason, chosen) == ("", [2**63 - 1])


def test_the_same_seed_in_other_digits_is_shown_as_it_is(qtbot: QtBot) -> None:
    field, chosen = SeedField(), list[object]()
    qtbot.addWidget(field)
    field.chosen.connect(chosen.append)
    field.show_value(7)
    field.show()
    field.selectAll()
    QTest.keyClicks(field, "007")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.text(), chosen) == ("7", [])


def test_a_text_that_is_left_is_shown_from_its_beginning(line: Picky) -> None:
    QTest.keyClick(line, Qt.Key.Key_End)
    line.clearFocus()
    assert line.cursorPosition() == 0
    line.setFocus()
    line.type("worse")
    line.clearFocus()
    assert line.cursorPosition() == len("worse")


@pytest.mark.parametrize("reason", [Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason])
def test_the_caret_stays_for_whoever_comes_back(line: Picky, reason: Qt.FocusReason) -> None:
    QTest.keyClick(line, Qt.Key.Key_End)
    QApplication.sendEvent(line, QFocusEvent(QEvent.Type.FocusOut, reason))
    assert line.cursorPosition() == len("good")
