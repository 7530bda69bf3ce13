"""PickleReader: it has a machine follow the instructions of a pickle of tensors, and executes no others."""

from __future__ import annotations

import pickle
import struct

from ddpm_studio.checkpoints.reading.cursor import Cursor
from ddpm_studio.checkpoints.reading.instructions import INSTRUCTIONS
from ddpm_studio.checkpoints.reading.pickle_machine import PickleMachine
from ddpm_studio.checkpoints.reading.storages import Storages
from ddpm_studio.checkpoints.reading.unusual import UnusualError
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.budget import Budget
from ddpm_studio.interruption import check

MOST_INSTRUCTIONS = 10_000_000

_AT_ONCE = 500
"""Instructions between two looks at the budget and at whether anybody still waits; they take 240 KB at most."""

(_STOP,) = pickle.STOP

_BROKEN = (LookupError, TypeError, AttributeError, ArithmeticError, EOFError, RuntimeError, struct.error)
"""What instructions raise that no pickle of tensors has."""


class PickleReader:
    """A reader of pickles of protocols 2 to 5, one after another, each with a stack and a memo of its own.

    Whatever it builds is out of the budget before. Raises ForeignNameError, UnusualError, StudioError for the budget,
    and ValueError for everything else that is wrong.
    """

    def __init__(self, cursor: Cursor, storages: Storages, budget: Budget) -> None:
        self._machine = PickleMachine(cursor, storages, budget)
        self._cursor, self._budget, self._done = cursor, budget, 0

    def read(self) -> object:
        """The content of the next pickle."""
        self._machine.clear()
        try:
            while not self._ended(_AT_ONCE):
                self._done += _AT_ONCE
                if self._done > MOST_INSTRUCTIONS:
                    raise UnusualError(QT_TRANSLATE_NOOP("errors", "more than ten million values"))
                check()
            return self._machine.stack.pop()
        except _BROKEN as error:
            raise ValueError(f"no pickle of tensors at {self._cursor.place}") from error

    def _ended(self, instructions: int) -> bool:
        """Follow so many instructions, and pay for them together; True if the last ended the pickle."""
        following, room = self._cursor.next, 0
        for _ in range(instructions):
            code = following()
            if code == _STOP:
                return True
            act, each = INSTRUCTIONS[code]
            room += each
            act(self._machine)
        self._budget.spend(room)
        return False
