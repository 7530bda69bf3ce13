"""The readings of a checkpoint in rows."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.errors import SamplingError
from ddpm_studio.gui.sampling.trial_view import TrialView, described
from ddpm_studio.gui.worker.jobs import Tried
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


def test_a_row_for_each_reading_as_soon_as_the_first_has_begun(view: TrialView) -> None:
    view.show_tried(Tried(READINGS, 0, bytes_of(50)))
    assert [row.name.text() for row in view.rows] == ["4 heads, legacy order", "4 heads, new order"]
    assert [row.pictures.count for row in view.rows] == [4, 0]
    assert [row.use.isEnabled() for row in view.rows] == [True, False]


def test_the_newest_pictures_are_shown(view: TrialView) -> None:
    view.show_tried(Tried(READINGS, 0, bytes_of(50)))
    view.show_tried(Tried(READINGS, 0, bytes_of(200)))
    assert view.rows[0].pictures.picture(3).pixelColor(1, 1).red() == 200
    assert len(view.rows) == 2


def test_a_reading_that_failed_says_why_and_cannot_be_used(view: TrialView) -> None:
    view.show_tried(Tried(READINGS, 1, bytes_of(50)))
    view.show_tried(Tried(READINGS, 1, error=SamplingError("The network gave NaN at step {step}.", step=3)))
    row = view.rows[1]
    assert row.error.text() == "The network gave NaN at step 3."
    assert row.error.isVisible()
    assert row.pictures.count == 0
    assert not row.use.isEnabled()


def test_using_one(view: TrialView, qtbot: QtBot) -> None:
    for number in (0, 1):
        view.show_tried(Tried(READINGS, number, bytes_of(50)))
    chosen = QSignalSpy(view.chosen)
    qtbot.mouseClick(view.rows[1].use, Qt.MouseButton.LeftButton)
    assert chosen.at(0) == [READINGS[1]]


def test_none_of_these(view: TrialView, qtbot: QtBot) -> None:
    closed = QSignalSpy(view.closed)
    qtbot.mouseClick(view.close_button, Qt.MouseButton.LeftButton)
    assert closed.count() == 1


def test_another_trial_takes_the_place_of_the_last(view: TrialView) -> None:
    view.show_tried(Tried(READINGS, 0, bytes_of(50)))
    others = tuple(Answers(head_channels=width) for width in (32, 64, 16))
    view.show_tried(Tried(others, 2, bytes_of(9)))
    assert [row.name.text() for row in view.rows] == [f"{width} channels a head" for width in (32, 64, 16)]
    assert [row.pictures.count for row in view.rows] == [0, 0, 4]


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Answers(heads=1, attention_order="legacy"), "1 head"),
        (Answers(heads=2, attention_order="new"), "2 heads, new order"),
        (Answers(head_channels=64, attention_order="legacy"), "64 channels a head, legacy order"),
    ],
)
def test_a_reading_in_few_words(reading: Answers, words: str) -> None:
    assert described(reading) == words
