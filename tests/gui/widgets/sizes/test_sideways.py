"""Rows that scroll sideways: whole where there is room, and cut with a bar below where there is none."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.reading_order import move_focus
from ddpm_studio.gui.widgets.sizes.sideways import BAR, LEAST, Sideways

WIDE = 80


class Page:
    """A row of eight buttons over an empty place, in a shown window."""

    def __init__(self, qtbot: QtBot) -> None:
        self.page, row = QWidget(), QWidget()
        self.buttons = [QPushButton(str(number)) for number in range(8)]
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        for button in self.buttons:
            button.setFixedWidth(WIDE)
            inside.addWidget(button)
        self.area, column = Sideways(row), QVBoxLayout(self.page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)
        column.addStretch(1)
        qtbot.addWidget(self.page)
        self.page.resize(1000, 300)
        self.page.show()
        qtbot.waitActive(self.page)

    def resize(self, width: int) -> None:
        self.page.resize(width, 300)
        QApplication.processEvents()

    def is_seen(self, number: int) -> bool:
        button = self.buttons[number]
        return button.visibleRegion().boundingRect() == button.rect()


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    return Page(qtbot)


def turn(page: Page, notches: int) -> bool:
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(page.area.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.ignore()
    QApplication.sendEvent(page.area.viewport(), event)
    return event.isAccepted()


def test_a_row_with_room_is_as_tall_as_it_is(page: Page) -> None:
    assert page.area.height() == page.buttons[0].height()
    assert all(page.is_seen(number) for number in range(8))
    assert not turn(page, -1)


def test_a_row_without_room_has_a_bar_below_and_is_cut_nowhere_else(page: Page) -> None:
    page.resize(300)
    assert page.page.width() == 300, "the row does not keep the window wide"
    assert page.area.height() == page.buttons[0].height() + BAR
    assert page.is_seen(0)
    assert not page.is_seen(7)
    assert turn(page, -20)
    assert page.is_seen(7)
    page.resize(1000)
    assert page.area.height() == page.buttons[0].height()


def test_tab_brings_what_it_leads_to_into_view(page: Page) -> None:
    page.resize(LEAST)
    page.buttons[0].setFocus()
    for number in range(1, 8):
        move_focus(page.page, forwards=True)
        assert page.buttons[number].hasFocus()
        assert page.is_seen(number)


def test_it_follows_a_row_that_changes(page: Page) -> None:
    page.resize(300)
    for button in page.buttons[2:]:
        button.hide()
    QApplication.processEvents()
    assert page.area.height() == page.buttons[0].height()
    page.buttons[0].setFixedHeight(60)
    QApplication.processEvents()
    assert page.area.height() == 60


def test_keys_that_its_controls_have_no_use_for_are_the_window_s(page: Page) -> None:
    page.resize(300)
    page.buttons[0].setFocus()
    before = page.area.horizontalScrollBar().value()
    QTest.keyClick(page.area, Qt.Key.Key_PageDown)
    assert page.area.horizontalScrollBar().value() == before
