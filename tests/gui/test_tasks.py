"""Work beside the window: in order, counted, cancelled, and never in the window's own thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from threading import Event, get_ident
from typing import Any

import pytest
from PySide6.QtCore import QDeadlineTimer, Qt, QThread, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.gui.tasks import NewestOnly, Task, TaskMonitor, TaskQueue
from ddpm_studio.gui.widgets.task_bar import TaskBar
from ddpm_studio.interruption import check
from tests.gui.finding import child
from tests.patience import PATIENCE_S


class Line:
    """A queue, and everything that it said."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.queue = TaskQueue()
        self.progress: list[tuple[str, int, int]] = []
        self.cancelled: list[str] = []
        self.failed: list[str] = []
        self.done: list[Any] = []
        self.queue.progressed.connect(self._note)
        self.queue.cancelled.connect(self.cancelled.append)
        self.queue.failed.connect(lambda error: self.failed.append(str(error)))

    def _note(self, *progress: Any) -> None:
        self.progress.append(progress)

    def add(self, title: str, work: Callable[[TaskMonitor], Any], parts: int = 1, first: Iterable[None] = ()) -> None:
        """Have something done, and note what comes of it."""
        self.queue.add(Task(title, work, self.done.append, parts, first))

    def wait(self) -> None:
        """Wait until nothing is left to do."""
        self.qtbot.waitUntil(lambda: not self.queue.busy)

    def turn(self) -> None:
        """Let the event loop turn."""
        with self.qtbot.waitCallback() as turned:
            QTimer.singleShot(0, turned)


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[Line]:
    line = Line(qtbot)
    yield line
    line.queue.end()


def running(line: Line) -> bool:
    """True if some thread is left."""
    return any(thread.isRunning() for thread in line.queue.findChildren(QThread))


def held(until: Event, value: object, monitor: TaskMonitor) -> object:
    """Work that takes as long as a test wants, but can be cancelled."""
    while not until.wait(0.001):
        check()
    return value


def drawn(steps: list[str], fails: Exception | None = None) -> Iterator[None]:
    """Three strokes in the window's thread, or two and an error."""
    try:
        for stroke in ("one", "two", "three"):
            if fails is not None and stroke == "three":
                raise fails
            steps.append(f"{stroke} {QThread.currentThread().isMainThread()}")
            yield
    finally:
        steps.append("put away")


def test_what_comes_first_is_done_in_the_window_a_stroke_a_turn(line: Line) -> None:
    steps = list[str]()
    line.add("a", lambda _: [*steps], first=drawn(steps))
    line.add("b", lambda _: "b")
    turns = 0
    while "put away" not in steps:
        before = len(steps)
        line.turn()
        turns += 1
        assert len(steps) - before <= 2
    line.wait()
    assert turns >= 3
    assert line.done == [["one True", "two True", "three True", "put away"], "b"]


def test_it_is_cancelled_there_as_well(line: Line) -> None:
    steps = list[str]()
    line.add("a", lambda _: 1, first=drawn(steps))
    line.turn()
    line.queue.cancel()
    line.wait()
    assert (line.cancelled, line.done) == (["a"], [])
    assert steps[-1] == "put away"
    assert "three True" not in steps


def test_what_fails_there_is_told_and_the_next_is_done(line: Line) -> None:
    line.add("a", lambda _: 1, first=drawn([], FileError(QT_TRANSLATE_NOOP("errors", "No ink."))))
    line.add("b", lambda _: 2)
    line.wait()
    assert (line.failed, line.done) == (["No ink."], [2])


@pytest.mark.parametrize("finished", [True, False])
def test_it_is_finished_or_ended_with_the_window(line: Line, finished: bool) -> None:
    steps = list[str]()
    line.add("a", lambda _: 1, first=drawn(steps))
    if finished:
        line.queue.finish(QDeadlineTimer(1000 * PATIENCE_S))
    line.queue.end()
    assert (line.done, "three True" in steps) == (([1], True) if finished else ([], False))
    assert not line.queue.busy


