"""ProjectActions: save the document as a project, open one, and start afresh."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from ddpm_studio.errors import FileError
from ddpm_studio.files.filetypes import PROJECT, FileKind
from ddpm_studio.gui.file_filters import open_filters
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.preferences.beginning import fresh_state
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.projects.complaints import told
from ddpm_studio.gui.projects.document import Opened
from ddpm_studio.gui.projects.forgetting import forget_all
from ddpm_studio.gui.projects.project_file import ProjectTask, read_project
from ddpm_studio.gui.projects.session import ROOT
from ddpm_studio.gui.projects.session_folder import sessions_folder, set_aside_file
from ddpm_studio.gui.recent import RecentKind, remember_file
from ddpm_studio.gui.sampling.model.checkpoint_actions import CheckpointActions
from ddpm_studio.gui.saving_actions import SavingActions
from ddpm_studio.gui.state.step_names import OPENING, STARTING_AFRESH
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat
from ddpm_studio.texts import Text

SUFFIX = PROJECT.suffixes[0]


class ProjectActions(SavingActions):
    """Saves and opens projects. `said` reports what was done, `forgotten` that everything kept was forgotten."""

    forgotten = Signal()

    def __init__(
        self,
        studio: Studio,
        pictures: PictureActions,
        checkpoints: CheckpointActions,
        dialogs: FileDialogs,
        preferences: PreferenceKeeper,
        window: QWidget,
    ) -> None:
        super().__init__(studio, window)
        self._window, self._preferences = window, preferences
        self._pictures, self._checkpoints, self.dialogs = pictures, checkpoints, dialogs

    @Slot()
    def open_project(self) -> None:
        """Ask for a project and open it."""
        path = self.dialogs.open_one(self.tr("Open project"), open_filters(FileKind.PROJECT))
        if path:
            self.open_path(path)

    @Slot(str)
    def open_path(self, path: str) -> None:
        """Open a project, after what is being opened already, which else would end up in it.

        Everything it holds takes the place of what is there, which undoing brings back.
        """
        file = Path(path).absolute()
        self._open(file, file.parent, self._take_up_project)

    def open_at_once(self, path: str) -> None:
        """Open a project before anything else is done, since there is no window yet that has to go on."""
        file = Path(path).absolute()
        try:
            self._take_up_project(file, read_project(file))
        except FileError as error:
            self._studio.complain(error)

    @Slot()
    def save_project(self) -> None:
        """Save the document in its project, or ask for one if there is none."""
        path = self._studio.own.project
        if not path:
            self.save_project_as()
        elif not self._complain_if_busy():
            self._write(path)

    @Slot()
    def save_project_as(self) -> None:
        """Ask for a file, and save the document in it."""
        if self._complain_if_busy():
            return
        format = SaveFormat(self.tr("Project (*.ddpm)"), SUFFIX)
        suggestion = Path(self._studio.own.project).name or f"schedules{SUFFIX}"
        path, _ = self.dialogs.save(self.tr("Save project"), suggestion, [format])
        if path:
            self._write(str(Path(path).absolute()))

    @Slot()
    def start_afresh(self) -> None:
        """Go back to what a fresh window shows; undoing brings back what was there."""
        self._studio.end_visit()  # Of what is visited nothing is a step of the person's.
        fresh = Opened(fresh_state(self._preferences.preferences))
        with self._studio.one_step(STARTING_AFRESH):
            self._studio.open(fresh.state, STARTING_AFRESH)
            self._pictures.show_first_picture()
        self.take_checkpoint(fresh)

    @Slot()
    def ask_to_forget(self) -> None:
        """Ask whether to forget all that is kept from one start to the next, and do so."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Forget everything that is kept from one start to the next?"))
        box.setInformativeText(
            self.tr(
                "The sessions, the kept runs, the results of the lab, the lists of recent files, what was answered "
                "about checkpoints, and the preferences. The window starts afresh; files that you saved yourself stay."
            )
        )
        forget = box.addButton(self.tr("Forget"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        forget.clicked.connect(self._forget)
        box.open()

    @Slot()
    def _forget(self) -> None:
        self._preferences.forget()
        self.start_afresh()
        self._studio.begin()
        forget_all()
        self.forgotten.emit()
        self.said.emit(self.tr("Everything that was kept has been forgotten."))

    def take_checkpoint(self, opened: Opened, waiting: bool = False) -> None:
        """Choose the checkpoint that a project names, if any, with what was said about it; one that is `waiting` is not
        opened by a look at it.
        """
        subject = opened.checkpoint, opened.answers
        if opened.checkpoint and (waiting or subject != self._studio.state.sampling.subject):
            self._checkpoints.take_up(*subject, waiting)

    @Slot()
    def open_set_aside(self) -> None:
        """Open the session that could not be restored."""
        try:
            self._open(set_aside_file(sessions_folder()), ROOT, self._take_up, ours=True)
        except FileError as error:
            self._studio.complain(error)

    def _open(self, file: Path, folder: Path, take_up: Callable[[Path, Opened], None], ours: bool = False) -> None:
        """Read a project beside the window, and take up what it holds."""
        if not self._complain_if_busy():  # It may be this one that is being written.
            self._pictures.open_beside(file.name, partial(_read, file, folder, ours), partial(take_up, file))

    def _take_up_project(self, file: Path, opened: Opened) -> None:
        self._take_up(file, opened, str(file))
        remember_file(RecentKind.PROJECTS, str(file))

    def _take_up(self, file: Path, opened: Opened, project: str = "") -> None:
        self._studio.open(opened.document, Text(OPENING, {"name": file.name}), project)
        self.take_checkpoint(opened)
        if opened.complaints:
            self.said.emit(told(opened.complaints))

    def _write(self, path: str) -> None:
        state = self._studio.own
        self._save(ProjectTask(path, state), partial(self._keep, path, state))

    def _keep(self, path: str, written: State) -> None:
        self._studio.keep(path, written)
        remember_file(RecentKind.PROJECTS, path)


def _read(file: Path, folder: Path, ours: bool, monitor: TaskMonitor) -> Opened:
    return read_project(file, folder, ours)
