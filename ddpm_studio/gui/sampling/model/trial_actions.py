"""Trial actions: try the possible readings of a checkpoint, then use one of them or none."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.gui.sampling.model.checkpoint_actions import CheckpointActions
from ddpm_studio.gui.sampling.model.trial_view import described
from ddpm_studio.gui.state.run import Trial, Tried
from ddpm_studio.gui.state.step_names import CHOOSING_A_READING
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.texts import Text


class TrialActions(QObject):
    """Mediator between the Studio and the sampling thread. `begun` says that a trial has no results yet, `tried`
    carries each Tried, and `told` a sentence about its progress.
    """

    begun = Signal()
    told = Signal(str)
    tried = Signal(object)

    def __init__(self, studio: Studio, thread: SamplingThread, checkpoints: CheckpointActions, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._thread, self._checkpoints = studio, thread, checkpoints
        self.number = 0
        self._proven: set[Answers] = set()
        self._last: Tried | None = None
        thread.tried.connect(self._on_tried)
        thread.finished.connect(self._on_finished)
        thread.failed.connect(self._on_failed)

    @Slot(object)
    def try_out(self, answers: Answers) -> None:
        """Draw a few pictures with every reading of the checkpoint that these answers leave open."""
        setup = self._studio.state.sampling
        path = setup.refusal.path if setup.refusal is not None else setup.checkpoint
        trial = Trial(path, answers, setup.device, alone=setup.refusal is None)
        self._proven, self._last = set(), None
        self.begun.emit()
        self._studio.learn(trial=trial)
        self.number = self._thread.try_out(trial)
        self.told.emit(self.tr("Trying what fits …"))

    @Slot(object)
    def use(self, reading: Answers) -> None:
        """Open the checkpoint with one of its readings, and remember that if its pictures are finished."""
        trial = self._studio.state.sampling.trial
        if trial is not None:
            self.close()
            step = Text(CHOOSING_A_READING, {"reading": described(reading)})
            self._checkpoints.answer(reading.over(trial.answers), reading in self._proven, step)

    @Slot()
    def close(self) -> None:
        """Use none, and leave everything as it was."""
        self._studio.learn(trial=None)
        if self._thread.number == self.number:
            self._thread.stop()

    @Slot(int)
    def _on_failed(self, number: int) -> None:
        """Close the trial, which leaves nothing to choose from."""
        if number == self.number:
            self._studio.learn(trial=None)

    @Slot(int, str)
    def _on_finished(self, number: int, reason: str) -> None:
        if number == self.number and reason == "done":
            self._prove_last()

    def _prove_last(self) -> None:
        """Count the last reading among those that have drawn to the end."""
        if self._last is not None and self._last.error is None:
            self._proven.add(self._last.readings[self._last.number])

    @Slot(object)
    def _on_tried(self, tried: Tried) -> None:
        if self._last is not None and self._last.number != tried.number:
            self._prove_last()
        self._last = tried
        self.tried.emit(tried)
        self.told.emit(
            self.tr("Trying {reading}, {number} of {total} …").format(
                reading=described(tried.readings[tried.number]), number=tried.number + 1, total=len(tried.readings)
            )
        )
