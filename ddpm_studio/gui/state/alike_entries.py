"""Likeness of the lines of a list: which others have the same schedule, or nearly so, or the same but for a shift."""

from __future__ import annotations

from collections.abc import Iterable

from ddpm_studio.diffusion.schedule_sameness import Likeness, Sameness, sameness
from ddpm_studio.gui.state.window import Entry

_ORDER = list(Likeness)


def alike(entry: Entry, entries: Iterable[Entry]) -> list[tuple[Entry, Sameness]]:
    """The other ones of `entries` that are like an entry, the closest first, and how; of families the equal ones.

    A shown member of a family changes with a click, and says nothing of the line.
    """
    pairs = [(other, _sameness(entry, other)) for other in entries if other.key != entry.key]
    return sorted(((other, same) for other, same in pairs if same is not None), key=_closeness)


def _sameness(entry: Entry, other: Entry) -> Sameness | None:
    equal = entry.spec == other.spec
    return sameness(entry.schedule, other.schedule) if equal or not (entry.family or other.family) else None


def _closeness(found: tuple[Entry, Sameness]) -> tuple[int, bool, bool]:
    same = found[1]
    return _ORDER.index(same.likeness), same.steps[0] != same.steps[1], same.but_last
