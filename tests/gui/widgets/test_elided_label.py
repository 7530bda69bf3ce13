"""ElidedLabel cuts what does not fit and tells it whole in its tip."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.elided_label import ElidedLabel

LONG = "call 12 of 20 · 14 it/s · 0.6 s left · NFE 20 · a processor with a long name"


def test_it_is_cut_to_its_width_and_whole_again(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.say(LONG)
    assert label.label.text().endswith("…")
    assert label.label.fontMetrics().horizontalAdvance(label.label.text()) <= 120
    assert (label.whole, label.label.toolTip()) == (LONG, LONG)
    label.show()
    label.resize(2000, 20)
    assert (label.label.text(), label.label.toolTip()) == (LONG, "")
    label.close()
