"""ScheduleActions: actions on the selected schedule and its neighbours in the list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.by_hand.matching import matched
from ddpm_studio.diffusion.named_line import name_apart, with_name
from ddpm_studio.diffusion.schedule import BetasReader
from ddpm_studio.diffusion.schedule_family import Specified, members_of, path_in, specified
from ddpm_studio.diffusion.steps.bare_lists import is_steps
from ddpm_studio.diffusion.training.objective import PLAIN, Objective, is_objective
from ddpm_studio.errors import ScheduleError, StudioError
from ddpm_studio.files.snippets import diffusers_snippet, numpy_snippet
from ddpm_studio.files.torch_code.loss_snippet import training_loss_code
from ddpm_studio.files.torch_code.sigmas_snippet import kdiffusion_code
from ddpm_studio.gui.copying import Copying
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.state import step_names
from ddpm_studio.gui.state.given_names import checked_name, kept_name, preset_named
from ddpm_studio.gui.state.pasted_betas import own_betas
from ddpm_studio.gui.state.stepping import typed_steps
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import Side
from ddpm_studio.gui.steps.step_file_reader import CANCELLED, StepFileReader
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.gui.translation import translated
from ddpm_studio.interruption import check
from ddpm_studio.texts import Text


class ScheduleActions(QObject):
    """Actions that take more than one call of the Studio. `said` reports what was done.

    `spec_answered` has a line of text that was entered, and the reason why it was not taken, or ""; `new_answered` has
    the same of one that was entered to be added. `naming_wanted` asks for a name for the selected schedule, and
    `moment_wanted` for the moment that it is to be shown at; `side_wanted` has the side that the equation is to show of
    it, and `training_looked_at` says whether its training is in view.
    """

    said = Signal(str)
    spec_answered = Signal(str, str)
    new_answered = Signal(str, str)
    naming_wanted = Signal()
    moment_wanted = Signal()
    side_wanted = Signal(Side)
    training_looked_at = Signal(bool)

    def __init__(self, studio: Studio, copying: Copying, pictures: PictureActions, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._copying = copying
        self._pictures = pictures
        self._awaited: list[tuple[str, SignalInstance]] = []
        self._reader = StepFileReader(studio, pictures, self)
        self._reader.said.connect(self.said)
        pictures.opening.progressed.connect(self._give_up)

    @Slot(str)
    def enter_spec(self, text: str) -> None:
        """Replace the selected schedule with the one that a line of text describes, or only its name or its objective.

        Steps go below it.

        A file that it names is read beside the window first, after what is being opened already. By then another
        schedule may be selected; the one that the line was entered for is replaced. Of a file that is gone it keeps β.
        """
        if self._enter_below(text, self.spec_answered):
            return
        entry = self._studio.state.current
        spec, name = name_apart(text)
        take = partial(self._studio.take_line, entry.key, name=None if name is None else kept_name(name))
        self._enter(text, spec if spec.strip() else str(entry.spec), self.spec_answered, take, entry.schedule)

    @Slot(str, bool)
    def enter_new(self, text: str, choose: bool = True) -> None:
        """Add the schedule that a line of text describes, or the preset that it names, and if `choose`, select it.

        A preset comes with what it is trained for. A training objective becomes that of the selected one, and steps go
        below it.
        """
        if self._enter_below(text, self.new_answered):
            return
        spec, name = name_apart(text)
        try:
            preset = preset_named(spec)
        except ScheduleError as error:
            self.new_answered.emit(text, translated(error))
            return
        origin, train = (str(preset.name), preset.train) if preset else ("", PLAIN)
        add = partial(self._studio.add, origin=origin, train=train, name=kept_name(name or ""), choose=choose)
        self._enter(text, preset.spec if preset else spec, self.new_answered, add)

    def _enter_below(self, text: str, answered: SignalInstance) -> bool:
        """Take what is for the selected schedule, an objective or steps; False for a text that is neither."""
        if not (is_objective(text) or is_steps(text)):
            return False
        try:
            if is_objective(text):
                self._studio.set_objective(Objective.parse(text))
            else:
                self._add_below(text, answered)
                return True
        except StudioError as error:
            answered.emit(text, translated(error))
        else:
            answered.emit(text, "")
        return True

    def _add_below(self, text: str, answered: SignalInstance) -> None:
        """Put steps below the selected schedule, once what they have in files is read; StudioError for none."""
        entry = self._studio.state.current
        spec = typed_steps(text, entry.schedule)
        if not spec.files:
            self._studio.add_steps(spec)
            answered.emit(text, "")
            return
        self._reader.read_typed_below(text, spec, entry, answered.emit)

    def _enter(
        self,
        text: str,
        spec: str,
        answered: SignalInstance,
        do: Callable[[Specified], object],
        before: Schedule | None = None,
    ) -> None:
        take = partial(self._take, text, answered, do)
        path = _path_in(spec)
        if too_long := _why_no_name(text):
            answered.emit(text, too_long)
        elif path:
            self._awaited.append((text, answered))
            self._pictures.open_beside(Path(path).name, partial(_read, spec, before), take)
        else:
            take(_described(spec, partial(own_betas, before)))

    def _take(
        self,
        text: str,
        answered: SignalInstance,
        do: Callable[[Specified], object],
        outcome: Specified | StudioError,
    ) -> None:
        if (text, answered) in self._awaited:
            self._awaited.remove((text, answered))
        if isinstance(outcome, StudioError):
            answered.emit(text, translated(outcome))
        else:
            do(outcome)
            answered.emit(text, "")

    @Slot(str, int, int)
    def _give_up(self, title: str, done: int, total: int) -> None:
        """Answer the lines whose files were not read to the end, once nothing is being opened any more."""
        awaited, self._awaited = (self._awaited, []) if total == 0 else ([], self._awaited)
        for text, answered in awaited:
            answered.emit(text, translated(CANCELLED))

    @Slot()
    def rename(self) -> None:
        """Ask for a name for the selected schedule."""
        self.naming_wanted.emit()

    @Slot()
    def go_to(self) -> None:
        """Ask for a moment of the selected schedule."""
        self.moment_wanted.emit()

    def show_side(self, side: Side) -> None:
        """Have the equation show a side."""
        self.side_wanted.emit(side)

    @Slot()
    def duplicate(self) -> None:
        """Add a copy of the selected schedule."""
        self._studio.duplicate(self._studio.state.selected)

    @Slot()
    def remove(self) -> None:
        """Remove the selected schedule from the list."""
        self._studio.remove(self._studio.state.selected)

    @Slot()
    def break_up(self) -> None:
        """Make lines of the members of the selected family."""
        self._studio.break_up()

    @Slot()
    def draw_from(self) -> None:
        """Turn the selected schedule into a drawn one that matches it, and say how well."""
        state = self._studio.state
        try:
            match = matched(state.current.schedule)
        except StudioError as error:
            self._studio.complain(error)
            return
        named = Text(step_names.DRAWING_FROM, {"title": state.title(state.current)})
        self._studio.set_schedule(match.schedule, named)
        self.said.emit(translated(match.told))

    @Slot()
    def select_previous(self) -> None:
        """Select the schedule above."""
        self._select_beside(-1)

    @Slot()
    def select_next(self) -> None:
        """Select the schedule below."""
        self._select_beside(1)

    def _select_beside(self, step: int) -> None:
        entries = self._studio.state.entries
        place = entries.index(self._studio.state.current) + step
        if 0 <= place < len(entries):
            self._studio.select(entries[place].key)

    @Slot()
    def copy_spec(self) -> None:
        """Copy the selected schedule in the form that the command line takes, with the name that it was given.

        Its steps stand below it, and what it is trained for, unless that is the default.
        """
        entry = self._studio.state.current
        below = (*entry.steps, entry.train) if entry.train != PLAIN else entry.steps
        lines = with_name(str(entry.spec), entry.name), *map(str, below)
        self._copying.copy(["\n".join(lines)], self._say_copied)

    @Slot()
    def copy_numpy(self) -> None:
        """Copy code that rebuilds the selected schedule with NumPy."""
        self._copy(numpy_snippet)

    @Slot()
    def copy_diffusers(self) -> None:
        """Copy code that builds a diffusers scheduler with the selected schedule."""
        self._copy(diffusers_snippet)

    @Slot()
    def copy_kdiffusion(self) -> None:
        """Copy code that gives the noise levels of the selected schedule as k-diffusion takes them."""
        self._copy(kdiffusion_code)

    @Slot()
    def copy_loss(self) -> None:
        """Copy a training loss in PyTorch for the objective of the selected schedule."""
        train = self._studio.state.current.train
        self._copy(lambda schedule: training_loss_code(schedule, train))

    def _copy(self, described: Callable[[Schedule], str]) -> None:
        self._copying.copy(map(described, [self._studio.state.current.schedule]), self._say_copied)

    def _say_copied(self, text: str) -> None:
        first = text.splitlines()[0]
        self.said.emit(self.tr("Copied: {text}").format(text=first if first == text else f"{first} …"))


def _why_no_name(text: str) -> str:
    """The reason why nothing can have the name in a line of text, or ""."""
    try:
        checked_name(name_apart(text)[1] or "")
    except StudioError as error:
        return translated(error)
    return ""


def _path_in(text: str) -> str:
    """The path in a line of text, or ""."""
    try:
        return path_in(text)
    except StudioError:
        return ""


def _described(text: str, betas_at: BetasReader) -> Specified | StudioError:
    """The schedule or family that a line of text describes, or why there is none."""
    try:
        return specified(text, betas_at)
    except StudioError as error:
        return error


def _read(text: str, before: Schedule | None, monitor: TaskMonitor) -> Specified | StudioError:
    """What a line of text that names a file describes, every member made; `before` is what it is to replace."""
    outcome = _described(text, partial(own_betas, before))
    check()
    _ = () if isinstance(outcome, StudioError) else members_of(outcome)
    return outcome
