"""Trusted code that never returns, or ends its process, in the real window: Stop and closing work, and so does what
is done next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from torch import Tensor, nn

from ddpm_studio.apart import ahead
from ddpm_studio.checkpoints import DEFAULT, Answers
from ddpm_studio.checkpoints.beside import file_beside
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.model.ask_view import AskView
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.phase import Phase
from tests.checkpoints.families.shared.apart import unruly
from tests.checkpoints.families.shared.apart.processes import apart_from
from tests.checkpoints.families.small import SAID_ALL, Table, made
from tests.checkpoints.families.test_torchscript import script

FORKED = pytest.mark.usefixtures("forked")
"""Where a process begins and ends as in other tests here, with one that has to import torch."""

BESIDE = {"shape": [3, 8, 8], "schedule": "cosine:T=100", "prediction_type": "epsilon"}


class Room:
    """The window, and what a person does there."""

    def __init__(self, qtbot: QtBot, busy: Path) -> None:
        self.qtbot, self.busy, self._before = qtbot, busy, apart_from()
        self.window: MainWindow = open_window([], [], None)
        qtbot.addWidget(self.window)
        self.window.share_out(QSize(1024, 700))
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.panel = self.window.panel(SamplingPanel)
        self.actions = self.window.desk.samples

    @property
    def ask(self) -> AskView:
        return self.panel.views.model.ask

    @property
    def apart(self) -> list[int]:
        """The processes apart that have begun here; those of other tests end once they are collected."""
        return [number for number in apart_from() if number not in self._before]

    def click(self, button: QWidget) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def wait_until_idle(self) -> None:
        self.qtbot.waitUntil(lambda: self.actions.phase is Phase.IDLE and not self.actions.sampling_thread.busy)

    def choose(self, path: Path) -> None:
        self.actions.checkpoints.choose(str(path))
        self.wait_until_idle()

    def open_own(self, folder: Path, factory: str) -> None:
        """Choose weights, and name the network that they are of."""
        torch.save(made(Table).state_dict(), folder / "own.pt")
        self.choose(folder / "own.pt")
        self.actions.checkpoints.answer(Answers(network=f"{unruly.__name__}:{factory}").over(SAID_ALL))

    def stop(self, once: Callable[[], bool]) -> None:
        """As soon as the code is there, or busy."""
        self.qtbot.waitUntil(once)
        self.qtbot.waitUntil(self.panel.run_bar.buttons.stop.isEnabled)
        self.click(self.panel.run_bar.buttons.stop)
        self.wait_until_idle()

    def run(self, pictures: int = 4) -> None:
        self.panel.details.pictures.setValue(pictures)
        self.panel.run_bar.steps.setValue(4)
        self.click(self.panel.run_bar.buttons.run)

    def run_bundled(self) -> None:
        """The proof that everything goes on."""
        self.actions.checkpoints.choose(DEFAULT)
        self.run()
        self.wait_until_idle()
        assert self.panel.views.watch.x_grid.count == 4, self.panel.note.text()
        assert self.apart == []


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setenv(unruly.BUSY, str(tmp_path / "busy"))
    room = Room(qtbot, tmp_path / "busy")
    yield room
    room.window.close()
    assert not room.actions.sampling_thread.unfinished
    assert room.apart == []


@FORKED
@pytest.mark.parametrize("factory", ["endless", "locked", "Busy"])
def test_stop_ends_an_opening_that_never_returns(room: Room, tmp_path: Path, factory: str) -> None:
    room.open_own(tmp_path, factory)
    room.stop(once=room.busy.exists)
    assert room.window.studio.state.sampling.checkpoint == DEFAULT, "what was chosen before"
    room.run_bundled()


@FORKED
def test_stop_ends_a_network_call_that_never_returns(room: Room, tmp_path: Path) -> None:
    room.open_own(tmp_path, "Later")
    room.wait_until_idle()
    room.run()
    room.stop(once=room.busy.exists)
    assert room.panel.status.whole.startswith("stopped after 0 of 4 calls")
    room.busy.unlink()
    room.run()
    room.stop(once=room.busy.exists)
    room.run_bundled()


def test_closing_ends_a_network_call_that_never_returns(room: Room, tmp_path: Path) -> None:
    room.open_own(tmp_path, "Later")
    room.wait_until_idle()
    room.run()
    room.qtbot.waitUntil(room.busy.exists)
    room.window.close()


@FORKED
def test_closing_ends_an_opening_that_never_returns(room: Room, tmp_path: Path) -> None:
    room.open_own(tmp_path, "endless")
    room.qtbot.waitUntil(room.busy.exists)
    room.window.close()


@FORKED
def test_a_crash_is_one_sentence_and_the_next_run_opens_it_again(room: Room, tmp_path: Path) -> None:
    room.open_own(tmp_path, "Crashing")
    room.wait_until_idle()
    for _ in range(2):
        room.run()
        room.wait_until_idle()
        assert "ended its process (SIGSEGV)" in room.panel.note.text()
    room.run(pictures=3)
    room.wait_until_idle()
    assert room.panel.views.watch.x_grid.count == 3
    room.run_bundled()


def test_a_program_is_trusted_by_a_button_that_says_what_that_means(room: Room, tmp_path: Path) -> None:
    path = script(made(Table), tmp_path / "script.pt")
    file_beside(path).write_text(json.dumps({**BESIDE, "trust": True, "network": "os:getcwd"}))
    room.choose(path)
    assert room.apart == []
    assert len(ahead._waiting) == 1, "for the case that the answer is yes"
    assert "opening it runs its code on this machine, with all your rights" in room.ask.sentence.text()
    assert room.ask.trust_button.isVisible()
    assert not room.ask.open_button.isVisible()
    room.click(room.ask.trust_button)
    room.wait_until_idle()
    card = room.panel.views.model.card
    assert card.rows["trust"].value.text().startswith("trusted, SHA-256")
    assert card.rows["trust"].origin.text() == "given by you"
    room.run(pictures=2)
    room.wait_until_idle()
    assert room.panel.views.watch.x_grid.count == 2

    room.choose(path)
    assert room.window.studio.state.sampling.refusal is None, "it is trusted for good"
    assert card.memory.text().startswith("Remembered: ")
    room.panel.view_bar.pages.chosen.emit("model")
    room.click(card.forget_button)
    room.wait_until_idle()
    assert room.window.studio.state.sampling.refusal is not None
    assert room.ask.trust_button.isVisible()


@FORKED
def test_what_is_trusted_no_more_is_nowhere_said_to_be(room: Room, tmp_path: Path) -> None:
    path = script(made(Table), tmp_path / "script.pt")
    file_beside(path).write_text(json.dumps(BESIDE))
    room.choose(path)
    room.click(room.ask.trust_button)
    room.wait_until_idle()
    card = room.panel.views.model.card
    room.click(card.forget_button)
    room.wait_until_idle()
    room.click(room.ask.keep_button)
    room.qtbot.waitUntil(card.isVisible)
    room.qtbot.waitUntil(lambda: "trust" not in card.rows)
    assert not card.memory.isVisible()
    assert not card.forget_button.isVisible()
    room.qtbot.waitUntil(lambda: room.panel.status.whole == "script.pt is not open.")
    room.click(room.panel.run_bar.buttons.run)
    room.wait_until_idle()
    room.qtbot.waitUntil(lambda: "trust it under Model" in room.panel.note.text())
    assert "--trust" not in room.panel.note.text()
    assert room.ask.trust_button.isVisible()


def test_stop_ends_a_program_that_never_returns(room: Room, tmp_path: Path) -> None:
    path = script(unruly.Endless(), tmp_path / "script.pt")
    file_beside(path).write_text(json.dumps(BESIDE))
    room.choose(path)
    room.click(room.ask.trust_button)
    room.stop(once=lambda: room.apart != [])
    room.run_bundled()


@FORKED
def test_trust_is_in_what_was_asked_about(room: Room, tmp_path: Path) -> None:
    """Between the question and the answer somebody puts another program there."""
    path = script(made(Table), tmp_path / "script.pt")
    file_beside(path).write_text(json.dumps(BESIDE))
    room.choose(path)
    script(Echo(), path)
    room.click(room.ask.trust_button)
    room.wait_until_idle()
    assert room.ask.trust_button.isVisible()
    assert room.apart == []


class Echo(nn.Module):
    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return x
