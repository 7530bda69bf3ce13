"""Ahead of its need, a process apart is begun as soon as it is foreseen, and imports torch while all else goes on.

It is given no code before somebody takes it. No more than one waits, and not for long.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from ddpm_studio.apart.begun import Begun

IDLE_S = 300.0
"""How long one waits to be taken, in which a person answers what is asked about a checkpoint."""

CODE_OPTIONS = ("--network", "--trust")
"""Options of the shell that have code of the user's run, unless it is refused."""


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A process that nobody has taken yet, and what ends it if nobody does."""

    begun: Begun
    end_of_patience: threading.Timer


_lock = threading.Lock()
_waiting: list[_Waiting] = []


def begin_ahead() -> None:
    """Begin a process that will be needed soon, unless one is waiting already. Where there can be none, whoever needs
    it says so.
    """
    with _lock:
        if _waiting and _waiting[0].begun.is_as_new:
            return
        _drop()
        with suppress(OSError):
            begun, timer = Begun(), threading.Timer(IDLE_S, end_ahead)
            timer.daemon = True
            timer.start()
            _waiting.append(_Waiting(begun, timer))


def begin_if_asked(arguments: Iterable[str]) -> None:
    """Begin a process ahead if arguments of the shell have code run."""
    if any(argument.partition("=")[0] in CODE_OPTIONS for argument in arguments):
        begin_ahead()


def taken() -> Begun:
    """The process that waits, if it is as one that begins now, else such; OSError if there can be none."""
    with _lock:
        begun = _waiting[0].begun if _waiting else None
        if begun is None or not begun.is_as_new:
            _drop()
            return Begun()
        _waiting.pop().end_of_patience.cancel()
        return begun


def end_ahead() -> None:
    """End the process that waits, if there is one."""
    with _lock:
        _drop()


def _drop() -> None:
    while _waiting:
        left = _waiting.pop()
        left.end_of_patience.cancel()
        left.begun.end()
