"""SavingActions: the part common to all saving, with one file at a time, its progress and its outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot
from PySide6.QtGui import QImage

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.recipes.recipe_json import TOO_LONG, without_prompts
from ddpm_studio.gui.preferences.preferences import Preferences
from ddpm_studio.gui.state.made.state_recipes import Carried
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.tasks import Task, TaskMonitor, TaskQueue
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.pictures.copied import copy_image
from ddpm_studio.texts import Text, visible_name, visible_path


class SaveTask(Protocol):
    """A file to be written at `path` in about `parts` steps of work; it holds all that it needs and changes nothing."""

    @property
    def path(self) -> str:
        """The path to write to."""

    @property
    def written(self) -> str:
        """The result, for the user to read: the path, or the first file's path and the last file's name."""

    @property
    def parts(self) -> int:
        """About how many times `write` will call `monitor.step`."""

    def write(self, monitor: TaskMonitor) -> tuple[Text, ...] | None:
        """Write the file, whole or not at all, and return what is to be said of it; FileError if it is impossible."""


class SavingActions(QObject):
    """Has files written beside the window. `said` reports what was done; `saving` has the progress."""

    said = Signal(str)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._carrying, self._with_prompts, self._left_out = True, False, False
        self.saving = TaskQueue(self)
        self.saving.failed.connect(studio.complain)
        self.saving.cancelled.connect(self._say_cancelled)

    @Slot(object)
    def follow_preferences(self, preferences: Preferences) -> None:
        """Put recipes into the files that are saved, with prompts or without, or none, as a person prefers."""
        self._carrying, self._with_prompts = preferences.recipes, preferences.prompts

    def _carried(self, recipe: Carried) -> Carried:
        """The recipe of a file to be saved, or that of none."""
        self._left_out = False
        return partial(self._text_of, recipe) if self._carrying and recipe is not str else str

    def _text_of(self, recipe: Carried) -> str:
        """The text of a recipe; noted is whether it is left out, for it is asked for beside the window."""
        text = recipe()
        self._left_out = not text
        return text if self._with_prompts else without_prompts(text)

    def _besides(self) -> str:
        """What is to be said of a recipe that is left out, "" of any other."""
        return translated(TOO_LONG) if self._left_out else ""

    def _copy_image(self, image: QImage, recipe: Carried) -> None:
        """Put a picture on the clipboard, with its recipe."""
        copy_image(image, self._carried(recipe)())
        self._tell_left_out()

    def _tell_left_out(self) -> None:
        if self._left_out:
            self.said.emit(self._besides())

    @Slot()
    def end(self, deadline: QDeadlineTimer | None = None) -> None:
        """Stop saving and wait for the thread, or until the deadline; to be called when the window closes."""
        self.saving.end(deadline)

    def _save(
        self,
        task: SaveTask,
        then: Callable[[], None] = lambda: None,
        besides: Callable[[], str] = lambda: "",
        first: Iterable[None] = (),
    ) -> None:
        """Write a file, after what is to be done in the window `first`, and report the outcome, after `then` if it was
        written, with what is to be said `besides`.
        """

        def report(remarks: tuple[Text, ...]) -> None:
            then()
            saved = self.tr("Saved {path}.").format(path=visible_path(task.written))
            self.said.emit(" ".join(filter(None, (saved, *map(translated, remarks), self._besides(), besides()))))

        title = self.tr("Saving {name}").format(name=visible_name(task.path))
        self.saving.add(Task(title, partial(_written, task), report, task.parts, first))

    def _complain_if_busy(self) -> bool:
        """True if another file is being saved; the user is then told."""
        if self.saving.busy:
            self._studio.complain(
                FileError(QT_TRANSLATE_NOOP("errors", "Another file is being saved; wait for it, or cancel it first."))
            )
        return self.saving.busy

    @Slot(str)
    def _say_cancelled(self, title: str) -> None:
        self.said.emit(self.tr("{title} was cancelled; nothing was written.").format(title=title))


def _written(task: SaveTask, monitor: TaskMonitor) -> tuple[Text, ...]:
    """What is to be said of what was written."""
    try:
        return task.write(monitor) or ()
    except StudioError:
        raise
    except Exception as error:  # Encoders fail in many ways, and the user is waiting for an answer.
        raise _failure(task.path, error) from error


def _failure(path: str, error: Exception) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} cannot be written: {reason}; try another format or fewer pictures."),
        path=path,
        reason=str(error) or type(error).__name__,
    )
