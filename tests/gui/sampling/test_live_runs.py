"""Live runs beside what a person asks for: they replace nothing that was asked for after the slider moved."""

from __future__ import annotations

import threading

import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.gui.state.phase import Phase
from tests.gui.sampling.conftest import CHECKPOINT, Stage
from tests.gui.sampling.test_run import press, shut, status
from tests.gui.worker.fakes import MANY, FakeBackend

SOON = 60_000
"""Milliseconds until a live run is due, unless a test has it due at once."""


@pytest.fixture
def due(stage: Stage, qtbot: QtBot) -> Stage:
    """A live run that is due, as a slider has just moved."""
    stage.actions.live._resting.setInterval(SOON)
    stage.actions.live.set_live(True)
    with qtbot.waitSignal(stage.studio.changed):
        stage.studio.set_parameter("s", 0.02)
    assert stage.actions.live._resting.isActive()
    return stage


def rest(stage: Stage, qtbot: QtBot) -> None:
    """Let as much time pass as a slider has to rest, and whatever is due begin."""
    if stage.actions.live._resting.isActive():
        with qtbot.waitSignal(stage.actions.live._resting.timeout):
            stage.actions.live._resting.start(0)
        stage.actions.live._resting.setInterval(SOON)  # Else the next would be gone before anybody saw that it is due.


@pytest.mark.parametrize("name", ["run", "step"])
def test_the_run_that_is_asked_for_is_the_one_that_is_drawn(due: Stage, qtbot: QtBot, name: str) -> None:
    due.studio.set_parameter("s", 0.03)  # As if half typed: not announced before the run begins.
    press(qtbot, due, name)
    with qtbot.waitSignal(due.studio.changed):
        due.studio.announce()
    rest(due, qtbot)
    qtbot.waitUntil(lambda: "call 1 of 20" in status(due) if name == "step" else status(due).startswith("20 of 20"))
    assert due.phase is (Phase.PAUSED if name == "step" else Phase.IDLE)
    press(qtbot, due, "stop")
    qtbot.waitUntil(lambda: due.phase is Phase.IDLE)


@pytest.mark.parametrize("name", ["step", "pause", "stop"])
def test_a_run_in_progress_obeys_though_a_live_run_is_due(
    due: Stage, qtbot: QtBot, backend: FakeBackend, name: str
) -> None:
    shut(backend)
    press(qtbot, due, "run")
    backend.wait_in_call()
    qtbot.waitUntil(lambda: due.phase is Phase.RUNNING)
    with qtbot.waitSignal(due.studio.changed):
        due.studio.set_parameter("s", 0.04)
    assert due.actions.live._resting.isActive()
    press(qtbot, due, name)
    backend.gate.release(MANY)
    rest(due, qtbot)
    words = {"step": "call 2 of 20", "pause": "call 1 of 20", "stop": "stopped after 1 of 20"}[name]
    qtbot.waitUntil(lambda: words in status(due))
    press(qtbot, due, "stop")
    qtbot.waitUntil(lambda: due.phase is Phase.IDLE)


def test_nothing_is_drawn_after_live_was_switched_off(due: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    due.studio.set_sampling(live=False)
    rest(due, qtbot)
    assert due.phase is Phase.IDLE
    assert backend.calls == 0


def test_a_checkpoint_that_is_chosen_is_opened_though_a_live_run_is_due(
    due: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    backend.opening = threading.Semaphore(0)
    due.actions.checkpoints.choose("large")
    rest(due, qtbot)
    backend.opening.release(MANY)
    qtbot.waitUntil(lambda: due.studio.state.sampling.card is not None)
    assert due.studio.state.sampling.checkpoint == "large"
    qtbot.waitUntil(due.actions.live._resting.isActive)
    rest(due, qtbot)
    qtbot.waitUntil(lambda: status(due).startswith("8 of 8"))
    assert backend.opened == [CHECKPOINT, "large"]


def asked_about(stage: Stage, qtbot: QtBot) -> None:
    """A checkpoint that could not be opened is being opened with what the person has answered."""
    stage.backend.unanswered = {"heads"}
    stage.actions.checkpoints.choose("riddle")
    qtbot.waitUntil(lambda: stage.studio.state.sampling.refusal is not None and stage.phase is Phase.IDLE)
    stage.backend.opening = threading.Semaphore(0)
    stage.actions.checkpoints.answer(Answers(heads=8))
    assert stage.phase is Phase.OPENING


@pytest.mark.parametrize("name", ["run", "step"])
def test_a_run_is_drawn_with_the_checkpoint_that_is_just_being_answered_about(
    stage: Stage, qtbot: QtBot, backend: FakeBackend, name: str
) -> None:
    asked_about(stage, qtbot)
    press(qtbot, stage, name)
    backend.opening.release(MANY)
    words = {"run": "20 of 20", "step": "call 1 of 20"}[name]
    qtbot.waitUntil(lambda: words in status(stage))
    setup = stage.studio.state.sampling
    assert (setup.checkpoint, setup.refusal, setup.said.answers) == ("riddle", None, Answers(heads=8))
    press(qtbot, stage, "stop")
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)


def test_a_live_run_waits_for_the_checkpoint_that_is_just_being_answered_about(
    due: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    asked_about(due, qtbot)
    rest(due, qtbot)
    backend.opening.release(MANY)
    qtbot.waitUntil(lambda: due.studio.state.sampling.checkpoint == "riddle" and due.phase is Phase.IDLE)
    assert due.studio.state.sampling.refusal is None