def test_the_event_loop_turns_while_something_is_done(line: Line) -> None:
    until = Event()
    line.add("a", partial(held, until, 1))
    for _ in range(3):
        line.turn()
    assert (line.queue.busy, line.done) == (True, [])
    until.set()
    line.wait()
    assert (line.done, line.progress) == ([1], [("a", 0, 1), ("a", 0, 0)])


def test_work_is_done_elsewhere_and_its_result_is_handed_over_here(line: Line) -> None:
    here: list[int] = []
    line.queue.add(Task("a", lambda _: get_ident(), lambda there: here.extend((there, get_ident()))))
    line.wait()
    assert here[1] == get_ident() != here[0]


def test_tasks_are_done_in_the_order_in_which_they_were_added(line: Line) -> None:
    until = Event()
    line.add("slow", partial(held, until, 1))
    line.add("quick", lambda _: 2)
    line.turn()
    assert line.done == []
    until.set()
    line.wait()
    assert line.done == [1, 2]


def test_what_comes_of_one_is_there_before_the_next_begins_and_what_it_adds_comes_last(line: Line) -> None:
    def add_another(_: object) -> None:
        line.done.append("first")
        line.add("last", lambda _: "last")

    line.queue.add(Task("a", lambda _: None, add_another))
    line.add("b", lambda _: ["second", *line.done])
    line.wait()
    assert line.done == ["first", ["second", "first"], "last"]


def test_parts_are_counted(line: Line) -> None:
    def work(monitor: TaskMonitor) -> None:
        for _ in range(3):
            monitor.step()

    line.add("a", work, parts=2)
    line.wait()
    assert line.progress == [("a", 0, 2), ("a", 1, 2), ("a", 2, 2), ("a", 2, 2), ("a", 0, 0)]


def test_cancel_ends_the_task_and_forgets_those_that_wait(line: Line) -> None:
    line.add("a", partial(held, Event(), 1))
    line.add("b", lambda _: 2)
    line.queue.cancel()
    line.wait()
    line.turn()
    assert (line.done, line.cancelled, line.failed) == ([], ["a"], [])
    line.add("c", lambda _: 3)
    line.wait()
    assert line.done == [3]


def test_what_cannot_be_done_is_told_and_the_next_is_done(line: Line) -> None:
    def refuse(_: TaskMonitor) -> None:
        raise FileError(QT_TRANSLATE_NOOP("errors", "{path} is empty; choose another file."), path="a")

    line.add("a", refuse)
    line.add("b", lambda _: 2)
    line.wait()
    assert (line.failed, line.done) == (["a is empty; choose another file."], [2])


def test_so_is_what_its_result_cannot_be_used_for(line: Line) -> None:
    def refuse(path: str) -> None:
        raise FileError(QT_TRANSLATE_NOOP("errors", "{path} is empty; choose another file."), path=path)

    line.queue.add(Task("a", lambda _: "a", refuse))
    line.add("b", lambda _: 2)
    line.wait()
    assert (line.failed, line.done) == (["a is empty; choose another file."], [2])


def test_a_mistake_of_ours_is_raised_here_and_the_next_is_done(line: Line) -> None:
    line.add("a", lambda _: 1 / 0)
    line.add("b", lambda _: 2)
    with line.qtbot.captureExceptions() as raised:
        line.wait()
    assert [kind for kind, *_ in raised] == [ZeroDivisionError]
    assert line.done == [2]


def test_the_end_is_waited_for_and_nothing_is_said(line: Line) -> None:
    line.add("a", partial(held, Event(), 1))
    line.add("b", lambda _: 2)
    line.queue.end()
    assert not running(line)
    line.turn()
    assert (line.done, line.cancelled) == ([], [])


def test_something_that_cannot_be_interrupted_is_not_waited_for_for_ever(
    line: Line,
) -> None:
    until = Event()
    line.add("a", lambda _: until.wait(PATIENCE_S))
    line.queue.end(QDeadlineTimer(1))
    assert running(line)
    until.set()
    line.qtbot.waitUntil(lambda: not running(line))
    line.turn()
    assert line.done == []


# the bar


