"""Sampling thread, as the window sees it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QObject, QThread, Signal, Slot

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.state.phase import UNDER_WAY, Phase
from ddpm_studio.gui.state.run import CheckpointCard, LatentLook, RunFrame, RunSpec, Said, Trial, Tried
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.worker.backend import Backend
from ddpm_studio.gui.worker.control import Control
from ddpm_studio.gui.worker.delivery import FrameRate
from ddpm_studio.gui.worker.mailbox import Mailbox
from ddpm_studio.gui.worker.worker import DecodingWish, Order, Worker
from ddpm_studio.texts import Text, visible_name

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording

MIB = 2**20
PATIENCE_MS = 2000
"""How long closing waits for what does not ask whether it is to end: a network call in this process."""


def torch_backend() -> Backend:
    """The backend that samples with torch, which this imports."""
    from ddpm_studio.gui.worker.torch_backend import TorchBackend

    return TorchBackend()


class SamplingThread(QObject):
    """Opens checkpoints and draws with them in a thread of its own; everything here returns at once.

    The latest request wins: it ends the one in progress within one network call, and nothing queues up. Each `open`
    and `run` has a number, and whatever arrives from an older one is dropped. Signals, all in the window's thread:

    opening(sentence)           torch is being started for the first time, or a checkpoint is being read; as soon as
                                `open` has asked for it, and again when that begins
    opened(CheckpointCard)      it is ready, whether `open` or `run` asked for it
    remembered(CheckpointCard)  a run has finished with it, so more of what was said about it is remembered
    devices_known(devices)      tuple of (name for RunSpec.device, the machine's own name), once
    refused(path, answers, error)  it cannot be opened in this way: StudioError, which may say what is `missing`;
                                `failed` follows
    started(run)                `recording(run)` is available from now on
    tried(Tried)                a step of a trial
    frame_ready()               `take()` has something new; never two of these in flight
    stopping()                  what was stopped ends with the network call that is under way
    finished(run, reason)       "done" or "stopped"; the last frame has already been delivered
    failed(run, sentence)       what was recorded is kept, and the next run works
    decoded(sentence)           steps that `decode` has asked for have pictures now, or have none for this reason
    foretold(spec, notes)       what there is to say of a run that `foretell` has asked about, Texts and StudioErrors
    looked(LatentLook, pictures, sentence)  what is seen of latents that `look_at` has asked for, bytes (S, H, W, C), or
                                None for this reason
    """

    opening = Signal(str)
    opened = Signal(object)
    refused = Signal(str, object, object)
    remembered = Signal(object)
    devices_known = Signal(object)
    started = Signal(int)
    tried = Signal(object)
    frame_ready = Signal()
    stopping = Signal()
    finished = Signal(int, str)
    failed = Signal(int, str)
    decoded = Signal(str)
    foretold = Signal(object, object)
    looked = Signal(object, object, str)

    _ordered = Signal()
    _wished = Signal()
    _inquired = Signal()
    _look_wanted = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        backend: Callable[[], Backend] = torch_backend,
        budget: int = 256 * MIB,
    ) -> None:
        """`budget` is in bytes of frames kept of a run; `backend` is called once, in the sampling thread."""
        super().__init__(parent)
        self._budget = budget
        self._numbers = itertools.count(1)
        self._order = Order(0, Control(), "")
        self._busy = self._closed = self._has_torch = False
        self._recording: RunRecording | None = None
        self._orders, self._frames = Mailbox[Order](), Mailbox[tuple[RunFrame, ...]]()
        self._rate, self._spent = FrameRate(), time.thread_time()
        self._thread = QThread(self)
        self._wishes, self._asked, self._looks = Mailbox[DecodingWish](), Mailbox[RunSpec](), Mailbox[LatentLook]()
        boxes = self._orders, self._frames, self._rate, self._wishes, self._asked, self._looks
        self._worker = Worker(backend, *boxes)
        self._worker.moveToThread(self._thread)
        self._wire()

    def _wire(self) -> None:
        worker = self._worker
        self._ordered.connect(worker.work)
        worker.opening.connect(self._on_opening)
        worker.opened.connect(self._on_opened)
        worker.refused.connect(self._on_refused)
        worker.remembered.connect(self._on_remembered)
        worker.devices_known.connect(self._on_devices)
        worker.started.connect(self._on_started)
        worker.tried.connect(self._on_tried)
        worker.frames_put.connect(self._on_frames)
        worker.finished.connect(self._on_finished)
        worker.failed.connect(self._on_failed)
        self._wished.connect(worker.grant)
        worker.decoded.connect(self._on_decoded)
        self._inquired.connect(worker.foretell)
        worker.foretold.connect(self._on_foretold)
        self._look_wanted.connect(worker.look)
        worker.looked.connect(self._on_looked)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)

    # what the user does

    @Slot(str, result=int)
    def open(self, path: str, said: Said | None = None) -> int:
        """Read a checkpoint, again if it is already open; ends a run. Returns the number of the opening.

        What is `said` about it is remembered once a run has finished with it, or at once if it is proven.
        """
        number = self._give(path, said or Said(), None)
        self._on_opening(number, path if self._has_torch else "")
        return number

    @Slot(object, result=int)
    @Slot(object, bool, result=int)
    def run(self, spec: RunSpec, hold: bool = False, said: Said | None = None) -> int:
        """Draw, opening the checkpoint first if it is not open already, as it is `said`. Returns the number of the run.

        With `hold` it makes the first network call and pauses.
        """
        return self._give(spec.checkpoint, said or Said(), spec, hold)

    @Slot(object, result=int)
    def try_out(self, trial: Trial) -> int:
        """Draw a few pictures with each reading of a checkpoint; the open one stays. Returns the trial's number."""
        return self._begin(Order(next(self._numbers), Control(), trial.checkpoint, trial=trial))

    @Slot()
    def pause(self) -> None:
        """Pause before the next network call; the newest frame is delivered first."""
        self._order.control.pause()

    @Slot()
    def resume(self) -> None:
        """Resume after a pause."""
        self._order.control.resume()

    @Slot()
    def step(self) -> None:
        """Make one more network call, then pause."""
        self._order.control.step()

    def decode(self, steps: tuple[tuple[int, int], ...]) -> None:
        """Have steps of the run that is recorded decoded, each by its row and index: between two network calls, in a
        pause, or when it has ended. Only the newest wish counts; `decoded` follows.
        """
        if self._recording is not None and not self._closed:
            if self._wishes.put(DecodingWish(self._recording, steps)):
                self._wished.emit()
            self._order.control.call_aside()

    def foretell(self, spec: RunSpec) -> None:
        """Have it found out what there is to say of a run before it begins, once nothing else is under way.

        Only the newest question counts, until a run begins; `foretold` follows if the checkpoint is open.
        """
        if self._has_torch and not self._closed and self._asked.put(spec):
            self._inquired.emit()

    @Slot(object)
    def look_at(self, look: LatentLook) -> None:
        """Have a picture's latents seen, with the checkpoint that is open: between two network calls, in a pause, or
        while nothing is done. Only the newest look counts; `looked` follows.
        """
        if not self._closed:
            if self._looks.put(look):
                self._look_wanted.emit()
            self._order.control.call_aside()

    @Slot()
    def stop(self) -> None:
        """End what is in progress within one network call, or in the midst of one that runs in a process of its own;
        `finished` follows, at once if no call has begun.
        """
        if self.phase not in UNDER_WAY:
            return
        if self._order.control.cancel():
            self.stopping.emit()
        else:
            given_up, self._order = self._order, Order(next(self._numbers), Control(), "")
            self._busy = False
            self.finished.emit(given_up.number, "stopped")

    @Slot()
    def close(self, deadline: QDeadlineTimer | None = None) -> None:
        """End the thread within one network call, and wait for that until the deadline, by default for PATIENCE_MS.
        Later requests are ignored.

        A caller that leaves an `unfinished` thread behind has to end the process.
        """
        if not self._closed:
            self._closed, self._busy = True, False
            self._order.control.cancel()
            self._thread.quit()
            self._thread.wait(deadline or QDeadlineTimer(PATIENCE_MS))

    # what can be read

    @property
    def number(self) -> int:
        """The number of the latest request."""
        return self._order.number

    @property
    def busy(self) -> bool:
        """True while a request has not ended."""
        return self._busy

    @property
    def has_torch(self) -> bool:
        """True once the backend is there, for which the first request has to wait."""
        return self._has_torch

    @property
    def paused(self) -> bool:
        """True if a run is paused or about to be."""
        return self._busy and self._order.control.paused

    @property
    def phase(self) -> Phase:
        """The phase that the latest request is in; IDLE once it has ended."""
        order = self._order
        return order.phase(begun=self.recording(order.number) is not None) if self._busy else Phase.IDLE

    @property
    def unfinished(self) -> bool:
        """True if the thread is still running; after `close`, because of something that cannot be interrupted."""
        return self._thread.isRunning()

    def take(self) -> tuple[RunFrame, ...]:
        """The newest frame of each sampler that has begun, once; empty if there is nothing new."""
        frames = self._frames.take()
        return frames if frames and frames[0].run == self._order.number else ()

    def recording(self, run: int) -> RunRecording | None:
        """The recording of this run, which grows while it is in progress; None for any but the latest to start."""
        recording = self._recording
        return recording if recording is not None and recording.run == run else None

    # underneath

    def _give(self, path: str, said: Said, spec: RunSpec | None, hold: bool = False) -> int:
        order = Order(next(self._numbers), Control(), path, said, spec, budget=self._budget)
        if hold:
            order.control.step()
        return self._begin(order)

    def _begin(self, order: Order) -> int:
        self._order.control.cancel()
        self._order = order
        if order.spec is not None:
            self._asked.take()  # The run will tell it itself.
        if not self._closed:
            self._busy = True
            self._thread.start()
            if self._orders.put(self._order):
                self._ordered.emit()
        return self._order.number

    def _is_stale(self, number: int) -> bool:
        return self._closed or number != self._order.number

    @Slot(int, str)
    def _on_opening(self, number: int, path: str) -> None:
        if self._is_stale(number):
            return
        opening = self.tr("Opening {name} …").format(name=visible_name(path))
        self.opening.emit(opening if path else self.tr("Starting torch …"))

    @Slot(int, object)
    def _on_opened(self, number: int, card: CheckpointCard) -> None:
        # A run that replaced the one this was opened for finds it open, and does not report it.
        if self._closed or not self._order.is_for(card):
            return
        if number == self._order.number and self._order.spec is None:
            self._busy = False
        self.opened.emit(card)

    @Slot(int, object)
    def _on_refused(self, number: int, error: StudioError) -> None:
        if not self._is_stale(number):
            self.refused.emit(self._order.path, self._order.said.answers, error)

    @Slot(object)
    def _on_remembered(self, card: CheckpointCard) -> None:
        if not self._closed:
            self.remembered.emit(card)

    @Slot(object)
    def _on_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        self._has_torch = True
        self.devices_known.emit(devices)

    @Slot(int, object)
    def _on_started(self, number: int, recording: RunRecording) -> None:
        if not self._is_stale(number):
            self._recording, self._spent = recording, time.thread_time()
            self.started.emit(number)

    @Slot(int, object)
    def _on_tried(self, number: int, tried: Tried) -> None:
        if not self._is_stale(number):
            self.tried.emit(tried)

    @Slot()
    def _on_frames(self) -> None:
        # Whatever this thread has done since the last frames counts: a busy window wants fewer of them.
        spent = time.thread_time()
        self._rate.note_cost(spent - self._spent)
        self._spent = spent
        self.frame_ready.emit()

    @Slot(int, str)
    def _on_finished(self, number: int, reason: str) -> None:
        if not self._is_stale(number):
            self._busy = False
            self.finished.emit(number, reason)

    @Slot(int, int, object)
    def _on_failed(self, number: int, row: int, error: StudioError) -> None:
        if self._is_stale(number):
            return
        self._busy = False
        sentence = translated(error)
        if row:
            sentence = self.tr("Row {row}: {sentence}").format(row=row, sentence=sentence)
        self.failed.emit(number, sentence)

    @Slot(object, object)
    def _on_foretold(self, spec: RunSpec, notes: tuple[Text | StudioError, ...]) -> None:
        if not self._closed:
            self.foretold.emit(spec, notes)

    @Slot(object, object)
    def _on_looked(self, look: LatentLook, seen: object) -> None:
        if not self._closed:
            pictures, refusal = (None, translated(seen)) if isinstance(seen, StudioError) else (seen, "")
            self.looked.emit(look, pictures, refusal)

    @Slot(int, object)
    def _on_decoded(self, number: int, error: StudioError | None) -> None:
        if not self._closed and self.recording(number) is not None:
            self.decoded.emit("" if error is None else translated(error))
