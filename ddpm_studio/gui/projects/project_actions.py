"""ProjectActions: save the document as a project, open one, and start afresh."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from ddpm_studio.checkpoints import DEFAULT
from ddpm_studio.checkpoints.location import bundled, locate
from ddpm_studio.checkpoints.remembered import recalled
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.filetypes import PROJECT, FileKind
from ddpm_studio.files.reading import contents
from ddpm_studio.gui.file_filters import open_filters
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.projects.document import Opened, from_text, read_document, to_text, write_document
from ddpm_studio.gui.projects.forgetting import forget_all
from ddpm_studio.gui.projects.paths import found
from ddpm_studio.gui.projects.session import ROOT
from ddpm_studio.gui.projects.session_folder import sessions_folder, set_aside_file
from ddpm_studio.gui.recent import RecentKind, remember_file
from ddpm_studio.gui.sampling.model.checkpoint_actions import CheckpointActions
from ddpm_studio.gui.state.step_names import OPENING, STARTING_AFRESH
from ddpm_studio.gui.state.studio import Studio, first_state
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat
from ddpm_studio.texts import Readable, Text

MAX_PROJECT_BYTES = 512 * MIB
SUFFIX = PROJECT.suffixes[0]

OWN_NETWORK = QT_TRANSLATE_NOOP(
    "projects", "{name} builds its network with {network}, which is code, so it was not opened; open it yourself."
)


class ProjectActions(QObject):
    """Saves and opens projects. `said` reports what was done, `forgotten` that everything kept was forgotten."""

    said = Signal(str)
    forgotten = Signal()

    def __init__(
        self,
        studio: Studio,
        pictures: PictureActions,
        checkpoints: CheckpointActions,
        dialogs: FileDialogs,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._studio, self._pictures, self._checkpoints, self._dialogs = studio, pictures, checkpoints, dialogs

    @Slot()
    def open_project(self) -> None:
        """Ask for a project and open it."""
        path = self._dialogs.open_one(self.tr("Open project"), open_filters(FileKind.PROJECT))
        if path:
            self.open_path(path)

    @Slot(str)
    def open_path(self, path: str) -> None:
        """Open a project: everything it holds takes the place of what is there, which undoing brings back."""
        file = Path(path).absolute()
        try:
            opened = read_project(file)
        except FileError as error:
            self._studio.complain(error)
            return
        self._studio.open(opened.state, Text(OPENING, {"name": file.name}), str(file))
        remember_file(RecentKind.PROJECTS, path)
        self._tell(opened, file.parent)

    @Slot()
    def save_project(self) -> None:
        """Save the document in its project, or ask for one if there is none."""
        path = self._studio.state.project
        if path:
            self._write(path)
        else:
            self.save_project_as()

    @Slot()
    def save_project_as(self) -> None:
        """Ask for a file, and save the document in it."""
        format = SaveFormat(self.tr("Project (*.ddpm)"), SUFFIX)
        suggestion = Path(self._studio.state.project).name or f"schedules{SUFFIX}"
        path, _ = self._dialogs.save(self.tr("Save project"), suggestion, [format])
        if path:
            self._write(str(Path(path).absolute()))

    @Slot()
    def start_afresh(self) -> None:
        """Go back to what the first start shows; undoing brings back what was there."""
        with self._studio.one_step(STARTING_AFRESH):
            self._studio.open(first_state(), STARTING_AFRESH)
            self._studio.keep("")
            self._pictures.show_first_picture()
        self.take_checkpoint(DEFAULT, Path())

    @Slot()
    def ask_to_forget(self) -> None:
        """Ask whether to forget all that is kept from one start to the next, and do so."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Forget everything that is kept from one start to the next?"))
        box.setInformativeText(
            self.tr(
                "The sessions, the lists of recent files, and what was answered about checkpoints. The window starts "
                "afresh; files that you saved yourself stay."
            )
        )
        forget = box.addButton(self.tr("Forget"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        forget.clicked.connect(self._forget)
        box.open()

    @Slot()
    def _forget(self) -> None:
        self.start_afresh()
        self._studio.begin()
        forget_all()
        self.forgotten.emit()
        self.said.emit(self.tr("Everything that was kept has been forgotten."))

    def take_checkpoint(self, checkpoint: str, folder: Path, waiting: bool = False) -> list[Readable]:
        """Choose the checkpoint that a project in `folder` names; if that takes more than reading, say why not.

        Nothing is downloaded, and no code of the user's own is run: that is for them to ask for. One that is `waiting`
        is not opened by being looked at.
        """
        try:
            path = checkpoint if checkpoint in bundled() else str(found(checkpoint, folder))
            network = recalled(locate(path)).answers.network
        except StudioError as error:
            return [translated(error)]
        if network:
            return [Text(OWN_NETWORK, {"name": Path(path).name, "network": network})]
        if waiting or path != self._studio.state.sampling.checkpoint:
            self._checkpoints.take_up(path, waiting)
        return []

    @Slot()
    def open_set_aside(self) -> None:
        """Open the session that could not be restored."""
        try:
            file = set_aside_file(sessions_folder())
            opened = read_project(file, ROOT)
        except FileError as error:
            self._studio.complain(error)
            return
        self._studio.open(opened.state, Text(OPENING, {"name": file.name}))
        self._tell(opened, ROOT)

    def _tell(self, opened: Opened, folder: Path) -> None:
        complaints = [*opened.complaints, *self.take_checkpoint(opened.checkpoint, folder)]
        if complaints:
            self.said.emit(" ".join(map(translated, complaints)))

    def _write(self, path: str) -> None:
        try:
            text = to_text(write_document(self._studio.state, Path(path).parent))
            with written_whole(path) as file:
                file.write(text.encode("utf-8"))
        except StudioError as error:
            self._studio.complain(error)
            return
        self._studio.keep(path)
        remember_file(RecentKind.PROJECTS, path)
        self.said.emit(self.tr("Saved {path}.").format(path=path))


def read_project(file: Path, folder: Path | None = None) -> Opened:
    """What a project holds whose paths are seen from `folder`, by default its own. FileError if it is not one."""
    data = contents(found(str(file), Path()), limit=MAX_PROJECT_BYTES)
    document = from_text(data.decode("utf-8-sig", "surrogateescape"), str(file))
    return read_document(document, folder or file.parent, first_state())
