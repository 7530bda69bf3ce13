"""What goes wrong in a run is said in one sentence, what was recorded stays, and the next run works."""

from __future__ import annotations

import gc
import weakref

import pytest
import torch
from pytestqt.qtbot import QtBot

from ddpm_studio.errors import SamplingError, StudioError
from ddpm_studio.files.logs import LOG
from ddpm_studio.files.places import log_folder
from ddpm_studio.gui.state.run import RunSpec, SamplerSpec
from ddpm_studio.gui.worker.failures import explained
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.texts import SourceText
from tests.gui.worker.fakes import MANY, TWO_CALLS, Ears, FakeBackend

FIVE = RunSpec("portraits", (SamplerSpec("ddim", (), steps=5),))
NAN = SamplingError(SourceText("The network's output at step {step} of {total} is not finite."), step=3, total=5)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NAN, "The network's output at step 3 of 5 is not finite."),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "The memory ran out; draw fewer"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "The memory ran out; draw fewer"),
        (MemoryError(), "The memory ran out; draw fewer"),
        (KeyError("weight"), "The checkpoint's network failed with KeyError: 'weight'"),
        (ArithmeticError(), "The checkpoint's network failed with ArithmeticError: –"),
    ],
)
def test_a_failing_step_is_said_and_the_next_run_works(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears, error: Exception, sentence: str
) -> None:
    backend.gate.release(MANY)
    backend.errors[2] = error
    run = thread.run(FIVE)
    qtbot.waitUntil(lambda: bool(ears.ends))
    ((kind, number, said),) = ears.ends
    assert (kind, number) == ("failed", run)
    assert str(said).startswith(sentence)
    assert not thread.busy
    recording = thread.recording(run)
    assert recording is not None
    assert recording.count() == 2
    assert ears.frames[-1][0].measures.index == 1

    again = thread.run(FIVE)
    qtbot.waitUntil(lambda: ears.ends[1:] == [("finished", again, "done")])


def test_what_nobody_foresaw_is_in_the_log_and_nowhere_else(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    explained(KeyError("weight"))
    assert "KeyError: 'weight'" in (log_folder() / LOG).read_text()
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_the_row_that_failed_is_named(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.gate.release(MANY)
    backend.errors[3] = NAN
    thread.run(RunSpec("portraits", (TWO_CALLS, TWO_CALLS)))
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert ears.ends[0][2] == "Row 2: The network's output at step 3 of 5 is not finite."


def test_a_row_that_cannot_be_laid_out_is_named(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    thread.run(RunSpec("portraits", (TWO_CALLS, SamplerSpec("ddim", (), steps=2000))))
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert str(ears.ends[0][2]).startswith("Row 2: ")
    assert "2000" in str(ears.ends[0][2])
    assert backend.calls == 0
    assert thread.recording(1) is None


def test_a_checkpoint_that_vanished_between_choosing_and_running(
    qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears
) -> None:
    backend.gate.release(MANY)
    with qtbot.waitSignal(thread.opened):
        thread.open("other")
    backend.missing.add("portraits")
    run = thread.run(FIVE)
    qtbot.waitUntil(lambda: ears.ends == [("failed", run, "There is no checkpoint portraits.")])
    backend.missing.clear()
    again = thread.run(FIVE)
    qtbot.waitUntil(lambda: ears.ends[1:] == [("finished", again, "done")])


def test_a_failed_opening_is_said(qtbot: QtBot, thread: SamplingThread, backend: FakeBackend, ears: Ears) -> None:
    backend.missing.add("gone")
    number = thread.open("gone")
    qtbot.waitUntil(lambda: ears.ends == [("failed", number, "There is no checkpoint gone.")])
    assert not thread.busy


def test_a_backend_that_cannot_be_made_is_tried_again(qtbot: QtBot, backend: FakeBackend) -> None:
    attempts = [ImportError("no torch here"), None]

    def make() -> FakeBackend:
        if error := attempts.pop(0):
            raise error
        return backend

    thread = SamplingThread(backend=make)
    ears = Ears(thread)
    backend.gate.release(MANY)
    thread.run(FIVE)
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert "ImportError: no torch here" in str(ears.ends[0][2])
    again = thread.run(FIVE)
    qtbot.waitUntil(lambda: ears.ends[1:] == [("finished", again, "done")])
    thread.close()


def test_an_explanation_keeps_no_tensor_alive() -> None:
    def fail() -> weakref.ref[torch.Tensor]:
        activations = torch.zeros(3)
        raised.append(weakref.ref(activations))
        raise SamplingError(SourceText("no"))

    raised: list[weakref.ref[torch.Tensor]] = []
    try:
        fail()
    except StudioError as error:
        kept = explained(error)
    gc.collect()
    assert raised[0]() is None
    assert str(kept) == "no"
