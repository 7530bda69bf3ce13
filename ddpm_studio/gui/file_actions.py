"""FileActions: opening files of every kind, exporting schedules and saving plots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from ddpm_studio.diffusion.steps.bare_lists import is_column, is_steps
from ddpm_studio.diffusion.training.objective import Objective, is_objective
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.content import START
from ddpm_studio.files.export import FORMATS, format_for
from ddpm_studio.files.filetypes import FileKind, file_type
from ddpm_studio.files.pasted import describes_schedules
from ddpm_studio.gui.file_filters import open_filters
from ddpm_studio.gui.file_tasks import ConfigTask, ExportTask, PastedLines, schedules_of_file, schedules_of_text
from ddpm_studio.gui.picture.loading import local_files
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.projects.project_actions import ProjectActions
from ddpm_studio.gui.recent import RecentKind, remember_file
from ddpm_studio.gui.recipes.recipe_actions import RecipeActions
from ddpm_studio.gui.sampling.sampling_actions import SamplingActions
from ddpm_studio.gui.saving_actions import SaveTask, SavingActions
from ddpm_studio.gui.state.families import named_members
from ddpm_studio.gui.state.limits import why_not_add
from ddpm_studio.gui.state.made.state_recipes import Carried, of_plots
from ddpm_studio.gui.state.step_names import OPENING, PASTING
from ddpm_studio.gui.state.stepping import typed_steps
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.steps.step_file_reader import StepFileReader
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat
from ddpm_studio.gui.widgets.pictures.dragging import OURS
from ddpm_studio.texts import Readable, Text

MOST_QUOTED = 40
"""Letters of a text that is not understood."""


class DrawnTask(SaveTask, Protocol):
    """A file of which something is to be drawn first."""

    @property
    def drawing(self) -> Iterator[None]:
        """What is done in the window's thread before it is written, a few milliseconds a step."""


class Plots(Protocol):
    """The part of the curves panel that the actions need."""

    def drawn_plots(self, path: str, curve_name: str = "", recipe: Carried = str) -> DrawnTask:
        """All plots, or one, as they are now, to be written as PNG or SVG with a recipe. Raises FileError."""


