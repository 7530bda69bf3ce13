"""Tables of a sweep as they are printed: its points before it begins, and what each way came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ddpm_studio.commands.shared.printed_tables import Cell, PrintedTable, cell
from ddpm_studio.errors import StudioError
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.measured_rows import MeasuredRow
from ddpm_studio.lab.measures import Spread
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.sweep import Conditioned

if TYPE_CHECKING:
    from ddpm_studio.sampling import Denoiser

CSV_HEADS = (
    *("solver", "steps", "count", "along", "label", "guidance", "calls", "median", "lower", "upper", "low", "high"),
    *("sliced", "mean", "covariance", "network_s", "whole_s", "sentence"),
)


def without_empty_columns(table: PrintedTable) -> PrintedTable:
    """The same table without the columns in which there is nothing to be read."""
    kept = [place for place, _ in enumerate(table.heading) if any(row[place].text for row in table.rows)]
    rows = [[row[place] for place in kept] for row in table.rows]
    return PrintedTable(rows, [table.heading[place] for place in kept])


def points_table(points: Iterable[SweepPoint], denoiser: Denoiser) -> PrintedTable:
    """Each point with the network calls that it takes, or why it cannot be drawn."""
    heads = ("solver", "steps", "count", "along", "condition", "seed", "calls")
    return PrintedTable([(*_way(p.way), _told(p), cell("seed", p.seed), _calls(p, denoiser)) for p in points], heads)


def measured_table(rows: Iterable[MeasuredRow]) -> PrintedTable:
    """What each way came to; the columns are those of the CSV."""
    heads = ("solver", "steps", "count", "along", "condition", "calls", "error", "interval", "seconds", "")
    return PrintedTable([_measured(row) for row in rows], heads)


def csv_rows(rows: Iterable[MeasuredRow]) -> Iterator[Sequence[object]]:
    """The rows of a table for programs, the heads first; what there is not is empty."""
    yield CSV_HEADS
    for row in rows:
        values = PrintedTable([_measured(row)]).objects[0]
        yield ["" if (value := values.get(head)) is None else value for head in CSV_HEADS]


def told_remaining(row: MeasuredRow) -> str:
    """A line on how far the reference itself is from one twice as fine."""
    condition = _condition(row.told)
    where = f" with {condition}" if condition else ""
    if row.error is None:
        return f"reference {row.way.text}{where}: {row.sentence}"
    return f"reference {row.way.text}{where}: {row.error:.3g} from one twice as fine"


def summary_of(asked: AskedPoints, points: Sequence[SweepPoint], size: int) -> str:
    """How many points a sweep has, and how much of a disk they take."""
    pictures = sum(point.pictures for point in points)
    return f"{len(points)} of {len(asked.points)} points, {pictures} pictures, {size / 2**20:.1f} MiB\n"


def _measured(row: MeasuredRow) -> tuple[Cell, ...]:
    return (
        *_way(row.way),
        _told(row.told),
        cell("calls", row.calls, "–" if row.calls is None else str(row.calls)),
        _error(row),
        _interval(row.distance),
        Cell("" if row.error is None else f"{row.whole_s:.1f}", {"network_s": row.network_s, "whole_s": row.whole_s}),
        cell("sentence", row.sentence),
    )


def _way(way: Contender) -> tuple[Cell, ...]:
    count = cell("count", way.count, "" if way.count is None else str(way.count))
    return cell("solver", way.solver), cell("steps", way.steps), count, cell("along", way.along)


def _told(told: Conditioned | SweepPoint) -> Cell:
    return Cell(_condition(told), {"label": told.label, "guidance": told.guidance})


def _condition(told: Conditioned | SweepPoint) -> str:
    label = () if told.label is None else (f"class {told.label}",)
    return ", ".join((*label, *(() if told.guidance == 1 else (f"guidance {told.guidance:g}",))))


def _calls(point: SweepPoint, denoiser: Denoiser) -> Cell:
    try:
        calls = point.way.table(denoiser.schedule, denoiser.variance).nfe
    except StudioError as error:
        return Cell(str(error), {"calls": None, "sentence": str(error)})
    return Cell(str(calls), {"calls": calls, "sentence": ""})


def _error(row: MeasuredRow) -> Cell:
    sets = {"sliced": row.sliced, "mean": row.mean, "covariance": row.covariance}
    median = None if row.distance is None else row.distance.median
    text = "–" if row.error is None else f"{row.error:.3g}" + (" of sets" if row.distance is None else "")
    return Cell(text, {"median": median, **sets})


def _interval(spread: Spread | None) -> Cell:
    names = ("lower", "upper", "low", "high")
    if spread is None:
        return Cell("", dict.fromkeys(names))
    return Cell(f"{spread.low:.3g} … {spread.high:.3g}", {name: getattr(spread, name) for name in names})
