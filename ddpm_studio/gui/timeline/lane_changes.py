"""Lanes that look otherwise in one state than in another, where that is only some of them."""

from __future__ import annotations

from dataclasses import fields

from ddpm_studio.gui.state.window import Entry, State

ELSEWHERE = frozenset({"entries", "adjusting", "steady", "undo", "redo"})
"""What of a State changes with a slider that is dragged, besides what lanes show."""


def changed_lanes(before: State, now: State) -> list[int] | None:
    """The places among the visible schedules of those that have changed; None if more has than schedules as long, with
    as many lines of steps.
    """
    if len(before.entries) != len(now.entries) or not _alike(before, now, ELSEWHERE):
        return None
    pairs = list(zip(before.entries, now.entries, strict=True))
    if not all(was is entry or _alike_but_for_levels(was, entry) for was, entry in pairs):
        return None
    if before.time_axis != now.time_axis:
        return None
    return [place for place, (was, entry) in enumerate(pair for pair in pairs if pair[1].visible) if was is not entry]


def _alike_but_for_levels(was: Entry, entry: Entry) -> bool:
    as_many = (was.schedule.T, len(was.steps)) == (entry.schedule.T, len(entry.steps))
    return as_many and _alike(was, entry, frozenset({"schedule", "steps"}))


def _alike(one: State | Entry, other: State | Entry, but_for: frozenset[str]) -> bool:
    """Whether all other fields are the same."""
    pairs = ((getattr(one, each.name), getattr(other, each.name)) for each in fields(one) if each.name not in but_for)
    return all(mine is theirs or mine == theirs for mine, theirs in pairs)
