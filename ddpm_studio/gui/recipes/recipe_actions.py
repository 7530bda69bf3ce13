"""RecipeActions: what files were made with, read from them, and the window set up by it if a person wants that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from ddpm_studio.checkpoints.answers_file import answers_in
from ddpm_studio.checkpoints.fingerprint import found_again
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.pictures import RGB
from ddpm_studio.files.recipes.carriers import recipe_in
from ddpm_studio.files.recipes.recipe import Recipe
from ddpm_studio.files.recipes.recipe_json import read_recipe_text
from ddpm_studio.gui.picture.loading import load_again, sample_paths
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.projects.complaints import told
from ddpm_studio.gui.projects.document import Opened
from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.gui.recipes.taking_up import run_taken_up, taken_up
from ddpm_studio.gui.sampling.model.checkpoint_actions import CheckpointActions
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.step_names import SETTING_UP
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.traces import is_same, settings_text
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.texts import Text, visible, visible_name


@dataclass(frozen=True, eq=False)
class FoundRecipe:
    """The recipe in a file of this name, and what it means here: the checkpoint and the picture, None if not known."""

    name: str
    recipe: Recipe
    checkpoint: str | None = None
    picture: Picture | None = None


MOST_NAMED = 3
"""Schedules that are named where there are more."""


class RecipeActions(QObject):
    """Offers to set the window up as a file was made. `offered` has a sentence and what can be done, and `page_set` how
    the page of a figure was set.

    Nothing is changed before a person takes the offer, and then in one step.
    """

    offered = Signal(str, object)
    page_set = Signal(object)

    def __init__(
        self, studio: Studio, pictures: PictureActions, checkpoints: CheckpointActions, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio, self._pictures, self._checkpoints = studio, pictures, checkpoints
        pictures.shown.connect(self.look)
        pictures.shown_pasted.connect(self.look_at_pasted)

    @Slot(str)
    def look(self, path: str) -> None:
        """Offer what a picture's file was made with, if it says so."""
        self._read(path, alone=False)

    @Slot(str, str)
    def look_at_pasted(self, name: str, text: str) -> None:
        """Offer what a picture of this name was made with, by the text of its recipe."""
        known, background = self._checkpoints.recent, self._studio.state.background
        self._pictures.open_beside(
            name, lambda _: _known(name, read_recipe_text(text, name), known, background), self._offer
        )

    @Slot(str)
    def open_path(self, path: str) -> None:
        """Offer what a figure or a run was made with, and complain of one that does not say so."""
        self._read(path, alone=True)

    def take_up_run(self, name: str, recipe: Recipe, then: Callable[[], None]) -> None:
        """Set up the run of a recipe, in one step, and do what comes `then`, unless its checkpoint, or the picture that
        it began from, is not known here.

        Schedules stay; the one that it went along joins them if it is not there.
        """
        known, background = self._checkpoints.recent, self._studio.state.background
        work = partial(_of_run, name, recipe, known, background)
        self._pictures.open_beside(name, work, partial(self._set_up_run, then))

    def _set_up_run(self, then: Callable[[], None], found: FoundRecipe) -> None:
        opened, what = run_taken_up(found.recipe, self._studio.state), Text(SETTING_UP, {"name": found.name})
        with self._studio.one_step(what):
            self._studio.set_up(opened.state, what)
            self._go_along(found.recipe)
            self._take_picture(found)
        self._take_checkpoint(found)
        self._tell(found, opened)
        if found.checkpoint is not None and (found.picture is not None or not found.recipe.picture):
            then()

    def _go_along(self, recipe: Recipe) -> None:
        """Have the chosen line go along the schedule that the run of a recipe went along, if it did along any."""
        if recipe.run is None or recipe.run.along is None:
            return
        along = recipe.schedules[recipe.run.along]
        schedule, state = along.schedule(), self._studio.state
        key = next((entry.key for entry in state.entries if is_same(entry.schedule, schedule)), None)
        if key is None:
            self._studio.add(schedule, name=along.name, choose=False)
            key = self._studio.state.entries[-1].key
        self._studio.set_sampling(lines=self._studio.state.sampling.with_line(along=key).lines)

    def _read(self, path: str, alone: bool) -> None:
        known, background = self._checkpoints.recent, self._studio.state.background
        self._pictures.open_beside(Path(path).name, partial(_found, path, known, background, alone), self._offer)

    def _offer(self, found: FoundRecipe | None) -> None:
        if found is None:
            return
        action = QAction(self.tr("Set up as it was made"), self)
        action.setToolTip(
            self.tr("Bring back the schedules, the moment, the steps, the solver and the seeds; one step")
        )
        action.triggered.connect(partial(self._set_up, found))
        sentence = self.tr("{name} says how it was made: {parts}.")
        self.offered.emit(sentence.format(name=visible(found.name), parts=parts_of(found.recipe)), [action])

    def _set_up(self, found: FoundRecipe) -> None:
        opened = taken_up(found.recipe, self._studio.state)
        what = Text(SETTING_UP, {"name": found.name})
        with self._studio.one_step(what):
            self._studio.set_up(opened.state, what)
            self._take_picture(found)
        self._take_checkpoint(found)
        if found.recipe.page is not None:
            self.page_set.emit(found.recipe.page)
        self._tell(found, opened)

    def _tell(self, found: FoundRecipe, opened: Opened) -> None:
        """Say what was set up and what is missing of it, and offer to go back."""
        said = [self.tr("Everything is set up as {name} was made.").format(name=visible(found.name))]
        said += [told(opened.complaints)] if opened.complaints else []
        undo = QAction(self.tr("Undo"), self)
        undo.setToolTip(self.tr("Go back to what was there before"))
        undo.triggered.connect(self._studio.undo)
        self.offered.emit(" ".join([*said, *self._missing(found)]), [undo])

    def _take_picture(self, found: FoundRecipe) -> None:
        if found.picture is not None:
            self._studio.set_picture(found.picture)

    def _take_checkpoint(self, found: FoundRecipe) -> None:
        if found.recipe.run is None or found.checkpoint is None:
            return
        answers = answers_in(found.recipe.run.answers).answers
        subject = found.checkpoint, answers if answers.said else None
        if subject != self._studio.state.sampling.subject:
            self._checkpoints.take_up(*subject)

    def _missing(self, found: FoundRecipe) -> Sequence[str]:
        """A sentence for the checkpoint and the picture that are not known here."""
        said, run = [], found.recipe.run
        if run is not None and found.checkpoint is None:
            missing = self.tr("It was drawn with {name}, which is not known here; open that checkpoint.")
            said.append(missing.format(name=visible_name(run.checkpoint.name)))
        if found.recipe.picture and found.picture is None:
            missing = self.tr("It was made of {name}; open that picture.")
            said.append(missing.format(name=visible(found.recipe.picture)))
        return said


