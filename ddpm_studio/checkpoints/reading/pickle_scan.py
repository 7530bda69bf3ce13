"""Scan of a pickle for what it names and claims: read as a list of instructions and never carried out."""

from __future__ import annotations

import pickletools
from dataclasses import dataclass, field
from typing import IO

_STRINGS = {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE", "SHORT_BINSTRING", "BINSTRING", "STRING"}
_NUMBERS = {"BININT", "BININT1", "BININT2", "LONG1", "LONG4", "INT", "LONG"}
_PUTS, _GETS = {"PUT", "BINPUT", "LONG_BINPUT"}, {"GET", "BINGET", "LONG_BINGET"}


@dataclass
class Scan:
    """The findings: `names`, the globals that loading would look up, "module.name" in order; `elements`, the most that
    the storage of a tensor claims to have; `whole`, False if the pickle is broken or ends early.
    """

    names: list[str] = field(default_factory=list)
    elements: int = 0
    whole: bool = True


def scan(stream: IO[bytes]) -> Scan:
    """Go through one pickle, and leave the stream where the next begins.

    `stream.read(n)` must not allocate what is not there: a BytesIO or an mmap, not a file.
    """
    found, reader = Scan(), _Reader()
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            reader.take(found, opcode.name, argument)
    except (ValueError, IndexError, KeyError, AttributeError, OverflowError):
        # pickletools raises these for opcodes and arguments that no pickle has.
        found.whole = False
    return found


class _Reader:
    """As much of the unpickler's stack as names and sizes need: recent strings, the last number, the memo."""

    def __init__(self) -> None:
        self.strings: list[object] = []
        self.memo: dict[object, object] = {}
        self.number = 0
        self.last: object = None

    def take(self, found: Scan, name: str, argument: object) -> None:
        if name in ("GLOBAL", "INST"):
            found.names.append(str(argument).replace(" ", ".").replace("__builtin__.", "builtins."))
        elif name == "STACK_GLOBAL":
            found.names.append(".".join(map(str, self.strings[-2:])))
        elif name in ("BINPERSID", "PERSID"):
            found.elements = max(found.elements, self.number)
        elif name in _NUMBERS and isinstance(argument, int):
            self.number = argument
        self._remember(name, argument)

    def _remember(self, name: str, argument: object) -> None:
        if name in _STRINGS:
            self._push(argument)
        elif name in _GETS:
            self._push(self.memo.get(argument))
        elif name in _PUTS:
            self.memo[argument] = self.last
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = self.last
        else:
            self.last = None

    def _push(self, value: object) -> None:
        self.last = value
        if isinstance(value, str):
            self.strings = [*self.strings[-1:], value]
