"""Compared rows: measured ones in order, each with what can only be said of it beside the others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.measured_rows import MeasuredRow
from ddpm_studio.lab.measures import PairedDistances, ReachedOrder, Spread, pareto_front


class WayTold(NamedTuple):
    """One way under one condition: what is a row of a table, and a point of a chart."""

    way: Contender
    told: Conditioned


@dataclass(frozen=True)
class ComparedRow:
    """A row among those of its condition that are measured as it is, by pictures or by sets.

    It is compared with those within the same `budget` of calls. `on_front` says that no other has as small an error
    with as few calls. `order` is what its line reaches: the same solver, steps and schedule with other calls, as far
    as their errors are larger than that of the reference; None for less than two of them, and of sets, whose
    errors come to an end where they cannot be told apart. `to_best` is how many times as far as the best of its budget
    the pictures are, one by one; None for the best itself, and of sets.
    """

    row: MeasuredRow
    budget: int = 0
    on_front: bool = False
    is_best: bool = False
    order: ReachedOrder | None = None
    to_best: Spread | None = None

    @property
    def way_told(self) -> WayTold:
        """What it is a row of."""
        return WayTold(self.row.way, self.row.told)

    @property
    def is_surely_farther(self) -> bool:
        """Whether it is farther away than the best for the median picture, as surely as an interval says."""
        return _is_sure(self.to_best)

    @property
    def times_best(self) -> str:
        """How many times as far as the best, behind ≈ if it may be as near; "" where that is not told."""
        if self.to_best is None:
            return ""
        ratio = "∞" if self.to_best.median == math.inf else f"{self.to_best.median:.2f}"
        return ratio if self.is_surely_farther else f"≈ {ratio}"


SURE = 6
"""Pictures below which no interval is as sure as it is to be."""


def surely_farther(row: MeasuredRow, best: MeasuredRow) -> bool:
    """Whether a row is farther away than another for the median picture, as surely as an interval says."""
    return _is_sure(_ratio(row, best))


def _is_sure(ratio: Spread | None) -> bool:
    return ratio is not None and ratio.count >= SURE and ratio.low > 1


def compared(
    rows: Iterable[MeasuredRow], remaining: Iterable[MeasuredRow], budgets: Sequence[int] = ()
) -> list[ComparedRow]:
    """The rows by condition, measure, budget and error; those without an error, as they come, are the last.

    A row's budget is the least of `budgets` that its calls do not exceed, or else just these. `remaining` are the rows
    of the reference, under each condition.
    """
    floor = {row.told: row.error or 0.0 for row in remaining}
    groups: dict[tuple[Conditioned, bool], list[MeasuredRow]] = {}
    without: list[ComparedRow] = []
    for row in rows:
        if row.error is None:
            without.append(ComparedRow(row))
        else:
            groups.setdefault((row.told, row.distance is None), []).append(row)
    # By the first row of each condition: what is measured by sets stands behind the pairs.
    told = list(dict.fromkeys(told for told, _ in groups))
    ordered = sorted(groups, key=lambda key: (told.index(key[0]), key[1]))
    return [each for key in ordered for each in _of_group(groups[key], floor.get(key[0], 0.0), budgets)] + without


def _of_group(rows: Sequence[MeasuredRow], floor: float, budgets: Sequence[int]) -> list[ComparedRow]:
    """The rows of a group, compared: those that have an error of one kind under one condition."""
    front = pareto_front([row.calls or 0 for row in rows], [row.error or 0.0 for row in rows])
    orders, best = _orders(rows, floor), dict[int, MeasuredRow]()
    by_error = sorted(zip(rows, front.tolist(), strict=True), key=lambda each: each[0].error or 0.0)
    for row, _ in by_error:
        best.setdefault(_budget(row, budgets), row)
    found = [
        ComparedRow(
            row,
            budget := _budget(row, budgets),
            on_front,
            row is best[budget],
            orders.get(row.way.line),
            _ratio(row, best[budget]),
        )
        for row, on_front in by_error
    ]
    return sorted(found, key=lambda each: each.budget)


def _budget(row: MeasuredRow, budgets: Sequence[int]) -> int:
    calls = row.calls or 0
    return min((budget for budget in budgets if budget >= calls), default=calls)


def _ratio(row: MeasuredRow, best: MeasuredRow) -> Spread | None:
    if row is best or row.distances is None or best.distances is None:
        return None
    return PairedDistances.of(row.distances, best.distances).ratio


def _orders(rows: Sequence[MeasuredRow], floor: float) -> Mapping[str, ReachedOrder]:
    """The order of each line that has one, by its name."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        if row.distance is not None and row.distance.median > floor:
            lines.setdefault(row.way.line, []).append((row.calls or 0, row.distance.median))
    return dict(_fitted(lines))


def _fitted(lines: Mapping[str, Sequence[tuple[int, float]]]) -> Iterator[tuple[str, ReachedOrder]]:
    for name, points in lines.items():
        calls, errors = zip(*points, strict=True)
        if len(set(calls)) > 1:
            yield name, ReachedOrder.of(calls, errors)
