"""Heads of parts that fold: their titles, as far as there is room."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.sizes.head_button import HeadButton


@pytest.mark.quick
@pytest.mark.parametrize("title", ["Steps", "Steps: 8", "Training", "Training: v_prediction", "iiiii", "WAVAW"])
@pytest.mark.parametrize("size", range(8, 16))
def test_a_title_that_has_room_is_shown_whole(qtbot: QtBot, title: str, size: int) -> None:
    head = HeadButton()
    qtbot.addWidget(head)
    font = head.font()
    font.setPointSizeF(size + 0.4)
    head.setFont(font)
    head.set_title(title)
    head.resize(head.sizeHint())
    head.show()
    assert head.text() == title
    head.resize(head.width() - 4, head.height())
    assert head.text().endswith("…")
