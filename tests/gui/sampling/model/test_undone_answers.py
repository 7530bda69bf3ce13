"""What is said about a checkpoint is undone and redone, a step each, and the checkpoint is opened as it was before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QSize, Qt
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.remembered import recalled, remember
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.model.answer_fields import HeadsField, LineField, ScheduleField
from ddpm_studio.gui.sampling.model.ask_view import AskView
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.run import Said
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import SourceText
from tests.checkpoints.families.oracle import recorded
from tests.checkpoints.tiny import save_pipeline
from tests.gui.sampling.conftest import CHECKPOINT, Stage
from tests.gui.sampling.model.test_model import choose, click, opened
from tests.gui.sampling.model.test_own_files import Desk, desk
from tests.gui.sampling.model.test_trials import begin, trial
from tests.gui.sampling.test_run import press, run_to_end, shut
from tests.gui.sampling.test_setup import settle
from tests.gui.windows import active_window
from tests.gui.worker.fakes import MANY, READINGS, FakeBackend

__all__ = ["desk"]

EIGHT, TWO = Answers(heads=8), Answers(heads=2)


def names(stage: Stage) -> tuple[str | None, str | None]:
    """What can be undone, and redone."""
    undo, redo = (
        None if what is None else translated(what) for what in (stage.studio.state.undo, stage.studio.state.redo)
    )
    return undo, redo


def heads(stage: Stage) -> tuple[str, str]:
    row = stage.panel.views.model.card.rows["heads"]
    return row.value.text(), row.origin.text()


def after(stage: Stage, qtbot: QtBot, act: Callable[[], object]) -> None:
    """Do something that opens the checkpoint again, wait until it is open, and hold the card against the state."""
    count = len(stage.backend.opened)
    act()
    qtbot.waitUntil(lambda: len(stage.backend.opened) > count)
    opened(stage, qtbot, count + 1)
    setup = stage.studio.state.sampling
    assert setup.card is not None
    assert setup.is_of(setup.card)
    assert setup.card == stage.backend.card


def test_an_answer_is_one_step_and_undoing_opens_with_what_was_said_before(stage: Stage, qtbot: QtBot) -> None:
    stage.panel.view_bar.pages.chosen.emit("model")
    checkpoints = stage.actions.checkpoints
    after(stage, qtbot, lambda: checkpoints.answer(EIGHT))
    assert names(stage) == ("answer to heads", None)
    after(stage, qtbot, lambda: checkpoints.answer(TWO))
    assert heads(stage) == ("2", "given by you")
    after(stage, qtbot, stage.studio.undo)
    assert (heads(stage), stage.backend.said[-1]) == (("8", "given by you"), Said(EIGHT, alone=True))
    after(stage, qtbot, stage.studio.undo)
    assert (heads(stage), stage.backend.said[-1]) == (("4", "assumed"), Said(alone=True))
    assert stage.studio.state.sampling.answers is None
    after(stage, qtbot, stage.studio.redo)
    assert (heads(stage), stage.backend.said[-1]) == (("8", "given by you"), Said(EIGHT, alone=True))
    assert names(stage) == ("answer to heads", "answer to heads")
    run_to_end(qtbot, stage)
    assert stage.backend.said[-1] == Said(EIGHT, alone=True), "the run draws with what is open"


def test_the_card_is_that_of_the_state_before_the_checkpoint_is_open_again(stage: Stage, qtbot: QtBot) -> None:
    stage.panel.view_bar.pages.chosen.emit("model")
    after(stage, qtbot, lambda: stage.actions.checkpoints.answer(EIGHT))
    stage.backend.opening.acquire()
    while stage.backend.opening.acquire(blocking=False):
        pass
    stage.studio.undo()
    settle(stage, qtbot)
    assert heads(stage) == ("4", "assumed")
    stage.studio.redo()
    settle(stage, qtbot)
    assert heads(stage) == ("8", "given by you")
    stage.backend.opening.release(MANY)
    qtbot.waitUntil(lambda: not stage.thread.busy)
    assert stage.backend.card == stage.studio.state.sampling.card


def test_taking_back_an_answer_is_a_step(stage: Stage, qtbot: QtBot) -> None:
    stage.panel.view_bar.pages.chosen.emit("model")
    after(stage, qtbot, lambda: stage.actions.checkpoints.answer(EIGHT.over(Answers(schedule=Schedule("cosine", 50)))))
    assert names(stage)[0] == f"answers about {CHECKPOINT}"
    after(stage, qtbot, lambda: stage.actions.checkpoints.forget("heads"))
    assert names(stage)[0] == "taking back the answer to heads"
    assert heads(stage) == ("4", "assumed")
    after(stage, qtbot, stage.studio.undo)
    assert heads(stage) == ("8", "given by you")
    after(stage, qtbot, stage.studio.redo)
    assert heads(stage) == ("4", "assumed")
    assert stage.backend.said[-1] == Said(Answers(schedule=Schedule("cosine", 50)), alone=True)


def test_taking_a_trial_is_a_step(stage: Stage, qtbot: QtBot) -> None:
    begin(stage, qtbot)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    settle(stage, qtbot)
    after(stage, qtbot, lambda: click(qtbot, trial(stage).cells[0].use))
    assert names(stage)[0] == "choice of 4 heads, legacy order"
    assert stage.backend.said[-1].answers == READINGS[0]
    after(stage, qtbot, stage.studio.undo)
    assert stage.backend.said[-1] == Said(alone=True)
    after(stage, qtbot, stage.studio.redo)
    assert stage.backend.said[-1] == Said(READINGS[0], alone=True)


def test_an_answer_that_does_not_fit_leaves_no_step(stage: Stage, qtbot: QtBot) -> None:
    before = stage.studio.state.document
    stage.backend.refusals[CHECKPOINT] = CheckpointError(SourceText("{n} heads do not fit."), n=3)
    stage.actions.checkpoints.answer(EIGHT)
    opened(stage, qtbot, 2)
    assert stage.studio.state.document == before
    assert names(stage)[0] == "adding cosine T=1000"


def test_a_question_that_was_answered_is_asked_again(stage: Stage, qtbot: QtBot) -> None:
    stage.backend.unanswered = {"shape"}
    choose(stage, qtbot, "/model.pt")
    stage.backend.unanswered = set()
    after(stage, qtbot, lambda: stage.actions.checkpoints.answer(Answers((3, 9, 9))))
    assert names(stage)[0] == "answer to shape"
    after(stage, qtbot, stage.studio.undo)
    model = stage.panel.views.model
    assert stage.studio.state.sampling.checkpoint == CHECKPOINT
    assert model.currentWidget() is model.ask
    assert list(model.ask.fields) == ["shape"]
    after(stage, qtbot, stage.studio.redo)
    assert stage.studio.state.sampling.subject == ("/model.pt", Answers((3, 9, 9)))
    assert model.currentWidget() is model.card


def test_undoing_in_the_midst_of_a_run_ends_it_as_opening_does(
    stage: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    after(stage, qtbot, lambda: stage.actions.checkpoints.answer(EIGHT))
    shut(backend)
    press(qtbot, stage, "run")
    backend.wait_in_call()
    count = len(backend.opened)
    stage.studio.undo()
    backend.gate.release(MANY)
    opened(stage, qtbot, count + 1)
    assert stage.phase is Phase.IDLE
    assert backend.said[-1] == Said(alone=True)


def test_undoing_something_else_opens_nothing(stage: Stage, qtbot: QtBot) -> None:
    after(stage, qtbot, lambda: stage.actions.checkpoints.answer(EIGHT))
    stage.studio.set_seed(5)
    settle(stage, qtbot)
    stage.studio.undo()
    stage.studio.undo()
    stage.studio.redo()
    settle(stage, qtbot)
    assert len(stage.backend.opened) == 2
    assert not stage.thread.busy


def test_what_cannot_be_opened_any_more_is_told_and_the_rest_of_the_steps_is_there(stage: Stage, qtbot: QtBot) -> None:
    after(stage, qtbot, lambda: stage.actions.checkpoints.answer(EIGHT))
    stage.backend.refusals[CHECKPOINT] = CheckpointError(SourceText("It is gone."))
    stage.studio.undo()
    opened(stage, qtbot, 3)
    assert stage.panel.note.text() == "It is gone."
    assert names(stage) == ("adding cosine T=1000", "answer to heads")
    stage.backend.refusals.clear()
    after(stage, qtbot, stage.studio.redo)


def test_another_choice_of_the_same_file_starts_from_what_is_remembered(stage: Stage, qtbot: QtBot) -> None:
    after(stage, qtbot, lambda: stage.actions.checkpoints.answer(EIGHT))
    after(stage, qtbot, lambda: stage.actions.checkpoints.choose(CHECKPOINT))
    assert stage.backend.said[-1] == Said()
    assert names(stage)[0] == "choice of a checkpoint"
    after(stage, qtbot, stage.studio.undo)
    assert stage.backend.said[-1] == Said(EIGHT, alone=True)


# with the real machine


@pytest.fixture
def guided(tmp_path: Path) -> Path:
    """A file of improved-diffusion's, whose heads and schedule nothing tells."""
    torch.save(recorded("guided_diffusion", "improved").tensors(), tmp_path / "ema_0.9999_010000.pt")
    return tmp_path / "ema_0.9999_010000.pt"


