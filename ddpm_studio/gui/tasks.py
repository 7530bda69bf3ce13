"""Tasks: work beside the window, in order, with progress, and cancelled whenever the user or the window asks for it.

What a person asks for is done in the order of a queue; of what a panel shows, only the newest is computed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QObject, QThread, QTimer, Signal, Slot

from ddpm_studio.errors import StudioError
from ddpm_studio.interruption import Interrupted, interruptible

R = TypeVar("R")

WORKED_S, SLEPT_S = 0.003, 0.0005
"""How long a task works at a stretch, and how long it then sleeps."""


class TaskMonitor(Protocol):
    """The monitor of a task, which may cancel it: then this raises, and so does `interruption.check`."""

    def step(self) -> None:
        """Called once for each finished part of the work."""


@dataclass(frozen=True)
class Task:
    """A piece of work beside the window: `work` changes nothing there, and what it returns is given to `then`, in it.

    Either may raise a StudioError, which is told.
    `title` says what is being done, and `parts` about how many steps `work` reports to its monitor. What can only be
    done in the window's thread comes `first`: a step of it in each turn of the event loop.
    """

    title: str
    work: Callable[[TaskMonitor], Any]
    then: Callable[[Any], None]
    parts: int = 1
    first: Iterable[None] = ()


class TaskRunner(QObject):
    """Does one task's work in a thread of its own. `ended` has whether it was done, and its result or the error."""

    stepped = Signal(object, int)
    ended = Signal(object, bool, object)

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task
        self._done = 0
        self._since = time.monotonic()
        self._cancelled = Event()

    def cancel(self) -> None:
        """End the work at the next check; may be called from any thread."""
        self._cancelled.set()

    def _check(self) -> None:
        """End the work if it was cancelled."""
        if self._cancelled.is_set():
            raise Interrupted
        self._give_way()

    def step(self) -> None:
        """Report that another part is done."""
        self._check()
        self._done += 1
        self.stepped.emit(self._task, self._done)
        self._give_way()

    def _give_way(self) -> None:
        """Let the window's thread have the interpreter, for which it waits with every call of a paint.

        Whoever lets go of it and takes it back at once, as in telling of a step, is quicker than those that wait.
        """
        if time.monotonic() - self._since > WORKED_S:
            time.sleep(SLEPT_S)
            self._since = time.monotonic()

    @Slot()
    def run(self) -> None:
        """Do the work."""
        try:
            with interruptible(self._check):
                done, result = True, self._task.work(self)
        except Interrupted:
            done, result = False, None
        except Exception as error:
            done, result = False, error
        self.ended.emit(self._task, done, result)


