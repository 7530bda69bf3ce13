"""A button with a long text and a short one: whichever stands there is whole."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.sizes.worded_button import WordedButton

LONG, SHORT = "Switch on zero terminal SNR", "Zero terminal SNR"


class Row:
    """The button, and one beside it that gives nothing up, in a shown page."""

    def __init__(self, qtbot: QtBot) -> None:
        self.page, self.button, beside = QWidget(), WordedButton(), QToolButton()
        beside.setText("Why?")
        row = QHBoxLayout(self.page)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addWidget(beside)
        row.addStretch(1)
        self.button.set_texts(LONG, SHORT)
        qtbot.addWidget(self.page)
        self.page.show()

    def resize(self, width: int) -> None:
        self.page.resize(width, 40)
        for _ in range(4):
            QApplication.processEvents()


@pytest.fixture
def row(qtbot: QtBot) -> Row:
    return Row(qtbot)


def needed(row: Row) -> int:
    return row.button.fontMetrics().horizontalAdvance(row.button.text())


def test_what_it_says_is_whole_at_every_width(row: Row) -> None:
    said = list[str]()
    for width in range(row.page.minimumSizeHint().width(), 420, 7):
        row.resize(width)
        assert needed(row) + 8 <= row.button.width()
        said.append(row.button.text())
    assert said == sorted(said, key=[SHORT, LONG].index)
    assert set(said) == {SHORT, LONG}


def test_the_tip_has_the_long_text_where_it_is_not_there(row: Row) -> None:
    row.resize(row.page.minimumSizeHint().width())
    assert (row.button.text(), row.button.toolTip(), row.button.accessibleName()) == (SHORT, LONG, LONG)
    row.resize(500)
    assert (row.button.text(), row.button.toolTip(), row.button.accessibleName()) == (LONG, "", LONG)


def test_other_texts_are_chosen_as_well(row: Row) -> None:
    row.resize(row.page.minimumSizeHint().width())
    row.button.set_texts("Use it", "Use")
    for _ in range(4):
        QApplication.processEvents()
    assert row.button.text() == "Use it"
