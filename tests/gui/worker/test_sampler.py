"""Runs as the window sees them: normal end, pause, single steps, stop, and the newest that wins."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers, UnansweredError
from ddpm_studio.gui.state.jobs import Job, Row, Said
from ddpm_studio.gui.worker.sampler import Sampler
from tests.gui.worker.fakes import MANY, TWO_CALLS, Ears, FakeBackend

FIVE = Job("portraits", (Row("ddim", (), steps=5),), pictures=2)


def test_a_run_from_press_to_end(qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    run = sampler.run(FIVE)
    assert sampler.busy
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "done")])
    assert not sampler.busy
    assert [what[0] for what in ears.heard] == ["opening", "devices", "opening", "opened", "started", "finished"]
    recording = sampler.recording(run)
    assert recording is not None
    assert [measures.index for measures in recording.measures(0)] == [0, 1, 2, 3, 4]
    assert recording.device == "Slide rule"


def test_the_last_frame_is_always_delivered(qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    run = sampler.run(FIVE)
    qtbot.waitUntil(lambda: bool(ears.ends))
    (frame,) = ears.frames[-1]
    assert (frame.run, frame.row, frame.measures.index, frame.measures.total) == (run, 0, 4, 5)
    assert frame.measures.alphas_cumprod == 1
    assert (frame.x.fixed() == round(1.5 * 127.5)).all()
    assert frame.x0.fixed().shape == (2, 4, 5, 3)
    assert sampler.take() == ()


def test_everything_arrives_in_the_windows_thread(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    backend.gate.release(MANY)
    sampler.run(FIVE)
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert ears.threads == {sampler.thread()}
    assert len(backend.threads) == 1
    assert sampler.thread() not in backend.threads


def test_one_wake_up_for_who_does_not_take_and_then_the_last_frame(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend
) -> None:
    backend.gate.release(MANY)
    wakes = QSignalSpy(sampler.frame_ready)
    with qtbot.waitSignal(sampler.finished):
        sampler.run(Job("portraits", (Row("ddim", (), steps=100),)))
    assert wakes.count() == 1
    (frame,) = sampler.take()
    assert frame.measures.index == 99


def test_pausing_holds_before_the_next_call_and_shows_where(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    run = sampler.run(FIVE)
    backend.wait_in_call()
    sampler.pause()
    backend.gate.release(1)
    qtbot.waitUntil(lambda: bool(ears.frames))
    assert sampler.paused
    assert ears.frames[-1][0].measures.index == 0
    assert backend.calls == 1
    backend.gate.release(MANY)
    sampler.resume()
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "done")])
    assert backend.calls == 5


def test_single_steps_from_the_start(qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    run = sampler.run(FIVE, hold=True)
    for index in range(5):
        qtbot.waitUntil(lambda index=index: bool(ears.frames) and ears.frames[-1][0].measures.index == index)
        assert backend.calls == index + 1
        sampler.step()
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "done")])


def test_stop_ends_after_the_call_that_is_under_way(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    run = sampler.run(FIVE)
    backend.wait_in_call()
    sampler.stop()
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "stopped")])
    assert backend.calls == 1
    recording = sampler.recording(run)
    assert recording is not None
    assert recording.count() == 1
    assert not recording.rows[0].complete


def test_stop_wakes_a_paused_run(qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    run = sampler.run(FIVE, hold=True)
    qtbot.waitUntil(lambda: bool(ears.frames))
    sampler.stop()
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "stopped")])
    assert backend.calls == 1


def test_stop_before_the_run_began(qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears) -> None:
    backend.opening = threading.Semaphore(0)
    sampler.open("portraits")
    qtbot.waitUntil(lambda: backend.opened == ["portraits"])
    run = sampler.run(FIVE)
    sampler.stop()
    backend.opening.release()
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "stopped")])
    assert backend.calls == 0


def test_the_newest_wins_and_nothing_queues_up(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    sampler.run(FIVE)
    backend.wait_in_call()
    for steps in range(1, 51):
        newest = sampler.run(Job("portraits", (Row("ddim", (), steps=steps),)))
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert ears.ends == [("finished", newest, "done")]
    assert backend.calls == 1 + 50
    assert {frame.run for frames in ears.frames for frame in frames} == {newest}


def test_a_frame_of_an_older_run_is_not_taken(qtbot: QtBot, sampler: Sampler, backend: FakeBackend) -> None:
    backend.gate.release(MANY)
    with qtbot.waitSignal(sampler.finished):
        old = sampler.run(FIVE)
    backend.opening = threading.Semaphore(0)
    new = sampler.run(Job("another", (TWO_CALLS,)))
    assert sampler.take() == ()
    assert sampler.recording(old) is not None, "what is shown stays until the next run begins"
    with qtbot.waitSignal(sampler.finished):
        backend.opening.release()
    assert sampler.recording(old) is None
    assert sampler.take()[0].run == new


def test_rows_are_drawn_together(qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    run = sampler.run(Job("portraits", (TWO_CALLS, Row("ddim", (), steps=4))))
    qtbot.waitUntil(lambda: bool(ears.ends))
    first, second = ears.frames[-1]
    assert (first.measures.index, second.measures.index) == (1, 3)
    assert first.measures.rms_to_first is None
    assert second.measures.rms_to_first == pytest.approx(0.25)
    recording = sampler.recording(run)
    assert recording is not None
    np.testing.assert_allclose([m.mean for m in recording.measures(1)], [0, 0.125, 0.25, 0.375])


def test_a_checkpoint_is_opened_once_for_many_runs(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    backend.gate.release(MANY)
    with qtbot.waitSignal(sampler.opened):
        sampler.open("portraits")
    assert not sampler.busy
    for _ in range(2):
        with qtbot.waitSignal(sampler.finished):
            sampler.run(FIVE)
    assert backend.opened == ["portraits"]
    with qtbot.waitSignal(sampler.opened):
        sampler.open("portraits")
    assert backend.opened == ["portraits", "portraits"], "asked for by name it is read again"
    assert ("opening", "Opening portraits …") in ears.heard


def test_a_card_is_shown_also_when_a_newer_run_took_over(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    backend.opening = threading.Semaphore(0)
    backend.gate.release(MANY)
    sampler.open("portraits")
    sampler.run(FIVE)
    backend.opening.release()
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert ("opened", "portraits") in ears.heard
    assert backend.opened == ["portraits"]


def test_what_is_said_of_a_checkpoint_holds_until_something_else_is_said(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    backend.gate.release(MANY)
    with qtbot.waitSignal(sampler.opened):
        sampler.open("portraits", Answers(heads=4))
    with qtbot.waitSignal(sampler.finished):
        sampler.run(FIVE)
    assert backend.said == [Said(Answers(heads=4))], "a run does not open it again"
    backend.missing.add("gone")
    with qtbot.waitSignal(sampler.failed):
        sampler.open("gone", Answers(heads=8))
    with qtbot.waitSignal(sampler.finished):
        sampler.run(FIVE)
    assert backend.said[-1] == Said(Answers(heads=4)), "what failed left it as it was"
    with qtbot.waitSignal(sampler.opened):
        sampler.open("portraits", forget=["heads"])
    assert backend.said[-1] == Said(forget=frozenset({"heads"}))


def test_a_run_right_after_an_answer_is_drawn_with_it(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    with qtbot.waitSignal(sampler.opened):
        sampler.open("portraits")
    sampler.run(FIVE)
    backend.wait_in_call()
    sampler.open("portraits", Answers(heads=4))
    sampler.run(FIVE)
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert backend.said == [Said(), Said(Answers(heads=4))]


def test_what_is_missing_is_told_before_the_failure(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    backend.unanswered = {"shape"}
    with qtbot.waitSignals([sampler.refused, sampler.failed], order="strict"):
        number = sampler.open("portraits")
    ((_, error),) = (what for what in ears.heard if what[0] == "refused")
    assert isinstance(error, UnansweredError)
    assert error.missing == ("shape",)
    assert ears.ends == [("failed", number, str(error))]
    with qtbot.waitSignal(sampler.opened):
        sampler.open("portraits", Answers(shape=(8, 8)))


def test_an_opening_is_given_up_at_once_and_nothing_is_heard_of_it(
    qtbot: QtBot, sampler: Sampler, backend: FakeBackend, ears: Ears
) -> None:
    backend.opening = threading.Semaphore(0)
    number = sampler.open("portraits")
    qtbot.waitUntil(lambda: backend.opened == ["portraits"])
    sampler.stop()
    assert ears.ends == [("finished", number, "stopped")]
    assert not sampler.busy
    sampler.stop()
    backend.opening.release(MANY)
    backend.gate.release(MANY)
    with qtbot.waitSignal(sampler.finished):
        run = sampler.run(Job("another", (TWO_CALLS,)))
    assert [what for what in ears.heard if what[0] == "opened"] == [("opened", "another")]
    assert ears.ends == [("finished", number, "stopped"), ("finished", run, "done")]


def test_controls_without_a_run_do_nothing(qtbot: QtBot, sampler: Sampler, ears: Ears) -> None:
    for act in (sampler.pause, sampler.resume, sampler.step, sampler.stop):
        act()
    QCoreApplication.processEvents()
    assert not sampler.busy
    assert not sampler.paused
    assert ears.heard == []
    assert sampler.take() == ()
    assert sampler.recording(1) is None
