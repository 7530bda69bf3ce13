"""Worker: the object that lives in the sampling thread. torch is imported there, at the first order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ddpm_studio.checkpoints.opening import foresee
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.run import CheckpointCard, LatentLook, RunFrame, RunSpec, Said, Trial
from ddpm_studio.gui.worker.backend import Backend
from ddpm_studio.gui.worker.control import Control
from ddpm_studio.gui.worker.delivery import Delivery, FrameRate
from ddpm_studio.gui.worker.failures import explained
from ddpm_studio.gui.worker.mailbox import Mailbox
from ddpm_studio.interruption import Interrupted, interruptible
from ddpm_studio.texts import Text

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording

Frames = tuple[RunFrame, ...]


@dataclass(frozen=True, eq=False)
class Order:
    """An order to open the checkpoint `path` if there is no `spec` and no `trial`, else to draw, keeping frames of at
    most `budget` bytes.

    `said` is what the user says about the checkpoint, which is opened again if it was opened differently.
    """

    number: int
    control: Control
    path: str
    said: Said = field(default_factory=Said)
    spec: RunSpec | None = None
    trial: Trial | None = None
    budget: int = 0

    def is_for(self, card: CheckpointCard) -> bool:
        """True if this is the checkpoint, opened as it is to be."""
        return card.path == self.path and self.said.holds(card.answers)

    def phase(self, begun: bool) -> Phase:
        """The phase until this has been carried out; a run may have `begun`."""
        if self.control.cancelled:
            return Phase.STOPPING
        if self.spec is None and self.trial is None:
            return Phase.OPENING
        if self.spec is not None and not begun:
            return Phase.HELD if self.control.paused else Phase.STARTING
        if self.control.paused:
            return Phase.PAUSED
        return Phase.RUNNING if self.trial is None else Phase.TRYING


@dataclass(frozen=True, eq=False)
class DecodingWish:
    """A wish for the pictures of steps of a run in place of previews, each step a row and its index."""

    recording: RunRecording
    steps: tuple[tuple[int, int], ...]


class Worker(QObject):
    """Carries out the newest order. Every signal carries its order's number; `failed` also the row, from 1, or 0.

    Between two steps, and while there is no order, it grants the newest wish to decode, and the newest to look at a
    picture's latents; `decoded` carries the number of the run and the error, None if it went well, and `looked` the
    LatentLook and its pictures, bytes (S, H, W, C), or the error. `foretold` has the RunSpec that was asked about and
    what there is to say of it, Texts and StudioErrors.

    `refused` reports a checkpoint that cannot be opened, before `failed`; `remembered` one about which more is
    remembered now that it has drawn.
    """

    opening = Signal(int, str)
    opened = Signal(int, object)
    refused = Signal(int, object)
    remembered = Signal(object)
    devices_known = Signal(object)
    started = Signal(int, object)
    tried = Signal(int, object)
    frames_put = Signal()
    finished = Signal(int, str)
    failed = Signal(int, int, object)
    decoded = Signal(int, object)
    foretold = Signal(object, object)
    looked = Signal(object, object)

    def __init__(
        self,
        make_backend: Callable[[], Backend],
        orders: Mailbox[Order],
        frames: Mailbox[Frames],
        rate: FrameRate,
        wishes: Mailbox[DecodingWish],
        asked: Mailbox[RunSpec],
        looks: Mailbox[LatentLook],
    ) -> None:
        super().__init__()
        self._wishes, self._asked, self._looks = wishes, asked, looks
        self._make_backend = make_backend
        self._backend: Backend | None = None
        self._orders, self._frames, self._rate = orders, frames, rate
        self._row = 0

    @Slot()
    def work(self) -> None:
        """Carry out the order in the box. Errors are reported, and the next order works."""
        order = self._orders.take()
        if order is None:
            return
        self._row = 0
        try:
            with interruptible(order.control.check):
                done = self._carry_out(order)
        except Interrupted:
            self.finished.emit(order.number, "stopped")
        except Exception as error:
            self.failed.emit(order.number, self._row, explained(error))
        else:
            if order.spec is not None or order.trial is not None or not done:
                self.finished.emit(order.number, "done" if done else "stopped")

    @Slot()
    def grant(self) -> None:
        """Decode what was wished for last, unless that is done. Errors are reported."""
        wish = self._wishes.take()
        if wish is None:
            return
        error = None
        try:
            for row, index in wish.steps:
                wish.recording.decode(row, index)
        except Exception as reason:
            error = explained(reason)
        self.decoded.emit(wish.recording.run, error)

    @Slot()
    def foretell(self) -> None:
        """Say what there is to say beforehand of the run that was asked about last, or why it cannot be.

        That is not known, and nothing is said, where its checkpoint is not open.
        """
        spec, backend = self._asked.take(), self._backend
        if spec is None or backend is None or backend.card is None or backend.card.path != spec.checkpoint:
            return
        notes: tuple[Text | StudioError, ...]
        try:
            notes = backend.foretell(spec)
        except Exception as reason:
            notes = (explained(reason),)
        self.foretold.emit(spec, notes)

    @Slot()
    def look(self) -> None:
        """See what is wanted of a picture's latents; `looked` has that, or the error."""
        look = self._looks.take()
        if look is None or self._backend is None:
            return
        try:
            self.looked.emit(look, self._backend.looked(look))
        except Exception as error:
            self.looked.emit(look, explained(error))

    def _aside(self) -> None:
        """Do what is wished for between two steps."""
        self.grant()
        self.look()

    def _carry_out(self, order: Order) -> bool:
        """True if the order was carried out, False if it was cancelled first."""
        backend = self._backend or self._first_backend(order)
        if order.trial is not None:
            return self._try_out(order, order.trial, backend)
        if not order.control.cancelled and (order.spec is None or not self._is_open(order, backend)):
            self._open(order, backend)
        if not order.control.begin():
            return False
        return order.spec is None or (self._draw(order, order.spec, backend) and self._remember(backend))

    def _is_open(self, order: Order, backend: Backend) -> bool:
        return backend.card is not None and order.is_for(backend.card)

    def _open(self, order: Order, backend: Backend) -> None:
        self.opening.emit(order.number, order.path)
        try:
            card = backend.open(order.path, order.said)
        except StudioError as error:
            self.refused.emit(order.number, error)
            raise
        self.opened.emit(order.number, card)

    def _remember(self, backend: Backend) -> bool:
        card = backend.remember()
        if card is not None:
            self.remembered.emit(card)
        return True

    def _first_backend(self, order: Order) -> Backend:
        self.opening.emit(order.number, "")
        foresee(order.path, order.said.answers)
        self._backend = self._make_backend()
        self.devices_known.emit(self._backend.devices())
        return self._backend

    def _try_out(self, order: Order, trial: Trial, backend: Backend) -> bool:
        order.control.begin()
        attempts = backend.attempts(trial)
        while order.control.wait_turn(lambda: None):
            tried = next(attempts, None)
            if tried is None:
                return True
            self.tried.emit(order.number, tried)
        return False

    def _draw(self, order: Order, spec: RunSpec, backend: Backend) -> bool:
        from ddpm_studio.gui.worker.run_recording import RunRecording

        card, drawings = backend.card, []
        spec = spec if card is None else spec.fitted(card)
        for number, sampler in enumerate(spec.samplers):
            self._name_row(number, spec)
            drawings.append(backend.draw(spec, sampler))
        recording = RunRecording(order.number, drawings, order.budget)
        self.started.emit(order.number, recording)
        delivery = Delivery(recording, self._frames, self._rate, self.frames_put.emit)
        try:
            for number in turns([drawing.table.nfe for drawing in drawings]):
                if not order.control.wait_turn(delivery.flush, self._aside):
                    return False
                self._name_row(number, spec)
                recording.take(number, drawings[number].steps)
                delivery.offer()
            if recording.decode_last():
                delivery.renew()
            return True
        finally:
            recording.finish()
            delivery.flush()

    def _name_row(self, number: int, spec: RunSpec) -> None:
        self._row = number + 1 if len(spec.samplers) > 1 else 0


def turns(totals: Sequence[int]) -> list[int]:
    """The number of the sampler that takes the next step, for every step of all samplers.

    All samplers are equally far along at any time, so that pictures can be compared while they form, and all finish
    together: the last steps are made last, in the order of the samplers.
    """
    return [row for _, row in sorted(((i + 1) / total, row) for row, total in enumerate(totals) for i in range(total))]