def test_no_answers_of_mine_mean_what_they_meant(desk: Callable[[], Desk], tmp_path: Path) -> None:
    model = save_pipeline(tmp_path / "model")
    at = desk()
    at.choose(model)
    at.stage.actions.checkpoints.answer(Answers(prediction_type="sample"))
    at.wait()
    at.run()
    drawn = recalled(model).answers
    assert drawn == Answers(prediction_type="sample")
    at.stage.studio.undo()  # The last of what run() has set up.
    while at.stage.studio.state.sampling.answers is not None:
        at.stage.studio.undo()
    at.wait()
    at.wait()
    assert at.origins["prediction_type"] == "read from the file"
    assert recalled(model).answers == drawn, "which a fresh opening starts from"
    at.choose(Path("pixel-portraits"))
    at.choose(model)
    assert at.origins["prediction_type"] == "given by you"


def test_what_was_remembered_then_holds_again(desk: Callable[[], Desk], tmp_path: Path) -> None:
    model = save_pipeline(tmp_path / "model")
    remember(recalled(model), Answers(prediction_type="sample"))
    at = desk()
    at.choose(model)
    at.click(at.card.forget_button)
    undo = at.stage.studio.state.undo
    assert undo is not None
    assert translated(undo) == "forgetting the answers about model"
    assert recalled(model).answers == Answers()
    at.stage.studio.undo()
    at.wait()
    at.wait()
    assert at.origins["prediction_type"] == "given by you"
    assert recalled(model).answers == Answers(), "until it has drawn"
    assert not at.card.forget_button.isVisible()
    at.run()
    assert recalled(model).answers == Answers(prediction_type="sample")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    with active_window(qtbot, QSize(1280, 800), [Schedule("linear", 300)]) as window:
        yield window


