"""ElidedBox: a text that has no room ends in an ellipsis, whole where it has."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.sizes.elided_box import ElidedBox


def test_a_text_is_whole_or_says_that_it_is_not(qtbot: QtBot) -> None:
    box = ElidedBox(6)
    qtbot.addWidget(box)
    box.addItem("own schedule")
    with qtbot.waitExposed(box):
        box.show()
    box.resize(box.minimumSizeHint())
    assert box.shown.startswith("own ")
    assert box.shown.endswith("…")
    box.resize(200, box.height())
    assert box.shown == "own schedule"


def test_no_room_is_asked_for_an_icon_that_is_not_there(qtbot: QtBot) -> None:
    boxes = ElidedBox(6), ElidedBox(12)
    for box in boxes:
        qtbot.addWidget(box)
    short, long = (box.minimumSizeHint().width() for box in boxes)
    assert short < long
    assert short < 6 * boxes[0].fontMetrics().horizontalAdvance("X") + 40
