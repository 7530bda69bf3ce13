"""Slot of a pool: the place of one process at a time, which is replaced when it dies and does its call again."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import CancelledError
from multiprocessing.connection import Connection

from ddpm_studio.apart.begun import begin_serving, end_serving
from ddpm_studio.apart.exit_codes import reason_of_exit
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.lab.executors.share import PoolError, Share

MOST_AGAIN = 3
"""How often a call is done again because the process that did it has died."""

_MODULE = "ddpm_studio.lab.executors.pool_worker"
_LOOK_S = 1.0
"""How often a process is looked at whose connection something else may hold open, such as a child of its own."""


class Slot:
    """The place of one process of a pool, which begins with its first call.

    `answer` is for one thread; any other may call `close`.
    """

    def __init__(self, share: Share) -> None:
        self.is_closed = False
        self._share, self._lock = share, threading.Lock()
        self._worker: _Worker | None = None

    def answer(self, call: bytes) -> bytes:
        """The outcome of a call, as a pickle. PoolError if each process that did it has died, or if there can be none;
        CancelledError once the slot was closed.
        """
        for _ in range(1 + MOST_AGAIN):
            worker = self._at_hand()
            try:
                return worker.answer(call)
            except (EOFError, OSError):
                worker.end()
        raise _died(worker.code)

    def close(self) -> None:
        """End the process, whatever it does; there will be no other."""
        with self._lock:
            self.is_closed = True
            if self._worker:
                self._worker.end()

    def _at_hand(self) -> _Worker:
        """A process that lives; one that has died with nothing to do is no call's fault."""
        with self._lock:
            if self.is_closed:
                raise CancelledError
            if self._worker and self._worker.code is not None:
                self._worker.end()
                self._worker = None
            self._worker = self._worker or _Worker(self._share)
            return self._worker


class _Worker:
    """A process and the connection with it. PoolError if there can be none.

    `end` ends the process, from any thread; the connection is left to whoever waits at it, and goes with this object.
    """

    def __init__(self, share: Share) -> None:
        try:
            self._process, stream = begin_serving(_MODULE, share.environment)
        except OSError as error:
            raise _unstarted(error) from error
        self._connection = Connection(stream.detach())
        self.end = weakref.finalize(self, end_serving, self._process)

    @property
    def code(self) -> int | None:
        """How it ended, None while it lives."""
        return self._process.poll()

    def answer(self, call: bytes) -> bytes:
        """The outcome of a call; EOFError or OSError if the process has died."""
        self._connection.send_bytes(call)
        while not self._connection.poll(_LOOK_S):
            if self.code is not None:
                raise EOFError
        return self._connection.recv_bytes()


def _died(code: int | None) -> PoolError:
    return PoolError(
        QT_TRANSLATE_NOOP(
            "errors",
            "Each of the {times} processes that were to do this ended before it was done ({reason}), as they do where "
            "memory runs out; use smaller batches or fewer processes.",
        ),
        times=1 + MOST_AGAIN,
        reason=reason_of_exit(code or 0),
    )


def _unstarted(error: OSError) -> PoolError:
    return PoolError(
        QT_TRANSLATE_NOOP(
            "errors", "There can be no further process ({reason}); use fewer of them, or close other programs."
        ),
        reason=error.strerror or error,
    )
