"""Saves of a run: asks where to save its results, and has them written in a thread of their own."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QObject, Slot
from PySide6.QtGui import QImage

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.samples import check_suffix
from ddpm_studio.gui.sampling.run_tasks import LastPicturesTask, RunFileTask, SamplePictureTask, SamplingPathTask
from ddpm_studio.gui.saving_actions import SaveTask, SavingActions
from ddpm_studio.gui.state.made.state_recipes import Carried
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat
from ddpm_studio.gui.widgets.pictures.dragging import DraggedOut
from ddpm_studio.gui.widgets.qimages import to_pillow

if TYPE_CHECKING:
    from ddpm_studio.sampling.recording import Recording


class RunSaves(SavingActions):
    """Saves the sampler of a run that is in view. `said` reports what was done."""

    def __init__(self, studio: Studio, dialogs: FileDialogs, parent: QObject) -> None:
        super().__init__(studio, parent)
        self.dialogs = dialogs
        self.dragged_out = DraggedOut()
        self._recording: Recording | None = None
        self._recipe: Carried = str
        self._recipe_at_once: Carried = str

    def show_recording(self, recording: Recording | None, recipe: Carried = str, at_once: Carried = str) -> None:
        """Take the recording in view, and what made it, as what is saved next.

        `at_once` is for what is dragged or copied.
        """
        self._recording, self._recipe, self._recipe_at_once = recording, recipe, at_once

    @Slot()
    def save_samples(self) -> None:
        """Save the last pictures, one file each."""
        png = SaveFormat(self.tr("PNG pictures (*.png)"), ".png")
        self._ask(LastPicturesTask, self.tr("Save the last pictures"), "picture", png)

    @Slot()
    def save_grid(self) -> None:
        """Save the last pictures side by side."""
        self._ask(RunFileTask, self.tr("Save the grid"), "grid", SaveFormat(self.tr("PNG picture (*.png)"), ".png"))

    @Slot()
    def save_run(self) -> None:
        """Save the path from noise to pictures."""
        gif = SaveFormat(self.tr("GIF animation (*.gif)"), ".gif")
        webp = SaveFormat(self.tr("WebP animation (*.webp)"), ".webp")
        png = SaveFormat(self.tr("PNG frames (*.png)"), ".png")
        self._ask(SamplingPathTask, self.tr("Save the path"), "path", gif, webp, png)

    @Slot()
    def save_tensors(self) -> None:
        """Save the arrays of the recorded steps."""
        self._ask(RunFileTask, self.tr("Save raw tensors"), "run", SaveFormat(self.tr("NumPy (*.npz)"), ".npz"))

    @Slot(object)
    def save_picture(self, image: QImage) -> None:
        """Save one picture as it is shown, at its own size."""
        if self._complain_if_busy():
            return
        png = SaveFormat(self.tr("PNG picture (*.png)"), ".png")
        path, _ = self.dialogs.save(self.tr("Save picture"), "picture.png", [png])
        if path:
            self._start(SamplePictureTask(path, to_pillow(image), self._carried(self._recipe)), [png.suffix])

    @Slot(object)
    def copy_picture(self, image: QImage) -> None:
        """Copy one picture as it is shown, at its own size."""
        self._copy_image(image, self._recipe_at_once)

    @Slot(int, object)
    def drag_out(self, number: int, image: QImage) -> None:
        """Let one picture be dragged to another program as it is shown, at its own size."""
        recipe = self._carried(self._recipe_at_once)()
        self.dragged_out.drag(image, f"sample-{number + 1}.png", self, recipe)
        self._tell_left_out()

    @Slot()
    def end(self, deadline: QDeadlineTimer | None = None) -> None:
        """Stop saving, and remove what was dragged out; to be called when the window closes."""
        super().end(deadline)
        self.dragged_out.forget()

    def _ask(
        self,
        kind: type[LastPicturesTask] | type[RunFileTask] | type[SamplingPathTask],
        title: str,
        stem: str,
        *formats: SaveFormat,
    ) -> None:
        recording = self._recording
        if self._complain_if_busy():
            return
        if recording is None or recording.last is None:
            self._studio.complain(
                FileError(QT_TRANSLATE_NOOP("errors", "There is nothing to save yet; press Run first."))
            )
            return
        path, _ = self.dialogs.save(title, f"{stem}{formats[0].suffix}", formats)
        if path:
            self._start(kind(path, recording, self._carried(self._recipe)), [format.suffix for format in formats])

    def _start(self, task: SaveTask, suffixes: Collection[str]) -> None:
        try:
            check_suffix(task.path, suffixes)
        except FileError as error:
            self._studio.complain(error)
        else:
            self._save(task)
