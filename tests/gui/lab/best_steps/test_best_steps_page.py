"""The search for the best steps, as a person asks for it, ends it and uses what it found."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers, Memory
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.gui.copying import Copying
from ddpm_studio.gui.lab.best_steps import search_beside
from ddpm_studio.gui.lab.best_steps.best_steps_actions import BestStepsActions
from ddpm_studio.gui.lab.best_steps.best_steps_page import BestStepsPage
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.lab.optimizing import optimization
from tests.gui.lab.best_steps.fake_optimization import FakeOptimization


class Desk:
    """A page that is served, and what it is served with."""

    def __init__(self, qtbot: QtBot, parent: QWidget) -> None:
        self.studio, self.page = Studio(), BestStepsPage(parent)
        self.actions = BestStepsActions(self.studio, Copying(parent), parent)
        self.actions.serve(self.page)
        self.said: list[str] = []
        self.actions.said.connect(self.said.append)
        self.page.show_state(self.studio.state)
        self._qtbot = qtbot

    def begin(self, solver: str = "unipc:order=3") -> None:
        self.page.steps.setValue(3)
        self.page.solver.setEditText(solver)
        QTest.mouseClick(self.page.start, Qt.MouseButton.LeftButton)

    def wait(self) -> None:
        self._qtbot.waitUntil(lambda: not self.actions.searching.busy and self.page.start.isEnabled(), timeout=300_000)

    @property
    def shows_result(self) -> bool:
        return self.page.found.isVisible()


@pytest.fixture
def real(qtbot: QtBot) -> Iterator[Desk]:
    """A desk for the bundled checkpoint."""
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1100, 330)
    made = Desk(qtbot, parent)
    made.page.resize(parent.size())
    parent.show()
    yield made
    made.actions.searching.end()


@pytest.fixture
def desk(real: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose checkpoint is none, and whose optimisation takes no time."""
    denoiser = SimpleNamespace(conditioned=lambda **asked: None)
    opened = SimpleNamespace(denoiser=denoiser, memory=Memory(), given=Answers())
    monkeypatch.setattr(search_beside, "place_of", lambda path, answers: path)
    monkeypatch.setattr(search_beside, "checkpoint_at", lambda place: opened)
    monkeypatch.setattr(search_beside, "Optimization", FakeOptimization)
    return real


def test_what_was_found_is_told_used_shown_and_copied(desk: Desk, qtbot: QtBot) -> None:
    assert desk.page.solver.currentText() == "dpm-solver++", "that of the sampler"
    assert not desk.shows_result
    desk.begin()
    desk.wait()
    found = desk.page.found
    assert desk.shows_result
    assert found.verdict.text().startswith("Better than karras")
    assert "unipc:order=3, 3 steps, 3 network calls" in found.about.text()
    for word in ("found", "karras", "trailing", "0.126", "0.140"):
        assert word in found.distances.text()
    assert found.steps.text() == "sigmas:100,9,2,0"
    QTest.mouseClick(found.use, Qt.MouseButton.LeftButton)
    line = desk.studio.state.sampling.line
    assert (line.solver, dict(line.options)["order"], line.spacing) == ("unipc", 3, "sigmas:100,9,2,0")
    QTest.mouseClick(found.show_steps, Qt.MouseButton.LeftButton)
    visited = desk.studio.state.visited
    assert visited is not None
    assert len(visited.times) == 3
    assert desk.studio.state.marks
    for action, expected in zip(found.copying.actions()[:2], ("sigmas:100,9,2,0", "100, 9, 2, 0\n"), strict=True):
        before = len(desk.said)
        action.trigger()
        qtbot.waitUntil(lambda before=before: len(desk.said) > before)
        assert expected in QApplication.clipboard().text()


def test_no_better_is_said_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeOptimization, "better", False)
    desk.begin()
    desk.wait()
    assert desk.page.found.verdict.text().startswith("No better than karras, the best standard spacing")


def test_a_search_that_is_stopped_proves_the_best_so_far(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeOptimization, "endless", True)
    desk.begin()
    qtbot.waitUntil(lambda: "of at most 40: the best so far is 0.123" in desk.page.note.text(), timeout=60_000)
    assert not desk.page.start.isEnabled()
    assert desk.page.bar.maximum() == 40
    QTest.mouseClick(desk.page.stop, Qt.MouseButton.LeftButton)
    desk.wait()
    assert "The search was ended on the way." in desk.page.found.about.text()
    assert desk.page.bar.isHidden()


@pytest.mark.parametrize(
    ("solver", "said"),
    [("euler-ancestral", "euler-ancestral adds noise on the way"), ("nobody", "nobody"), ("", "There is no solver")],
)
def test_what_cannot_be_searched_for_is_said_in_place(desk: Desk, solver: str, said: str) -> None:
    desk.begin(solver)
    desk.wait()
    assert said in desk.page.note.text()
    assert desk.page.note.property("role") == "warning"
    assert not desk.shows_result
    desk.begin()
    desk.wait()
    assert desk.shows_result
    assert desk.page.note.isHidden()


def test_too_few_steps_and_a_checkpoint_that_does_not_open_are_said_in_place(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.page.steps.setFocus()
    desk.page.steps.selectAll()
    QTest.keyClicks(desk.page.steps, "1")
    QTest.keyClick(desk.page.steps, Qt.Key.Key_Return)
    assert desk.page.steps.draft.reason == "1 is out of range; choose 2 to 32."

    def refuse(path: str, answers: Answers | None) -> str:
        raise CheckpointError(QT_TRANSLATE_NOOP("errors", "There is no such checkpoint."))

    monkeypatch.setattr(search_beside, "place_of", refuse)
    desk.begin()
    desk.wait()
    assert desk.page.note.text() == "There is no such checkpoint."


@pytest.mark.slow
def test_the_bundled_model_is_searched_with(real: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimization, "REFERENCE_STEPS", 10)  # It takes most of the time.
    real.page.pictures.setValue(4)
    real.page.held_out.setValue(4)
    real.begin("ddim")
    real.wait()
    assert real.page.note.text() == ""
    assert real.shows_result
    assert real.page.found.steps.text().startswith("sigmas:")
    assert "pixel-portraits, ddim, 3 steps" in real.page.found.about.text()
