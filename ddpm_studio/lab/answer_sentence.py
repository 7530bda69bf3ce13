"""Answer sentence: which way comes closest within so many network calls, and how sure that is, in a few sentences."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.lab.compared_rows import ComparedRow, surely_farther
from ddpm_studio.lab.sweep_lines import LinePer, SweepGroup, error_of
from ddpm_studio.numerals import brief
from ddpm_studio.texts import Text

LONGEST_NAMES = 72
"""Letters of all that are named as being perhaps as near, but for the first."""

_CLOSEST = QT_TRANSLATE_NOOP("lab", "At {calls} calls, {way} comes closest: {error} from the reference.")
_SURE = QT_TRANSLATE_NOOP(
    "lab", "At {calls} calls, {way} comes closest: {error} from the reference ({level} %: {low} to {high})."
)
_SETS = QT_TRANSLATE_NOOP(
    "lab", "At {calls} calls, {way} comes closest: its set of pictures is {error} from that of the reference."
)
_TOO_FEW = QT_TRANSLATE_NOOP("lab", "Nothing here is drawn with as few as {calls} calls; the fewest are {least}.")
_ONE_NEAR = QT_TRANSLATE_NOOP("lab", "{ways} may be as near.")
_MORE_NEAR = QT_TRANSLATE_NOOP("lab", "{ways} and {count} more may be as near.")
_HALF = QT_TRANSLATE_NOOP("lab", "Half the error takes {calls} calls.")
_FLOOR = QT_TRANSLATE_NOOP("lab", "The reference is itself good to {error}.")
_UNSURE = QT_TRANSLATE_NOOP("lab", "How sure that is cannot be said of sets.")
_MISSING = QT_TRANSLATE_NOOP("lab", "Ways without an error so far: {count}.")


def answer_at(group: SweepGroup, calls: int) -> tuple[Text, ...]:
    """The sentences, the first of which is the answer.

    Within a budget each solver with its steps and schedule counts by its nearest; another may be as near as the best
    unless, picture by picture, it is farther away as surely as an interval says.
    """
    nearest = nearest_within(group, calls)
    if not nearest:
        return (Text(_TOO_FEW, {"calls": calls, "least": group.calls[0]}), *_missing(group))
    best = nearest[0]
    return (_closest(group, best, calls), *_others(group, nearest), *_beyond(group, best), *_missing(group))


def nearest_within(group: SweepGroup, calls: int) -> tuple[ComparedRow, ...]:
    """Of each line what is nearest with as many calls at most, by error."""
    found = (line.within(calls) for line in group.lines(LinePer.ALL))
    return tuple(sorted((each for each in found if each is not None), key=error_of))


def _closest(group: SweepGroup, best: ComparedRow, calls: int) -> Text:
    spread = best.row.distance
    values = {"calls": calls, "way": group.short(best.row.way), "error": brief(error_of(best))}
    if spread is None:
        return Text(_SETS, values)
    if not spread.level:
        return Text(_CLOSEST, values)
    interval = {"level": f"{100 * spread.level:.0f}", "low": brief(spread.low), "high": brief(spread.high)}
    return Text(_SURE, values | interval)


def _others(group: SweepGroup, nearest: tuple[ComparedRow, ...]) -> Iterator[Text]:
    best, *others = nearest
    if best.row.distance is None:
        yield Text(_UNSURE)
        return
    near = [group.short(each.row.way) for each in others if not surely_farther(each.row, best.row)]
    if near:
        ends = itertools.accumulate(len(name) + 2 for name in near)
        named = max(1, sum(end <= LONGEST_NAMES for end in ends))
        values = {"ways": ", ".join(near[:named]), "count": len(near) - named}
        yield Text(_MORE_NEAR if named < len(near) else _ONE_NEAR, values)


def _beyond(group: SweepGroup, best: ComparedRow) -> Iterator[Text]:
    half = (each.row.calls or 0 for each in group.rows if error_of(each) <= error_of(best) / 2)
    calls = min(half, default=None)
    if calls is not None:
        yield Text(_HALF, {"calls": calls})
    if group.floor:
        yield Text(_FLOOR, {"error": brief(group.floor)})


def _missing(group: SweepGroup) -> Iterator[Text]:
    if group.missing:
        yield Text(_MISSING, {"count": group.missing})