class TaskQueue(QObject):
    """Does tasks one after another, in the order in which they were added.

    `progressed` has a task's title, parts done and parts in all; 0 of 0 when nothing is left to do. `failed` has a
    StudioError, and `cancelled` the title.
    """

    progressed = Signal(str, int, int)
    cancelled = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting = deque[Task]()
        self._task: Task | None = None
        self._first: Iterator[None] = iter(())
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._take_turn)
        self._thread: QThread | None = None
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.end)

    @property
    def busy(self) -> bool:
        """True while there is something to do."""
        return self._task is not None

    def add(self, task: Task) -> None:
        """Do a task as soon as those before it are done."""
        self._waiting.append(task)
        if not self.busy:
            self._start()

    @Slot()
    def cancel(self) -> None:
        """Ask the task to end soon, and forget those that wait."""
        self._waiting.clear()
        if self._thread is not None:
            self._runner.cancel()
        elif self.busy:
            self._first = _interrupted()

    def finish(self, deadline: QDeadlineTimer) -> None:
        """Wait until everything is done and taken up, or until the deadline."""
        while self.busy and not deadline.hasExpired():
            if self._thread is None:
                self._take_turn()
                continue
            self._thread.quit()
            self._thread.wait(deadline)
            QCoreApplication.sendPostedEvents(self)

    @Slot()
    def end(self, deadline: QDeadlineTimer | None = None) -> None:
        """Cancel everything and wait for the thread, which takes no longer than one part; nothing is announced.

        A thread that misses the deadline is left behind, and its process has to end.
        """
        self.cancel()
        self._turn.stop()
        self._task, self._first = None, iter(())
        self._stop_thread(deadline)

    def _start(self) -> None:
        self._task = task = self._waiting.popleft()
        self.progressed.emit(task.title, 0, task.parts)
        if task.first == ():
            self._work(task)
        else:
            self._first = iter(task.first)
            self._turn.start()

    @Slot()
    def _take_turn(self) -> None:
        task = self._task
        if task is None:
            return
        try:
            next(self._first)
            self._turn.start()
        except StopIteration:
            self._work(task)
        except Interrupted:
            self._finish(task, False, None)
        except Exception as error:
            self._finish(task, False, error)

    def _work(self, task: Task) -> None:
        self._thread = QThread(self)
        self._runner = TaskRunner(task)
        self._runner.moveToThread(self._thread)
        self._runner.stepped.connect(self._step)
        self._runner.ended.connect(self._finish)
        self._thread.started.connect(self._runner.run)
        self._thread.start()

    @Slot(object, int)
    def _step(self, task: Task, done: int) -> None:
        if task is self._task:
            self.progressed.emit(task.title, min(done, task.parts), task.parts)

    @Slot(object, bool, object)
    def _finish(self, task: Task, done: bool, result: Any) -> None:
        if task is not self._task:
            return
        self._stop_thread()
        try:
            self._deliver(task, done, result)
        finally:
            # Only now, so that what is added by `then` waits for its turn.
            if task is self._task:
                self._go_on(task)

    def _deliver(self, task: Task, done: bool, result: Any) -> None:
        if done:
            try:
                task.then(result)
            except StudioError as error:
                self.failed.emit(error)
        elif isinstance(result, StudioError):
            self.failed.emit(result)
        elif result is None:
            self.cancelled.emit(task.title)
        else:
            raise result

    def _go_on(self, task: Task) -> None:
        self._task = None
        if self._waiting:
            self._start()
        else:
            self.progressed.emit(task.title, 0, 0)

    def _stop_thread(self, deadline: QDeadlineTimer | None = None) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.quit()
            if thread.wait(deadline or QDeadlineTimer(QDeadlineTimer.ForeverConstant.Forever)):
                thread.deleteLater()


def _interrupted() -> Iterator[None]:
    """What a task that is cancelled before its work does in its next turn."""
    raise Interrupted
    yield


class NewestOnly(QObject):
    """Work of which only the newest is wanted, as that for a picture on the screen: what is under way gives way to it.

    `failed` has a StudioError that ended it.
    """

    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = TaskQueue(self)
        self._queue.failed.connect(self.failed)
        self._newest: object = None

    @property
    def under_way(self) -> bool:
        """True while what is wanted is not there yet."""
        return self._newest is not None

    def do(self, work: Callable[[], R], then: Callable[[R | None], None], beside: bool) -> None:
        """Have `then` take what `work` returns, at once, or later if that is done `beside` the window.

        Work beside it that fails is told, and gives None.
        """
        self.cancel()
        if not beside:
            then(work())
            return
        self._newest = newest = object()
        self._queue.add(Task("", partial(_outcome, work), partial(self._take, newest, then)))

    def cancel(self) -> None:
        """Want nothing any more."""
        self._newest = None
        self._queue.cancel()

    def _take(self, newest: object, then: Callable[[Any], None], outcome: object) -> None:
        if newest is not self._newest:
            return  # It was done when it was cancelled.
        self._newest = None
        if not isinstance(outcome, Exception):
            then(outcome)
            return
        then(None)
        raise outcome


def _outcome(work: Callable[[], R], monitor: TaskMonitor) -> R | Exception:
    """What was computed, or the error."""
    try:
        return work()
    except Exception as error:
        return error
