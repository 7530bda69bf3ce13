"""Desk: everything that the panels' wiring and the menus' actions call."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QMainWindow

from ddpm_studio.gui.file_actions import FileActions, Plots
from ddpm_studio.gui.help import Help
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.sampling.sampling_actions import SamplingActions
from ddpm_studio.gui.schedule_actions import ScheduleActions
from ddpm_studio.gui.state.studio import Studio


@dataclass(frozen=True, eq=False)
class Desk:
    """Everything that can be done in a window, grouped by what it is done to."""

    window: QMainWindow
    studio: Studio
    schedules: ScheduleActions
    pictures: PictureActions
    samples: SamplingActions
    files: FileActions
    help: Help

    @classmethod
    def of(cls, window: QMainWindow, studio: Studio, plots: Plots) -> Desk:
        """The desk of a window over `studio`; `plots` saves the plots."""
        pictures, samples = PictureActions(studio, window), SamplingActions(studio, window)
        files = FileActions(studio, plots, pictures, samples, window)
        return cls(window, studio, ScheduleActions(studio, window), pictures, samples, files, Help(window))