def test_answers_are_undone_by_the_keys_of_a_real_window(window: MainWindow, guided: Path, qtbot: QtBot) -> None:
    def wait(page: object) -> None:
        qtbot.waitUntil(lambda: not window.desk.busy and model.currentWidget() is page)

    def press(held: Qt.KeyboardModifier) -> None:
        with qtbot.waitSignal(window.studio.changed):
            qtbot.keyClick(window, Qt.Key.Key_Z, held)
        settled = window.studio.state
        qtbot.waitUntil(lambda: not window.desk.busy and window.studio.state.undo == settled.undo)

    def entry(name: str) -> str:
        return window.menus.action(name).text().replace("&", "")

    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    model = window.panel(SamplingPanel).views.model
    window.desk.files.open_path(str(guided))
    wait(model.ask)
    _fill_in(model.ask, qtbot)
    wait(model.card)
    assert entry("undo") == "Undo answers about ema_0.9999_010000.pt"
    model.card.rows["shape"].edit()
    editor = model.card.rows["shape"].editor
    assert editor is not None
    assert isinstance(editor.field, LineField)
    editor.field.setText("8x16")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.desk.busy and model.card.rows["shape"].origin.text() == "given by you")
    assert entry("undo") == "Undo answer to shape"
    window.panel(SamplingPanel).setFocus()
    press(control)
    qtbot.waitUntil(lambda: model.card.rows["shape"].origin.text() == "assumed")
    press(control)
    wait(model.ask)
    assert window.studio.state.sampling.checkpoint == CHECKPOINT
    assert entry("redo") == "Redo answers about ema_0.9999_010000.pt"
    press(control | shift)
    press(control | shift)
    wait(model.card)
    qtbot.waitUntil(lambda: model.card.rows["shape"].origin.text() == "given by you")
    assert model.card.rows["shape"].value.text() == "3 × 8 × 16"


def _fill_in(ask: AskView, qtbot: QtBot) -> None:
    number, schedule = ask.fields["heads"], ask.fields["schedule"]
    assert isinstance(number, HeadsField)
    assert isinstance(schedule, ScheduleField)
    number.number.setValue(2)
    schedule.setEditText("linear:T=100")
    qtbot.mouseClick(ask.open_button, Qt.MouseButton.LeftButton)
