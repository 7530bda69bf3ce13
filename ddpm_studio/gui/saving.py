"""Saving in a thread of its own, with progress, and an end whenever a person or the window wants one."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal, Slot

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError


class TaskMonitor(Protocol):
    """Who waits for a task, and may want it to end: then both methods raise."""

    def check(self) -> None:
        """Called often."""

    def step(self) -> None:
        """Called once for each part of the work that is done."""


class SaveTask(Protocol):
    """A file to be written at `path` in `parts` steps of work; it holds all that it needs and changes nothing."""

    @property
    def path(self) -> str:
        """Where to."""

    @property
    def written(self) -> str:
        """What there is when it is done, for a person to read: the path, or those of the first file and the last."""

    @property
    def parts(self) -> int:
        """How often `write` will call `monitor.step`."""

    def write(self, monitor: TaskMonitor) -> None:
        """Write the file, whole or not at all; FileError where that cannot be."""


class _Cancelled(Exception):  # noqa: N818
    """Not an error: the person, or the window that closes, wants the work to end."""


class TaskRunner(QObject):
    """Writes the file of one task in the saver's thread. `ended` has the task, whether it is written, and why not."""

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
        """End the work where that is wanted."""
        if self._cancelled.is_set():
            raise _Cancelled

    def step(self) -> None:
        """Tell that another part is done."""
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
        except Exception as error:  # Encoders refuse in many ways, and the person waits for an answer.
            refusal = _failure(self._task.path, error)
        self.ended.emit(self._task, written, refusal)


class Saver(QObject):
    """Runs one task at a time. `progressed` has the file's name, the parts done and all parts; 0 of 0 at the end.

    `ended` has what is written, whether it is, and a StudioError or None; neither for a task that was cancelled.
    """

    progressed = Signal(str, int, int)
    ended = Signal(str, bool, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: SaveTask | None = None
        self._thread: QThread | None = None

    @property
    def busy(self) -> bool:
        """Whether a file is being saved."""
        return self._task is not None

    def start(self, task: SaveTask) -> None:
        """Begin a task; there must be none under way."""
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
        """Have the task end soon; `ended` follows."""
        if self.busy:
            self._runner.cancel()

    @Slot()
    def end(self) -> None:
        """End the task now and wait for its thread, which takes no longer than one frame; nothing is announced."""
        self.cancel()
        self._stop_thread()

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

    def _stop_thread(self) -> None:
        self._task = None
        if self._thread is not None:
            self._thread.quit()
            self._thread.wait()
            self._thread.deleteLater()
            self._thread = None


def _failure(path: str, error: Exception) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} cannot be written: {reason}; try another format or fewer pictures."),
        path=path,
        reason=str(error) or type(error).__name__,
    )
