"""Ticks of the lines in the list: which are shown, changed for several lines at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

from ddpm_studio.gui.state.window import State


def ticked(state: State) -> frozenset[int]:
    """The keys of the lines that are shown."""
    return frozenset(entry.key for entry in state.visible)


def with_ticks(state: State, keys: Collection[int]) -> State:
    """The state with the lines of these keys shown, and no others."""
    wanted = ((entry, entry.key in keys) for entry in state.entries)
    entries = tuple(entry if entry.visible == on else replace(entry, visible=on) for entry, on in wanted)
    return replace(state, entries=entries)


@dataclass(frozen=True)
class Alone:
    """The line that is shown alone, and those that were shown before it was."""

    key: int = 0
    before: frozenset[int] = frozenset()

    def now(self, state: State, key: int) -> Self:
        """The same for the next line that is to be shown alone; from one to another, what was before both stays."""
        before = self.before if ticked(state) == {self.key} else ticked(state)
        return type(self)(key, before)

    def back(self, state: State) -> frozenset[int]:
        """The lines to be shown in place of the one that is alone: those before, or all if that is not known."""
        everything = frozenset(entry.key for entry in state.entries)
        before = self.before & everything if ticked(state) == {self.key} else frozenset[int]()
        return before if before - {self.key} else everything
