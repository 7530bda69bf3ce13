"""PictureActions: opening, pasting and saving pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QDeadlineTimer, QMimeData, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.filetypes import FileKind
from ddpm_studio.files.pictures import RGB
from ddpm_studio.gui.file_filters import open_filters
from ddpm_studio.gui.picture.loading import (
    is_sample,
    load,
    load_last,
    local_files,
    over_background,
    pasted,
    sample_paths,
)
from ddpm_studio.gui.picture.picture_tasks import NoisingPathTask, OnePictureTask, PictureTask, SheetTask
from ddpm_studio.gui.recent import RecentKind, remember_file
from ddpm_studio.gui.saving_actions import SavingActions
from ddpm_studio.gui.state.made.state_recipes import Carried, of_noising
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.step_names import CHANGE_OF_BACKGROUND
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.tasks import Task, TaskMonitor, TaskQueue
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat
from ddpm_studio.gui.widgets.pictures.copied import recipe_copied
from ddpm_studio.gui.widgets.pictures.dragging import DraggedOut
from ddpm_studio.gui.widgets.qimages import to_pillow, to_qimage
from ddpm_studio.interruption import check
from ddpm_studio.texts import visible

R = TypeVar("R")


class PictureActions(SavingActions):
    """Brings pictures into the Studio and saves them from it.

    Whatever is opened, of every kind, is read in the order of `opening`. `wanted` says that the pictures are to be
    seen, `shown` has the file of one that is, `shown_pasted` a name and the text of the recipe of one that has no file,
    and `enlarging` has the PictureAt that is then to be seen alone.
    """

    wanted = Signal()
    shown = Signal(str)
    shown_pasted = Signal(str, str)
    enlarging = Signal(object)

    def __init__(self, studio: Studio, parent: QWidget, dialogs: FileDialogs | None = None) -> None:
        super().__init__(studio, parent)
        self._window = parent
        self.dragged_out = DraggedOut()
        self.dialogs = dialogs or FileDialogs(parent)
        self._turning: object = None
        self.opening = TaskQueue(self)
        self.opening.failed.connect(studio.complain)
        self.opening.cancelled.connect(self._say_not_opened)

    @Slot()
    def end(self, deadline: QDeadlineTimer | None = None) -> None:
        """Stop opening and saving, and wait for the threads; to be called when the window closes."""
        self.opening.end(deadline)
        super().end(deadline)
        self.dragged_out.forget()

    # opening

    @Slot()
    def open_picture(self) -> None:
        """Ask for a picture and show it."""
        path = self.dialogs.open_one(self.tr("Open picture"), open_filters(FileKind.PICTURE))
        if path:
            self.show_picture(path)

    @Slot(str)
    def show_picture(self, path: str, frame: int = 1) -> None:
        """Show the picture in a file, the frame of that number if it is there; one that cannot be opened leaves the
        last one in place.
        """
        self.show_last([path], frame)

    def show_last(self, paths: Sequence[str], frame: int = 1) -> None:
        """Show the last that can be read of pictures that came together, at least one, and say which it is."""

        def show(read: tuple[str, Picture, list[FileError]]) -> None:
            path, picture, refused = read
            self._show(path, picture, len(paths) - len(refused), refused)

        self._open(Path(paths[-1]).name, lambda: load_last(paths, self._studio.state.background, frame), show)

    def show_at_once(self, path: str, count: int = 1) -> None:
        """Show the picture in a file, the last of `count`, before anything else is done, since there is no window yet
        that has to go on.
        """
        try:
            self._show(path, load(path, self._studio.state.background), count)
        except FileError as error:
            self._studio.complain(error)

    def _show(self, path: str, picture: Picture, count: int = 1, refused: Sequence[FileError] = ()) -> None:
        self._studio.set_picture(picture)
        about = [self._about(picture, count)] if count > 1 or picture.remarks else []
        if said := [*about, *map(translated, refused)]:
            self.said.emit(" ".join(said))
        if not is_sample(path):
            remember_file(RecentKind.PICTURES, path, picture.frame)
        self.shown.emit(path)

    def _about(self, picture: Picture, count: int) -> str:
        """What is to be said of a picture, the last of `count`."""
        name = visible(picture.name)
        last = self.tr("{name} is shown, the last of {count} pictures: one is shown at a time.")
        first = last.format(name=name, count=count) if count > 1 else f"{name}:"
        return " ".join([first, *map(translated, picture.remarks)])

    def show_first_picture(self) -> None:
        """Show the first sample at once, if the installation has one."""
        try:
            for path in sample_paths()[:1]:
                self._studio.set_picture(load(str(path), self._studio.state.background))
        except FileError:
            return

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
        if paths := local_files(mime):
            self.show_last(paths)
            return True
        image = mime.imageData() if mime.hasImage() else None
        if not isinstance(image, QImage) or image.isNull():
            return False
        name, recipe = self.tr("pasted picture"), recipe_copied(mime)

        def show(picture: Picture) -> None:
            self._studio.set_picture(picture)
            if recipe:
                self.shown_pasted.emit(name, recipe)

        self._open(name, lambda: pasted(name, to_pillow(image), self._studio.state.background), show)
        return True

    @Slot(int)
    def choose_frame(self, frame: int) -> None:
        """Show another frame of the picture; of those that are chosen while one is read, the last."""
        self._turning = wish = object()
        source = picture.source if (picture := self._studio.state.picture) else ""

        def read() -> tuple[Picture | None, Picture | None]:
            picture = self._studio.state.picture
            wanted = wish is self._turning and picture is not None and picture.source == source
            return picture, load(source, self._studio.state.background, frame) if wanted else None

        def show(read: tuple[Picture | None, Picture | None]) -> None:
            before, turned = read
            if before and turned and before is self._studio.state.picture and wish is self._turning:
                self._studio.set_picture(turned)
                if not is_sample(source):
                    remember_file(RecentKind.PICTURES, source, frame)
                if turned.remarks and turned.remarks != before.remarks:
                    self.said.emit(self._about(turned, 1))

        self.opening.add(Task(self.tr("Choosing the frame"), partial(_read, read), show))

    @Slot(object)
    def set_background(self, background: RGB) -> None:
        """Put another colour behind a transparent picture."""

        def read() -> tuple[Picture | None, Picture | None]:
            picture = self._studio.state.picture
            return picture, picture and over_background(picture, background)

        def show(read: tuple[Picture | None, Picture | None]) -> None:
            before, behind = read
            if self._studio.state.picture is not before:  # By undoing, for one.
                self.set_background(background)
                return
            with self._studio.one_step(CHANGE_OF_BACKGROUND):
                self._studio.set_picture(behind)
                self._studio.set_background(background)

        self.opening.add(Task(self.tr("Changing the background"), partial(_read, read), show))

    def open_beside(self, name: str, work: Callable[[TaskMonitor], R], then: Callable[[R], None]) -> None:
        """Have something read beside the window, after what is being opened already, and taken up by `then`."""
        self.opening.add(Task(self.tr("Opening {name}").format(name=visible(name)), work, then))

    def _open(self, name: str, read: Callable[[], R], show: Callable[[R], None]) -> None:
        self.open_beside(name, partial(_read, read), show)

    @Slot(str)
    def _say_not_opened(self, title: str) -> None:
        self.said.emit(self.tr("{title} was cancelled; nothing was changed.").format(title=title))

    @Slot()
    def new_noise(self) -> None:
        """Draw ε with the next seed."""
        self._studio.set_seed(self._studio.state.seed + 1)

    @Slot(object)
    def copy_picture(self, at: PictureAt) -> None:
        """Copy one of the pictures at the size at which all are noised."""
        state = self._studio.state
        if state.picture is not None:
            self._copy_image(to_qimage(at.pixels(state)), _of_one(state, at))

    @Slot(object)
    def drag_out(self, at: PictureAt) -> None:
        """Let one of the pictures be dragged to another program, at the size at which all are noised."""
        state = self._studio.state
        if state.picture is not None:
            recipe = self._carried(_of_one(state, at))()
            self.dragged_out.drag(to_qimage(at.pixels(state)), f"{at.stem(state)}.png", self._window, recipe)
            self._tell_left_out()

    @Slot(object)
    def enlarge(self, at: PictureAt) -> None:
        """Go to x_t of a schedule, and have it, or an addend of it, seen alone among the pictures."""
        if at.entry is not None:
            self._studio.select(at.entry.key)
            self._studio.set_t(at.t)
            self.wanted.emit()
            self.enlarging.emit(at)

    # saving

    @Slot(object)
    def save_picture(self, at: PictureAt) -> None:
        """Ask for a path, and save one of the pictures at full size."""
        state = self._studio.state
        if state.picture is None or self._complain_if_busy():
            return
        png = SaveFormat(self.tr("PNG picture (*.png)"), ".png")
        path, _ = self.dialogs.save(self.tr("Save picture"), f"{at.stem(state)}.png", [png])
        if path:
            recipe = self._carried(_of_one(state, at))
            self._save(replace(OnePictureTask.of_one(state, at, path), recipe=recipe))

    @Slot()
    def save_pictures(self) -> None:
        """Ask for a path, and save the pictures that are shown at full size, as one."""
        self._ask(SheetTask, self.tr("Save pictures"), SaveFormat(self.tr("PNG picture (*.png)"), ".png"))

    @Slot()
    def save_path(self) -> None:
        """Ask for a path, and save the pictures from t = 0 to T as an animation."""
        gif = SaveFormat(self.tr("GIF animation (*.gif)"), ".gif")
        webp = SaveFormat(self.tr("WebP animation (*.webp)"), ".webp")
        self._ask(NoisingPathTask, self.tr("Save the whole path"), gif, webp)

    def _ask(self, kind: type[PictureTask], title: str, *formats: SaveFormat) -> None:
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
            self._save(replace(task, path=path, recipe=self._carried(of_noising(state, task.entries))))


def _of_one(state: State, at: PictureAt) -> Carried:
    """The recipe of one of the pictures of a state."""
    entries, steps = ((), ()) if at.entry is None else ((at.entry,), (at.t,))
    return of_noising(state, entries, steps)


def _read(read: Callable[[], R], monitor: TaskMonitor) -> R:
    """What was read, unless that was cancelled since it last asked."""
    picture = read()
    check()
    return picture
