"""StepActions: what is done with the lines of steps below schedules, beyond a change of one of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.by_hand.matching import matched_steps
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import FILE, StepsSpec
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.copying import Copying
from ddpm_studio.gui.file_filters import step_list_filters
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.state import step_names
from ddpm_studio.gui.state.run import steps_of
from ddpm_studio.gui.state.step_notes import at_a_glance
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.steps.copied_steps import first_line, text_in_form
from ddpm_studio.gui.steps.step_file_reader import Answer, StepFileReader
from ddpm_studio.gui.steps.steps_dialog import StepsDialog
from ddpm_studio.gui.steps.steps_in_files import replace_read, use_read
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.dialogs import FileDialogs


class StepActions(QObject):
    """Adds, opens, copies and uses lines of steps, known by the key of their entry and their place below it.

    `said` reports what was done, and `wanted` that the sampler is to be seen. `answered` and `answered_for_sampler`
    have a typed text whose files were read, and why they were not taken, "" if they were.
    """

    said = Signal(str)
    wanted = Signal()
    answered = Signal(str, str)
    answered_for_sampler = Signal(str, str)

    def __init__(
        self, studio: Studio, copying: Copying, pictures: PictureActions, dialogs: FileDialogs, window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._studio, self._copying, self._dialogs = studio, copying, dialogs
        self._window = window
        self._reader = StepFileReader(studio, pictures, self)
        self._reader.said.connect(self.said)
        self._table: StepsDialog | None = None
        studio.changed.connect(self._show_state)

    @Slot()
    def add(self) -> None:
        """Put the steps of the sampler below the selected schedule, to be changed there."""
        line = self._studio.state.sampling.line
        spec = steps_of(line.spacing)
        self._studio.add_steps(spec if spec.has_number else replace(spec, steps=line.steps))

    @Slot()
    def open(self) -> None:
        """Ask for a file with a list of steps, or a scheduler config, and put that below the selected schedule."""
        path = self._dialogs.open_one(self.tr("Open steps"), step_list_filters())
        if path:
            self._reader.read_below(StepsSpec(FILE, path=path), self._studio.state.current)

    @Slot(int, int, str, object)
    def read(self, key: int, place: int, text: str, spec: StepsSpec) -> None:
        """Read the files that a text names, which was typed over steps below an entry, and put that in their place."""
        entry = self._studio.entry(key)
        take = partial(replace_read, self._studio, key, entry.steps[place])
        self._reader.read(text, spec, entry.schedule, take, self.answered.emit)

    @Slot(str, object)
    def read_for_sampler(self, text: str, spec: StepsSpec) -> None:
        """Read the files that a text names, and have the chosen line of the sampler visit the steps in them."""
        self._read_for_sampler(text, spec, self.answered_for_sampler.emit)

    @Slot(str)
    def use_text(self, text: str) -> None:
        """Have the chosen line of the sampler visit the steps of a text that nobody typed, its files read."""
        spec = StepsSpec.parse(text)
        if spec.files:
            self._read_for_sampler(text, spec, self._tell_used)
        else:
            self._studio.set_steps(text)
            self._tell_used(text, "")

    def _read_for_sampler(self, text: str, spec: StepsSpec, answer: Answer) -> None:
        setup = self._studio.state.sampling
        schedule = setup.card.schedule if setup.card else Schedule()
        self._reader.read(text, spec, schedule, partial(use_read, self._studio, setup.line.key), answer)

    def _tell_used(self, text: str, why_not: str) -> None:
        self.said.emit(why_not or self.tr("The sampler takes these steps: {text}").format(text=text))

    @Slot(int, int, str)
    def copy(self, key: int, place: int, form: str) -> None:
        """Copy steps in one of the forms of a CopyMenu."""
        spec, levels = self._of(key, place)
        try:
            text = text_in_form(str(spec), levels, form)
        except StudioError as error:
            self._studio.complain(error)
        else:
            self._copying.copy([text], self._say_copied)

    @Slot(int, int)
    def use(self, key: int, place: int) -> None:
        """Have the chosen sampler go down these steps, along this schedule if it is not that of the checkpoint."""
        spec, levels = self._of(key, place)
        setup = self._studio.state.sampling
        is_own = setup.card is not None and setup.card.schedule == levels.schedule
        changed = setup.with_line(spacing=str(spec), along=None if is_own else key)
        self._studio.set_sampling(step_names.CHANGE_OF_STEPS, lines=changed.lines)
        self.wanted.emit()
        self.said.emit(self.tr("The sampler takes these steps: {text}").format(text=at_a_glance(spec)))

    @Slot(int, int)
    def draw(self, key: int, place: int) -> None:
        """Add the drawn schedule that spends its time as these steps do, as long as theirs, and say how well."""
        _, levels = self._of(key, place)
        try:
            match = matched_steps(levels, levels.schedule.T)
        except StudioError as error:
            self._studio.complain(error)
            return
        self._studio.add(match.schedule)
        self.said.emit(translated(match.told))

    @Slot(int, int)
    def show_table(self, key: int, place: int) -> None:
        """Show steps as a table beside the window, or bring that to the front."""
        table = self._table = self._table or self._made_table()
        table.show()
        table.raise_()
        table.activateWindow()
        table.show_steps(key, place, self._studio.state)

    def _made_table(self) -> StepsDialog:
        table = StepsDialog(self._window)
        table.copied.connect(self.copy)
        table.table.copied.connect(self._copying.copy)
        return table

    @Slot(object)
    def _show_state(self, state: State) -> None:
        if self._table is not None and self._table.isVisible():
            self._table.show_state(state)

    def _of(self, key: int, place: int) -> tuple[StepsSpec, StepLevels]:
        entry = next(entry for entry in self._studio.state.entries if entry.key == key)
        levels = entry.laid_out[place]
        assert isinstance(levels, StepLevels)
        return entry.steps[place], levels

    def _say_copied(self, text: str) -> None:
        self.said.emit(self.tr("Copied: {text}").format(text=first_line(text)))
