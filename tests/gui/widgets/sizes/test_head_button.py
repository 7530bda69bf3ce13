"""HeadButton: a whole title where it has the room that it asks for."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.sizes.head_button import HeadButton

TITLES = ("Steps", "Training", "Training: v_prediction", "Steps: karras steps=10 · Karras ρ", "Entraînement", "W")


@pytest.mark.parametrize("points", [8.0, 9.0, 10.5, 13.0, 18.0])
def test_a_title_that_has_room_is_whole(qtbot: QtBot, points: float) -> None:
    """A width rounded down to whole pixels had its last letters left out."""
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    heads = [HeadButton() for _ in TITLES]
    for head, title in zip(heads, TITLES, strict=True):
        font = head.font()
        font.setPointSizeF(points)
        head.setFont(font)
        head.set_title(title)
        row.addWidget(head)
    row.addStretch(1)
    window.resize(3000, 60)
    with qtbot.waitExposed(window):
        window.show()
    assert [head.text() for head in heads] == list(TITLES)
    window.resize(row.minimumSize().width(), 60)
    assert all(head.text().endswith("…") for head, title in zip(heads, TITLES, strict=True) if len(title) > 5)
