"""Long work ends when nobody waits for it any more, and nothing on the way takes that for an error."""

from __future__ import annotations

import threading

import pytest

from ddpm_studio.interruption import Interrupted, check, deadline, interruptible


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
