"""The spin box for whole numbers: what is typed, refused, mended and given up."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.typed.whole_box import WholeBox


class Counting:
    """A shown box from 1 to 300 at 20, and all that it has told."""

    def __init__(self, qtbot: QtBot) -> None:
        self.page = QWidget()
        self.box = WholeBox(self.page)
        self.box.setRange(1, 300)
        self.box.setSuffix(" steps")
        self.box.setValue(20)
        self.told: list[int] = []
        self.reasons: list[str] = []
        self.box.valueChanged.connect(self.told.append)
        self.box.draft.refused.connect(self.reasons.append)
        qtbot.addWidget(self.page)
        self.page.show()
        qtbot.waitActive(self.page)

    def type(self, text: str, then: Qt.Key | None = Qt.Key.Key_Return) -> None:
        self.box.setFocus()
        self.box.selectAll()
        QTest.keyClicks(self.box, text)
        if then is not None:
            QTest.keyClick(self.box, then)


@pytest.fixture
def counting(qtbot: QtBot) -> Counting:
    return Counting(qtbot)


def test_a_number_counts_once_it_is_finished(counting: Counting) -> None:
    counting.type("150", then=None)
    assert counting.told == []
    QTest.keyClick(counting.box, Qt.Key.Key_Return)
    assert (counting.told, counting.box.text()) == ([150], "150 steps")


@pytest.mark.parametrize("text", ["0", "301", "-5", "99999999999999999999", "1e3"])
def test_a_number_out_of_range_stays_and_is_told(counting: Counting, text: str) -> None:
    counting.type(text)
    assert (counting.told, counting.box.value(), counting.box.text()) == ([], 20, f"{text} steps")
    assert counting.reasons == [f"{text} is out of range; choose 1 to 300."]


@pytest.mark.parametrize("text", ["-", "1,5", "1.5", "1.000", "1e", "1e-1", "1e999999999"])
def test_what_is_no_whole_number_stays_as_it_was_typed_and_is_told(counting: Counting, text: str) -> None:
    counting.type(text)
    assert (counting.told, counting.box.text()) == ([], f"{text} steps")
    assert counting.reasons == [f"“{text}” is not a whole number; type one from 1 to 300."]


@pytest.mark.parametrize(("text", "number"), [("1e2", 100), ("+30", 30), ("2E+2", 200)])
def test_a_whole_number_can_be_written_otherwise(counting: Counting, text: str, number: int) -> None:
    counting.type(text)
    assert (counting.told, counting.box.text()) == ([number], f"{number} steps")


@pytest.mark.parametrize("text", ["1 000", "1\u202f000", "1\xa0000 "])
def test_blanks_may_part_thousands(counting: Counting, text: str) -> None:
    counting.box.setMaximum(9999)
    QApplication.clipboard().setText(text)
    counting.box.setFocus()
    counting.box.selectAll()
    counting.box.lineEdit().paste()
    QTest.keyClick(counting.box, Qt.Key.Key_Return)
    assert counting.told == [1000]


@pytest.mark.parametrize("text", ["1 0", "2 00", "1 50"])
def test_other_blanks_take_nothing_away_and_are_told(counting: Counting, text: str) -> None:
    counting.type(text)
    assert (counting.told, counting.box.text()) == ([], f"{text} steps")
    assert counting.reasons == [f"“{text}” is not a whole number; type one from 1 to 300."]


def test_a_refused_number_outlives_other_values_and_another_range(counting: Counting) -> None:
    counting.type("900")
    with QSignalBlocker(counting.box):
        counting.box.setRange(1, 50)
        counting.box.setSuffix(" / 50")
        counting.box.setValue(33)
    assert counting.box.text() == "900 / 50"
    QTest.keyClick(counting.box, Qt.Key.Key_Escape)
    assert (counting.box.text(), counting.reasons[-1], counting.told) == ("33 / 50", "", [])


def test_what_is_typed_is_read_on_leaving_even_if_a_value_came_meanwhile(counting: Counting) -> None:
    counting.type("150", then=None)
    with QSignalBlocker(counting.box):
        counting.box.setValue(33)
    assert counting.box.text() == "150 steps"
    counting.box.clearFocus()
    assert counting.told == [150]


def test_a_step_mends_a_refused_number(counting: Counting) -> None:
    counting.type("0", then=Qt.Key.Key_Tab)
    QTest.keyClick(counting.box, Qt.Key.Key_Up)
    assert (counting.told, counting.box.text(), counting.reasons[-1]) == ([21], "21 steps", "")


def test_a_number_that_is_in_range_by_now_is_taken_at_the_next_enter(counting: Counting) -> None:
    counting.type("900")
    counting.box.setMaximum(1000)
    QTest.keyClick(counting.box, Qt.Key.Key_Return)
    assert counting.told == [900]


def test_space_leaves_a_number_as_it_is(counting: Counting) -> None:
    counting.type("150")
    QTest.keyClick(counting.box, Qt.Key.Key_Space)
    assert (counting.box.text(), counting.told) == ("150 steps", [150])


def test_an_emptied_box_shows_its_number_again(counting: Counting) -> None:
    counting.box.setFocus()
    counting.box.selectAll()
    QTest.keyClick(counting.box, Qt.Key.Key_Backspace)
    counting.box.clearFocus()
    assert (counting.told, counting.box.text(), counting.reasons) == ([], "20 steps", [])


def test_a_text_for_the_lowest_value_is_no_number(counting: Counting) -> None:
    counting.box.setSpecialValueText("each in turn")
    counting.box.setSuffix("")
    counting.box.setMinimum(-1)
    counting.type("-1")
    assert counting.reasons == ["-1 is out of range; choose 0 to 300."]
    counting.box.draft.give_up()
    counting.box.setValue(-1)
    QTest.keyClick(counting.box, Qt.Key.Key_Return)
    assert (counting.box.value(), counting.box.text()) == (-1, "each in turn")
