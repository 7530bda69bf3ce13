"""Interruption of long work: whoever waits for it says when it is to end, and whoever does it asks often."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import TypeVar

T = TypeVar("T")

POLL_S = 0.02
"""How often whoever waits for work that asks too seldom asks in its place."""

Check = Callable[[], None]
"""What long work calls often; it ends with whatever that raises."""


class Interrupted(BaseException):
    """Not an error: nobody waits for the work any more. No `except Exception` on its way takes it for damage."""


def _go_on() -> None:
    """The Check of work that nobody ends."""


_check: ContextVar[Check] = ContextVar("check", default=_go_on)

_turn = threading.Lock()
"""Held by the one piece of work that is awaited, lest those that nobody waits for any more pile up."""


def check() -> None:
    """End the work if whoever waits for it wants that; else go on."""
    _check.get()()


@contextmanager
def interruptible(by: Check) -> Iterator[None]:
    """Have `check` call this, too, in what is done inside, in this thread."""
    outer = _check.get()

    def both() -> None:
        outer()
        by()

    token = _check.set(both)
    try:
        yield
    finally:
        _check.reset(token)


@contextmanager
def deadline(seconds: float, late: Exception) -> Iterator[None]:
    """Raise `late` from what is done inside if it still asks after so many seconds."""
    end, mine = time.monotonic() + seconds, Interrupted()

    def look() -> None:
        if time.monotonic() > end:
            raise mine

    try:
        with interruptible(look):
            yield
    except Interrupted as interrupted:
        if interrupted is mine:
            raise late from None
        raise


def awaited(work: Callable[[], T]) -> T:
    """What `work` returns, which is done in a thread of its own, so that waiting ends at once though it asks seldom.

    It is left to itself then, and ends where it asks, or by itself; until then others wait for their turn.
    """
    while not _turn.acquire(timeout=POLL_S):
        check()
    done = Future[T]()
    thread = threading.Thread(target=copy_context().run, args=(_do, work, done), name="awaited", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # There can be no more threads.
        _turn.release()
        raise
    while thread.is_alive():
        check()
        thread.join(POLL_S)
    return done.result()


def _do(work: Callable[[], T], done: Future[T]) -> None:
    try:
        done.set_result(work())
    except BaseException as error:
        done.set_exception(error)
    finally:
        _turn.release()
