"""Checkpoint actions: choose one, answer what it leaves unsaid, take an answer back, give up on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath

from PySide6.QtCore import QObject, Signal, Slot

from ddpm_studio.checkpoints import (
    DEFAULT,
    Answers,
    MisfitError,
    RememberedError,
    UnansweredError,
    UnsupportedError,
    UntrustedError,
)
from ddpm_studio.checkpoints.answers import OPTIONS
from ddpm_studio.checkpoints.families.shared.apart.ahead import begin_ahead
from ddpm_studio.checkpoints.location import whole_checkpoint
from ddpm_studio.checkpoints.remembered import forget
from ddpm_studio.checkpoints.trust import end_trust, keep_trust
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.filetypes import FileKind
from ddpm_studio.gui.file_filters import open_filters
from ddpm_studio.gui.recent import Recent
from ddpm_studio.gui.state.run import CheckpointCard
from ddpm_studio.gui.state.sampling import Refusal
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.dialogs import FileDialogs
from ddpm_studio.gui.worker.failures import sentence_of
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.texts import Text

_ORDER = ("network", *(key for key in OPTIONS if key != "network"))
"""The order in which answers are asked for: the network first, since only the right one makes sense of the rest."""

_QUESTIONS = (UnansweredError, UntrustedError, MisfitError)
"""What can be answered, even about a checkpoint that was open before."""


class CheckpointActions(QObject):
    """Mediator between the Studio and the thread that opens checkpoints; one that fails leaves the last one chosen.

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
        self._opened: tuple[str, CheckpointCard | None] = (DEFAULT, None)
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
        self._studio.set_sampling(checkpoint=path, card=None, refusal=None, trial=None, label=None, guidance=1.0)
        self._open(path, Answers())
        self.wanted.emit()

    def take_up(self, path: str, waiting: bool = False) -> None:
        """Choose a checkpoint that a project or session names; it is opened when it is first looked at, or run.

        While `waiting`, looking at it is not enough.
        """
        self._waiting = waiting
        self._studio.learn(checkpoint=path, card=None, refusal=None, trial=None)
        if self._number and not waiting:
            self._open(path, Answers())

    @Slot()
    def open_chosen(self) -> None:
        """Open the chosen checkpoint if none has been opened yet."""
        if self._number == 0 and not self._waiting:
            self._open(self._studio.state.sampling.checkpoint, Answers())

    @Slot(object)
    def answer(self, answers: Answers, proven: bool = False) -> None:
        """Correct the open checkpoint, or supply what is missing for the one that was refused.

        Answers that are `proven` have drawn pictures, and are remembered.
        """
        setup = self._studio.state.sampling
        if setup.refusal is not None:
            self._open(setup.refusal.path, answers, proven=proven)
        elif setup.card is not None:
            self._open(setup.card.path, answers.over(setup.card.answers), proven=proven)

    @Slot(str)
    def forget(self, key: str) -> None:
        """Take back an answer about the open checkpoint, so that its file or an assumption decides."""
        card = self._studio.state.sampling.card
        if card is not None:
            self._open(card.path, card.answers.without({key}), forget=(key,))

    @Slot()
    def trust(self) -> None:
        """Trust the code of the program that was refused, as it was then, and open it."""
        refusal = self._studio.state.sampling.refusal
        if refusal is not None and refusal.untrusted:
            keep_trust(refusal.untrusted, Path(refusal.path))
            self._open(refusal.path, refusal.said)

    @Slot()
    def forget_remembered(self) -> None:
        """Forget all that is remembered about the checkpoint in view, and open it again without."""
        setup = self._studio.state.sampling
        if setup.refusal is not None and setup.refusal.memory is not None:
            forget(setup.refusal.memory)
            self._open(setup.refusal.path, setup.refusal.said)
        elif setup.card is not None:
            forget(setup.card.memory)
            end_trust(setup.card.trusted)
            self._open(setup.card.path, setup.card.answers.without(setup.card.memory.answers.said))

    @Slot()
    def keep(self) -> None:
        """Give up on the checkpoint that was refused, and keep the last one."""
        self._studio.learn(refusal=None)
        if self._studio.state.sampling.card is None:
            self._open(self._studio.state.sampling.checkpoint, Answers())

    def _open(self, path: str, said: Answers, forget: tuple[str, ...] = (), proven: bool = False) -> None:
        self._number = self._thread.open(path, said, forget, proven=proven)

    @Slot(object)
    def _follow(self, state: State) -> None:
        """Note which checkpoint is open, to go back to if the next one fails; undoing may have brought back another."""
        if state.sampling.card is not None:
            self._opened = state.sampling.checkpoint, state.sampling.card

    @Slot(object)
    def _on_opened(self, card: CheckpointCard) -> None:
        self._studio.learn(checkpoint=card.path, card=card, refusal=None)
        self._recent.add(card.path)
        self.recent_changed.emit(self.recent)

    @Slot(object)
    def _on_remembered(self, card: CheckpointCard) -> None:
        """Show what is remembered now, if that checkpoint is still the open one."""
        open_one = self._studio.state.sampling.card
        if open_one is not None and (open_one.path, open_one.answers) == (card.path, card.answers):
            self._opened = card.path, replace(open_one, memory=card.memory)
            self._studio.learn(card=self._opened[1])

    @Slot(str, object, object)
    def _on_refused(self, path: str, said: Answers, error: StudioError) -> None:
        """Show what can be done about it, unless it was merely a wrong answer about the open checkpoint."""
        refusal = refusal_of(error, path, said)
        opened, card = self._opened
        mistaken = card is not None and path == opened
        if refusal.remediable and (not mistaken or isinstance(_cause(error), _QUESTIONS)):
            if refusal.untrusted or "network" in refusal.asked:
                begin_ahead()  # Code is about to run, unless the answer is no.
            self._studio.learn(checkpoint=opened, card=card, refusal=refusal)
            self.wanted.emit()

    @Slot()
    def _on_ended(self) -> None:
        """Choose the last checkpoint again after an opening that failed or was stopped."""
        if self._studio.state.sampling.card is None:
            path, card = self._opened
            self._studio.learn(checkpoint=path, card=card)


