"""PictureActions: opening, pasting and saving pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, Slot
from PySide6.QtWidgets import QApplication, QWidget

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.filetypes import FileKind
from ddpm_studio.files.pictures import RGB
from ddpm_studio.gui.file_filters import open_filters
from ddpm_studio.gui.picture.loading import from_mime, load, over_background, sample_paths
from ddpm_studio.gui.picture.picture_tasks import NoisingPathTask, PictureTask, SheetTask
from ddpm_studio.gui.recent import RecentKind, remember_file
from ddpm_studio.gui.saving_actions import SavingActions
from ddpm_studio.gui.state.step_names import CHANGE_OF_BACKGROUND
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat


class PictureActions(SavingActions):
    """Brings pictures into the Studio and saves them from it."""

    def __init__(self, studio: Studio, parent: QWidget, dialogs: FileDialogs | None = None) -> None:
        super().__init__(studio, parent)
        self.dialogs = dialogs or FileDialogs(parent)
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.end)

    # opening

    @Slot()
    def open_picture(self) -> None:
        """Ask for a picture and show it."""
        path = self.dialogs.open_one(self.tr("Open picture"), open_filters(FileKind.PICTURE))
        if path:
            self.show_picture(path)

    @Slot(str)
    def show_picture(self, path: str) -> None:
        """Show the picture in a file; one that cannot be opened leaves the last one in place."""
        try:
            self._studio.set_picture(load(path, self._studio.state.background))
            if Path(path) not in sample_paths():
                remember_file(RecentKind.PICTURES, path)
        except FileError as error:
            self._studio.complain(error)

    def show_first_picture(self) -> None:
        """Show the first sample, if the installation has one."""
        try:
            paths = sample_paths()
        except FileError:
            return
        for path in paths[:1]:
            self.show_picture(str(path))

    @Slot()
    def paste(self) -> None:
        """Show the picture on the clipboard."""
        mime: QMimeData | None = QApplication.clipboard().mimeData()  # None if nothing was ever copied.
        if mime is None or not self.paste_mime(mime):
            self._studio.complain(
                FileError(QT_TRANSLATE_NOOP("errors", "There is no picture on the clipboard; copy one first."))
            )

    @Slot(object)
    def paste_mime(self, mime: QMimeData) -> bool:
        """Show the picture that was pasted or dropped; False if there is none."""
        try:
            picture = from_mime(mime, self._studio.state.background)
        except FileError as error:
            self._studio.complain(error)
            return True
        if picture is not None:
            self._studio.set_picture(picture)
        return picture is not None

    @Slot(object)
    def set_background(self, background: RGB) -> None:
        """Put another colour behind a transparent picture."""
        picture = self._studio.state.picture
        try:
            behind = None if picture is None else over_background(picture, background)
            with self._studio.one_step(CHANGE_OF_BACKGROUND):
                self._studio.set_picture(behind)
                self._studio.set_background(background)
        except FileError as error:
            self._studio.complain(error)

    @Slot()
    def new_noise(self) -> None:
        """Draw ε with the next seed."""
        self._studio.set_seed(self._studio.state.seed + 1)

    # saving

    @Slot()
    def save_pictures(self) -> None:
        """Ask for a path, and save the pictures that are shown at full size, as one."""
        self._save(SheetTask, self.tr("Save pictures"), SaveFormat(self.tr("PNG picture (*.png)"), ".png"))

    @Slot()
    def save_path(self) -> None:
        """Ask for a path, and save the pictures from t = 0 to T as an animation."""
        gif = SaveFormat(self.tr("GIF animation (*.gif)"), ".gif")
        webp = SaveFormat(self.tr("WebP animation (*.webp)"), ".webp")
        self._save(NoisingPathTask, self.tr("Save the whole path"), gif, webp)

    def _save(self, kind: type[PictureTask], title: str, *formats: SaveFormat) -> None:
        state = self._studio.state
        if state.picture is None:
            self._studio.complain(
                FileError(QT_TRANSLATE_NOOP("errors", "There is no picture to save; open one first."))
            )
            return
        if self._complain_if_busy():
            return
        task = kind.of(state)
        suggestion = f"{Path(state.picture.name).stem}-{task.ending}{formats[0].suffix}"
        path, _ = self.dialogs.save(title, suggestion, formats)
        if path:
            self._saver.start(replace(task, path=path))
