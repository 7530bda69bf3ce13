"""LabActions: questions are asked, drawn for and read beside the window, and their answers used in it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, LabError, StudioError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.budget import MIB
from ddpm_studio.gui.copying import Copying
from ddpm_studio.gui.lab.running.results_reader import Found, ResultsReader
from ddpm_studio.gui.lab.running.sweep_order import SweepOrder
from ddpm_studio.gui.lab.running.sweep_progress import AT_WORK, SweepPhase, SweepProgress
from ddpm_studio.gui.state import step_names
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.tasks import Task, TaskQueue
from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.compared_rows import WayTold
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.exported_rows import csv_bytes
from ddpm_studio.lab.first_question import default_question
from ddpm_studio.lab.lab_results import LabResults
from ddpm_studio.lab.results.own_folder import forget_results
from ddpm_studio.lab.results.result_folder import results_at
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_toml import parse_sweep, read_sweep, sweep_text
from ddpm_studio.lab.written_solver import read_solver
from ddpm_studio.texts import visible_path

_NO_QUESTION = QT_TRANSLATE_NOOP("errors", "There is no question yet; press Default question in the lab.")
_NO_FOLDER = QT_TRANSLATE_NOOP("errors", "This window has no folder for results; start anew with a home folder.")
_ONLY_READ = QT_TRANSLATE_NOOP("errors", "{path} is only looked at; go back to your own results to draw.")
_UNASKED = QT_TRANSLATE_NOOP("errors", "{path} has no sweep yet; choose a folder that ddpm-studio sweep draws in.")
_UNDELETED = QT_TRANSLATE_NOOP("errors", "{path} cannot be emptied: {reason}; delete it yourself.")


class LabActions(QObject):
    """Asks, draws and reads in the lab.

    `shown` has the LabResults of the question, None where there are none, `progressed` the SweepProgress of what is
    drawn, and `place` a sentence on where results are kept, and whether that is the user's own folder. `said` reports
    what was done, and `wanted` that the lab, or `sampler_wanted` that the sampler is to be seen. `answering` says that
    what a sweep finds is worth a look, and `search_wanted` that the search for the best steps is to be seen.
    """

    shown = Signal(object)
    progressed = Signal(object)
    place = Signal(str, bool)
    said = Signal(str)
    wanted = Signal()
    sampler_wanted = Signal()
    answering = Signal()
    search_wanted = Signal()
    _began = Signal(object)
    _moved = Signal(object)

    def __init__(self, studio: Studio, copying: Copying, dialogs: FileDialogs, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._copying, self._dialogs, self._window = studio, copying, dialogs, window
        self._own: Path | None = None
        self._question: tuple[str, str] | None = None
        self._sweep: Sweep | None = None
        self._progress = SweepProgress()
        self._cancelled = self._told_gone = False
        self.results: LabResults | None = None
        self.drawing, self.reader = TaskQueue(self), ResultsReader(self)
        self.drawing.failed.connect(self._fail)
        self.drawing.cancelled.connect(self._stopped)
        self.reader.found.connect(self._show)
        self.reader.failed.connect(studio.complain)
        # Both come from the thread that draws.
        self._began.connect(self._begin, Qt.ConnectionType.QueuedConnection)
        self._moved.connect(self._move, Qt.ConnectionType.QueuedConnection)
        studio.changed.connect(self._follow)

    @property
    def progress(self) -> SweepProgress:
        """How far the sweep is."""
        return self._progress

    @property
    def folder(self) -> Path | None:
        """The folder that is looked at, None where there is none."""
        others = self._studio.state.lab.folder
        return Path(others) if others else self._own

    def keep_in(self, folder: Path) -> None:
        """Keep the user's own results in this folder from now on."""
        self._own, self._question = folder, None
        self._follow(self._studio.state)

    # asking

    @Slot()
    def ask_default(self) -> None:
        """Ask which solver is best for the checkpoint that the window samples with."""
        self._studio.set_question(sweep_text(default_question(self._studio.state.sampling.checkpoint)))
        self.wanted.emit()

    @Slot()
    def open_question(self) -> None:
        """Ask for a file with the text of a sweep, and ask that."""
        path = self._dialogs.open_one(self.tr("Open question"), self.tr("Sweeps (*.toml);;All files (*)"))
        if path:
            try:
                self._studio.set_question(sweep_text(read_sweep(path)))
            except StudioError as error:
                self._studio.complain(error)

    @Slot()
    def save_question(self) -> None:
        """Ask for a file, and save the text of the question there."""
        format = SaveFormat(self.tr("Sweep (*.toml)"), ".toml")
        path, _ = self._dialogs.save(self.tr("Save question"), "question.toml", [format])
        if path:
            self._write(path, self._studio.state.lab.question.encode("utf-8", "surrogateescape"))

    @Slot()
    def save_table(self) -> None:
        """Ask for a file, and save every number of the results there."""
        if self.results is None:
            return
        path, _ = self._dialogs.save(self.tr("Save table"), "table.csv", [SaveFormat(self.tr("CSV (*.csv)"), ".csv")])
        if path:
            self._write(path, csv_bytes(self.results.found))

    def _write(self, path: str, content: bytes) -> None:
        try:
            with written_whole(path) as file:
                file.write(content)
        except StudioError as error:
            self._studio.complain(error)
        else:
            self.said.emit(self.tr("Saved {path}.").format(path=visible_path(path)))

    @Slot()
    def show_search(self) -> None:
        """Show where the best steps are searched for."""
        self.wanted.emit()
        self.search_wanted.emit()

    # drawing

    @Slot()
    def start(self) -> None:
        """Draw what the question asks for and is not there yet."""
        self.wanted.emit()
        if self.drawing.busy:
            return
        try:
            order = self._order()
        except StudioError as error:
            self._studio.complain(error)
            return
        self._cancelled = False
        self._move(SweepProgress(SweepPhase.PREPARED))
        work = partial(order.carry_out, self._began.emit, self._moved.emit)
        self.drawing.add(Task("", work, self._end))

    @Slot()
    def pause(self) -> None:
        """Stop drawing, to go on where it was."""
        if self.drawing.busy:
            self._move(replace(self._progress, phase=SweepPhase.PAUSING))
            self.drawing.cancel()

    @Slot()
    def pause_or_go_on(self) -> None:
        """Stop drawing, or go on."""
        if self.drawing.busy:
            self.pause()
        else:
            self.start()

    @Slot()
    def cancel(self) -> None:
        """Stop drawing for good; what is done is kept all the same."""
        self._cancelled = True
        if self.drawing.busy:
            self.pause()
        else:
            self._move(SweepProgress())

    def _order(self) -> SweepOrder:
        """What is to be drawn; StudioError if there is nothing, or no place for it."""
        state = self._studio.state
        if not state.lab.question:
            raise LabError(_NO_QUESTION)
        if state.lab.folder:
            raise LabError(_ONLY_READ, path=state.lab.folder)
        if self._own is None:
            raise LabError(_NO_FOLDER)
        sweep = parse_sweep(state.lab.question)
        setup = state.sampling
        answers = setup.said.answers if sweep.checkpoint == setup.checkpoint else None
        return SweepOrder(sweep, answers, self._own)

    @Slot(object)
    def _begin(self, asked: AskedPoints) -> None:
        if asked.sweep == self._sweep:
            self.reader.read(self.folder, self._sweep, asked)
        self.answering.emit()

    @Slot(object)
    def _move(self, progress: SweepProgress) -> None:
        """Show how far it is, unless that comes late from a sweep that is to end."""
        if self._progress.phase is SweepPhase.PAUSING and progress.phase is SweepPhase.RUNNING:
            progress = replace(progress, phase=SweepPhase.PAUSING)
        elif progress.phase is SweepPhase.RUNNING and not self.drawing.busy:
            return
        if progress.failure and not self._progress.failure:
            self.said.emit(self.tr("The first to fail: {failure}").format(failure=progress.failure))
        self._progress = progress
        self.progressed.emit(progress)

    def _end(self, nothing: object) -> None:
        self._move(replace(self._progress, phase=SweepPhase.IDLE, left_s=None))
        self.reader.read_again()

    @Slot(str)
    def _stopped(self, title: str) -> None:
        done = replace(self._progress, phase=SweepPhase.PAUSED, left_s=None)
        self._move(SweepProgress() if self._cancelled else done)
        self.reader.read_again()

    @Slot(object)
    def _fail(self, error: StudioError) -> None:
        self._move(SweepProgress())
        self._studio.complain(error)

    # what there is

    @Slot()
    def open_results(self) -> None:
        """Ask for the folder of a sweep, and look at it with its own question."""
        path = self._dialogs.open_folder(self.tr("Open results"))
        if path:
            self.look_at(path)

    def look_at(self, path: str) -> None:
        """Look at the results in a folder, with the question that they answer."""
        try:
            with results_at(Path(path)) as database:
                asked = database.asked
            if asked is None:
                raise FileError(_UNASKED, path=path)
            question = sweep_text(parse_sweep(asked.text))
        except StudioError as error:
            self._studio.complain(error)
            return
        self._studio.set_lab_folder(path, question)
        self.wanted.emit()
        self.answering.emit()

    @Slot()
    def go_back(self) -> None:
        """Look at the user's own results, with the question that is asked now."""
        self._studio.set_lab_folder("", self._studio.state.lab.question)

    @Slot()
    def ask_to_forget(self) -> None:
        """Ask whether to delete all of the user's own results, and do so."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Delete all that was drawn for questions in this window?"))
        box.setInformativeText(self.tr("The questions stay, and can be drawn for again."))
        forget = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        forget.clicked.connect(self.forget)
        box.open()

    @Slot()
    def forget(self) -> None:
        """Delete all of the user's own results."""
        if self._own is None:
            return
        try:
            forget_results(self._own)
        except StudioError as error:
            self._studio.complain(error)
        except OSError as error:
            self._studio.complain(FileError(_UNDELETED, path=self._own, reason=error.strerror))
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what is there now."""
        if not self.drawing.busy:
            self._move(SweepProgress())
        self.reader.read_again()

    @Slot(object)
    def _follow(self, state: State) -> None:
        """Read the results of the question that is asked now."""
        question = state.lab.question, state.lab.folder
        if question == self._question:
            return
        self._question = question
        self._sweep = parse_sweep(state.lab.question) if state.lab.question else None
        if not self.drawing.busy:
            self._move(SweepProgress())
        self.results = None
        self.shown.emit(None)
        self._tell_place(0)
        self._told_gone = False
        self.reader.read(self.folder, self._sweep, own=not state.lab.folder)

    @Slot(object)
    def _show(self, found: Found) -> None:
        self.results = found.results
        self.shown.emit(found.results)
        self._tell_place(found.size)
        if found.gone and not self._told_gone:
            self._told_gone = True
            self._say_gone()
        results = found.results
        if results is not None and self._progress.phase not in AT_WORK:
            done, total = results.done, len(results.asked.points)
            self._move(replace(self._progress, done=done, total=total, failed=0))

    def _say_gone(self) -> None:
        sentence = self.tr("What is kept was drawn with another checkpoint than {path} is now; Start draws anew")
        self.said.emit(sentence.format(path=visible_path(self._sweep.checkpoint if self._sweep else "")))

    def _tell_place(self, size: int) -> None:
        folder, is_own = self.folder, not self._studio.state.lab.folder
        if folder is None:
            self.place.emit(self.tr("Nothing is kept"), True)
            return
        said = self.tr("Kept in {path}, {size} MiB") if is_own else self.tr("Only looked at: {path}, {size} MiB")
        self.place.emit(said.format(path=visible_path(str(folder)), size=f"{size / MIB:.1f}"), is_own)

    # what is done with an answer

    @Slot(object)
    def use(self, chosen: WayTold) -> None:
        """Have the chosen line of the sampler draw as a way of the sweep does."""
        way = chosen.way
        name, options = read_solver(way.solver)
        setup = self._studio.state.sampling
        try:
            count = setup.line.steps if way.count is None else way.count
            along = self._key_of(way.along)
            changed = setup.with_line(
                solver=name, options=tuple(options.items()), spacing=way.steps, steps=count, along=along
            )
        except StudioError as error:
            self._studio.complain(error)
            return
        self._studio.set_sampling(step_names.CHANGE_OF_STEPS, lines=changed.lines)
        self.sampler_wanted.emit()
        self.said.emit(self.tr("The sampler draws with {text}").format(text=way.text))

    def _key_of(self, along: str) -> int | None:
        """The key of a schedule to go along, which is added if there is none like it; None for the checkpoint's own."""
        if not along:
            return None
        if along not in self._keys:
            self._studio.add(Schedule.parse(along), choose=False)
        return self._keys[along]

    @property
    def _keys(self) -> dict[str, int]:
        """The keys of the schedules of the window by their texts."""
        return {str(entry.schedule): entry.key for entry in reversed(self._studio.state.entries)}

    @Slot(object)
    def show_steps(self, chosen: WayTold) -> None:
        """Put the steps of a way below the selected schedule, where the curves and its lane show them."""
        self._studio.add_steps(_steps_of(chosen.way))

    @Slot(object)
    def copy_steps(self, chosen: WayTold) -> None:
        """Copy the steps of a way as a text."""
        text = str(_steps_of(chosen.way))
        self._copying.copy([text], lambda copied: self.said.emit(self.tr("Copied: {text}").format(text=text)))


def _steps_of(way: Contender) -> StepsSpec:
    """The steps of a way as one text, with their number."""
    spec = StepsSpec.parse(way.steps)
    return spec if spec.has_number else replace(spec, steps=way.count)
