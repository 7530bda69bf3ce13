"""Runs as the window sees them: normal end, pause, single steps, stop, and the newest that wins."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers, UnansweredError
from ddpm_studio.gui.state.run import RunSpec, Said, SamplerSpec
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from tests.gui.worker.fakes import MANY, TWO_CALLS, Ears, FakeBackend

FIVE = RunSpec("portraits", (SamplerSpec("ddim", (), steps=5),), pictures=2)


def test_a_run_from_press_to_end(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    run = thread.run(replace(FIVE, prompt="a cat"))
    assert thread.busy
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "done")])
    assert not thread.busy
    assert [what[0] for what in ears.heard] == ["opening", "devices", "opening", "opened", "started", "finished"]
    recording = thread.recording(run)
    assert recording is not None
    assert [measures.index for measures in recording.measures(0)] == [0, 1, 2, 3, 4]
    assert recording.device == "Slide rule"
    assert backend.drawn == [replace(FIVE, guidance=1.0)], "a prompt that another checkpoint takes is left out"


def test_the_last_frame_is_always_delivered(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    backend.gate.release(MANY)
    run = thread.run(FIVE)
    qtbot.waitUntil(lambda: bool(ears.ends))
    (frame,) = ears.frames[-1]
    assert (frame.run, frame.row, frame.measures.index, frame.measures.total) == (run, 0, 4, 5)
    assert frame.measures.alphas_cumprod == 1
    assert (frame.x.fixed() == round(1.5 * 127.5)).all()
    assert frame.x0.fixed().shape == (2, 4, 5, 3)
    assert thread.take() == ()


def test_everything_arrives_in_the_windows_thread(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    backend.gate.release(MANY)
    thread.run(FIVE)
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert ears.threads == {thread.thread()}
    assert len(backend.threads) == 1
    assert thread.thread() not in backend.threads


def test_one_wake_up_for_who_does_not_take_and_then_the_last_frame(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend
) -> None:
    backend.gate.release(MANY)
    wakes = QSignalSpy(thread.frame_ready)
    with qtbot.waitSignal(thread.finished):
        thread.run(RunSpec("portraits", (SamplerSpec("ddim", (), steps=100),)))
    assert wakes.count() == 1
    (frame,) = thread.take()
    assert frame.measures.index == 99


def test_pausing_holds_before_the_next_call_and_shows_where(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    run = thread.run(FIVE)
    backend.wait_in_call()
    thread.pause()
    backend.gate.release(1)
    qtbot.waitUntil(lambda: bool(ears.frames))
    assert thread.paused
    assert ears.frames[-1][0].measures.index == 0
    assert backend.calls == 1
    backend.gate.release(MANY)
    thread.resume()
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "done")])
    assert backend.calls == 5


def test_single_steps_from_the_start(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    run = thread.run(FIVE, hold=True)
    for index in range(5):
        qtbot.waitUntil(partial(ears.sees, index))
        assert backend.calls == index + 1
        thread.step()
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "done")])


def test_stop_ends_after_the_call_that_is_under_way(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    run = thread.run(FIVE)
    backend.wait_in_call()
    thread.stop()
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "stopped")])
    assert backend.calls == 1
    recording = thread.recording(run)
    assert recording is not None
    assert recording.count() == 1
    assert not recording.rows[0].complete


def test_stop_wakes_a_paused_run(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    run = thread.run(FIVE, hold=True)
    qtbot.waitUntil(lambda: bool(ears.frames))
    thread.stop()
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "stopped")])
    assert backend.calls == 1


def test_stop_before_the_run_began(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.opening = threading.Semaphore(0)
    thread.open("portraits")
    qtbot.waitUntil(lambda: backend.opened == ["portraits"])
    run = thread.run(FIVE)
    thread.stop()
    backend.opening.release()
    qtbot.waitUntil(lambda: ears.ends == [("finished", run, "stopped")])
    assert backend.calls == 0


def test_the_newest_wins_and_nothing_queues_up(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    thread.run(FIVE)
    backend.wait_in_call()
    for steps in range(1, 51):
        newest = thread.run(RunSpec("portraits", (SamplerSpec("ddim", (), steps=steps),)))
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert ears.ends == [("finished", newest, "done")]
    assert backend.calls == 1 + 50
    assert {frame.run for frames in ears.frames for frame in frames} == {newest}


def test_a_frame_of_an_older_run_is_not_taken(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend) -> None:
    backend.gate.release(MANY)
    with qtbot.waitSignal(thread.finished):
        old = thread.run(FIVE)
    backend.opening = threading.Semaphore(0)
    new = thread.run(RunSpec("another", (TWO_CALLS,)))
    assert thread.take() == ()
    assert thread.recording(old) is not None, "what is shown stays until the next run begins"
    with qtbot.waitSignal(thread.finished):
        backend.opening.release()
    assert thread.recording(old) is None
    assert thread.take()[0].run == new


def test_rows_are_drawn_together(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    run = thread.run(RunSpec("portraits", (TWO_CALLS, SamplerSpec("ddim", (), steps=4))))
    qtbot.waitUntil(lambda: bool(ears.ends))
    first, second = ears.frames[-1]
    assert (first.measures.index, second.measures.index) == (1, 3)
    assert first.measures.rms_to_first is None
    assert second.measures.rms_to_first == pytest.approx(0.25)
    recording = thread.recording(run)
    assert recording is not None
    np.testing.assert_allclose([m.mean for m in recording.measures(1)], [0, 0.125, 0.25, 0.375])


def test_a_checkpoint_is_opened_once_for_many_runs(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    backend.gate.release(MANY)
    with qtbot.waitSignal(thread.opened):
        thread.open("portraits")
    assert not thread.busy
    for _ in range(2):
        with qtbot.waitSignal(thread.finished):
            thread.run(FIVE)
    assert backend.opened == ["portraits"]
    with qtbot.waitSignal(thread.opened):
        thread.open("portraits")
    assert backend.opened == ["portraits", "portraits"], "asked for by name it is read again"
    assert ("opening", "Opening portraits …") in ears.heard


def test_a_card_is_shown_also_when_a_newer_run_took_over(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    backend.opening = threading.Semaphore(0)
    backend.gate.release(MANY)
    thread.open("portraits")
    thread.run(FIVE)
    backend.opening.release()
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert ("opened", "portraits") in ears.heard
    assert backend.opened == ["portraits"]


FOUR, EIGHT = (Said(Answers(heads=heads), alone=True) for heads in (4, 8))


def test_a_run_opens_only_what_is_not_open_as_it_is_said(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    backend.gate.release(MANY)
    with qtbot.waitSignal(thread.opened):
        thread.open("portraits", FOUR)
    for said in (FOUR, Said()):
        with qtbot.waitSignal(thread.finished):
            thread.run(FIVE, said=said)
        assert backend.said == [FOUR], "a run does not open it again"
    with qtbot.waitSignal(thread.finished):
        thread.run(FIVE, said=EIGHT)
    assert backend.said == [FOUR, EIGHT]
    with qtbot.waitSignal(thread.finished):
        thread.run(FIVE, said=Said(alone=True))
    assert backend.said[-1] == Said(alone=True), "nothing is said, and nothing else holds"
    backend.missing.add("gone")
    with qtbot.waitSignal(thread.failed):
        thread.open("gone", EIGHT)
    with qtbot.waitSignal(thread.finished):
        thread.run(FIVE, said=FOUR)
    assert backend.said[-1] == FOUR, "what failed has left none open"


def test_a_checkpoint_opened_otherwise_than_it_is_wanted_now_is_not_reported(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    backend.opening = threading.Semaphore(0)
    thread.open("portraits", FOUR)
    qtbot.waitUntil(lambda: bool(backend.opened))
    thread.open("portraits", EIGHT)
    with qtbot.waitSignal(thread.opened) as opened:
        backend.opening.release(2)
    assert opened.args[0].answers == EIGHT.answers
    assert ears.heard.count(("opened", "portraits")) == 1


def test_a_run_right_after_an_answer_is_drawn_with_it(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    with qtbot.waitSignal(thread.opened):
        thread.open("portraits")
    thread.run(FIVE)
    backend.wait_in_call()
    thread.open("portraits", FOUR)
    thread.run(FIVE, said=FOUR)
    backend.gate.release(MANY)
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert backend.said == [Said(), FOUR]


def test_what_is_missing_is_told_before_the_failure(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    backend.unanswered = {"shape"}
    with qtbot.waitSignals([thread.refused, thread.failed], order="strict"):
        number = thread.open("portraits")
    ((_, error),) = (what for what in ears.heard if what[0] == "refused")
    assert isinstance(error, UnansweredError)
    assert error.missing == ("shape",)
    assert ears.ends == [("failed", number, translated(error))]
    with qtbot.waitSignal(thread.opened):
        thread.open("portraits", Said(Answers(shape=(8, 8))))


def test_an_opening_is_given_up_at_once_and_nothing_is_heard_of_it(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    backend.opening = threading.Semaphore(0)
    number = thread.open("portraits")
    qtbot.waitUntil(lambda: backend.opened == ["portraits"])
    thread.stop()
    assert ears.ends == [("finished", number, "stopped")]
    assert not thread.busy
    thread.stop()
    backend.opening.release(MANY)
    backend.gate.release(MANY)
    with qtbot.waitSignal(thread.finished):
        run = thread.run(RunSpec("another", (TWO_CALLS,)))
    assert [what for what in ears.heard if what[0] == "opened"] == [("opened", "another")]
    assert ears.ends == [("finished", number, "stopped"), ("finished", run, "done")]


def test_controls_without_a_run_do_nothing(qtbot: QtBot, thread: SamplingThread, ears: Ears) -> None:
    for act in (thread.pause, thread.resume, thread.step, thread.stop):
        act()
    QCoreApplication.processEvents()
    assert not thread.busy
    assert not thread.paused
    assert ears.heard == []
    assert thread.take() == ()
    assert thread.recording(1) is None
