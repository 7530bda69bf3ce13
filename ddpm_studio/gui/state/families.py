"""Families in the list: what their members are called, and the lines that a family is broken up into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.spec import value_text
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.state.given_names import bounded_name
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import least_used


def named_members(state: State, entry: Entry) -> Iterator[tuple[Schedule, str]]:
    """The members of an entry, each with the name of the entry and the value in which it differs, or ""."""
    name = state.named(entry)
    for place, member in enumerate(entry.members):
        yield member, _with_value(entry, place, name)


def why_not_break_up(state: State) -> StudioError | None:
    """The reason why the selected schedule cannot be broken up; None if it can."""
    if state.current.family is None:
        return StudioError(
            QT_TRANSLATE_NOOP("errors", "Only a family can be broken up; write a range, as in cosine:s=0.005..0.03.")
        )
    if len(state.entries) < MAX_SCHEDULES:
        return None
    return StudioError(
        QT_TRANSLATE_NOOP("errors", "There are {count} schedules already; remove one to make room for members."),
        count=MAX_SCHEDULES,
    )


def broken_up(state: State, next_key: Callable[[], int]) -> State:
    """The state with the members of the selected family as lines of their own, as many as there is room for.

    The one that is shown keeps the style and stays selected.
    """
    family, styles = state.current, [entry.style for entry in state.entries]
    lines = []
    for place in _with_room(state):
        member, name = family.members[place], bounded_name(_with_value(family, place, family.name))
        alone = replace(family.holding(member), name=name)
        if member != family.schedule:
            styles.append(least_used(styles))
            alone = replace(alone, key=next_key(), style=styles[-1])
        lines.append(alone)
    row = state.entries.index(family)
    return replace(state, entries=(*state.entries[:row], *lines, *state.entries[row + 1 :]))


def _with_room(state: State) -> list[int]:
    """The places of the members of the selected family that have room in the list, the shown one among them."""
    entry = state.current
    assert entry.family is not None
    shown = entry.family.place_of(entry.schedule)
    others = [place for place in range(entry.family.count) if place != shown]
    return sorted([shown, *others[: MAX_SCHEDULES - len(state.entries)]])


def _with_value(entry: Entry, place: int, name: str) -> str:
    """The name of a member of an entry that has this name itself."""
    if not name or entry.family is None:
        return name
    return f"{name}, {entry.family.key}={value_text(entry.family.key, entry.family.values[place])}"
