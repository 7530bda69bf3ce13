"""Pool of processes on this machine that call functions, with the shape of `concurrent.futures`.

ProcessPoolExecutor is broken as a whole by one process that dies: it ends the others and cannot tell whose call that
was. Here a thread serves each process, so that one call is done again and nobody else's is touched; and processes begin
without running the main module anew, in a session of their own, and end with this one even if it is killed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Literal, ParamSpec, TypeVar

from ddpm_studio.lab.executors.answering import pickled_call, settle
from ddpm_studio.lab.executors.share import PoolError, Share
from ddpm_studio.lab.executors.slot import Slot

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class _Call:
    """What is to be called, as a pickle, and the future of what comes of it."""

    future: Future[Any]
    content: bytes


class ProcessPool(Executor):
    """A process for each share, begun when there is work for it. Functions are those that a module defines.

    A function whose process dies is called again, up to `slot.MOST_AGAIN` times; then its future has a PoolError.
    """

    def __init__(self, shares: Sequence[Share]) -> None:
        self._slots = [Slot(share) for share in shares]
        self._threads: list[threading.Thread] = []
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._lock, self._is_shut_down = threading.Lock(), False

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """The future of what the function returns or raises; what cannot be pickled raises here."""
        call = _Call(Future(), pickled_call(fn, args, kwargs))
        with self._lock:
            if self._is_shut_down:
                raise RuntimeError("nothing can be submitted after shutdown")
            self._calls.put(call)
            if len(self._threads) < len(self._slots):
                self._start_thread(self._slots[len(self._threads)])
        return call.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes once everything that was submitted is done, or at once if futures are cancelled.

        What a process was doing then ends with a CancelledError as well.
        """
        with self._lock:
            for slot in self._slots if cancel_futures else ():
                slot.close()
            if not self._is_shut_down:
                self._is_shut_down = True
                for _ in self._threads:
                    self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        """Wait for what is left to do, or cancel it when an exception ends the block."""
        self.shutdown(cancel_futures=kind is not None)
        return False

    def _start_thread(self, slot: Slot) -> None:
        thread = threading.Thread(target=self._serve, args=(slot,), name="pool", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self, slot: Slot) -> None:
        """Have a slot do one call after another until there are no more."""
        while call := self._calls.get():
            if slot.is_closed:
                call.future.cancel()
            if call.future.set_running_or_notify_cancel():
                _answer(call, slot)
        slot.close()


def _answer(call: _Call, slot: Slot) -> None:
    try:
        settle(call.future, slot.answer(call.content))
    except (PoolError, CancelledError) as error:
        call.future.set_exception(error)
