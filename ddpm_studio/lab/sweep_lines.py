"""Lines of a sweep: what of its rows is compared in one plot, and is a line there over the number of calls."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ddpm_studio.lab.compared_rows import ComparedRow
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.measured_rows import MeasuredRow
from ddpm_studio.lab.measures import ReachedOrder

MOST_LINES = 10
"""Lines in one plot, whose names and looks can be told apart."""


class LinePer(StrEnum):
    """What has a line of its own: of all ways that share it the nearest, or every way."""

    SOLVER = "solver"
    STEPS = "steps"
    SCHEDULE = "schedule"
    ALL = "all"


_NAMES: Mapping[LinePer, Callable[[Contender], str]] = {
    LinePer.SOLVER: lambda way: way.solver,
    LinePer.STEPS: lambda way: way.steps,
    LinePer.SCHEDULE: lambda way: way.along,
    LinePer.ALL: lambda way: way.line,
}


@dataclass(frozen=True, eq=False)
class SweepLine:
    """Rows with ascending calls, one at least. The name is "" for the checkpoint's own schedule."""

    name: str
    rows: tuple[ComparedRow, ...]

    @property
    def order(self) -> ReachedOrder | None:
        """The order that it reaches; None where it goes over from one way to another."""
        return self.rows[0].order if len({each.row.way.line for each in self.rows}) == 1 else None

    def within(self, calls: int) -> ComparedRow | None:
        """The nearest with as many calls at most; None if all take more."""
        inside = (each for each in self.rows if (each.row.calls or 0) <= calls)
        return min(inside, key=error_of, default=None)


@dataclass(frozen=True, eq=False)
class SweepGroup:
    """Rows that can share a plot: under one condition, all measured by pairs, or all by `sets`; one at least.

    Nothing below `floor` is told apart. `missing` ways under that condition have no error, perhaps yet.
    """

    told: Conditioned
    sets: bool
    rows: tuple[ComparedRow, ...]
    floor: float = 0.0
    missing: int = 0

    def lines(self, per: LinePer = LinePer.ALL) -> tuple[SweepLine, ...]:
        """Its lines, first those that come nearest to the best of some number of calls."""
        found: dict[str, dict[int, ComparedRow]] = {}
        for each in sorted(self.rows, key=error_of):
            found.setdefault(_NAMES[per](each.row.way), {}).setdefault(each.row.calls or 0, each)
        lines = [SweepLine(name, tuple(rows[calls] for calls in sorted(rows))) for name, rows in found.items()]
        return tuple(sorted(lines, key=lambda line: min(self._ranks[id(each)] for each in line.rows)))

    @property
    def pers(self) -> tuple[LinePer, ...]:
        """What may have lines of its own: where there are several of more than one kind, each of these, and all."""
        return (*self._several, LinePer.ALL) if len(self._several) > 1 else (LinePer.ALL,)

    @cached_property
    def _several(self) -> tuple[LinePer, ...]:
        kinds = (LinePer.SOLVER, LinePer.STEPS, LinePer.SCHEDULE)
        return tuple(per for per in kinds if len({_NAMES[per](each.row.way) for each in self.rows}) > 1)

    def short(self, way: Contender) -> str:
        """The name of a way's line without what all ways here share, the whole of it if they are one line."""
        parts = {"solver": way.solver, "steps": way.steps, "schedule": f"along {way.along}" if way.along else ""}
        return " · ".join(parts[per] for per in self._several if parts[per]) or way.line

    @property
    def calls(self) -> tuple[int, ...]:
        """All numbers of calls, ascending."""
        return tuple(sorted({each.row.calls or 0 for each in self.rows}))

    @cached_property
    def _ranks(self) -> Mapping[int, float]:
        """How many times as far each is as the best within its budget, by the identity of the row."""
        best: dict[int, float] = {}
        for each in self.rows:
            best[each.budget] = min(best.get(each.budget, math.inf), error_of(each))
        return {id(each): error_of(each) / best[each.budget] for each in self.rows}


def groups_of(found: Sequence[ComparedRow], remaining: Iterable[MeasuredRow]) -> tuple[SweepGroup, ...]:
    """The groups of rows with an error above 0, in their order; `remaining` are the rows of the reference."""
    floor = {row.told: row.error or 0.0 for row in remaining if row.distance is not None}
    drawn = (each for each in found if each.row.error)
    groups = itertools.groupby(drawn, lambda each: (each.row.told, each.row.distance is None))
    return tuple(
        SweepGroup(
            told,
            sets,
            tuple(group),
            0.0 if sets else floor.get(told, 0.0),
            sum(each.row.error is None and each.row.told == told for each in found),
        )
        for (told, sets), group in groups
    )


def error_of(each: ComparedRow) -> float:
    """The error of a row, infinite where there is none."""
    return each.row.error or math.inf
