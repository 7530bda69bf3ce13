"""A kind that is typed without a T: where the chosen schedule has another than the usual one, that is written first."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from tests.gui.schedules.lines import CTRL, A, B, Key, line, new_line, offers, over, specs
from tests.gui.windows import show_change


@pytest.fixture
def long(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window with lines of T = 1000."""
    for entry in window.studio.state.entries:
        window.studio.select(entry.key)
        window.studio.set_parameter("T", 1000)
    show_change(window, qtbot)
    return window


def enter(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(new_line(window), Key.Key_Return)
    show_change(window, qtbot)


WRITTEN = (
    ("sigmoid", "sigmoid:T=1000", "1000"),
    ("sigmoid:", "sigmoid:T=1000", "1000"),
    ("sigmoid:tau=0.5", "sigmoid:T=1000,tau=0.5", "1000"),
    ("sigmoid:tau=0.5..2,n=3", "sigmoid:T=1000,tau=0.5..2,n=3", "1000"),
    ("sigmoid # T is missing", "sigmoid:T=1000 # T is missing", "1000"),
)
"""What is typed, what Enter makes of it, and what of that is typed over."""


def test_enter_writes_the_t_of_the_list_before_it_adds(long: MainWindow, qtbot: QtBot) -> None:
    for typed, written, chosen in WRITTEN:
        over(new_line(long), typed)
        enter(long, qtbot)
        assert (new_line(long).text(), new_line(long).selectedText(), len(specs(long))) == (written, chosen, 2), typed
        enter(long, qtbot)
        assert str(long.studio.state.current.spec) == written.partition(" #")[0], typed
        assert long.studio.state.current.schedule.T == 1000, typed
        long.studio.undo()
        assert len(specs(long)) == 2, typed


def test_the_t_that_was_written_is_typed_over_or_taken_back(long: MainWindow, qtbot: QtBot) -> None:
    over(new_line(long), "sigmoid", Key.Key_Return)
    QTest.keyClicks(new_line(long), "50")
    enter(long, qtbot)
    assert specs(long)[-1] == "sigmoid:T=50"
    long.studio.select(long.studio.state.entries[0].key)
    show_change(long, qtbot)
    over(new_line(long), "sigmoid", Key.Key_Return)
    QTest.keyClick(new_line(long), Key.Key_Z, CTRL)
    assert new_line(long).text() == "sigmoid"
    enter(long, qtbot)
    assert specs(long)[-1] == "sigmoid:T=300", "It was taken back, so it is not written once more."


def test_each_line_that_is_typed_has_it_written(long: MainWindow, qtbot: QtBot) -> None:
    for kind in ("sigmoid", "laplace"):
        over(new_line(long), kind)
        enter(long, qtbot)
        assert new_line(long).text() == f"{kind}:T=1000"
        enter(long, qtbot)
        new_line(long).setFocus()
    assert specs(long)[2:] == ["sigmoid:T=1000", "laplace:T=1000"]
    over(new_line(long), "jsd", Key.Key_Return)
    QTest.keyClick(new_line(long), Key.Key_Escape)
    over(new_line(long), "jsd", Key.Key_Return)
    assert new_line(long).text() == "jsd:T=1000"


@pytest.mark.parametrize("text", ["sigmoid:T=300", "sigmoid:T=20..30,n=2", "DDPM 2020", "sigmoid:T=8  # eight"])
def test_what_has_a_t_is_added_at_once(long: MainWindow, qtbot: QtBot, text: str) -> None:
    over(new_line(long), text)
    enter(long, qtbot)
    assert (new_line(long).text(), len(specs(long))) == ("", 3)


def test_where_the_list_has_the_usual_t_one_enter_adds(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "sigmoid")
    enter(window, qtbot)
    assert specs(window) == [A, B, "sigmoid:T=300"]


def test_a_kind_is_completed_with_the_t_of_the_list(long: MainWindow) -> None:
    over(new_line(long), "sigm", Key.Key_Down)
    QTest.keyClick(new_line(long), Key.Key_Tab)
    assert new_line(long).text() == "sigmoid:T=1000"
    assert new_line(long).selectedText() == "1000"


def test_another_kind_in_the_chosen_line_keeps_its_t(long: MainWindow, qtbot: QtBot) -> None:
    over(line(long), "sigm")
    assert offers(line(long))[0] == "sigmoid"
    QTest.keyClick(line(long), Key.Key_Return)
    show_change(long, qtbot)
    assert specs(long)[1] == line(long).text() == "sigmoid:T=1000"


def test_a_text_means_the_same_wherever_it_is_read(long: MainWindow, qtbot: QtBot) -> None:
    QApplication.clipboard().setText("sigmoid\nlaplace")
    QTest.keyClick(new_line(long), Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: len(specs(long)) == 4)
    assert specs(long)[2:] == ["sigmoid:T=300", "laplace:T=300"]
    assert str(Schedule.parse("sigmoid")) == "sigmoid:T=300"


@pytest.mark.parametrize("name", ["", "  # mine"])
@pytest.mark.parametrize("text", ["jsd", "sigmoid:tau=0.5", "sigmoid:tau=0.5..2,n=3"])
def test_a_line_that_is_left_has_the_t_of_the_list(long: MainWindow, qtbot: QtBot, text: str, name: str) -> None:
    over(new_line(long), text + name)
    long.panel(SchedulesPanel).list.view.setFocus()
    show_change(long, qtbot)
    assert (long.studio.state.current.schedule.T, new_line(long).text()) == (1000, "")


def test_a_t_that_was_taken_back_is_not_written_when_the_line_is_left(long: MainWindow, qtbot: QtBot) -> None:
    over(new_line(long), "sigmoid", Key.Key_Return)
    QTest.keyClick(new_line(long), Key.Key_Z, CTRL)
    long.panel(SchedulesPanel).list.view.setFocus()
    show_change(long, qtbot)
    assert specs(long)[-1] == "sigmoid:T=300"


def test_a_text_that_cannot_be_taken_is_left_as_it_is(long: MainWindow, qtbot: QtBot) -> None:
    over(new_line(long), "sigmoid:tau=x")
    long.panel(SchedulesPanel).list.view.setFocus()
    show_change(long, qtbot)
    assert (new_line(long).text(), len(specs(long))) == ("sigmoid:tau=x", 2)


def test_a_colon_behind_a_completed_t_goes_on_with_the_next_key(long: MainWindow, qtbot: QtBot) -> None:
    for first in (Key.Key_Tab, Key.Key_Return):
        over(new_line(long), "cosine", first)
        assert new_line(long).text() == "cosine:T=1000"
        QTest.keyClicks(new_line(long), ":s=0.01")
        assert new_line(long).text() == "cosine:T=1000,s=0.01"
        QTest.keyClick(new_line(long), Key.Key_Escape)
