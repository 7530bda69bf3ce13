"""Saver: saving in a separate thread, with progress, and cancelled whenever the user or the window asks for it."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Protocol

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal, Slot

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError


class TaskMonitor(Protocol):
    """The monitor of a task, which may cancel it: then both methods raise."""

    def check(self) -> None:
        """Called often during the work."""

    def step(self) -> None:
        """Called once for each finished part of the work."""


class SaveTask(Protocol):
    """A file to be written at `path` in `parts` steps of work; it holds all that it needs and changes nothing."""

    @property
    def path(self) -> str:
        """The path to write to."""

    @property
    def written(self) -> str:
        """The result, for the user to read: the path, or the first file's path and the last file's name."""

    @property
    def parts(self) -> int:
        """The number of times `write` will call `monitor.step`."""

    def write(self, monitor: TaskMonitor) -> None:
        """Write the file, whole or not at all; FileError if that is impossible."""


class _Cancelled(Exception):  # noqa: N818
    """Not an error: the user cancelled the work, or the window is closing."""


class TaskRunner(QObject):
    """Writes one task's file in the saver's thread. `ended` has the task, whether it was written, and any error."""

    stepped = Signal(object, int)
    ended = Signal(object, bool, object)

    def __init__(self, task: SaveTask) -> None:
        super().__init__()
        self._task = task
        self._done = 0
        self._cancelled = Event()

    def cancel(self) -> None:
        """End the work at the next check; may be called from any thread."""
        self._cancelled.set()

    def check(self) -> None:
        """End the work if it was cancelled."""
        if self._cancelled.is_set():
            raise _Cancelled

    def step(self) -> None:
        """Report that another part is done."""
        self.check()
        self._done += 1
        self.stepped.emit(self._task, self._done)

    @Slot()
    def run(self) -> None:
        """Do the work."""
        written, refusal = False, None
        try:
            self._task.write(self)
            written = True
        except _Cancelled:
            pass
        except StudioError as error:
            refusal = error
        except Exception as error:  # Encoders fail in many ways, and the user is waiting for an answer.
            refusal = _failure(self._task.path, error)
        self.ended.emit(self._task, written, refusal)


class Saver(QObject):
    """Runs one task at a time. `progressed` has the file's name, parts done and parts in all; 0 of 0 at the end.

    `ended` has the path, whether it was written, and a StudioError or None; a cancelled task has False and None.
    """

    progressed = Signal(str, int, int)
    ended = Signal(str, bool, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: SaveTask | None = None
        self._thread: QThread | None = None

    @property
    def busy(self) -> bool:
        """True while a file is being saved."""
        return self._task is not None

    def start(self, task: SaveTask) -> None:
        """Start a task; none may be running."""
        assert not self.busy
        self._task, self._thread, self._runner = task, QThread(self), TaskRunner(task)
        self._runner.moveToThread(self._thread)
        self._runner.stepped.connect(self._step)
        self._runner.ended.connect(self._finish)
        self._thread.started.connect(self._runner.run)
        self.progressed.emit(Path(task.path).name, 0, task.parts)
        self._thread.start()

    @Slot()
    def cancel(self) -> None:
        """Ask the task to end soon; `ended` follows."""
        if self.busy:
            self._runner.cancel()

    @Slot()
    def end(self, deadline: QDeadlineTimer | None = None) -> None:
        """End the task now and wait for its thread, which takes no longer than one frame; nothing is announced.

        A thread that misses the deadline is left behind, and its process has to end.
        """
        self.cancel()
        self._stop_thread(deadline)

    @Slot(object, int)
    def _step(self, task: SaveTask, done: int) -> None:
        if task is self._task:
            self.progressed.emit(Path(task.path).name, done, task.parts)

    @Slot(object, bool, object)
    def _finish(self, task: SaveTask, written: bool, refusal: StudioError | None) -> None:
        if task is self._task:
            self._stop_thread()
            self.progressed.emit(Path(task.path).name, 0, 0)
            self.ended.emit(task.written, written, refusal)

    def _stop_thread(self, deadline: QDeadlineTimer | None = None) -> None:
        self._task = None
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.quit()
            if thread.wait(deadline or QDeadlineTimer(QDeadlineTimer.ForeverConstant.Forever)):
                thread.deleteLater()


def _failure(path: str, error: Exception) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} cannot be written: {reason}; try another format or fewer pictures."),
        path=path,
        reason=str(error) or type(error).__name__,
    )
