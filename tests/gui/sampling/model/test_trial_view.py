"""The readings of a checkpoint side by side."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.errors import SamplingError
from ddpm_studio.gui.sampling.model.trial_view import TrialView, described
from ddpm_studio.gui.state.run import Tried
from ddpm_studio.texts import SourceText
from tests.gui.worker.fakes import READINGS


def bytes_of(level: int) -> np.ndarray:
    return np.full((4, 8, 8, 3), level, np.uint8)


@pytest.fixture
def view(qtbot: QtBot) -> TrialView:
    view = TrialView()
    qtbot.addWidget(view)
    view.resize(500, 200)
    with qtbot.waitExposed(view):
        view.show()
    return view


def test_a_cell_for_each_reading_as_soon_as_the_first_has_begun(view: TrialView) -> None:
    view.show_tried(Tried(READINGS, 0, bytes_of(50)))
    assert [cell.name.text() for cell in view.cells] == ["4 heads, legacy order", "4 heads, new order"]
    assert [cell.pictures.count for cell in view.cells] == [4, 0]
    assert [cell.use.isEnabled() for cell in view.cells] == [True, False]


def test_the_newest_pictures_are_shown(view: TrialView) -> None:
    view.show_tried(Tried(READINGS, 0, bytes_of(50)))
    view.show_tried(Tried(READINGS, 0, bytes_of(200)))
    assert view.cells[0].pictures.picture(3).pixelColor(1, 1).red() == 200
    assert len(view.cells) == 2


def test_a_reading_that_failed_says_why_and_cannot_be_used(view: TrialView) -> None:
    view.show_tried(Tried(READINGS, 1, bytes_of(50)))
    view.show_tried(Tried(READINGS, 1, error=SamplingError(SourceText("The network gave NaN at step {step}."), step=3)))
    cell = view.cells[1]
    assert cell.error.text() == "The network gave NaN at step 3."
    assert not cell.error.isHidden()
    assert cell.pictures.isHidden()
    assert cell.pictures.count == 0
    assert not cell.use.isEnabled()


def test_using_one(view: TrialView, qtbot: QtBot) -> None:
    for number in (0, 1):
        view.show_tried(Tried(READINGS, number, bytes_of(50)))
    chosen = QSignalSpy(view.chosen)
    qtbot.mouseClick(view.cells[1].use, Qt.MouseButton.LeftButton)
    assert chosen.at(0) == [READINGS[1]]


def test_another_trial_takes_the_place_of_the_last(view: TrialView) -> None:
    view.show_tried(Tried(READINGS, 0, bytes_of(50)))
    others = tuple(Answers(head_channels=width) for width in (32, 64, 16))
    view.show_tried(Tried(others, 2, bytes_of(9)))
    assert [cell.name.text() for cell in view.cells] == [f"{width} channels per head" for width in (32, 64, 16)]
    assert [cell.pictures.count for cell in view.cells] == [0, 0, 4]


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Answers(heads=1, attention_order="legacy"), "1 head"),
        (Answers(heads=2, attention_order="new"), "2 heads, new order"),
        (Answers(head_channels=1, attention_order="new"), "1 channel per head, new order"),
        (Answers(groups=1), "1 group"),
        (Answers(conventions="ddpm", heads=1, groups=1), "ddpm, 1 head, 1 group"),
        (Answers(groups=32), "32 groups"),
        (Answers(head_channels=64, attention_order="legacy"), "64 channels per head, legacy order"),
    ],
)
def test_a_reading_in_few_words(reading: Answers, words: str) -> None:
    assert described(reading) == words


@pytest.mark.parametrize(("width", "columns"), [(250, 1), (620, 2), (1200, 5)])
def test_as_many_columns_as_there_is_room_for(view: TrialView, qtbot: QtBot, width: int, columns: int) -> None:
    readings = tuple(Answers(head_channels=n) for n in range(1, 7))
    view.show_tried(Tried(readings, 0, bytes_of(9)))
    view.resize(width, 300)
    rows = -(-6 // columns)
    qtbot.waitUntil(lambda: [len({x(cell) for cell in view.cells}) for x in (QWidget.x, QWidget.y)] == [columns, rows])
    assert all(cell.width() >= 180 for cell in view.cells)
