"""Trying out how a checkpoint is to be read, through the panel's widgets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.sampling.model.trial_view import TrialView
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.run import Trial
from tests.gui.sampling.conftest import CHECKPOINT, Stage
from tests.gui.sampling.test_run import press, run_to_end, shut, status
from tests.gui.worker.fakes import MANY, READINGS, FakeBackend


def page(stage: Stage) -> QWidget | None:
    return stage.panel.views.model.currentWidget()


def trial(stage: Stage) -> TrialView:
    return stage.panel.views.model.trial


def begin(stage: Stage, qtbot: QtBot) -> None:
    stage.panel.view_bar.pages.chosen.emit("model")
    row = stage.panel.views.model.card.rows["heads"]
    (button,) = (each for each in row.findChildren(QToolButton) if each is not row.change)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_every_reading_is_drawn_and_one_is_used(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    begin(stage, qtbot)
    qtbot.waitUntil(lambda: page(stage) is trial(stage))
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert backend.tried == [Trial(CHECKPOINT, Answers(), alone=True)]
    assert [cell.name.text() for cell in trial(stage).cells] == ["4 heads, legacy order", "4 heads, new order"]
    assert trial(stage).cells[0].pictures.count == 2
    assert trial(stage).cells[1].error.text() == "It became NaN."
    assert status(stage) == "Everything that fits has been tried; use the one that draws pictures."
    qtbot.mouseClick(trial(stage).cells[0].use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(backend.opened) == 2 and not stage.thread.busy)
    assert backend.said[-1].answers == READINGS[0]
    assert page(stage) is stage.panel.views.model.card


def test_what_was_said_of_the_rest_holds_in_a_trial(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    said = Answers(schedule=Schedule("cosine", 50), heads=2)
    stage.actions.checkpoints.answer(said)
    qtbot.waitUntil(lambda: len(backend.opened) == 2 and not stage.thread.busy)
    begin(stage, qtbot)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert backend.tried == [Trial(CHECKPOINT, Answers(schedule=said.schedule), alone=True)]
    qtbot.mouseClick(trial(stage).cells[0].use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(backend.opened) == 3 and not stage.thread.busy)
    assert backend.said[-1].answers == READINGS[0].over(said)


def test_none_of_these_stops_it_and_leaves_all_as_it_was(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    shut(backend)
    begin(stage, qtbot)
    backend.wait_in_call()
    assert stage.phase is Phase.TRYING
    qtbot.mouseClick(trial(stage).close_button, Qt.MouseButton.LeftButton)
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert page(stage) is stage.panel.views.model.card
    assert len(backend.opened) == 1
    run_to_end(qtbot, stage)
    assert len(backend.opened) == 1


def test_stop_keeps_what_was_drawn_to_be_used(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    shut(backend)
    begin(stage, qtbot)
    backend.gate.release(1)
    qtbot.waitUntil(lambda: len(trial(stage).cells) == 2)
    press(qtbot, stage, "stop")
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert status(stage) == "Stopped."
    assert page(stage) is trial(stage)
    assert trial(stage).cells[0].use.isEnabled()


def test_another_trial_begins_with_empty_rows(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    begin(stage, qtbot)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    qtbot.mouseClick(trial(stage).close_button, Qt.MouseButton.LeftButton)
    shut(backend)
    begin(stage, qtbot)
    assert trial(stage).cells == []
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert len(trial(stage).cells) == 2


def test_where_there_is_nothing_to_try_it_says_so(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    backend.missing.add(CHECKPOINT)
    begin(stage, qtbot)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert page(stage) is stage.panel.views.model.card
    assert stage.panel.note.text() == f"There is no checkpoint {CHECKPOINT}."


def test_a_run_in_the_midst_of_a_trial_takes_its_place(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    shut(backend)
    begin(stage, qtbot)
    backend.wait_in_call()
    press(qtbot, stage, "run")
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE and stage.panel.views.watch.x_grid.count > 0)
    assert status(stage).startswith("20 of 20")


def test_a_file_that_asks_for_heads_offers_to_try_them(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    backend.unanswered = {"heads", "schedule"}
    stage.actions.checkpoints.choose("guided.pt")
    model = stage.panel.views.model
    qtbot.waitUntil(lambda: model.currentWidget() is model.ask)
    schedule = model.ask.fields["schedule"]
    assert isinstance(schedule, QComboBox)
    schedule.setCurrentText("cosine:T=50")
    qtbot.mouseClick(model.ask.try_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page(stage) is trial(stage))
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    qtbot.mouseClick(trial(stage).cells[0].use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stage.studio.state.sampling.refusal is None and not stage.thread.busy)
    assert backend.said[-1].answers == READINGS[0].over(Answers(schedule=Schedule("cosine", 50)))
    assert stage.studio.state.sampling.checkpoint == "guided.pt"


def test_a_file_that_asks_for_groups_alone_offers_to_try_them(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    """What stands in the field is a beginning and no answer: the trial leaves it out."""
    backend.unanswered = {"groups"}
    stage.actions.checkpoints.choose("ho.pt")
    model = stage.panel.views.model
    qtbot.waitUntil(lambda: model.currentWidget() is model.ask)
    assert (model.ask.sentence.text(), model.ask.try_button.text()) == (
        "ho.pt is a fake, which does not say its groups.",
        "Try…",
    )
    qtbot.mouseClick(model.ask.try_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page(stage) is trial(stage))
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert backend.tried[-1].answers == Answers()


@pytest.mark.parametrize("asked", ["shape", "schedule", "classes", "network"])
def test_what_pictures_do_not_show_is_not_tried(stage: Stage, qtbot: QtBot, backend: FakeBackend, asked: str) -> None:
    backend.unanswered = {asked}
    stage.actions.checkpoints.choose("own.pt")
    model = stage.panel.views.model
    qtbot.waitUntil(lambda: model.currentWidget() is model.ask)
    assert not model.ask.try_button.isVisible()


def test_what_the_trial_needs_besides_is_asked_for_first(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    backend.unanswered = {"heads", "schedule"}
    stage.actions.checkpoints.choose("guided.pt")
    model = stage.panel.views.model
    qtbot.waitUntil(lambda: model.currentWidget() is model.ask)
    qtbot.mouseClick(model.ask.try_button, Qt.MouseButton.LeftButton)
    assert page(stage) is model.ask
    assert model.ask.sentence.property("role") == "error"
    assert backend.tried == []


def test_space_holds_a_trial_and_lets_it_go_on(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    shut(backend)
    begin(stage, qtbot)
    backend.wait_in_call()
    qtbot.keyClick(stage.panel, Qt.Key.Key_Space)
    assert stage.thread.paused
    qtbot.keyClick(stage.panel, Qt.Key.Key_Space)
    assert not stage.thread.paused
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
