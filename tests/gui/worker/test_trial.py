"""Trials as the window sees them, and what the machine under it makes of one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.run import RunSpec, Said, Trial
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.gui.worker.torch_backend import TorchBackend
from tests.checkpoints.families.oracle import recorded
from tests.gui.worker.fakes import MANY, TWO_CALLS, Ears, FakeBackend

TRIAL = Trial("guided.pt", Answers(schedule=Schedule("linear", 1000)))


def test_a_trial_from_press_to_end(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    number = thread.try_out(TRIAL)
    qtbot.waitUntil(lambda: ears.ends == [("finished", number, "done")])
    assert [what for what in ears.heard if what[0] == "tried"] == [
        ("tried", 0, True),
        ("tried", 0, True),
        ("tried", 1, True),
        ("tried", 1, False),
    ]
    assert backend.tried == [TRIAL]
    assert backend.opened == []
    assert not thread.busy


def test_stopping_a_trial(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    number = thread.try_out(TRIAL)
    backend.wait_in_call()
    thread.stop()
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: ears.ends == [("finished", number, "stopped")])
    assert len([what for what in ears.heard if what[0] == "tried"]) == 1


def test_a_trial_that_cannot_be(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.missing.add("guided.pt")
    number = thread.try_out(TRIAL)
    qtbot.waitUntil(lambda: ears.ends == [("failed", number, "There is no checkpoint guided.pt.")])


def test_what_is_open_stays_so(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    thread.open("portraits")
    qtbot.waitUntil(lambda: not thread.busy)
    thread.try_out(TRIAL)
    qtbot.waitUntil(lambda: len(ears.ends) == 1)
    thread.run(RunSpec("portraits", (TWO_CALLS,)))
    qtbot.waitUntil(lambda: len(ears.ends) == 2)
    assert backend.opened == ["portraits"]


def test_the_machine_draws_with_every_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    torch.save(recorded("guided_diffusion", "guided-new-order").tensors(), path)
    said = Answers(shape=(8, 16), schedule=Schedule("linear", 1000), heads=4)
    backend = TorchBackend()
    backend.open("pixel-portraits", Said())
    attempts = list(backend.attempts(Trial(str(path), said)))
    assert {attempt.number for attempt in attempts} == set(range(5))
    assert attempts[0].readings == (
        Answers(heads=4, attention_order="legacy"),
        Answers(heads=4, attention_order="new"),
        *(Answers(heads=4, attention_order="legacy", up_heads=count) for count in (1, 2, 8)),
    )
    last = {attempt.number: attempt.pictures for attempt in attempts}
    assert last[0] is not None
    assert last[1] is not None
    assert last[0].shape == (3, 8, 16, 3)
    assert last[0].dtype == np.uint8
    assert (last[0] != last[1]).any()
    assert backend.card is not None
    assert backend.card.path == "pixel-portraits"
