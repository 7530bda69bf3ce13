"""KeptActions: runs that have ended are kept, named, pinned and forgotten, all of it beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from ddpm_studio.checkpoints import Answers
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.kept.kept_folder import KeptFolder, KeptLimit
from ddpm_studio.files.kept.kept_run import KeptPictures
from ddpm_studio.files.recipes.recipe import Recipe
from ddpm_studio.gui.sampling.kept.run_card import RunCard
from ddpm_studio.gui.sampling.sampling_actions import SamplingActions
from ddpm_studio.gui.state.made.state_recipes import of_run
from ddpm_studio.gui.state.run import RunSpec
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.tasks import Task, TaskMonitor, TaskQueue

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording

RESTS_MS = 1500
"""How long a slider has to rest after a run that followed it, for that to be the last of its drag."""

_UNWRITTEN = QT_TRANSLATE_NOOP("errors", "{path} cannot be written: {reason}; choose another place.")
_TOO_LONG = QT_TRANSLATE_NOOP("errors", "This run is not kept: what made it is too long to be written down.")

Change = Callable[[KeptFolder], object]
TakeUp = Callable[[str, Recipe, Callable[[], None]], None]


class RoomPreferred(Protocol):
    """How much a person wants kept."""

    @property
    def kept_runs(self) -> int:
        """So many runs."""

    @property
    def kept_mib(self) -> int:
        """In so many MiB."""


@dataclass(frozen=True, eq=False)
class KeptShelf:
    """All that is kept: the cards, the latest first, how many bytes they take, and files that cannot be read."""

    cards: tuple[RunCard, ...]
    nbytes: int
    unread: int


class KeptActions(QObject):
    """Keeps the runs of a window in a folder, and shows what is in it, also of other windows.

    `shown` has the RunCards, `room` a sentence on what they take, `pictures` the KeptPictures of the run that is looked
    at and of the pinned one, each None where there are none, and `offered` a sentence and what can be done.
    """

    shown = Signal(object)
    room = Signal(str)
    pictures = Signal(object, object)
    offered = Signal(str, object)

    def __init__(self, studio: Studio, samples: SamplingActions, take_up: TakeUp, parent: QObject) -> None:
        """`take_up` sets the run of a recipe up, under a name, and then does what is to be done."""
        super().__init__(parent)
        self._studio, self._samples, self._take_up = studio, samples, take_up
        self._folder: KeptFolder | None = None
        self._limit = KeptLimit()
        self._cards: tuple[RunCard, ...] = ()
        self._looked_at = ("", "")
        self._following: Change | None = None
        self.resting = QTimer(self, singleShot=True, interval=RESTS_MS)
        self.resting.timeout.connect(self._end_drag)
        self.keeping, self._looking = TaskQueue(self), TaskQueue(self)
        for queue in (self.keeping, self._looking):
            queue.failed.connect(studio.complain)
        samples.drawn.connect(self._take)

    @property
    def cards(self) -> tuple[RunCard, ...]:
        """All cards, the latest first."""
        return self._cards

    def keep_in(self, folder: KeptFolder) -> None:
        """Keep runs in this folder from now on; what it has is read once it is looked at."""
        self._folder = folder

    @Slot(object)
    def follow_preferences(self, preferences: RoomPreferred) -> None:
        """Keep no more than a person wants kept."""
        limit = KeptLimit(preferences.kept_runs, preferences.kept_mib * MIB)
        if limit != self._limit:
            self._limit = limit
            self._change(partial(KeptFolder.trim, limit=limit))

    def finish(self, deadline: QDeadlineTimer) -> None:
        """Keep what has been drawn, and wait for that; called when the window closes."""
        self._keep_last()
        if self._folder is not None and self._folder.put_away:
            self._change(KeptFolder.clear_away)
        self.keeping.finish(deadline)

    # what a person wants

    @Slot()
    def refresh(self) -> None:
        """Show what is there now, also what other windows have kept or forgotten."""
        self._change(partial(KeptFolder.clear_away, abandoned=True))

    @Slot(str, str)
    def name(self, key: str, name: str) -> None:
        """Call a run by a name, or by none."""
        self._change(lambda folder: folder.name(key, name))

    @Slot(str)
    def pin(self, key: str) -> None:
        """Pin a run in place of the one that was, or none."""
        self._change(lambda folder: folder.pin(key))

    @Slot(str)
    def forget(self, key: str) -> None:
        """Forget a run, which can be undone until the next is forgotten."""
        if key:
            self._forget([key])

    @Slot()
    def forget_all(self) -> None:
        """Forget every run, which can be undone until the next is forgotten."""
        self._forget([card.key for card in self._cards])

    @Slot(str)
    def use(self, key: str) -> None:
        """Set up what a run was drawn with."""
        self._set_up(key, _nothing_more)

    @Slot(str)
    def run(self, key: str) -> None:
        """Set up what a run was drawn with, and draw that."""
        self._set_up(key, self._samples.run)

    @Slot(str, str)
    def look_at(self, key: str, pinned: str) -> None:
        """Have the pictures of a run shown, and those of the pinned one."""
        self._looked_at = key, pinned
        folder = self._folder
        if folder is None or not key:
            self.pictures.emit(None, None)
            return
        self._looking.cancel()
        read = partial(_looked_at, folder, key, pinned)
        self._looking.add(Task("", read, partial(self._show_pictures, (key, pinned))))

    # underneath

    def _set_up(self, key: str, then: Callable[[], None]) -> None:
        card = next((card for card in self._cards if card.key == key), None)
        if card is not None:
            self._take_up(card.title, card.kept.recipe, then)

    def _forget(self, keys: Sequence[str]) -> None:
        if self._folder is None or not keys:
            return
        self._change(lambda folder: folder.forget(keys))
        undo = QAction(self.tr("Undo"), self)
        undo.setToolTip(self.tr("Keep what was just forgotten after all"))
        undo.triggered.connect(partial(self._bring_back, keys))
        said = self.tr("The run is forgotten.") if len(keys) == 1 else self.tr("All kept runs are forgotten.")
        self.offered.emit(said, [undo])

    def _bring_back(self, keys: Sequence[str]) -> None:
        self._change(lambda folder: folder.bring_back(keys))

    @Slot(object, object, bool)
    def _take(self, spec: RunSpec, recording: RunRecording, follows: bool) -> None:
        """Keep a run; of those that follow a slider only the last of a drag."""
        card = self._studio.state.sampling.card
        answers = Answers() if card is None else card.answers
        if self._folder is None or not self._limit.runs:
            return
        kept = partial(_added, spec, recording, answers, self._limit)
        if follows:
            self._following = kept
            self.resting.start()
        else:
            self._keep_last()
            self._change(kept)

    @Slot()
    def _end_drag(self) -> None:
        """Keep the last run that followed a slider, unless that is still held."""
        if self._studio.state.adjusting:
            self.resting.start()
        else:
            self._keep_last()

    def _keep_last(self) -> None:
        self.resting.stop()
        kept, self._following = self._following, None
        if kept is not None:
            self._change(kept)

    def _change(self, change: Change) -> None:
        """Change the folder beside the window, and show what is in it then."""
        if self._folder is not None:
            self.keeping.add(Task("", partial(_changed, self._folder, change), self._show))

    def _show(self, shelf: KeptShelf) -> None:
        self._cards = shelf.cards
        self.shown.emit(shelf.cards)
        said = self.tr("{count} of {most} runs, {size} of {room} MiB")
        whole = said.format(
            count=len(shelf.cards),
            most=self._limit.runs,
            size=f"{shelf.nbytes / MIB:.1f}",
            room=self._limit.nbytes // MIB,
        )
        unread = self.tr("; {count} cannot be read").format(count=shelf.unread) if shelf.unread else ""
        self.room.emit(whole + unread)

    def _show_pictures(self, of: tuple[str, str], both: tuple[KeptPictures | None, KeptPictures | None]) -> None:
        if of == self._looked_at:
            self.pictures.emit(*both)


def _nothing_more() -> None:
    """Do nothing else."""


def _changed(folder: KeptFolder, change: Change, monitor: TaskMonitor) -> KeptShelf:
    """What a folder has after a change; FileError if the disk fails."""
    try:
        change(folder)
        runs, unread = folder.runs()
        pinned = next((run for run in runs if run.key == folder.pinned), None)
        distances = {} if pinned is None else folder.distances(pinned, runs)
    except OSError as error:
        raise FileError(_UNWRITTEN, path=folder.root, reason=error.strerror or str(error)) from error
    cards = tuple(RunCard(run, pinned, distances.get(run.key)) for run in runs)
    return KeptShelf(cards, sum(run.nbytes for run in runs), unread)


def _added(spec: RunSpec, recording: RunRecording, answers: Answers, limit: KeptLimit, folder: KeptFolder) -> None:
    """Keep what each sampler of a run has drawn."""
    for row, drawn in enumerate(recording.rows):
        last = drawn.last
        if last is None:
            continue
        text = of_run(spec, row, answers)()
        if not text:
            raise FileError(_TOO_LONG)
        about = {
            "calls": last.index + 1,
            "total": last.total,
            "seconds": recording.took[row],
            "device": recording.device,
        }
        x = (last.x if drawn.complete else last.x0).float().cpu().numpy()
        folder.add(text, about, KeptPictures(drawn.pictures, x))
    folder.trim(limit)


def _looked_at(
    folder: KeptFolder, key: str, pinned: str, monitor: TaskMonitor
) -> tuple[KeptPictures | None, KeptPictures | None]:
    """The pictures of a run, and those of the pinned one, None if there are none; FileError if the run is gone."""
    first = None
    with suppress(FileError):
        first = folder.pictures(pinned) if pinned else None
    return folder.pictures(key), first
