"""Kinds of harm, formats and cases: what a row, a column and an entry of the table are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Harm(Enum):
    """What a file is made to do; the rows of the table."""

    NOT_A_FILE = "not a file"
    ENDLESS = "endless"
    CLAIMS = "claims memory"
    MANY = "many small entries"
    NUMBERS = "numbers"
    EXECUTES = "executes"
    ELSEWHERE = "reads or writes elsewhere"
    DAMAGE = "damage"
    TEXT = "control text"
    ITSELF = "names itself"
    NAMES = "names"


Given = str | tuple[str, ...]
"""What is given to a door: a path, or all arguments."""

Writer = Callable[[Path], Given]
"""Makes a file in an empty folder; one marked by `opens` makes a harmless file, one by `may_open` it may be either."""

Cell = Mapping[str, Writer] | str
"""The cases of a class in a format by name, or why there are none."""


@dataclass(frozen=True)
class Format:
    """A column of the table, with the subcommand that reads such a file.

    `answered` where the file is a checkpoint, beside which a memory file is put that answers every question.
    `runs` where the subcommand draws with it, which the window then does too. `windowless` says why the window is no
    door for it.
    """

    name: str
    command: Callable[[Given, Path], list[str]]
    cells: Mapping[Harm, Cell]
    answered: bool = False
    runs: bool = False
    windowless: str = ""


@dataclass(frozen=True)
class Case:
    """One entry."""

    format: Format
    harm: Harm
    name: str
    write: Writer

    @property
    def outcomes(self) -> frozenset[bool]:
        """Whether the file opens: it does if it is harmless, may do if what is wrong need not be met, else does not."""
        return _OUTCOMES.get(self.write, frozenset({False}))

    def __str__(self) -> str:
        return f"{self.format.name}-{self.harm.value}-{self.name}".replace(" ", "_")


_OUTCOMES: dict[Writer, frozenset[bool]] = {}


def opens(write: Writer) -> Writer:
    """Mark what makes a harmless file."""
    _OUTCOMES[write] = frozenset({True})
    return write


def may_open(write: Writer) -> Writer:
    """Mark what makes a file in which the harm lies where a reader need not look."""
    _OUTCOMES[write] = frozenset({True, False})
    return write
