"""ReportActions: a report of what the window shows, written as a page of HTML beside the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from ddpm_studio.errors import FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.filetypes import HTML
from ddpm_studio.gui.reporting.report_of_state import Recorded, report_of
from ddpm_studio.gui.saving_actions import SavingActions
from ddpm_studio.gui.state.made.state_recipes import Carried, of_report
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat
from ddpm_studio.report import report_bytes
from ddpm_studio.report.report_contents import check_page


@dataclass(frozen=True, eq=False)
class ReportTask:
    """The report of a state and of a run, written at `path`."""

    path: str
    state: State
    run: Recorded | None
    recipe: Carried = str
    parts: int = 1

    @property
    def written(self) -> str:
        """The path."""
        return self.path

    def write(self, monitor: TaskMonitor) -> None:
        """Put it together, then write it."""
        content = report_bytes(report_of(self.state, self.run, self.recipe()), translated)
        with written_whole(self.path) as file:
            file.write(content)


class ReportActions(SavingActions):
    """Writes reports; `recorded` says which run is in view, if one is."""

    def __init__(
        self, studio: Studio, recorded: Callable[[], Recorded | None], dialogs: FileDialogs, parent: QWidget
    ) -> None:
        super().__init__(studio, parent)
        self._recorded, self.dialogs = recorded, dialogs

    @Slot()
    def export_report(self) -> None:
        """Ask for a path, and write what is on the screen there."""
        if self._complain_if_busy():
            return
        page = SaveFormat(self.tr("HTML page (*.html)"), HTML)
        path, _ = self.dialogs.save(self.tr("Export report"), f"report{HTML}", [page])
        if path:
            self._write(path)

    def _write(self, path: str) -> None:
        try:
            check_page(path)
        except FileError as error:
            self._studio.complain(error)
        else:
            state, run = self._studio.state.light(), self._recorded()
            recipe = self._carried(of_report(state, run and run[0]))
            self._save(ReportTask(path, state, run if self._with_prompts else _without_words(run), recipe))


def _without_words(run: Recorded | None) -> Recorded | None:
    """The same run, of which it is not said what it was asked for in words."""
    return run and (replace(run[0], prompt="", negative_prompt=""), run[1])
