"""SeveralLines are as high as their text."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.typed.several_lines import SeveralLines


def test_its_height_follows_the_width_that_it_is_given(qtbot: QtBot) -> None:
    around, field = QWidget(), SeveralLines(1000)
    qtbot.addWidget(around)
    column = QVBoxLayout(around)
    column.addWidget(field)
    column.addStretch()
    field.show_value("a red chair in front of a window, " * 12)
    around.show()
    heights = []
    for width in (1600, 700, 400, 1600):
        around.resize(width, 300)
        qtbot.waitUntil(lambda: field.height() == field.sizeHint().height())
        heights.append(field.height())
    assert heights[0] == heights[3] < heights[1] < heights[2]
    assert field.verticalScrollBar().maximum() == 0


def test_it_scrolls_where_it_has_little_room(qtbot: QtBot) -> None:
    field = SeveralLines(1000)
    qtbot.addWidget(field)
    field.show_value("\n".join("abcdefgh"))
    six, line = field.sizeHint().height(), field.fontMetrics().lineSpacing()
    for room, rows in ((six - 1, 5), (0, 2), (10 * six, 6)):
        field.set_room(room)
        assert six - field.sizeHint().height() == (6 - rows) * line
