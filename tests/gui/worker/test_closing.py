"""Closing at any moment ends the thread within one network call, and leaves nothing behind."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.state.run import RunSpec, SamplerSpec
from ddpm_studio.gui.worker import sampling_thread
from ddpm_studio.gui.worker.control import Control
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from tests.gui.worker.fakes import MANY, TWO_CALLS, Ears, FakeBackend
from tests.patience import PATIENCE_S
from tests.tiers import repeated

FIVE = RunSpec("portraits", (SamplerSpec("ddim", (), steps=5),))


def open_when_cancelled(control: Control, gate: threading.Semaphore) -> threading.Thread:
    """Let the network call that is under way end, but not before the window has asked for the end."""

    def wait() -> None:
        moment = threading.Event()
        while not control.cancelled:
            moment.wait(0.001)
        gate.release(MANY)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_closing_while_running(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    thread.run(FIVE)
    backend.wait_in_call()
    opener = open_when_cancelled(thread._order.control, backend.gate)
    thread.close()
    opener.join(PATIENCE_S)
    assert thread._thread.isFinished()
    assert backend.calls == 1
    assert not thread.busy
    QCoreApplication.processEvents()
    assert ears.ends == [], "nobody is told of a run that ended because the window closed"


def test_closing_while_paused(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    thread.run(FIVE, hold=True)
    qtbot.waitUntil(lambda: bool(ears.frames))
    thread.close()
    assert thread._thread.isFinished()
    assert backend.calls == 1


def test_closing_while_opening(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.opening = threading.Semaphore(0)
    thread.run(FIVE)
    qtbot.waitUntil(lambda: backend.opened == ["portraits"])
    opener = open_when_cancelled(thread._order.control, backend.opening)
    thread.close()
    opener.join(PATIENCE_S)
    assert thread._thread.isFinished()
    assert backend.calls == 0


def test_closing_does_not_wait_for_ever(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling_thread, "PATIENCE_MS", 1)
    backend.opening = threading.Semaphore(0)
    thread.open("portraits")
    qtbot.waitUntil(lambda: backend.opened == ["portraits"])
    thread.close()
    assert thread.unfinished
    backend.opening.release()
    qtbot.waitUntil(lambda: not thread.unfinished)
    QCoreApplication.processEvents()
    assert ("opened", "portraits") not in ears.heard


def test_closing_twice_and_before_anything(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend) -> None:
    thread.close()
    thread.close()
    assert not thread._thread.isRunning()


def test_nothing_begins_after_closing(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    thread.close()
    thread.run(FIVE)
    thread.open("portraits")
    QCoreApplication.processEvents()
    assert not thread.busy
    assert not thread._thread.isRunning()
    assert ears.heard == []


def _one_cycle(qtbot: QtBot, cycle: int) -> list[weakref.ref[object]]:
    """Start, and close after the end, while paused or while running; what may not outlive it."""
    backend = FakeBackend()
    thread = SamplingThread(backend=backend)
    ears = Ears(thread)
    with qtbot.waitSignal((thread.finished, thread.frame_ready, thread.started)[cycle % 3]):
        thread.run(RunSpec("portraits", (TWO_CALLS, SamplerSpec("ddim", (), steps=20))), hold=cycle % 3 == 1)
    recording = thread.recording(1)
    assert recording is not None
    thread.close()
    refs: list[weakref.ref[object]] = [weakref.ref(kept) for kept in (thread, thread._worker, backend, recording)]
    thread.deleteLater()
    ears.deleteLater()
    return refs


def _entries(folder: str) -> int:
    return len(list(Path(folder).iterdir()))


def test_fifty_starts_and_stops_leave_nothing_behind(qtbot: QtBot) -> None:
    _one_cycle(qtbot, 0)
    gc.collect()
    threads = set(threading.enumerate())
    tasks, files = _entries("/proc/self/task"), _entries("/proc/self/fd")
    refs = [ref for cycle in range(repeated(50)) for ref in _one_cycle(qtbot, cycle)]
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert set(threading.enumerate()) <= threads
    # A thread that has been waited for may still be on its way out of the kernel.
    qtbot.waitUntil(lambda: _entries("/proc/self/task") <= tasks)
    qtbot.waitUntil(lambda: _entries("/proc/self/fd") <= files)
    assert [ref() for ref in refs if ref() is not None] == []


def test_a_new_run_lets_go_of_the_old_recording(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend) -> None:
    backend.gate.release(MANY)
    with qtbot.waitSignal(thread.finished):
        old = thread.run(FIVE)
    kept = weakref.ref(thread.recording(old))
    with qtbot.waitSignal(thread.finished):
        thread.run(FIVE)
    gc.collect()
    assert kept() is None


QUITTING = """
import sys
from PySide6.QtWidgets import QApplication
from ddpm_studio.gui.state.run import RunSpec, SamplerSpec
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from tests.gui.worker.fakes import FakeBackend

app = QApplication(sys.argv)
thread = SamplingThread(app, backend=FakeBackend())
thread.frame_ready.connect(app.quit)
thread.run(RunSpec("portraits", (SamplerSpec("ddim", (), steps=1000),)))
sys.exit(app.exec())
"""


def test_quitting_while_sampling_ends_cleanly() -> None:
    """The thread is ended on aboutToQuit, since one that is destroyed while it runs aborts the process."""
    done = subprocess.run(
        [sys.executable, "-c", QUITTING], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


NEVER_READ = """
import sys, threading, types

class Reading:
    card = None

    def devices(self):
        return ()

    def open(self, path, said):
        reading.set()
        threading.Event().wait()

reading = threading.Event()
sys.modules["ddpm_studio.gui.worker.torch_backend"] = types.SimpleNamespace(TorchBackend=Reading)

from PySide6.QtCore import QObject
from ddpm_studio.gui import app
from ddpm_studio.gui.worker import sampling_thread
from ddpm_studio.launch import Launch

class Person(QObject):
    def timerEvent(self, event):
        if reading.is_set():
            self.parent().close()

sampling_thread.PATIENCE_MS = 1
open_window = app.open_window

def opened(*arguments):
    window = open_window(*arguments)
    Person(window).startTimer(1)
    return window

app.open_window = opened
sys.exit(app.start(Launch(checkpoint="large.safetensors")))
"""


def test_the_window_closes_while_a_checkpoint_is_read_without_end(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NEVER_READ],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert (done.returncode, done.stderr.replace("This plugin does not support propagateSizeHints()\n", "")) == (0, "")
