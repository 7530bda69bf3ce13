"""Checkpoint actions: choose one, answer what it leaves unsaid, take an answer back, give up on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from ddpm_studio.apart.ahead import begin_ahead
from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.location import whole_checkpoint
from ddpm_studio.checkpoints.remembered import forget
from ddpm_studio.checkpoints.trust import end_trust, keep_trust
from ddpm_studio.errors import StudioError
from ddpm_studio.files.filetypes import FileKind
from ddpm_studio.gui.file_filters import open_filters
from ddpm_studio.gui.recent import Recent
from ddpm_studio.gui.sampling.model.answer_steps import answering, forgetting, opening, taking_back
from ddpm_studio.gui.sampling.model.refusals import is_question, refusal_of
from ddpm_studio.gui.state.run import CheckpointCard, Said
from ddpm_studio.gui.state.sampling import Sampling
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.dialogs import FileDialogs
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.texts import Readable


class _Asked(NamedTuple):
    """An opening that has not come to an end, and the step that it will be; None if the state has it already."""

    path: str
    said: Said
    step: Readable | None


class CheckpointActions(QObject):
    """Mediator between the Studio and the thread that opens checkpoints; one that fails leaves the last one chosen.

    What is answered is part of the state, and a step, once the checkpoint is open with it. Where a step is undone, the
    checkpoint is opened with what was answered before.

    `wanted` says that the user chose a checkpoint, or has to say more about one, and will want to see the outcome.
    """

    wanted = Signal()
    recent_changed = Signal(object)

    def __init__(
        self, studio: Studio, thread: SamplingThread, dialogs: FileDialogs, recent: Recent | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio, self._thread, self._dialogs = studio, thread, dialogs
        self._recent = recent or Recent()
        # The setup when a checkpoint was known last, and what the thread has been told to have open.
        self._opened = Sampling()
        self._subject = self._opened.subject
        self._asked: _Asked | None = None
        self._number = 0
        self._waiting = False
        thread.opened.connect(self._on_opened)
        thread.refused.connect(self._on_refused)
        thread.remembered.connect(self._on_remembered)
        thread.failed.connect(self._on_ended)
        thread.finished.connect(self._on_ended)
        studio.changed.connect(self._follow)

    @property
    def recent(self) -> tuple[str, ...]:
        """The recently opened checkpoints."""
        return self._recent.paths()

    @property
    def number(self) -> int:
        """The number of the last opening; 0 before the first."""
        return self._number

    @property
    def path(self) -> str:
        """The checkpoint that a run is drawn with: the one that is just being opened, or else the chosen one."""
        return self._setup.checkpoint if self._asked is None else self._asked.path

    @property
    def said(self) -> Said:
        """What a run has to say about its checkpoint: what is just being answered, or else what holds."""
        return self._setup.said if self._asked is None else self._asked.said

    def awaited(self, state: State) -> State:
        """The state as it will be once the checkpoint that is being opened is open, as far as that is known."""
        if self._asked is None:
            return state
        return replace(state, sampling=replace(state.sampling, checkpoint=self.path, card=None))

    @property
    def _setup(self) -> Sampling:
        return self._studio.state.sampling

    # what the user does

    @Slot()
    def open_checkpoint(self) -> None:
        """Ask for a checkpoint's file and open it."""
        path = self._dialogs.open_one(self.tr("Open checkpoint"), open_filters(FileKind.CHECKPOINT))
        if path:
            self.choose(path)

    @Slot()
    def open_checkpoint_folder(self) -> None:
        """Ask for a checkpoint's folder and open it."""
        path = self._dialogs.open_folder(self.tr("Open checkpoint folder"))
        if path:
            self.choose(path)

    @Slot(str)
    def choose(self, path: str) -> None:
        """Open another checkpoint."""
        path = whole_checkpoint(path)
        self._studio.set_sampling(
            checkpoint=path, answers=None, card=None, refusal=None, trial=None, label=None, guidance=None
        )
        self._open(path, Said())
        self.wanted.emit()

    def take_up(self, path: str, answers: Answers | None = None, waiting: bool = False) -> None:
        """Choose a checkpoint that a project or session names; it is opened when it is first looked at, or run.

        While `waiting`, looking at it is not enough.
        """
        self._waiting = waiting
        self._learn(checkpoint=path, answers=answers, card=None, refusal=None, trial=None)
        if self._number and not waiting:
            self._open_as_known()

    @Slot()
    def open_chosen(self) -> None:
        """Open the chosen checkpoint if none has been opened yet."""
        if self._number == 0 and not self._waiting:
            self._open_as_known()

    @Slot(object)
    def answer(self, answers: Answers, proven: bool = False, step: Readable | None = None) -> None:
        """Correct the open checkpoint, or supply what is missing for the one that was refused.

        Answers that are `proven` have drawn pictures, and are remembered. `step` names what is done where that is more
        than answering.
        """
        refusal, card = self._setup.refusal, self._setup.card
        if refusal is not None:
            step = step or answering(answers, refusal.said, refusal.name)
            self._open(refusal.path, Said(answers, proven=proven), step)
        elif card is not None:
            step = step or answering(answers, card.answers, card.name)
            self._open(card.path, Said(answers.over(card.answers), alone=True, proven=proven), step)

    @Slot(str)
    def forget(self, key: str) -> None:
        """Take back an answer about the open checkpoint, so that its file or an assumption decides."""
        card = self._setup.card
        if card is not None:
            self._open(card.path, Said(card.answers.without({key}), frozenset({key}), alone=True), taking_back(key))

    @Slot()
    def trust(self) -> None:
        """Trust the code of the program that was refused, as it was then, and open it."""
        refusal = self._setup.refusal
        if refusal is not None and refusal.untrusted:
            keep_trust(refusal.untrusted, Path(refusal.path))
            self._open(refusal.path, Said(refusal.said), opening(refusal.name))

    @Slot()
    def forget_remembered(self) -> None:
        """Forget all that is remembered about the checkpoint in view, and open it again without."""
        refusal, card = self._setup.refusal, self._setup.card
        if refusal is not None and refusal.memory is not None:
            forget(refusal.memory)
            self._open(refusal.path, Said(refusal.said), forgetting(refusal.name))
        elif card is not None:
            end_trust(card.trusted)
            self._learn(card=replace(card, memory=forget(card.memory)))
            left = card.answers.without(card.memory.answers.said)
            self._open(card.path, Said(left, alone=True), forgetting(card.name))

    @Slot()
    def keep(self) -> None:
        """Give up on the checkpoint that was refused, and keep the last one."""
        self._learn(refusal=None)
        if self._setup.card is None:
            self._open_as_known()

    # underneath

    def _open(self, path: str, said: Said, step: Readable | None = None) -> None:
        self._asked, self._subject = _Asked(path, said, step), self._setup.subject
        self._number = self._thread.open(path, said)

    def _open_as_known(self) -> None:
        self._open(self._setup.checkpoint, self._setup.said)

    def _learn(self, **changes: Any) -> None:
        self._studio.learn(**changes)
        self._note()

    def _note(self) -> None:
        """Note what the state has open, to go back to if the next one fails."""
        self._subject = self._setup.subject
        if self._setup.card is not None:
            self._opened = self._setup

    @Slot(object)
    def _follow(self, state: State) -> None:
        """Open what undoing has brought back."""
        travelled = state.sampling.subject != self._subject
        self._note()
        if travelled and self._number:
            self._open_as_known()

    @Slot(object)
    def _on_opened(self, card: CheckpointCard) -> None:
        asked, self._asked = self._asked, None
        if asked is not None and asked.step is not None:
            answers = None if asked.said == Said() else card.answers
            self._studio.set_sampling(asked.step, checkpoint=card.path, answers=answers, card=card, refusal=None)
            self._note()
        elif self._setup.is_of(card):
            self._learn(card=card)
        self._recent.add(card.path)
        self.recent_changed.emit(self.recent)

    @Slot(object)
    def _on_remembered(self, card: CheckpointCard) -> None:
        """Show what is remembered now, if that checkpoint is still the open one."""
        open_one = self._setup.card
        if open_one is not None and (open_one.path, open_one.answers) == (card.path, card.answers):
            self._learn(card=replace(open_one, memory=card.memory))

    @Slot(str, object, object)
    def _on_refused(self, path: str, said: Answers, error: StudioError) -> None:
        """Show what can be done about it, unless it was merely a wrong answer about the open checkpoint."""
        refusal = refusal_of(error, path, said)
        mistaken = self._opened.card is not None and path == self._opened.checkpoint
        if refusal.remediable and (not mistaken or is_question(error)):
            if refusal.untrusted or "network" in refusal.asked:
                begin_ahead()  # Code is about to run, unless the answer is no.
            self._go_back()
            self._learn(refusal=refusal)
            card = self._setup.card
            if mistaken and refusal.untrusted and card is not None:
                self._learn(card=card.without_trust())
            self.wanted.emit()

    @Slot()
    def _on_ended(self) -> None:
        """Choose the last checkpoint again after an opening that failed or was stopped."""
        self._asked = None
        self._go_back()

    def _go_back(self) -> None:
        if self._setup.card is None:
            last = self._opened
            self._learn(checkpoint=last.checkpoint, answers=last.answers, card=last.card)