@pytest.fixture
def bar(qtbot: QtBot) -> TaskBar:
    bar = TaskBar()
    qtbot.addWidget(bar)
    return bar


def test_a_bar_shows_what_takes_a_while(bar: TaskBar, qtbot: QtBot) -> None:
    bar.show_progress("Saving a.gif", 3, 10)
    assert bar.isHidden()
    qtbot.waitUntil(bar.isVisible)
    assert (bar._label.whole, bar._bar.value(), bar._bar.maximum()) == ("Saving a.gif", 3, 10)
    with qtbot.waitSignal(bar.cancelled):
        QTest.mouseClick(bar.cancel, Qt.MouseButton.LeftButton)
    bar.show_progress("Saving a.gif", 0, 0)
    assert bar.isHidden()


def test_a_bar_stays_away_for_what_is_done_soon(bar: TaskBar, qtbot: QtBot) -> None:
    bar.show_progress("Saving a.gif", 0, 10)
    bar.show_progress("Saving a.gif", 0, 0)
    assert not bar._later.isActive()
    assert bar.isHidden()


def test_of_a_single_part_the_bar_knows_no_end(bar: TaskBar) -> None:
    bar.show_progress("Opening a.csv", 0, 1)
    assert bar._bar.endless


class Newest:
    """Work of which only the newest is wanted, and all that came of it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.only = qtbot, NewestOnly()
        self.taken: list[object] = []
        self.failed: list[str] = []
        self.only.failed.connect(lambda error: self.failed.append(str(error)))

    def do(self, work: Callable[[], object], beside: bool = True) -> None:
        """Have something computed."""
        self.only.do(work, self.taken.append, beside)

    def wait(self) -> None:
        """Wait until it is there, and whatever it took the place of has ended."""
        self.qtbot.waitUntil(lambda: not self.only.under_way and not child(self.only, TaskQueue).busy)


@pytest.fixture
def newest(qtbot: QtBot) -> Iterator[Newest]:
    newest = Newest(qtbot)
    yield newest
    child(newest.only, TaskQueue).end()


def test_of_what_is_computed_beside_the_window_only_the_newest_is_taken(newest: Newest) -> None:
    until, threads = Event(), set[int]()
    newest.do(lambda: held(until, 1, None))  # type: ignore[arg-type]
    newest.do(lambda: held(until, 2, None))  # type: ignore[arg-type]
    newest.do(lambda: threads.add(get_ident()) or held(until, 3, None))  # type: ignore[arg-type, func-returns-value]
    assert (newest.only.under_way, newest.taken) == (True, [])
    until.set()
    newest.wait()
    assert newest.taken == [3]
    assert threads.isdisjoint({get_ident()})


def test_what_was_done_before_it_was_no_longer_wanted_is_not_taken(newest: Newest) -> None:
    done = Event()
    newest.do(lambda: done.set() or 1)  # type: ignore[func-returns-value]
    assert done.wait(PATIENCE_S)
    newest.do(lambda: 2, beside=False)
    assert newest.taken == [2]
    newest.wait()
    assert newest.taken == [2]


def test_what_is_quick_is_there_at_once(newest: Newest) -> None:
    newest.do(lambda: 1, beside=False)
    assert (newest.taken, newest.only.under_way) == ([1], False)


def test_nothing_is_taken_of_what_is_no_longer_wanted(newest: Newest) -> None:
    newest.do(lambda: held(Event(), 1, None))  # type: ignore[arg-type]
    newest.only.cancel()
    newest.wait()
    assert newest.taken == []


def test_what_cannot_be_computed_is_told_and_gives_nothing(newest: Newest) -> None:
    def fail() -> None:
        raise FileError(QT_TRANSLATE_NOOP("errors", "It is gone."))

    newest.do(fail)
    newest.wait()
    assert (newest.taken, newest.failed) == ([None], ["It is gone."])
    newest.do(lambda: 1 // 0)
    with newest.qtbot.captureExceptions() as raised:
        newest.wait()
    assert [kind for kind, *_ in raised] == [ZeroDivisionError]
    assert newest.taken == [None, None]