def parts_of(recipe: Recipe) -> str:
    """What a recipe sets up, by name: its first schedules, the samplers of its run, and its picture."""
    names = [visible(each.name or each.spec) for each in recipe.shown]
    shown = [*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]
    samplers = [settings_text(row.sampler) for row in recipe.run.rows] if recipe.run else []
    return ", ".join([*shown, *samplers, *([visible(recipe.picture)] if recipe.picture else [])]) or "…"


def _found(path: str, known: Sequence[str], background: RGB, alone: bool, monitor: TaskMonitor) -> FoundRecipe | None:
    """The recipe in a file, None if it has none; FileError for a file that is opened for that `alone`."""
    recipe = recipe_in(path)
    if recipe is None:
        if alone:
            raise FileError(
                QT_TRANSLATE_NOOP("errors", "{path} does not say how it was made; open what it was made of."), path=path
            )
        return None
    return _known(path, recipe, known, background)


def _of_run(name: str, recipe: Recipe, known: Sequence[str], background: RGB, monitor: TaskMonitor) -> FoundRecipe:
    """The recipe of a run of this name, with its checkpoint as far as that is known here."""
    return _known(name, recipe, known, background)


def _known(path: str, recipe: Recipe, known: Sequence[str], background: RGB) -> FoundRecipe:
    """The recipe of a file or a picture, with its checkpoint and its picture as far as they are known here."""
    checkpoint = None if recipe.run is None else found_again(recipe.run.checkpoint, known)
    return FoundRecipe(Path(path).name, recipe, checkpoint, _picture(recipe, path, recipe.background or background))


def _picture(recipe: Recipe, besides: str, background: RGB) -> Picture | None:
    """The picture of a recipe's name among those that were opened lately, or come with the program."""
    known = (*Recent(kind=RecentKind.PICTURES).paths(), *map(str, sample_paths()))
    others = (path for path in known if Path(path) != Path(besides).absolute())
    for path in (path for path in others if Path(path).name == recipe.picture):
        try:
            return load_again(path, background, recipe.frame)
        except FileError:
            continue
    return None
