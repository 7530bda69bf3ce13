"""Delete in the list and in its texts: nothing is lost that was not meant, and Undo says what it gives back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.translation import translated
from tests.gui.finding import with_focus
from tests.gui.schedules.lines import LEFT, A, B, Key, line, specs, view
from tests.gui.windows import show_change


def click(window: MainWindow, row: int, letter: int) -> None:
    """Click before a letter of the text in a row, as a person does who sees a text there."""
    index = view(window).model().index(row, 0)
    text = view(window)._parts(index).text
    width = view(window)._rows.text_width(view(window)._entries.line(index), text) / len((A, B)[row])
    place = QPoint(round(text.left() + width * letter), text.center().y())
    target = view(window).viewport().childAt(place) or view(window).viewport()
    QTest.mouseClick(target, LEFT, pos=target.mapFrom(view(window).viewport(), place))


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("waiting", [True, False])
def test_after_a_click_in_a_text_delete_takes_the_letter_behind_the_caret(
    window: MainWindow, qtbot: QtBot, row: int, waiting: bool
) -> None:
    click(window, row, len((A, B)[row]) - 1)
    if waiting:
        show_change(window, qtbot)
    QTest.keyClick(QApplication.focusWidget() or window, Key.Key_Delete)
    show_change(window, qtbot)
    assert with_focus() is line(window)
    assert line(window).text() == (A, B)[row][:-1]
    assert specs(window) == [spec[:-1] if place == row else spec for place, spec in enumerate((A, B))]
    window.studio.undo()
    assert specs(window) == [A, B]


@pytest.mark.parametrize("waiting", [True, False])
def test_what_is_typed_right_after_a_click_goes_into_the_text(window: MainWindow, qtbot: QtBot, waiting: bool) -> None:
    click(window, 1, len(B))
    if waiting:
        show_change(window, qtbot)
    for key in (Key.Key_0, Key.Key_1, Key.Key_Backspace):
        QTest.keyClick(QApplication.focusWidget() or window, key)
    show_change(window, qtbot)
    assert (line(window).text(), specs(window)) == (f"{B}0", [A, f"{B}0"])


@pytest.mark.parametrize("far", [0, 2, 5])
def test_delete_at_the_end_of_a_text_does_nothing(window: MainWindow, qtbot: QtBot, far: int) -> None:
    click(window, 1, len(B) + far)
    show_change(window, qtbot)
    for _ in range(3):
        QTest.keyClick(with_focus(), Key.Key_Delete)
    show_change(window, qtbot)
    assert specs(window) == [A, B]


@pytest.mark.parametrize("waiting", [True, False])
def test_delete_beside_the_texts_removes_the_line_that_was_clicked(
    window: MainWindow, qtbot: QtBot, waiting: bool
) -> None:
    view(window).setFocus()
    row = view(window).visualRect(view(window).model().index(1, 0))
    parts = view(window)._parts(view(window).model().index(1, 0))
    QTest.mouseClick(view(window).viewport(), LEFT, pos=QPoint(parts.text.left() - 12, row.center().y()))
    if waiting:
        show_change(window, qtbot)
    QTest.keyClick(view(window), Key.Key_Delete)
    show_change(window, qtbot)
    assert specs(window) == [A]
    undo = window.studio.state.undo
    assert undo is not None
    assert translated(undo) == "removing cosine T=50"
    window.studio.undo()
    assert specs(window) == [A, B]
