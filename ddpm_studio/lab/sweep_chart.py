"""Chart of a sweep: error over network calls, of the lines that come nearest to the best of some number of calls."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ddpm_studio.figures.artwork import Artwork
from ddpm_studio.figures.error_chart import ChartLine, ChartPoint, ErrorChart, charts_artwork
from ddpm_studio.lab.compared_rows import ComparedRow
from ddpm_studio.lab.measured_rows import MeasuredRow
from ddpm_studio.lab.sweep import Sweep

MOST_LINES = 10
"""Lines in one panel, whose names and looks can be told apart."""


def chart_of_sweep(sweep: Sweep, found: Sequence[ComparedRow], remaining: Iterable[MeasuredRow]) -> Artwork | None:
    """A panel for each condition and measure; None where nothing has an error above 0 yet."""
    floor = {row.told: row.error or 0.0 for row in remaining if row.distance is not None}
    groups = itertools.groupby(
        (each for each in found if each.row.error), lambda each: (each.row.told, each.row.distance is None)
    )
    panels = [_panel(sweep, list(group), 0.0 if sets else floor.get(told, 0.0)) for (told, sets), group in groups]
    return charts_artwork(panels, " · ".join(panel.title for panel in panels)) if panels else None


def _panel(sweep: Sweep, found: Sequence[ComparedRow], floor: float) -> ErrorChart:
    lines: dict[str, list[ComparedRow]] = {}
    for each in found:
        lines.setdefault(each.row.way.line, []).append(each)
    ranks = _ranks(found)
    nearest = sorted(lines, key=lambda name: min(ranks[id(each)] for each in lines[name]))[:MOST_LINES]
    kept = tuple(ChartLine(_named(name, lines[name]), tuple(_points(lines[name]))) for name in nearest)
    label = "error" if found[0].row.distance is not None else "distance of sets"
    return ErrorChart(kept, label, " · ".join(_title(sweep, found[0].row, len(kept), len(lines))), floor)


def _ranks(found: Sequence[ComparedRow]) -> Mapping[int, float]:
    """How many times as far each is as the best within its budget, by the identity of the row."""
    best: dict[int, float] = {}
    for each in found:
        best[each.budget] = min(best.get(each.budget, math.inf), each.row.error or math.inf)
    return {id(each): (each.row.error or math.inf) / best[each.budget] for each in found}


def _named(name: str, line: Sequence[ComparedRow]) -> str:
    order = line[0].order
    return name if order is None else f"{name} · p {order.order:.1f}"


def _points(line: Sequence[ComparedRow]) -> Iterator[ChartPoint]:
    for each in sorted(line, key=lambda each: each.row.calls or 0):
        spread, error = each.row.distance, each.row.error or 0.0
        low, high = (error, error) if spread is None else (spread.low, spread.high)
        yield ChartPoint(each.row.calls or 0, error, low, high, each.on_front)


def _title(sweep: Sweep, row: MeasuredRow, kept: int, count: int) -> Iterator[str]:
    yield sweep.checkpoint
    yield f"{sweep.pictures * len(set(sweep.seeds))} pictures"
    if row.told.label is not None:
        yield f"class {row.told.label}"
    if row.told.guidance != 1:
        yield f"guidance {row.told.guidance:g}"
    if kept < count:
        yield f"the {kept} nearest of {count} lines"
