"""BestStepsActions: the best steps for the checkpoint of the sampler, searched for beside the window, and used."""

from __future__ import annotations

from threading import Event

from PySide6.QtCore import QObject, Signal, Slot

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.copying import Copying
from ddpm_studio.gui.lab.best_steps.best_steps_page import BestStepsPage
from ddpm_studio.gui.lab.best_steps.search_beside import FoundSteps, SearchAsked, found_steps
from ddpm_studio.gui.state import step_names
from ddpm_studio.gui.state.sampling import Visited
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.steps.copied_steps import first_line, text_in_form
from ddpm_studio.gui.tasks import Task, TaskMonitor, TaskQueue
from ddpm_studio.gui.translation import translated


class BestStepsActions(QObject):
    """Searches, one search at a time.

    `began` says that one has begun, `told` has SearchTold, and `ended` the FoundSteps, None if there are none; then
    `refused` has said why, unless it was ended. `said` reports what was done with them, and `wanted` that the sampler
    is to be seen.
    """

    began = Signal()
    told = Signal(object)
    ended = Signal(object)
    refused = Signal(str)
    said = Signal(str)
    wanted = Signal()

    def __init__(self, studio: Studio, copying: Copying, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._copying = studio, copying
        self._stopped = Event()
        self._found: FoundSteps | None = None
        self.searching = TaskQueue(self)
        self.searching.failed.connect(self._refuse)
        self.searching.cancelled.connect(self._end)

    def serve(self, page: BestStepsPage) -> None:
        """Do what a page asks for, and have it show what comes of that."""
        page.started.connect(self.start)
        page.stopped.connect(self.stop)
        page.use_wanted.connect(self.use)
        page.steps_wanted.connect(self.show_steps)
        page.copy_wanted.connect(self.copy)
        self.began.connect(page.show_search)
        self.told.connect(page.show_told)
        self.ended.connect(page.show_found)
        self.refused.connect(page.show_refusal)

    @Slot(object)
    def start(self, asked: SearchAsked) -> None:
        """Search for what is asked, with the checkpoint and the seed of the sampler, unless a search is under way."""
        if self.searching.busy:
            return
        sampling = self._studio.state.sampling
        try:
            question = asked.question(sampling)
        except StudioError as error:
            self._refuse(error)
            return
        self._stopped = stopped = Event()

        def search(monitor: TaskMonitor) -> FoundSteps:
            return found_steps(question, (sampling.checkpoint, sampling.answers), stopped, self.told.emit)

        self.began.emit()
        self.searching.add(Task("", search, self._take))

    @Slot()
    def stop(self) -> None:
        """End the search and prove the best so far, if there is any."""
        self._stopped.set()

    @Slot()
    def use(self) -> None:
        """Have the chosen line of the sampler visit the steps that were found, with the solver they were found for."""
        if self._found is None:
            return
        optimum = self._found.optimum
        options = tuple(optimum.question.options.items())
        line = {"solver": optimum.question.solver, "options": options, "spacing": optimum.text, "along": None}
        changed = self._studio.state.sampling.with_line(**line)
        self._studio.set_sampling(step_names.CHANGE_OF_STEPS, lines=changed.lines)
        self.wanted.emit()
        self.said.emit(self.tr("The sampler takes the steps that were found, with their solver."))

    @Slot()
    def show_steps(self) -> None:
        """Mark on the curves where the steps that were found lie."""
        if self._found is not None:
            levels = self._found.optimum.levels
            self._studio.set_visited(Visited(levels.schedule, tuple((levels.timesteps + 1).tolist())))
            if not self._studio.state.marks:
                self._studio.toggle_marks()

    @Slot(str)
    def copy(self, form: str) -> None:
        """Copy the steps that were found in one of the forms of a CopyMenu."""
        if self._found is None:
            return
        try:
            text = text_in_form(self._found.optimum.text, self._found.optimum.levels, form)
        except StudioError as error:
            self.refused.emit(translated(error))
        else:
            self._copying.copy([text], self._say_copied)

    def _say_copied(self, text: str) -> None:
        self.said.emit(self.tr("Copied: {text}").format(text=first_line(text)))

    def _take(self, found: FoundSteps) -> None:
        self._found = found
        self.ended.emit(found)

    @Slot(object)
    def _refuse(self, error: StudioError) -> None:
        self.refused.emit(translated(error))
        self.ended.emit(None)

    @Slot()
    def _end(self) -> None:
        self.ended.emit(None)
