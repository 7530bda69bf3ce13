"""Child: a process of its own for code that the user trusts, and the conversation with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from torch import Tensor

from ddpm_studio.apart.ahead import taken
from ddpm_studio.apart.begun import POLL_S
from ddpm_studio.checkpoints.families.shared.apart.ending import closed, ended, garbled, too_slow, unstarted
from ddpm_studio.checkpoints.families.shared.apart.framing import (
    GarbledError,
    Message,
    outline,
    receive,
    receive_tensor,
    send,
    shape_from,
)
from ddpm_studio.checkpoints.families.shared.apart.raised import check_reply
from ddpm_studio.checkpoints.families.shared.apart.watching import Watch
from ddpm_studio.interruption import check, deadline

OPENING_S = 60.0


class Child:
    """A process in which the code of the file at `path` runs: the one that was begun ahead, or one that begins now. It
    ends with `end`, with this object, and with our own process whatever that dies of.

    What its code prints is dropped. Whatever ends the waiting for an answer ends the process too. EndedError if there
    can be none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.Lock()
        try:
            self._begun = taken()
        except OSError as error:
            raise unstarted(path, error) from error
        self._process, self._stream = self._begun.process, self._begun.stream

    def __deepcopy__(self, memo: object) -> Self:
        """The same process: there is no other like it."""
        return self

    @property
    def has_ended(self) -> bool:
        """True once it was ended; one that has died is known of when it is next asked."""
        return not self._begun.end.alive

    def end(self) -> None:
        """End the process, and all that it started."""
        self._begun.end()

    def ask(self, request: Message, tensors: Sequence[Tensor] = ()) -> Message:
        """The answer to a request. ForeignError and MemoryError for an exception of the code that runs there,
        EndedError for a process that is gone or takes too much memory.
        """
        with self._conversation() as watch:
            send(self._stream, {**request, "tensors": outline(tensors)}, tensors, watch)
            reply = receive(self._stream, watch)
        self._check(reply)
        return reply

    def ask_for_tensor(self, request: Message, tensors: Sequence[Tensor], shapes: Sequence[Sequence[int]]) -> Tensor:
        """The tensor that is the answer, in the data type of the first that is sent; raises as `ask` does.

        It has content if its shape is among `shapes`; another one is on the meta device.
        """
        with self._conversation() as watch:
            send(self._stream, {**request, "tensors": outline(tensors)}, tensors, watch)
            reply = receive(self._stream, watch)
            if "raised" not in reply:
                shape = shape_from(reply.get("shape"))
                if shape in map(tuple, shapes):
                    return receive_tensor(self._stream, tensors[0].dtype, shape, watch)
                return tensors[0].new_empty(shape, device="meta")
        self._check(reply)
        raise AssertionError("a reply has a tensor or tells of an exception")

    def _check(self, reply: Message) -> None:
        """Raise what a reply tells of; a process that broke its device ends, so that the next has a whole one."""
        if reply.get("broken"):
            self.end()
        check_reply(reply)

    @contextmanager
    def _conversation(self) -> Iterator[Watch]:
        """A request and its answer, in turn with those of other threads; whatever disturbs them ends the process."""
        while not self._turn.acquire(timeout=POLL_S):
            check()
        try:
            if self.has_ended:
                raise closed(self.path)
            yield Watch(self.path, self._process.pid)
        except EOFError as error:
            self.end()
            raise ended(self.path, self._process.wait()) from error
        except GarbledError as error:
            self.end()
            raise garbled(self.path) from error
        except BaseException:
            self.end()
            raise
        finally:
            self._turn.release()


@contextmanager
def started(path: Path) -> Iterator[Child]:
    """A process for opening the file at `path`, which stays if that succeeds."""
    child = Child(path)
    try:
        yield child
    except BaseException:
        child.end()
        raise


@contextmanager
def in_time(path: Path) -> Iterator[None]:
    """Raise EndedError if what is done inside waits too long for the code of the file at `path`."""
    with deadline(OPENING_S, too_slow(path, OPENING_S)):
        yield