def refusal_of(error: StudioError, path: str, said: Answers) -> Refusal:
    """The Refusal for an error in opening the checkpoint at `path`, about which the user had `said` this much."""
    missing, cause = error.missing if isinstance(error, UnansweredError) else (), _cause(error)
    untrusted = error.digest if isinstance(error, UntrustedError) else ""
    asked = {} if untrusted else {**said.said, **dict.fromkeys(missing)}
    return Refusal(
        path,
        _sentence(error),
        failed=not (missing or untrusted),
        asked=tuple(sorted(asked, key=_ORDER.index)),
        said=said,
        report=cause.report if isinstance(cause, MisfitError) else None,
        schedule=error.schedule if isinstance(error, UnsupportedError) else None,
        memory=error.memory if isinstance(error, RememberedError) else None,
        untrusted=untrusted,
    )


def _cause(error: StudioError) -> StudioError:
    """What failed, apart from what was remembered."""
    return error.reason if isinstance(error, RememberedError) else error


def _sentence(error: StudioError) -> str:
    """The sentence for a page that shows the rest: without the shell's options and without what a report lists."""
    if isinstance(error, UnansweredError):
        text = QT_TRANSLATE_NOOP("Refusal", "{name} is {kind}, which does not say everything needed to open it.")
    elif isinstance(error, UntrustedError):
        text = QT_TRANSLATE_NOOP(
            "Refusal",
            "{name} is a TorchScript program: opening it runs its code on this machine, with all your rights. Trust it "
            "only if you trust whoever made it; else ask them for a .pt2, made with torch.export from the network's "
            "own code.",
        )
    elif isinstance(error, MisfitError):
        text = QT_TRANSLATE_NOOP(
            "Refusal", "The tensors in {name}{under} are not those of {network}; name the network they were saved from."
        )
    elif isinstance(error, UnsupportedError) and error.schedule is not None:
        text = QT_TRANSLATE_NOOP(
            "Refusal", "{name} is {kind}, which is not sampled: {reason}; its schedule alone can be taken, {schedule}."
        )
    else:
        return sentence_of(error)
    return translated(Text(text, {**error.values, "name": PurePath(str(error.values["path"])).name}))
