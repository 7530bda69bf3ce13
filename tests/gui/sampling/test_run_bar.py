"""The run bar as wide as a window of 960 pixels has room for it."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from tests.gui.sampling.conftest import Stage

ROOM = 627


def test_all_of_a_run_has_room_in_a_small_window(stage: Stage) -> None:
    bar = stage.panel.run_bar
    stage.panel.resize(stage.panel.width() - bar.width() + ROOM, 320)
    QApplication.processEvents()
    assert bar.width() == ROOM, "Nothing scrolls."
    assert (bar.solver.shown, bar.along.shown) == ("dpm-solver++", "own schedule")
    stop = bar.buttons.stop
    assert stop.mapTo(bar, QPoint(stop.width(), 0)).x() <= ROOM
    assert bar.steps.lineEdit().text() == "20 steps"
    assert bar.steps.lineEdit().width() > bar.fontMetrics().horizontalAdvance("1000 steps")
