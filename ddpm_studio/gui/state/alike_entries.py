"""Likeness of the lines of a list: which others have the same schedule or nearly so, or the same objective."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from ddpm_studio.diffusion.schedule_sameness import Likeness, Sameness, sameness
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.diffusion.training.sameness import TOLERANCE, factor_between
from ddpm_studio.diffusion.training.training_curves import TrainedCoefficients
from ddpm_studio.gui.state.window import Entry

_ORDER = list(Likeness)


def alike(entry: Entry, entries: Iterable[Entry]) -> list[tuple[Entry, Sameness]]:
    """The other ones of `entries` that are like an entry, the closest first, and how; of families the equal ones.

    The shown member of a family changes with a click, and says nothing of the line.
    """
    pairs = [(other, _sameness(entry, other)) for other in entries if other.key != entry.key]
    return sorted(((other, same) for other, same in pairs if same is not None), key=_closeness)


def trained_alike(entry: Entry, entries: Iterable[Entry]) -> Iterator[tuple[Entry, float]]:
    """The other ones of `entries` with the same objective as an entry in all members, up to a factor: W of the entry
    over W of the other.
    """
    for other in entries:
        factor = None if other.key == entry.key else _factor(entry, other)
        if factor is not None:
            yield other, factor


def goes_without_saying(entry: Entry, other: Entry) -> bool:
    """Whether nobody has to be told that two entries are trained alike: of those with one objective along one schedule,
    and of those that were given none.
    """
    if entry.train != other.train or entry.train == PLAIN:
        return entry.train == other.train
    same = _sameness(entry, other)
    return same is not None and same.likeness in (Likeness.EXACT, Likeness.NEAR)


def _factor(entry: Entry, other: Entry) -> float | None:
    found: list[float] = []
    for ours, theirs in _member_pairs(entry, other):
        factor = factor_between(theirs, ours)
        if factor is None or abs(factor / found[0] - 1 if found else 0) > TOLERANCE:
            return None
        found.append(factor)
    return found[0]


def _member_pairs(entry: Entry, other: Entry) -> Iterable[tuple[TrainedCoefficients, TrainedCoefficients]]:
    """The members of two entries that have to be alike for their lines to be so.

    Each member of a family goes with its own counterpart in an equal one, and with everything in anything else.
    """
    if entry.spec == other.spec:
        return zip(entry.trained_members, other.trained_members, strict=True)
    return product(entry.trained_members, other.trained_members)


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
