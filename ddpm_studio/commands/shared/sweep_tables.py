"""Tables of a sweep as they are printed: its points before it begins, and what each way came to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ddpm_studio.commands.shared.output import aligned
from ddpm_studio.commands.shared.printed_tables import Cell, PrintedTable, cell
from ddpm_studio.errors import StudioError
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.compared_rows import ComparedRow
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.measured_rows import MeasuredRow
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.sweep_cost import SweepCost

if TYPE_CHECKING:
    from ddpm_studio.sampling import Denoiser

FOOTNOTE = """\
• nothing is nearer with as few calls; × best: how many times as far the median
picture is as by the best, ≈ if it may be as near; order p: error ∝ calls^−p
"""

_PAIRS = ("calls", "error", "interval", "× best", "order", "")
_SETS = ("calls", "of sets", "")


def without_empty_columns(table: PrintedTable) -> PrintedTable:
    """The same table without the columns in which there is nothing to be read."""
    kept = [place for place, _ in enumerate(table.heading) if any(row[place].text for row in table.rows)]
    rows = [[row[place] for place in kept] for row in table.rows]
    return PrintedTable(rows, [table.heading[place] for place in kept])


def points_table(points: Iterable[SweepPoint], denoiser: Denoiser) -> PrintedTable:
    """Each point with the network calls that it takes, or why it cannot be drawn."""
    heads = ("solver", "steps", "count", "along", "condition", "seed", "calls")
    return PrintedTable([(*_way(p.way), _told(p), cell("seed", p.seed), _calls(p, denoiser)) for p in points], heads)


def told_compared(found: Sequence[ComparedRow]) -> Iterator[str]:
    """The tables for people: one for each condition and measure, and one of what has no error."""
    for (told, sets), group in itertools.groupby(found, lambda each: (each.row.told, each.row.distance is None)):
        measured = [each for each in group if each.row.error is not None]
        if measured:
            condition = told.text
            yield f"{condition}:\n" if condition else ""
            yield aligned([_SETS, *map(_told_set, measured)] if sets else [_PAIRS, *map(_told_pair, measured)])
    if any(each.row.distance is not None for each in found):
        yield FOOTNOTE
    yield from (f"{each.row.way.text}: {each.row.sentence}\n" for each in found if each.row.error is None)


def told_remaining(row: MeasuredRow) -> str:
    """A line on how far the reference itself is from one twice as fine."""
    condition = row.told.text
    where = f" with {condition}" if condition else ""
    if row.error is None:
        return f"reference {row.way.text}{where}: {row.sentence}"
    return f"reference {row.way.text}{where}: {row.error:.3g} from one twice as fine"


def summary_of(asked: AskedPoints, points: Sequence[SweepPoint], cost: SweepCost) -> str:
    """How many points a sweep has, what the network has to do for them, and how much of a disk they take."""
    pictures, size = sum(point.pictures for point in points), cost.size / 2**20
    calls = f"{cost.calls} network calls for one picture each"
    return f"{len(points)} of {len(asked.points)} points, {pictures} pictures, {calls}, {size:.1f} MiB\n"


def _way(way: Contender) -> tuple[Cell, ...]:
    count = cell("count", way.count, "" if way.count is None else str(way.count))
    return cell("solver", way.solver), cell("steps", way.steps), count, cell("along", way.along)


def _told(point: SweepPoint) -> Cell:
    return Cell(str(point.told.text), point.told._asdict())


def _calls(point: SweepPoint, denoiser: Denoiser) -> Cell:
    try:
        calls = point.way.table(denoiser.schedule, denoiser.variance).nfe
    except StudioError as error:
        return Cell(str(error), {"calls": None, "sentence": str(error)})
    return Cell(str(calls), {"calls": calls, "sentence": ""})


def _told_pair(each: ComparedRow) -> tuple[str, ...]:
    """A row that is measured picture by picture; what may be long stands last, where a terminal breaks the line."""
    spread, order = each.row.distance, each.order
    assert spread is not None
    return (
        _told_calls(each),
        f"{spread.median:#.3g}",
        f"{spread.low:#.3g}–{spread.high:#.3g}",
        _told_ratio(each),
        "" if order is None else f"{order.order:.1f}",
        _named(each.row),
    )


def _told_set(each: ComparedRow) -> tuple[str, ...]:
    return _told_calls(each), f"{each.row.sliced:#.3g}", _named(each.row)


def _told_calls(each: ComparedRow) -> str:
    return f"{each.row.calls} •" if each.on_front else f"{each.row.calls}"


def _told_ratio(each: ComparedRow) -> str:
    return "best" if each.is_best else each.times_best


def _named(row: MeasuredRow) -> str:
    """Its line, and the number of steps where it is another than that of calls."""
    count = row.way.count
    return row.way.line if count in (None, row.calls) else f"{row.way.line} · {count} steps"
