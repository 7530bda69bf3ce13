"""Long work ends when nobody waits for it any more, and nothing on the way takes that for an error."""

from __future__ import annotations

import threading

import pytest

from ddpm_studio.interruption import Interrupted, awaited, check, deadline, interruptible
from tests.patience import PATIENCE_S


def interrupt() -> None:
    raise Interrupted


def test_nobody_ends_what_nobody_waits_for() -> None:
    check()


def test_whoever_waits_ends_it() -> None:
    with pytest.raises(Interrupted), interruptible(interrupt):
        check()
    check()


def test_every_one_of_those_who_wait_can_end_it() -> None:
    asked = []
    with interruptible(lambda: asked.append("outer")), interruptible(lambda: asked.append("inner")):
        check()
    assert asked == ["outer", "inner"]


def test_it_is_no_error() -> None:
    def careless() -> None:
        try:
            check()
        except Exception:
            pytest.fail("taken for damage")

    with pytest.raises(Interrupted), interruptible(interrupt):
        careless()


def test_another_thread_is_left_alone() -> None:
    done = threading.Event()

    def work() -> None:
        check()
        done.set()

    with interruptible(interrupt):
        other = threading.Thread(target=work)
        other.start()
        other.join()
    assert done.is_set()


def test_a_deadline_that_is_over() -> None:
    with pytest.raises(TimeoutError, match="too late"), deadline(-1, TimeoutError("too late")):
        check()


def test_a_deadline_that_is_met() -> None:
    with deadline(1000, TimeoutError()):
        check()


def test_the_outer_deadline_holds_within_another() -> None:
    with pytest.raises(TimeoutError, match="outer"), deadline(-1, TimeoutError("outer")), deadline(9, TimeoutError()):
        check()


class Stubborn:
    """Work that asks nobody, and ends when a test wants."""

    def __init__(self) -> None:
        self.begun, self.released = threading.Event(), threading.Event()
        self.thread = threading.current_thread()

    def __call__(self) -> str:
        self.thread = threading.current_thread()
        self.begun.set()
        assert self.released.wait(PATIENCE_S)
        return "done"

    def interrupt_it(self) -> None:
        """End the waiting for it, once it is at work."""
        if self.begun.is_set():
            raise Interrupted

    def end(self) -> None:
        self.released.set()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


def test_waiting_ends_though_the_work_asks_nobody() -> None:
    work = Stubborn()
    with pytest.raises(Interrupted), interruptible(work.interrupt_it):
        awaited(work)
    assert work.thread.is_alive()
    work.end()


def test_work_that_nobody_waits_for_any_more_is_the_only_such() -> None:
    first, later = Stubborn(), []
    with pytest.raises(Interrupted), interruptible(first.interrupt_it):
        awaited(first)
    with pytest.raises(Interrupted), interruptible(interrupt):
        awaited(lambda: later.append("while the first is at work"))
    first.end()
    assert awaited(lambda: "its turn") == "its turn"
    assert later == []


def test_work_that_is_awaited_is_ended_where_it_asks() -> None:
    asked = []

    def ask() -> None:
        if threading.current_thread().name == "awaited":
            asked.append(True)
            raise Interrupted

    with pytest.raises(Interrupted), interruptible(ask):
        awaited(check)
    assert asked == [True]


def test_what_is_raised_there_is_raised_here() -> None:
    def fail() -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        awaited(fail)
