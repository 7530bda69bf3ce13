"""Chart of a sweep: error over network calls, of the lines that come nearest to the best of some number of calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ddpm_studio.figures.artwork import Artwork
from ddpm_studio.figures.error_chart import ChartLine, ChartPoint, ErrorChart, charts_artwork
from ddpm_studio.lab.compared_rows import ComparedRow
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.measured_rows import MeasuredRow
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_lines import MOST_LINES, SweepGroup, SweepLine, groups_of


def chart_of_sweep(sweep: Sweep, found: Sequence[ComparedRow], remaining: Iterable[MeasuredRow]) -> Artwork | None:
    """A panel for each condition and measure; None where nothing has an error above 0 yet."""
    panels = [_panel(sweep, group) for group in groups_of(found, remaining)]
    return charts_artwork(panels, " · ".join(panel.title for panel in panels)) if panels else None


def _panel(sweep: Sweep, group: SweepGroup) -> ErrorChart:
    lines = group.lines()
    kept = tuple(ChartLine(_named(line), tuple(_points(line))) for line in lines[:MOST_LINES])
    label = "distance of sets" if group.sets else "error"
    return ErrorChart(kept, label, " · ".join(_title(sweep, group.told, len(kept), len(lines))), group.floor)


def _named(line: SweepLine) -> str:
    return line.name if line.order is None else f"{line.name} · p {line.order.order:.1f}"


def _points(line: SweepLine) -> Iterator[ChartPoint]:
    for each in line.rows:
        spread, error = each.row.distance, each.row.error or 0.0
        low, high = (error, error) if spread is None else (spread.low, spread.high)
        yield ChartPoint(each.row.calls or 0, error, low, high, each.on_front)


def _title(sweep: Sweep, told: Conditioned, kept: int, count: int) -> Iterator[str]:
    yield sweep.checkpoint
    yield f"{sweep.pictures * len(set(sweep.seeds))} pictures"
    yield from map(str, told.parts())
    if kept < count:
        yield f"the {kept} nearest of {count} lines"
