"""Likeness of the lines of a list: which others have the same schedule, or nearly so, or the same but for a shift."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_sameness import Likeness, Sameness, sameness
from ddpm_studio.gui.state.window import Entry

_ORDER = list(Likeness)


def alike(entry: Entry, entries: Iterable[Entry]) -> list[tuple[Entry, Sameness]]:
    """The other ones of `entries` that are like an entry, the closest first, and how; of families the equal ones.

    The shown member of a family changes with a click, and says nothing of the line.
    """
    pairs = [(other, _sameness(entry, other)) for other in entries if other.key != entry.key]
    return sorted(((other, same) for other, same in pairs if same is not None), key=_closeness)


def member_pairs(entry: Entry, other: Entry) -> Iterable[tuple[Schedule, Schedule]]:
    """The schedules of two entries that have to be alike for their lines to be so.

    Each member of a family goes with its own counterpart in an equal one, and with everything in anything else.
    """
    if entry.spec == other.spec:
        return zip(entry.members, other.members, strict=True)
    return product(entry.members, other.members)


def _sameness(entry: Entry, other: Entry) -> Sameness | None:
    if not (entry.family or other.family):
        return sameness(entry.schedule, other.schedule)
    if entry.spec != other.spec:
        return None
    steps = entry.schedule.T
    return Sameness(Likeness.EXACT, 0.0, steps, (steps, steps), members=len(entry.members))


def _closeness(found: tuple[Entry, Sameness]) -> tuple[int, bool, bool]:
    same = found[1]
    return _ORDER.index(same.likeness), same.steps[0] != same.steps[1], same.but_last
