"""Desk: everything that the panels' wiring and the menus' actions call."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QDeadlineTimer
from PySide6.QtWidgets import QMainWindow

from ddpm_studio.gui.copying import Copying
from ddpm_studio.gui.file_actions import FileActions, Plots
from ddpm_studio.gui.full_screen import FullScreen
from ddpm_studio.gui.help_windows.help import Help
from ddpm_studio.gui.lab.best_steps.best_steps_actions import BestStepsActions
from ddpm_studio.gui.lab.lab_actions import LabActions
from ddpm_studio.gui.palette.palette_actions import PaletteActions
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.preferences.preference_actions import PreferenceActions
from ddpm_studio.gui.printing.figure_actions import FigureActions
from ddpm_studio.gui.projects.project_actions import ProjectActions
from ddpm_studio.gui.recipes.recipe_actions import RecipeActions
from ddpm_studio.gui.reporting.report_actions import ReportActions
from ddpm_studio.gui.sampling.differences.difference_actions import DifferenceActions
from ddpm_studio.gui.sampling.kept.kept_actions import KeptActions
from ddpm_studio.gui.sampling.sampling_actions import SamplingActions
from ddpm_studio.gui.scenes.scene_actions import SceneActions
from ddpm_studio.gui.schedule_actions import ScheduleActions
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.steps.step_actions import StepActions
from ddpm_studio.gui.tasks import TaskQueue
from ddpm_studio.gui.widgets.dialogs import FileDialogs
from ddpm_studio.gui.worker import sampling_thread


@dataclass(frozen=True, eq=False)
class Desk:
    """Everything that can be done in a window, grouped by what it is done to."""

    window: QMainWindow
    studio: Studio
    schedules: ScheduleActions
    steps: StepActions
    pictures: PictureActions
    samples: SamplingActions
    differences: DifferenceActions
    projects: ProjectActions
    preferences: PreferenceActions
    files: FileActions
    figures: FigureActions
    reports: ReportActions
    recipes: RecipeActions
    kept: KeptActions
    lab: LabActions
    best_steps: BestStepsActions
    copying: Copying
    dialogs: FileDialogs
    palette: PaletteActions
    scenes: SceneActions
    full_screen: FullScreen
    help: Help

    @classmethod
    def of(cls, window: QMainWindow, studio: Studio, plots: Plots, keeper: PreferenceKeeper) -> Desk:
        """The desk of a window over `studio`; `plots` saves the plots, `keeper` has the preferences."""
        dialogs, copying = FileDialogs(window), Copying(window)
        copying.tasks.failed.connect(studio.complain)
        pictures, samples = PictureActions(studio, window, dialogs), SamplingActions(studio, window, dialogs=dialogs)
        projects = ProjectActions(studio, pictures, samples.checkpoints, dialogs, keeper, window)
        preferences = PreferenceActions(studio, keeper, samples.sampling_thread, window)
        recipes = RecipeActions(studio, pictures, samples.checkpoints, window)
        kept = KeptActions(studio, samples, recipes.take_up_run, window)
        lab, best_steps = LabActions(studio, copying, dialogs, window), BestStepsActions(studio, copying, window)
        files = FileActions(studio, plots, pictures, samples, projects, recipes, window, dialogs)
        schedules = ScheduleActions(studio, copying, pictures, window)
        steps = StepActions(studio, copying, pictures, dialogs, window)
        differences = DifferenceActions(studio, copying, dialogs, window)
        figures = FigureActions(studio, copying, dialogs, window)
        projects.forgotten.connect(kept.refresh)
        projects.forgotten.connect(lab.refresh)
        recipes.page_set.connect(figures.set_up)
        reports = ReportActions(studio, samples.recorded_run, dialogs, window)
        for each in (pictures, files, figures, reports, samples.saves, kept):
            each.follow_preferences(keeper.preferences)
            keeper.changed.connect(each.follow_preferences)
        saving = projects, preferences, files, figures, reports, recipes, kept, lab, best_steps
        actions = schedules, steps, pictures, samples, differences, *saving, copying
        palette = PaletteActions(studio, samples.setup.change_line, keeper, window)
        scenes = SceneActions(studio, pictures.opening, pictures.show_first_picture, window)
        helping = FullScreen(window), Help(samples.sampling_thread, window)
        return cls(window, studio, *actions, dialogs, palette, scenes, *helping)

    @property
    def queues(self) -> tuple[TaskQueue, ...]:
        """The queues of everything that is done beside the window because it was asked for."""
        savers = self.projects, self.pictures, self.files, self.figures, self.reports, self.samples.saves
        return self.pictures.opening, *(each.saving for each in savers), self.copying.tasks, self.differences.comparing

    @property
    def every_queue(self) -> tuple[TaskQueue, ...]:
        """Those, and the queues of what panels compute beside the window for what they show."""
        return tuple(self.window.findChildren(TaskQueue))

    @property
    def busy(self) -> bool:
        """True while something is done beside the window."""
        return self.samples.sampling_thread.busy or any(queue.busy for queue in self.every_queue)

    def finish(self) -> None:
        """Wait for the project and the runs that are being saved: who closes the window counts on it."""
        deadline = QDeadlineTimer(sampling_thread.PATIENCE_MS)
        self.projects.saving.finish(deadline)
        self.kept.finish(deadline)

    def end(self) -> None:
        """End whatever is still running, and wait for all of it together as long as closing may take."""
        deadline = QDeadlineTimer(sampling_thread.PATIENCE_MS)
        self.lab.reader.rest()
        for queue in self.every_queue:
            queue.cancel()
        self.samples.end(deadline)
        for queue in self.every_queue:
            queue.end(deadline)
        self.pictures.dragged_out.forget()
