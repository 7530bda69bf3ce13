"""A machine whose every network call waits behind a gate, and ears for what the window is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThread, Slot

from ddpm_studio.checkpoints import Answers, CardItem, Memory, Origin, UnansweredError
from ddpm_studio.checkpoints.answers import TITLES
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, SamplingError, StudioError
from ddpm_studio.gui.state.run import CheckpointCard, LatentLook, RunFrame, RunSpec, Said, SamplerSpec, Trial, Tried
from ddpm_studio.gui.worker.backend import Devices, Drawing
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.sampling import Step
from ddpm_studio.texts import SourceText, Text
from tests.patience import PATIENCE_S

SHAPE = (3, 4, 5)
READINGS = (Answers(heads=4, attention_order="legacy"), Answers(heads=4, attention_order="new"))
TWO_CALLS = SamplerSpec("ddim", (), steps=2)
MANY = 10_000


def rows(said: Answers) -> tuple[CardItem, ...]:
    """Of a card, each kind of which there is one."""
    schedule, heads = said.schedule or Schedule("linear", 1000), said.heads or 4
    return (
        CardItem("family", QT_TRANSLATE_NOOP("card", "family"), "fake", "fake", Origin.FILE),
        CardItem(
            "schedule", TITLES["schedule"], schedule, str(schedule), Origin.GIVEN if said.schedule else Origin.FILE
        ),
        CardItem("heads", TITLES["heads"], heads, str(heads), Origin.GIVEN if said.heads else Origin.ASSUMED),
        CardItem("attention_order", TITLES["attention_order"], "legacy", "legacy", Origin.ASSUMED),
    )


class FakeBackend:
    """A Backend without a network. A call takes one permit of `gate`; `entered` is released as it begins.

    The pictures of call i have the value i/8 everywhere. `errors` has what a call raises in place of a step, `missing`
    the paths that are no longer there, `refusals` why others cannot be opened, `unanswered` what has to be said of
    every checkpoint. `notes` are said of each run, before it and as it begins, and `impossible` why it cannot be.
    """

    def __init__(self, permits: int = MANY) -> None:
        self.gate, self.entered = threading.Semaphore(permits), threading.Semaphore(0)
        self.opening = threading.Semaphore(MANY)
        self.card: CheckpointCard | None = None
        self.calls = 0
        self.errors: dict[int, Exception] = {}
        self.missing: set[str] = set()
        self.refusals: dict[str, StudioError] = {}
        self.unanswered: set[str] = set()
        self.opened: list[str] = []
        self.said: list[Said] = []
        self.drawn: list[RunSpec] = []
        self.tried: list[Trial] = []
        self.threads: set[QThread] = set()
        self.notes: tuple[Text, ...] = ()
        self.impossible: SamplingError | None = None

    def __call__(self) -> FakeBackend:
        """Made where a Backend is asked for, which is in the thread that uses it."""
        self.threads.add(QThread.currentThread())
        return self

    def devices(self) -> Devices:
        return (("cpu", "Slide rule"),)

    def open(self, path: str, said: Said) -> CheckpointCard:
        self.card = None
        self.opened.append(path)
        self.said.append(said)
        assert self.opening.acquire(timeout=PATIENCE_S)
        if path in self.missing:
            raise CheckpointError(SourceText("There is no checkpoint {name}."), name=path)
        if path in self.refusals:
            raise self.refusals[path]
        if unanswered := [name for name in self.unanswered if name not in said.answers.said]:
            raise UnansweredError(Path(path), "a fake", unanswered)
        schedule = said.answers.schedule or Schedule("linear", 1000)
        self.card = CheckpointCard(
            path, path, "fake", "none", 0, SHAPE, schedule, "epsilon", rows=rows(said.answers), answers=said.answers
        )
        return self.card

    def draw(self, spec: RunSpec, row: SamplerSpec) -> Drawing:
        assert self.card is not None
        self.drawn.append(spec)
        table = row.table(self.card.schedule)
        steps = self._steps(table.nfe, table.timestep.tolist(), spec)
        return Drawing(table, steps, "Slide rule", self.notes)

    def _steps(self, total: int, timesteps: list[float], spec: RunSpec) -> Iterator[Step]:
        for i in range(total):
            self.threads.add(QThread.currentThread())
            call, self.calls = self.calls, self.calls + 1
            self.entered.release()
            assert self.gate.acquire(timeout=PATIENCE_S), "nobody opened the gate"
            if call in self.errors:
                raise self.errors[call]
            x = torch.full((spec.pictures, *SHAPE), i / 8)
            yield Step(i, total, timesteps[i], x, -x)

    def foretell(self, spec: RunSpec) -> tuple[Text, ...]:
        self.threads.add(QThread.currentThread())
        if self.impossible is not None:
            raise self.impossible
        return self.notes

    def looked(self, look: LatentLook) -> NDArray[np.uint8]:
        """Gray."""
        return np.full((len(look.weights), 4, 5, 3), 128, np.uint8)

    def remember(self) -> CheckpointCard | None:
        """Remembers whatever was said."""
        if self.card is None or self.card.answers == self.card.memory.answers:
            return None
        self.card = replace(self.card, memory=Memory(Path(self.card.path), Path("memory"), self.card.answers))
        return self.card

    def attempts(self, trial: Trial) -> Iterator[Tried]:
        """Two readings in two steps each, of which the second fails at its second step."""
        self.tried.append(trial)
        if trial.checkpoint in self.missing:
            raise CheckpointError(SourceText("There is no checkpoint {name}."), name=trial.checkpoint)
        for number, step in ((0, 0), (0, 1), (1, 0)):
            self.entered.release()
            assert self.gate.acquire(timeout=PATIENCE_S), "nobody opened the gate"
            yield Tried(READINGS, number, np.full((2, 4, 5, 3), 100 * step, np.uint8))
        yield Tried(READINGS, 1, error=SamplingError(SourceText("It became NaN.")))

    def wait_in_call(self) -> None:
        """Until the next network call has begun."""
        assert self.entered.acquire(timeout=PATIENCE_S)


class Ears(QObject):
    """Notes every signal of a SamplingThread, and takes the frames as a panel does."""

    def __init__(self, thread: SamplingThread) -> None:
        super().__init__()
        self._thread = thread
        self.heard: list[tuple[Any, ...]] = []
        self.frames: list[tuple[RunFrame, ...]] = []
        self.threads: set[QThread] = set()
        thread.opening.connect(self.hear_opening)
        thread.opened.connect(self.hear_opened)
        thread.refused.connect(self.hear_refused)
        thread.devices_known.connect(self.hear_devices)
        thread.started.connect(self.hear_started)
        thread.frame_ready.connect(self.hear_frame)
        thread.tried.connect(self.hear_tried)
        thread.finished.connect(self.hear_finished)
        thread.failed.connect(self.hear_failed)

    def _note(self, *what: object) -> None:
        self.heard.append(what)
        self.threads.add(QThread.currentThread())

    @Slot(str)
    def hear_opening(self, sentence: str) -> None:
        self._note("opening", sentence)

    @Slot(object)
    def hear_opened(self, card: CheckpointCard) -> None:
        self._note("opened", card.path)

    @Slot(str, object, object)
    def hear_refused(self, path: str, answers: Answers, error: StudioError) -> None:
        self._note("refused", error)

    @Slot(object)
    def hear_devices(self, devices: Devices) -> None:
        self._note("devices", devices)

    @Slot(int)
    def hear_started(self, run: int) -> None:
        self._note("started", run)

    @Slot()
    def hear_frame(self) -> None:
        frames = self._thread.take()
        self.threads.add(QThread.currentThread())
        if frames:
            self.frames.append(frames)

    @Slot(object)
    def hear_tried(self, tried: Tried) -> None:
        self._note("tried", tried.number, tried.error is None)

    @Slot(int, str)
    def hear_finished(self, run: int, reason: str) -> None:
        self._note("finished", run, reason)

    @Slot(int, str)
    def hear_failed(self, run: int, sentence: str) -> None:
        self._note("failed", run, sentence)

    def sees(self, index: int) -> bool:
        """True when the newest frame is that of this step."""
        return bool(self.frames) and self.frames[-1][0].measures.index == index

    @property
    def ends(self) -> list[tuple[Any, ...]]:
        """How runs ended."""
        return [what for what in self.heard if what[0] in ("finished", "failed")]