class FileActions(SavingActions):
    """Opens and saves files of every kind. `said` reports what was done."""

    def __init__(
        self,
        studio: Studio,
        plots: Plots,
        pictures: PictureActions,
        samples: SamplingActions,
        projects: ProjectActions,
        recipes: RecipeActions,
        parent: QWidget,
        dialogs: FileDialogs | None = None,
    ) -> None:
        super().__init__(studio, parent)
        self._plots = plots
        self._pictures, self._reader = pictures, StepFileReader(studio, pictures, self)
        self._reader.said.connect(self.said)
        self._samples = samples
        self._projects, self._recipes = projects, recipes
        self.dialogs = dialogs or FileDialogs(parent)

    # opening

    @Slot()
    def open_files(self) -> None:
        """Ask for files of any kind that opens, and open them."""
        filters = open_filters(*(kind for kind in FileKind if kind is not FileKind.UNKNOWN))
        self.open_paths(self.dialogs.open_many(self.tr("Open"), filters))

    def open_paths(self, paths: Sequence[str]) -> None:
        """Open files that came together: of several pictures the last, since one is shown at a time.

        Files of no known kind go with the pictures, so that all that is said of them is one message.
        """
        pictures, strangers = list[str](), list[str]()
        together = {FileKind.PICTURE: pictures, FileKind.UNKNOWN: strangers}
        for path in paths:
            if (shown := together.get(file_type(path).kind)) is not None:
                shown.append(path)
            else:
                self.open_path(path)
        if pictures or strangers:
            self._pictures.show_last([*pictures, *strangers])

    @Slot()
    def open_betas(self) -> None:
        """Ask for a file with betas, possibly a checkpoint, and add its schedules."""
        filters = open_filters(FileKind.SCHEDULES, FileKind.CHECKPOINT)
        path = self.dialogs.open_one(self.tr("Open betas"), filters)
        if path:
            self.add_schedules(path)

    @Slot(str)
    @Slot(str, int)
    def open_path(self, path: str, frame: int = 1) -> None:
        """Open a project or checkpoint, add a file's schedules, or show a frame of its picture, or offer what a
        figure or run was made with; other files change nothing.
        """
        kind = file_type(path).kind
        if kind is FileKind.PROJECT:
            self._projects.open_path(path)
        elif kind is FileKind.CHECKPOINT:
            self._samples.checkpoints.choose(path)
        elif kind is FileKind.MADE:
            self._recipes.open_path(path)
        elif kind is FileKind.SCHEDULES:
            self.add_schedules(path)
        else:
            self._pictures.show_picture(path, frame)

    def add_schedules(self, path: str) -> None:
        """Add the schedules of a file, or the one that a checkpoint was trained with."""
        self._pictures.open_beside(Path(path).name, partial(schedules_of_file, path), partial(self._add_opened, path))

    def _add_opened(self, path: str, lines: PastedLines) -> None:
        self._add(lines, Text(OPENING, {"name": Path(path).name}))
        remember_file(RecentKind.SCHEDULES, path)

    @Slot()
    def paste(self) -> None:
        """Open what is on the clipboard."""
        mime: QMimeData | None = QApplication.clipboard().mimeData()  # None if nothing was ever copied.
        self.take(mime or QMimeData())

    @Slot(object)
    def take(self, mime: QMimeData) -> None:
        """Open what was dropped or pasted: files, a text with schedules, or a picture's pixels.

        A picture of this window that is let go over it changes nothing.
        """
        if mime.hasFormat(OURS):
            return
        paths = local_files(mime)
        self.open_paths(paths)
        if not paths:
            with self._complaining():
                self._take_content(mime)

    def _take_content(self, mime: QMimeData) -> None:
        text = mime.text()
        if _lists_steps(text) or describes_schedules(text):
            self._add_text(text)
        elif not self._pictures.paste_mime(mime):
            raise _nothing_in(text)

    @Slot(str)
    def take_text(self, text: str) -> None:
        """Add the schedules that a text describes, or give the selected one the objective or the steps that it is."""
        with self._complaining():
            if not (_lists_steps(text) or describes_schedules(text)):
                raise _nothing_in(text)
            self._add_text(text)

    def _add_text(self, text: str) -> None:
        if is_objective(text):
            self._studio.set_objective(Objective.parse(text))
            return
        if _lists_steps(text):
            self._add_steps(text)
            return
        read = partial(schedules_of_text, text)
        self._pictures.open_beside(self.tr("pasted text"), read, self._add_pasted)

    def _add_steps(self, text: str) -> None:
        entry = self._studio.state.current
        spec = typed_steps(text, entry.schedule)
        if spec.files:
            self._reader.read_below(spec, entry)
        else:
            self._studio.add_steps(spec)

    def _add_pasted(self, pasted: PastedLines) -> None:
        self._add(pasted, PASTING)

    def _add(self, lines: PastedLines, what: Readable) -> None:
        with self._studio.one_step(what):
            for place, (spec, name) in enumerate(lines.schedules):
                if full := why_not_add(self._studio.state):
                    raise full
                self._studio.add(spec, name=name)
                if place in lines.objectives:
                    self._studio.set_objective(lines.objectives[place])
                if place in lines.configs:
                    self._studio.keep_config(lines.configs[place])
                for steps in lines.steps.get(place, ()):
                    self._studio.add_steps(steps)
        if lines.notes:
            self.said.emit(" ".join(map(translated, lines.notes)))

    # exporting

    @Slot()
    def export_schedules(self) -> None:
        """Ask for a path, and write the coefficients of the visible schedules in the chosen format."""
        if self._complain_if_busy():
            return
        formats = [
            SaveFormat(f"{translated(each.label)} (*{each.suffix})", each.suffix, each.name)
            for each in FORMATS.values()
        ]
        path, chosen = self.dialogs.save(self.tr("Export schedules"), "schedules.csv", formats)
        if path:
            with self._complaining():
                self._export(path, format_for(path, chosen.name if FORMATS[chosen.name].file_name else None))

    def _export(self, path: str, format: str) -> None:
        state = self._studio.state
        entries = state.visible or state.entries
        if format == "diffusers" and len(entries) == 1 and entries[0].family is None:
            task = ConfigTask(path, entries[0].light())
            self._save(task, besides=lambda: " ".join(map(translated, task.said)))
            return
        schedules, names = zip(*(each for entry in entries for each in named_members(state, entry)), strict=True)
        self._save(ExportTask(path, schedules, names, format))

    @Slot()
    def save_plots(self) -> None:
        """Ask for a path, and save every plot."""
        self._save_plots(".png", "")

    @Slot(str, str)
    def save_one_plot(self, suffix: str, curve: str) -> None:
        """Ask for a path, and save one curve's plot, or all plots for ""."""
        self._save_plots(suffix, curve)

    def _save_plots(self, suffix: str, curve: str) -> None:
        if self._complain_if_busy():
            return
        formats = SaveFormat(self.tr("PNG picture (*.png)"), ".png"), SaveFormat(self.tr("SVG drawing (*.svg)"), ".svg")
        ordered = sorted(formats, key=lambda format: format.suffix != suffix)
        path, _ = self.dialogs.save(self.tr("Save plots"), f"{curve or 'plots'}{suffix}", ordered)
        if path:
            with self._complaining():
                state = self._studio.state
                recipe = self._carried(of_plots(state, (curve,) if curve else state.curves))
                task = self._plots.drawn_plots(path, curve, recipe)
                self._save(task, first=task.drawing)

    @Slot(str, object)
    def copy_plot(self, curve: str, image: QImage) -> None:
        """Copy a picture of one curve's plot."""
        self._copy_image(image, of_plots(self._studio.state, (curve,)))

    # underneath

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        try:
            yield
        except StudioError as error:
            self._studio.complain(error)


def _lists_steps(text: str) -> bool:
    """Whether a text is but one list of steps; bare numbers in rising order, or within 0 … 1, are β."""
    line = text.strip()
    return is_column(text) or (line[:1].isalpha() and "\n" not in line and is_steps(line))


def _nothing_in(text: str) -> FileError:
    words = " ".join(text.lstrip()[:START].split())
    if not words:
        return FileError(
            QT_TRANSLATE_NOOP("errors", "There is neither a picture nor a text with schedules; copy one of them first.")
        )
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors", "“{text}” is not a schedule; write kind:T=300,key=value, one a line, or copy a picture."
        ),
        text=words if len(words) <= MOST_QUOTED else f"{words[:MOST_QUOTED]}…",
    )
